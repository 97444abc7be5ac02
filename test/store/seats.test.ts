import { describe, expect, it } from 'vitest';
import type { JournalLine } from '../../src/store/journal-lines.ts';
import { LedgerFold } from '../../src/store/ledger-fold.ts';

const seat = { queue: 'Q', user: 'ana', joined: true, mapping: 'm', key: 'corp:g' };
const at = { at: '2026-01-05T09:00:00.000Z' };
const begin = (run: string, id: number, change: object = {}): JournalLine => ({
  kind: 'begin',
  run,
  ...at,
  id,
  route: 'x',
  subject: 'x',
  adds: [],
  drops: [],
  seats: [seat],
  ...change,
});
const failed = (run: string, id: number, lost: boolean): JournalLine => ({
  kind: 'failed',
  run,
  ...at,
  id,
  code: 'x',
  happened: 'x',
  lost,
  adds: [],
  seats: ['Q ana'],
});
const done = (run: string, id: number, drops: readonly string[] = []): JournalLine => ({
  kind: 'done',
  run,
  ...at,
  id,
  adds: [],
  drops,
});
const moved = (moves: object): JournalLine => ({
  kind: 'seats',
  run: 'r2',
  ...at,
  open: [],
  left: [],
  gone: [],
  ...moves,
});
const fold = (...lines: readonly JournalLine[]) => {
  const folded = new LedgerFold();
  for (const line of lines) folded.add(line);
  return [...folded.seats.values()];
};

describe('the seats in a journal', () => {
  it('are kept from the moment at which a write begins to take them', () => {
    expect(fold(begin('r', 1))).toEqual([{ ...seat, state: 'open', run: 'r', write: 1 }]);
    expect(fold(begin('r', 1), done('r', 1))).toMatchObject([{ state: 'open' }]);
  });

  it('are not kept where the write was refused, and are where no answer came', () => {
    expect(fold(begin('r', 1), failed('r', 1, false))).toEqual([]);
    expect(fold(begin('r', 1), failed('r', 1, true))).toMatchObject([{ state: 'open' }]);
  });

  it('that waited for a return wait on where the write that takes them anew is refused', () => {
    const left = [begin('r', 1, { seats: [{ ...seat, ring: 3 }] }), moved({ left: ['Q ana'] })];
    expect(fold(...left, begin('r2', 1), failed('r2', 1, false))).toMatchObject([{ ring: 3, state: 'left' }]);
    const given = [...left, begin('r2', 1), done('r2', 1), moved({ gone: ['Q ana'] })];
    expect(fold(...given, begin('r3', 1), failed('r3', 1, false))).toEqual([]);
  });

  it('of people who stay by a group are owed until somebody says what became of them', () => {
    const off = [
      begin('r', 1, { seats: [{ ...seat, ring: 3, stays: true }] }),
      done('r', 1, ['queue-member Q ana']),
    ];
    expect(fold(...off)).toMatchObject([{ state: 'open' }]);
    const [waiting] = fold(...off, moved({ gone: ['Q ana'] }));
    expect(waiting).toMatchObject({ ring: 3, state: 'left' });
    expect(waiting).not.toHaveProperty('joined');
    // Once they have come directly, nothing of it is left.
    expect(fold(...off, begin('r2', 1), moved({ gone: ['Q ana'] }))).toEqual([]);
  });

  it('outlive a second write that is refused: what the first one took is still owed', () => {
    expect(fold(begin('r', 1), done('r', 1), begin('r2', 1), failed('r2', 1, false))).toMatchObject([
      { run: 'r', state: 'open' },
    ]);
  });

  it('know what somebody had before they were unjoined, and not what they had while they were', () => {
    const removal = begin('r', 2, { seats: [{ ...seat, ring: 3, joined: false }] });
    expect(fold(begin('r', 1), done('r', 1), removal)).toMatchObject([{ ring: 3, joined: true }]);
  });

  it('that two writes of one run take are kept where one of them is refused', () => {
    expect(fold(begin('r', 1), begin('r', 2), failed('r', 1, false), done('r', 2))).toMatchObject([
      { joined: true, state: 'open' },
    ]);
  });

  it('keep a ring that a group hides when somebody is unjoined who stays by it', () => {
    const behind = begin('r', 1, { seats: [{ ...seat, ring: 3, stays: true }] });
    expect(fold(behind, moved({ gone: ['Q ana'] }), begin('r2', 1))).toMatchObject([
      { ring: 3, joined: true },
    ]);
  });

  it('know what somebody has activated now, whatever was kept of an earlier stay', () => {
    const long = [
      begin('r', 1, { seats: [{ ...seat, ring: 3, joined: false }] }),
      moved({ left: ['Q ana'] }),
    ];
    expect(fold(...long, moved({ open: ['Q ana'] }), begin('r2', 1))).toMatchObject([
      { ring: 3, joined: true, state: 'open' },
    ]);
  });

  it('wait once their people are off the queue, and end when they are given back', () => {
    const off = [begin('r', 1), done('r', 1, ['queue-member Q ana'])];
    expect(fold(...off)).toMatchObject([{ state: 'left' }]);
    expect(fold(...off, moved({ open: ['Q ana'] }))).toMatchObject([{ state: 'open' }]);
    expect(fold(...off, moved({ open: ['Q ana'] }), moved({ left: ['Q ana'] }))).toMatchObject([
      { state: 'left' },
    ]);
    expect(fold(...off, moved({ gone: ['Q ana'] }))).toEqual([]);
  });

  it('of an earlier stay are forgotten when somebody is taken off again', () => {
    const again = begin('r2', 1, { seats: [{ ...seat, joined: false }] });
    expect(fold(begin('r', 1, { seats: [{ ...seat, ring: 3 }] }), moved({ left: ['Q ana'] }), again)).toEqual(
      [{ ...seat, joined: false, state: 'open', run: 'r2', write: 1 }],
    );
  });
});
