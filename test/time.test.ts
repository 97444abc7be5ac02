import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { client, salt, seedOf, teamsOf } from '../bench/work.ts';
import type { Clock } from '../src/clock.ts';
import { emulate } from '../src/emulator/emulate.ts';
import type { Transport } from '../src/http/transport.ts';
import { loadConfig, memoryStore, openMuster } from '../src/index.ts';
import { startJournal } from '../src/store/journal.ts';
import type { JournalLine } from '../src/store/journal-lines.ts';
import type { Store } from '../src/store/store.ts';
import { steppedClock } from './support/manual-clock.ts';
import { contracts } from './support/world.ts';

/**
 * How long a run takes that waits for nothing but the way there and back, on a clock that goes on only when everybody
 * waits: computing takes no time, so that what is left is what follows one after another without need. The bench
 * (`--part distant`) asks the same of a real clock.
 */
const sizes = { groups: 200, people: 2_000, queues: 200, queuesPerGroup: 2 };
const latencyMs = 20;
const inFlight = 4;

/** Milliseconds until a line is on disk: at once, and as on a disk that others use as well. */
const disksMs = [0, 10] as const;

it.each(contracts.flatMap(contract => disksMs.map(diskMs => ({ contract, diskMs }))))(
  'a first run takes as long as its calls, four at a time, and little more, under the $contract contract with a disk of $diskMs ms',
  async ({ contract, diskMs }) => {
    const dir = await mkdtemp(join(tmpdir(), 'muster-time-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const clock = steppedClock();
    const knobs = { latencyMs, rateLimit: 1_000_000 };
    const emulator = await emulate({ contract, seed: seedOf(sizes), salt, knobs, clock });
    onTestFinished(() => emulator.close());
    const transport: Transport = {
      async exchange({ method, url, headers, body }) {
        const answer = await emulator.answer({
          method,
          url: `${url.pathname}${url.search}`,
          headers,
          body: Buffer.from(body ?? ''),
        });
        return { status: answer.status, headers: answer.headers, body: Buffer.from(answer.text) };
      },
      close: async () => {},
    };
    const muster = await openMuster(await loadConfig(await writeInput(dir, emulator.url), { env: {} }), {
      clock,
      transport,
      store: storeOn(clock, diskMs),
      env: {},
    });

    const startedMs = clock.now();
    const run = muster.plan().then(planned => muster.apply(planned));
    let ended = false;
    run.finally(() => {
      ended = true;
    });
    while (!ended) {
      if (clock.sleeping > 0) await clock.advance(1);
      // The file is read in real time, which this clock does not know.
      else await new Promise(resolve => setTimeout(resolve, 1));
    }
    const { state } = await run;
    await muster.close();

    expect(state).toBe('done');
    const calls = emulator.requests.count() - 1;
    const ideal = (calls * latencyMs) / inFlight;
    expect(calls).toBeGreaterThan(sizes.groups);
    // The first lines have nothing else to do while the disk takes them.
    expect((clock.now() - startedMs) / ideal).toBeLessThan(diskMs === 0 ? 1.1 : 1.12);
  },
  60_000,
);

/** As the store on disk does it: lines that wait together share one sync, and the next ones wait for that. */
function storeOn(clock: Clock, diskMs: number): Store {
  const lines: JournalLine[] = [];
  let waiting: (() => void)[] = [];
  let syncing = false;
  const sync = async () => {
    syncing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await clock.sleep(diskMs);
      for (const taken of batch) taken();
    }
    syncing = false;
  };
  const append = (line: JournalLine) =>
    new Promise<void>(taken => {
      lines.push(line);
      waiting.push(taken);
      if (!syncing) void sync();
    });
  return { ...memoryStore(clock, lines), openRun: info => startJournal(info, clock, append) };
}

async function writeInput(dir: string, baseUrl: string): Promise<string> {
  const teams = teamsOf(sizes, false);
  const people = {
    people: teams.flatMap(team => team.members.map(({ email }) => ({ email }))),
    groups: teams.map(team => ({ name: team.name, members: team.members.map(({ email }) => email) })),
  };
  const config = {
    genesys: { baseUrl, clientId: client.id, clientSecret: client.secret, concurrency: inFlight },
    sources: { corp: { kind: 'file', path: 'people.json' } },
    mappings: teams.map(({ name, queues }) => ({ group: name, queues })),
  };
  await writeFile(join(dir, 'people.json'), JSON.stringify(people));
  await writeFile(join(dir, 'muster.yaml'), JSON.stringify(config));
  return join(dir, 'muster.yaml');
}
