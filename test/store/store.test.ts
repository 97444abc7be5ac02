import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Bookkeeping, Journal, JournalEdge, JournalWrite } from '../../src/model/journal.ts';
import type { KeptPlan } from '../../src/model/kept-plan.ts';
import { type Edge, edgeId } from '../../src/model/ledger.ts';
import { chained, noLine } from '../../src/store/chain.ts';
import { openFileStore, readLedger } from '../../src/store/file.ts';
import { memoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import { readAt } from '../support/builders.ts';
import { eagerClock } from '../support/manual-clock.ts';
import { tempDir } from '../support/temp-dir.ts';

const clock = eagerClock(Date.parse(readAt));
const info = { run: 'run-1', fingerprint: 'f', contract: 'platform', changes: 1 };
const claim = (edge: Edge): JournalEdge => ({ edge, mapping: 'm', key: 'corp:a', person: 'corp:ana' });
const member = (user: string, group = 'G'): Edge => ({ kind: 'member', group, user });
const write = (id: number, adds: readonly Edge[], drops: readonly Edge[] = []): JournalWrite => ({
  id,
  route: 'PATCH /x',
  subject: 'group a',
  adds: adds.map(claim),
  drops: drops.map(claim),
});

const leaves = write(2, [], [member('ana')]);
const problem = { code: 'x', happened: 'y' };
const nothing: Bookkeeping = { bind: [], confirm: [], forget: [], rehome: [] };

/** What the ledger says: `claimed member G ana`. */
const ledgerOf = async (store: Pick<Store, 'ledger'>): Promise<string[]> =>
  [...(await store.ledger()).ledger.values()].map(({ edge, state }) => `${state} ${edgeId(edge)}`);

const stores: readonly [string, () => Promise<{ store: Store; reopen: () => Promise<Store> }>][] = [
  [
    'in memory',
    async () => {
      const store = memoryStore(clock);
      return { store, reopen: async () => memoryStore(clock, [...store.lines]) };
    },
  ],
  [
    'in a file',
    async () => {
      const dir = await tempDir();
      const store = await openFileStore(dir, clock);
      onTestFinished(() => store.close().catch(() => {}));
      return {
        store,
        reopen: async () => {
          await store.close();
          const again = await openFileStore(dir, clock);
          onTestFinished(() => again.close().catch(() => {}));
          return again;
        },
      };
    },
  ],
];

describe.each(stores)('a store %s', (_, open) => {
  it('claims before a request and owns after it', async () => {
    const { store, reopen } = await open();
    const journal = await store.openRun(info);
    const one = write(1, [member('ana'), member('bo')]);
    await journal.begin(one);
    expect(await ledgerOf(store)).toEqual(['claimed member G ana', 'claimed member G bo']);
    await journal.done(one);
    expect(await ledgerOf(store)).toEqual(['owned member G ana', 'owned member G bo']);
    expect(await ledgerOf(await reopen())).toEqual(['owned member G ana', 'owned member G bo']);
  });

  it('tells of each run what it was for and what it wrote', async () => {
    const { store, reopen } = await open();
    const journal = await store.openRun({ ...info, purpose: { kind: 'undo', of: 'run-0' } });
    const field = { field: 'name', group: 'G', from: 'Old', to: 'New', mapping: 'm', key: 'corp:a' } as const;
    const one: JournalWrite = { ...write(1, [member('ana')], [member('bo')]), fields: [field] };
    await journal.begin(one);
    await journal.done(one);
    await journal.books({ bind: [{ key: 'corp:b', group: 'H' }], confirm: [], forget: [], rehome: [] });
    await journal.end('done');
    await (await store.openRun({ ...info, run: 'run-2' })).begin(write(1, [member('cy')]));
    const told = [
      {
        run: 'run-1',
        purpose: { kind: 'undo', of: 'run-0' },
        state: 'done',
        writes: [
          { adds: [claim(member('ana'))], drops: [claim(member('bo'))], fields: [field], state: 'done' },
        ],
        bound: [{ key: 'corp:b', group: 'H' }],
      },
      { run: 'run-2', writes: [{ fields: [], state: 'open' }], bound: [] },
    ];
    expect(await store.history()).toMatchObject(told);
    expect(await (await reopen()).history()).toMatchObject(told);
  });

  it('keeps the plan of a run, and says of another that it has none', async () => {
    const { store } = await open();
    const plan: KeptPlan = {
      kind: 'muster.kept-plan',
      version: 1,
      run: 'run-1',
      choice: { contract: 'platform', by: 'configured', reason: 'the test says so' },
      fingerprint: 'f',
      names: { users: {}, queues: {}, groups: {} },
      changes: Array.from({ length: 2_500 }, (_, index) => ({
        kind: 'member.add',
        group: 'corp:a',
        user: `u${index}`,
        path: [],
        mapping: 'm',
      })),
      booked: ['member G ana'],
    };
    await store.openRun({ ...info, plan });
    expect(await store.keptPlan?.({ run: 'run-1' })).toEqual(plan);
    expect(await store.keptPlan?.({ run: 'run-2' })).toBeUndefined();
  });

  it('gives up what it took away, and nothing while that is not certain', async () => {
    const { store } = await open();
    const journal = await store.openRun(info);
    const one = write(1, [member('ana')]);
    await journal.begin(one);
    await journal.done(one);
    const two = write(2, [], [member('ana')]);
    await journal.begin(two);
    expect(await ledgerOf(store)).toEqual(['leaving member G ana']);
    await journal.failed(two, { code: 'x', happened: 'y' }, true);
    expect(await ledgerOf(store)).toEqual(['leaving member G ana']);
    await journal.done(two);
    expect(await ledgerOf(store)).toEqual([]);
  });

  it.each<[string, (journal: Journal) => Promise<void>]>([
    ['a removal that was refused', journal => journal.failed(leaves, problem, false)],
    ['a look that shows it', journal => journal.books({ ...nothing, confirm: [member('ana')] })],
    ['adding it again', journal => journal.done(write(3, [member('ana')]))],
  ])('what was about to leave stays ours after %s', async (_what, stays) => {
    const { store, reopen } = await open();
    const journal = await store.openRun(info);
    await journal.begin(write(1, [member('ana')]));
    await journal.done(write(1, [member('ana')]));
    await journal.begin(leaves);
    await stays(journal);
    expect(await ledgerOf(store)).toEqual(['owned member G ana']);
    const [again] = (await (await reopen()).ledger()).ledger.values();
    expect(again).not.toHaveProperty('again');
  });

  it.each([
    ['refused', false, []],
    ['lost', true, ['claimed member G ana']],
  ])('after a write that was %s holds the claim: %s', async (_how, lost, expected) => {
    const { store, reopen } = await open();
    const journal = await store.openRun(info);
    const one = write(1, [member('ana')]);
    await journal.begin(one);
    await journal.failed(one, { code: 'x', happened: 'y' }, lost);
    expect(await ledgerOf(await reopen())).toEqual(expected);
  });

  it('does not give up by a refusal what it owned before', async () => {
    const { store } = await open();
    const journal = await store.openRun(info);
    const one = write(1, [member('ana')]);
    await journal.begin(one);
    await journal.done(one);
    await journal.begin({ ...one, id: 2 });
    await journal.failed({ ...one, id: 2 }, { code: 'x', happened: 'y' }, false);
    expect(await ledgerOf(store)).toEqual(['owned member G ana']);
  });

  it('learns the id of a group that was made, with the answer or from the next run', async () => {
    const { store, reopen } = await open();
    const journal = await store.openRun(info);
    const make = write(1, [{ kind: 'group', group: '@corp:a', key: 'corp:a' }, member('ana', '@corp:a')]);
    await journal.begin(make);
    const again = await reopen();
    const later = await again.openRun({ ...info, run: 'run-2' });
    await later.books({
      bind: [{ key: 'corp:a', group: 'G' }],
      confirm: [{ kind: 'group', group: 'G', key: 'corp:a' }],
      forget: [],
      rehome: [],
    });
    expect(await ledgerOf(again)).toEqual(['owned group G', 'claimed member G ana']);
    const other = write(2, [{ kind: 'group', group: '@corp:b', key: 'corp:b' }]);
    await later.begin(other);
    await later.done(other, { key: 'corp:b', group: 'H' });
    expect(await ledgerOf(again)).toEqual(['owned group G', 'owned group H', 'claimed member G ana']);
  });

  it('takes note of what a plan found settled', async () => {
    const { store, reopen } = await open();
    const journal = await store.openRun(info);
    const one = write(1, [member('ana'), member('bo'), member('cy')]);
    await journal.begin(one);
    await journal.books({
      bind: [],
      confirm: [member('ana')],
      forget: [member('bo')],
      rehome: [{ edge: member('cy'), mapping: 'm-new', key: 'corp:b' }],
    });
    const again = await reopen();
    expect(await ledgerOf(again)).toEqual(['owned member G ana', 'claimed member G cy']);
    expect((await again.ledger()).ledger.get('member G cy')).toMatchObject({
      mapping: 'm-new',
      key: 'corp:b',
    });
  });

  it('writes nothing for books that say nothing, and moves its mark with every line', async () => {
    const { store } = await open();
    const journal = await store.openRun(info);
    const { mark } = await store.ledger();
    await journal.books({ bind: [], confirm: [], forget: [], rehome: [] });
    expect((await store.ledger()).mark).toBe(mark);
    await journal.end('done');
    expect((await store.ledger()).mark).toBeGreaterThan(mark);
  });

  it('hands out a ledger that later writes do not change', async () => {
    const { store } = await open();
    const journal = await store.openRun(info);
    const { ledger } = await store.ledger();
    await journal.begin(write(1, [member('ana')]));
    expect(ledger.size).toBe(0);
  });
});

describe('the file', () => {
  it('is for its owner alone, like its directory', async () => {
    const dir = join(await tempDir(), 'state');
    const store = await openFileStore(dir, clock);
    await store.openRun(info);
    expect((await stat(dir)).mode & 0o077).toBe(0);
    expect((await stat(join(dir, 'journal.jsonl'))).mode & 0o077).toBe(0);
    await store.close();
    expect(await readdir(dir)).toEqual(['journal.jsonl']);
  });

  it('keeps the order of writes that wait for the disk together', async () => {
    const dir = await tempDir();
    const store = await openFileStore(dir, clock);
    const journal = await store.openRun(info);
    const users = Array.from({ length: 60 }, (_, index) => `u${index}`);
    await Promise.all(users.map((user, index) => journal.begin(write(index, [member(user)]))));
    await store.close();
    const lines = (await readFile(join(dir, 'journal.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map(line => (JSON.parse(line) as { id?: number }).id)).toEqual([undefined, ...users.keys()]);
    expect((await readLedger(dir)).ledger.size).toBe(60);
  });

  it('can be read without the lock, at the mark that the holder has', async () => {
    const dir = await tempDir();
    const store = await openFileStore(dir, clock);
    const journal = await store.openRun(info);
    await journal.begin(write(1, [member('ana')]));
    expect((await readLedger(dir)).mark).toBe((await store.ledger()).mark);
    await store.close();
  });

  it('that is not there is an empty ledger', async () => {
    const { ledger, mark } = await readLedger(join(await tempDir(), 'nowhere'));
    expect([ledger.size, mark]).toEqual([0, 0]);
  });

  it('passes over kinds of line that a later version may write', async () => {
    const dir = await tempDir();
    await writeFile(join(dir, 'journal.jsonl'), `${chained({ kind: 'weather', of: 'next year' }, noLine)}\n`);
    expect((await readLedger(dir)).ledger.size).toBe(0);
  });

  it('of another store in this very process is locked', async () => {
    const dir = await tempDir();
    const store = await openFileStore(dir, clock);
    await expect(openFileStore(dir, clock)).rejects.toMatchObject({ code: 'state.locked' });
    await store.close();
    await (await openFileStore(dir, clock)).close();
  });
});
