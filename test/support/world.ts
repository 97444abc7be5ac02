import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { expect, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { type Emulator, type EmulatorOptions, emulate } from '../../src/emulator/emulate.ts';
import { emulatedClock } from '../../src/emulator/emulated-clock.ts';
import { loadConfig, type Muster, type OpenOptions, type Outcome, openMuster } from '../../src/index.ts';
import type { Planned } from '../../src/run/job.ts';
import { type Talk, talkTo } from '../emulator/talk.ts';
import { recordAnswers } from './openapi.ts';
import { smallTenant } from './small-tenant.ts';

export const contracts = ['platform', 'scim-extension'] as const;

/** Names of the people in each group; a name without `@` gets `@example.com`, one that begins with `@` is a group. */
export type Groups = Readonly<Record<string, readonly string[]>>;

export interface WorldOptions extends Pick<EmulatorOptions, 'contract' | 'seed' | 'knobs' | 'faults'> {
  readonly groups?: Groups;
  readonly mappings?: readonly object[];
  readonly genesys?: object;
  readonly limits?: object;
  /** Lets answers through that break the definition on purpose; see `recordAnswers`. */
  readonly tolerate?: (violation: string) => boolean;
  /** How many times as fast as the wall clock both sides live. */
  readonly timeScale?: number;
}

export interface Synced {
  readonly planned: Planned;
  readonly outcome: Outcome;
}

/** A tenant, a directory file, a config and a state directory, and the library in between. */
export interface World {
  readonly emulator: Emulator;
  readonly dir: string;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  /** Another hand in the tenant, with a token of its own. */
  readonly talk: Talk;
  /** Writes the directory file anew. `cut` leaves it as a writer that died would. */
  directory(groups: Groups, how?: { readonly cut?: boolean }): Promise<void>;
  /** Changes the config from now on. */
  configure(change: Partial<Pick<WorldOptions, 'mappings' | 'genesys' | 'limits'>>): Promise<void>;
  open(options?: OpenOptions): Promise<Muster>;
  plan(): Promise<Planned>;
  /** Plan and apply, refusals or not: a story that expects one looks at `planned`. */
  sync(): Promise<Synced>;
  /** As `sync`, and a contract that was not honoured is followed by the other one, as the command line does it. */
  syncOn(): Promise<readonly Synced[]>;
  cli(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Who is on the queue, by the member listing of the API: first parts of their addresses, sorted. */
  on(queue: string): Promise<string[]>;
  user(name: string): string;
  queue(name: string): string;
  group(name: string): string;
}

const secret = 'example-secret-9f2c';

/** Starts a world that ends with the test, and fails it if the emulator gave an answer that the definition forbids. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const timeScale = options.timeScale ?? 100;
  const dir = await mkdtemp(join(tmpdir(), 'muster-story-'));
  const emulator = await emulate({
    seed: options.seed ?? smallTenant(),
    knobs: { headerSeconds: 'emulated', ...options.knobs },
    timeScale,
    ...(options.contract ? { contract: options.contract } : {}),
    ...(options.faults ? { faults: options.faults } : {}),
  });
  const recording = recordAnswers(emulator, options.tolerate ?? (text => text.includes('fieldOfNextYear')));
  const open = new Set<Muster>();
  onTestFinished(async () => {
    await Promise.all([...open].map(muster => muster.close()));
    await emulator.close();
    await rm(dir, { recursive: true, force: true });
    expect(recording.violations()).toEqual([]);
  });
  const clock = emulatedClock(systemClock, timeScale);
  const env = { MUSTER_TEST_URL: emulator.url, MUSTER_TEST_ID: 'muster', MUSTER_TEST_SECRET: secret };
  let session = await talkTo(emulator, 'observer', 'observer-secret');
  const talk: Talk = async (...request) => {
    const answer = await session(...request);
    if (answer.status !== 401) return answer;
    // In fast time tokens run out in no time.
    session = await talkTo(emulator, 'observer', 'observer-secret');
    return session(...request);
  };
  let settings = options;

  const writeConfig = () =>
    writeFile(
      join(dir, 'muster.yaml'),
      `${JSON.stringify(
        {
          genesys: {
            baseUrl: '${MUSTER_TEST_URL}',
            clientId: '${MUSTER_TEST_ID}',
            clientSecret: '${MUSTER_TEST_SECRET}',
            // Emulated seconds: long enough that a slow machine does not run into them.
            deadlineSeconds: 86_400,
            settleSeconds: 3_600,
            ...settings.genesys,
          },
          sources: { corp: { kind: 'file', path: 'directory.yaml', allowEmpty: true } },
          mappings: settings.mappings ?? [
            { group: 'support', queues: ['Support'] },
            { group: 'billing', queues: ['Billing'] },
          ],
          limits: settings.limits ?? {},
        },
        undefined,
        2,
      )}\n`,
    );

  const world: World = {
    emulator,
    dir,
    clock,
    env,
    talk,
    directory: async (groups, { cut = false } = {}) => {
      const document = {
        groups: Object.entries(groups).map(([name, members]) => ({
          id: `g-${name}`,
          name,
          members: members.filter(member => !member.startsWith('@')).map(address),
          groups: members.filter(member => member.startsWith('@')).map(member => member.slice(1)),
        })),
      };
      await writeFile(join(dir, 'directory.yaml'), `${JSON.stringify(document)}${cut ? '' : '\n'}`);
    },
    configure: async change => {
      settings = { ...settings, ...change };
      await writeConfig();
    },
    open: async from => {
      const loaded = await loadConfig(join(dir, 'muster.yaml'), { env });
      const muster = await openMuster(loaded, { clock, env: {}, ...from });
      open.add(muster);
      return muster;
    },
    plan: async () => {
      const muster = await world.open();
      return muster.plan().finally(() => muster.close());
    },
    sync: async () => {
      const muster = await world.open();
      try {
        const planned = await muster.plan();
        return { planned, outcome: await muster.apply(planned) };
      } finally {
        await muster.close();
      }
    },
    syncOn: async () => {
      const muster = await world.open();
      const runs: Synced[] = [];
      try {
        let planned: Planned | undefined = await muster.plan();
        for (let run = 0; planned && run < 3; run++) {
          const outcome = await muster.apply(planned);
          runs.push({ planned, outcome });
          planned = await muster.planSwitched(outcome);
        }
        return runs;
      } finally {
        await muster.close();
      }
    },
    cli: (...args) => run(world, args),
    on: async name => {
      const found: string[] = [];
      for (let page = 1; page <= 100; page++) {
        const answer = await talk(
          'GET',
          `/api/v2/routing/queues/${world.queue(name)}/members?pageSize=100&pageNumber=${page}`,
        );
        expect(answer.status).toBe(200);
        if (answer.body.entities.length === 0) return found.sort();
        for (const { id } of answer.body.entities) found.push(shortName(emulator, id));
      }
      throw new Error(`The members of ${name} do not end.`);
    },
    user: name => idIn(emulator.db.users.by('email', address(name)), `user ${name}`),
    queue: name => idIn(emulator.db.queues.by('name', name), `queue ${name}`),
    group: name => idIn(emulator.db.groups.by('name', name), `group ${name}`),
  };
  await writeConfig();
  await world.directory(options.groups ?? { support: ['ana', 'bo'], billing: ['cy', 'dee'] });
  return world;
}

export const address = (name: string): string => (name.includes('@') ? name : `${name}@example.com`);

export const shortName = (emulator: Emulator, user: string): string =>
  emulator.db.users.get(user)?.email.replace('@example.com', '') ?? user;

function idIn(rows: readonly { readonly id: string }[], what: string): string {
  if (rows.length !== 1) throw new Error(`${rows.length} of ${what}`);
  return rows[0]!.id;
}

/** Requests by route as a price names them, tokens left out; `{groupId}` and `{id}` are one name. */
export function callsByRoute(emulator: Emulator): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [route, count] of Object.entries(emulator.requests.counts())) {
    if (route.endsWith('/oauth/token')) continue;
    const name = route.replace(/\{[^}]*\}/gu, '{id}');
    counts[name] = (counts[name] ?? 0) + count;
  }
  return counts;
}

export const priceByRoute = ({ plan }: Planned): Record<string, number> =>
  Object.fromEntries(plan.price.byRoute.map(({ route, calls }) => [route, calls]));

/** The lines of the journal, parsed. */
export async function journalOf(world: World): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(world.dir, '.muster', 'journal.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Record<string, unknown>);
}

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;

/** The command line in a process of its own, on the TypeScript as it stands and under the runtime of the tests. */
export const startCli = (
  { dir, env }: Pick<World, 'dir' | 'env'>,
  args: readonly string[],
): ChildProcessByStdio<null, Readable, Readable> =>
  spawn(process.execPath, [main, ...args], {
    cwd: dir,
    env: {
      ...env,
      PATH: process.env.PATH,
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: join(tmpdir(), 'muster-test-compile-cache'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });

function run(
  world: Pick<World, 'dir' | 'env'>,
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = startCli(world, args);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', chunk => {
      stdout += chunk;
    });
    child.stderr.on('data', chunk => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', code => resolve({ code, stdout, stderr }));
  });
}
