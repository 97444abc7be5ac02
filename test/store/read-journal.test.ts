import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edge } from '../../src/model/ledger.ts';
import type { SeenGroup } from '../../src/model/seen.ts';
import { openFileStore, readLedger } from '../../src/store/file.ts';
import type { JournalLine } from '../../src/store/journal-lines.ts';
import { LedgerFold } from '../../src/store/ledger-fold.ts';
import { journalReader } from '../../src/store/read-journal.ts';
import { eagerClock } from '../support/manual-clock.ts';
import { tempDir } from '../support/temp-dir.ts';

const info = { run: 'run-1', fingerprint: 'f', contract: 'platform', changes: 1 };
const member = (user: string): Edge => ({ kind: 'member', group: 'G', user });
const write = (id: number, user: string) => ({
  id,
  route: 'PATCH',
  subject: 'group G',
  adds: [{ edge: member(user), mapping: 'm', key: 'corp:g' }],
  drops: [],
});

/** A journal with Ana in it. */
async function journalOf() {
  const dir = await tempDir();
  const store = await openFileStore(dir, eagerClock());
  const journal = await store.openRun(info);
  await journal.begin(write(1, 'ana'));
  await journal.done(write(1, 'ana'));
  await store.close();
  return { dir, path: join(dir, 'journal.jsonl') };
}

describe('a journal that is read again', () => {
  it('is folded once while not a byte of it is another', async () => {
    const { dir, path } = await journalOf();
    const read = journalReader();
    const first = await read(path);
    expect(await read(path)).toBe(first);
    const store = await openFileStore(dir, eagerClock(), read);
    await (await store.openRun({ ...info, run: 'run-2' })).begin(write(2, 'bo'));
    await store.close();
    const second = await read(path);
    expect(second.fold.ledger.size).toBe(2);
    expect(second.bytes).toBeGreaterThan(first.bytes);
  });

  it('shows a plan what it showed it, whatever is written meanwhile', async () => {
    const { dir } = await journalOf();
    const read = journalReader();
    const planned = await readLedger(dir, read);
    const store = await openFileStore(dir, eagerClock(), read);
    await (await store.openRun({ ...info, run: 'run-2' })).begin(write(2, 'bo'));
    expect([...(await store.ledger()).ledger.values()]).toHaveLength(2);
    expect([...planned.ledger.values()].map(({ edge }) => edge)).toEqual([member('ana')]);
    await store.close();
  });

  it('is found out where a letter of it was changed and its length was not', async () => {
    const { path } = await journalOf();
    const read = journalReader();
    await read(path);
    await writeFile(path, (await readFile(path, 'utf8')).replace('"user":"ana"', '"user":"eve"'));
    await expect(read(path)).rejects.toMatchObject({ code: 'state.damaged' });
  });
});

it('a copy of a fold goes on as the fold itself would have, and neither hears what is told to the other', () => {
  const users = fc.constantFrom('ana', 'bo');
  const seat = (user: string) => ({ queue: 'Q', user, joined: true, mapping: 'm', key: 'corp:g' });
  const onQueue = (user: string): Edge => ({ kind: 'queue-member', queue: 'Q', user });
  const stamp = { run: 'run-1', at: '2026-01-05T09:00:00.000Z' };
  const lines = fc.array(
    fc.tuple(fc.constantFrom('begin', 'done', 'failed', 'seats', 'seen'), users, fc.constantFrom(1, 2)),
    { maxLength: 8 },
  );
  const lineOf = ([kind, user, id]: [string, string, number]): JournalLine => {
    const claim = { mapping: 'm', key: 'corp:g' };
    const edge = `queue-member Q ${user}`;
    switch (kind) {
      case 'begin':
        return {
          kind,
          ...stamp,
          id,
          route: 'r',
          subject: 's',
          adds: [{ edge: member(user), ...claim }],
          drops: [{ edge: onQueue(user), ...claim }],
          seats: [seat(user)],
        };
      case 'done':
        return { kind, ...stamp, id, adds: [`member G ${user}`], drops: [edge] };
      case 'failed':
        return {
          kind,
          ...stamp,
          id,
          code: 'c',
          happened: 'h',
          lost: false,
          adds: [`member G ${user}`],
          seats: [`Q ${user}`],
        };
      case 'seats':
        return { kind, ...stamp, open: [], left: [`Q ${user}`], gone: [] };
      default:
        return {
          kind: 'seen',
          ...stamp,
          groups: { [user]: id === 1 ? null : ({ name: user } as SeenGroup) },
          queues: {},
        };
    }
  };
  const viewOf = ({ ledger, seats, partings, seen }: LedgerFold) => ({
    ledger: [...ledger],
    seats: [...seats],
    partings: [...partings],
    seen: [...seen.groups],
  });
  fc.assert(
    fc.property(lines, lines, lines, (before, after, others) => {
      const whole = new LedgerFold();
      const first = new LedgerFold();
      for (const line of before.map(lineOf)) for (const fold of [whole, first]) fold.add(line);
      const copy = first.copy();
      for (const line of others.map(lineOf)) first.add(line);
      for (const line of after.map(lineOf)) for (const fold of [whole, copy]) fold.add(line);
      expect(viewOf(copy)).toEqual(viewOf(whole));
    }),
    { numRuns: 2_000 },
  );
});
