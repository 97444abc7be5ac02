import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/index.ts';
import { startJournal } from '../../src/store/journal.ts';
import type { JournalLine } from '../../src/store/journal-lines.ts';
import type { Store } from '../../src/store/store.ts';
import { isWrite, killAt } from '../support/kill.ts';
import { ledgerState, ledgerText, tenantState } from '../support/same-tenant.ts';
import { contracts, createWorld, journalOf, type World, type WorldOptions } from '../support/world.ts';

interface Tale {
  readonly title: string;
  readonly world: (contract: WorldOptions['contract']) => WorldOptions;
  /** What came before, uninterrupted. */
  readonly before?: (world: World) => Promise<void>;
}

const tales: readonly Tale[] = [
  {
    title: 'a first run',
    world: contract => ({ contract: contract!, groups: { support: ['ana', 'bo'], billing: ['cy'] } }),
  },
  {
    title: 'a run that adds, moves and removes',
    world: contract => ({
      contract: contract!,
      groups: { support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] },
      genesys: { memberBatch: 1, concurrency: 1 },
    }),
    before: async world => {
      await world.sync();
      await world.directory({ support: ['ana', 'cy'], billing: ['bo', 'dee', 'fay'] });
      await world.configure({
        mappings: [
          { group: 'support', queues: ['Support'] },
          { group: 'billing', queues: ['Billing', 'Sales'] },
        ],
      });
    },
  },
];

async function start(tale: Tale, contract: WorldOptions['contract']): Promise<World> {
  const world = await createWorld({ timeScale: 1, ...tale.world(contract) });
  await tale.before?.(world);
  return world;
}

describe.each(contracts)('under the %s contract', contract => {
  describe.each(tales)('$title that is killed with SIGKILL', tale => {
    it.each(['before', 'applied'] as const)(
      'at any write (%s) ends, run again, as if it had never been',
      async moment => {
        const calm = await start(tale, contract);
        calm.emulator.requests.reset();
        await calm.sync();
        const writes = calm.emulator.requests.writes().length;
        const end = { tenant: tenantState(calm.emulator), ledger: await ledgerState(calm) };
        expect(writes).toBeGreaterThan(1);

        const results = await inPairs(
          Array.from({ length: writes }, (_, index) => index + 1),
          async n => {
            const world = await start(tale, contract);
            const killed = await killAt(world, n, moment, isWrite);
            const again = await world.sync();
            return {
              n,
              killed,
              state: again.outcome.state === 'nothing-to-do' ? 'done' : again.outcome.state,
              tenant: tenantState(world.emulator),
              ledger: await ledgerState(world),
              further: (await world.plan()).plan.changes,
            };
          },
        );
        expect(results).toEqual(
          results.map(({ n }) => ({ n, killed: true, state: 'done', ...end, further: [] })),
        );
      },
      60_000,
    );
  });

  it.each(['before', 'after'] as const)(
    'a run that dies %s any line of its journal ends, run again, as if it had never been',
    async moment => {
      const tale = tales[1]!;
      const calm = await start(tale, contract);
      const store = await stored(calm);
      const lines = await linesOf(calm, store);
      const end = { tenant: tenantState(calm.emulator), ledger: await ledgerOf(calm, store) };
      expect(lines).toBeGreaterThan(6);

      for (let n = 1; n <= lines; n++) {
        const world = await start(tale, contract);
        const left = await stored(world);
        await dieAtLine(world, left, n, moment);
        await linesOf(world, left);
        const found = { n, tenant: tenantState(world.emulator), ledger: await ledgerOf(world, left) };
        expect(found).toEqual({ n, ...end });
      }
    },
    60_000,
  );

  it('what a killed run placed is still ours: it can be taken away later', async () => {
    const world = await createWorld({ contract, timeScale: 1, limits: { staffing: { minMembers: 0 } } });
    // The last write of a first run: applied, and nobody was left to write down that it was.
    const calm = await createWorld({ contract, timeScale: 1 });
    await calm.sync();
    const writes = calm.emulator.requests.writes().length;
    expect(await killAt(world, writes, 'applied', isWrite)).toBe(true);

    await world.directory({ support: ['ana'], billing: ['cy', 'dee'] });
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana']);
    await world.configure({ mappings: [{ group: 'support', queues: ['Support'] }] });
    await world.sync();
    expect(await world.on('Billing')).toEqual([]);
  });

  it('what a killed run placed is not forgotten by a run that cannot see the source', async () => {
    const world = await createWorld({ contract, timeScale: 1, groups: { support: ['ana', 'bo'] } });
    await world.configure({ mappings: [{ group: 'support', queues: ['Support'] }] });
    expect(await killAt(world, 1, 'applied', isWrite)).toBe(true);
    await world.directory({}, { cut: true });
    await world.sync();
    await world.directory({ support: ['ana', 'bo'] });
    await world.sync();
    await world.directory({ support: ['ana'] });
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana']);
    expect(await ledgerState(world)).toContain('owned group support (corp.support)');
  });
});

/** The journal that `before` left, in memory, where a run can be stopped at any line. */
const stored = async (world: World): Promise<JournalLine[]> =>
  (await journalOf(world)) as unknown as JournalLine[];

/** Plans and applies on these lines, one request at a time; returns how many lines that made. */
async function linesOf(world: World, lines: JournalLine[]): Promise<number> {
  const before = lines.length;
  const muster = await world.open({ store: memoryStore(world.clock, lines) });
  await muster.apply(await muster.plan());
  await muster.close();
  return lines.length - before;
}

/** The process is gone at its n-th line: nothing after it is written, nothing that waits for it goes on. */
async function dieAtLine(world: World, lines: JournalLine[], n: number, moment: 'before' | 'after') {
  const dead = Promise.withResolvers<void>();
  const never = new Promise<never>(() => {});
  const whole = memoryStore(world.clock, lines);
  const last = lines.length + n;
  const store: Store = {
    ...whole,
    openRun: info =>
      startJournal(info, world.clock, async line => {
        if (lines.length + 1 < last) {
          lines.push(line);
          return;
        }
        if (moment === 'after' && lines.length + 1 === last) lines.push(line);
        dead.resolve();
        await never;
      }),
  };
  const muster = await world.open({ store });
  const planned = await muster.plan();
  await Promise.race([muster.apply(planned), dead.promise]);
  await muster.close();
}

async function ledgerOf(world: World, lines: JournalLine[]): Promise<string[]> {
  return ledgerText((await memoryStore(world.clock, lines).ledger()).ledger, world.emulator);
}

/** Two processes at a time: there are two cores. */
async function inPairs<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  for (let at = 0; at < items.length; at += 2)
    results.push(...(await Promise.all(items.slice(at, at + 2).map(work))));
  return results;
}
