import { describe, expect, it } from 'vitest';
import { asOf } from '../../src/store/as-of.ts';
import type { JournalLine } from '../../src/store/journal-lines.ts';

const stamp = (run: string, minute: number) => ({
  run,
  at: `2026-01-05T09:${String(minute).padStart(2, '0')}:00.000Z`,
});
const added = (run: string, minute: number, user: string): JournalLine[] => [
  { kind: 'run', ...stamp(run, minute), fingerprint: 'f', contract: 'platform', changes: 1 },
  {
    kind: 'begin',
    ...stamp(run, minute + 1),
    id: 1,
    route: 'x',
    subject: 'x',
    adds: [{ edge: { kind: 'member', group: 'G', user }, mapping: 'm', key: 'corp:a' }],
    drops: [],
  },
  { kind: 'done', ...stamp(run, minute + 2), id: 1, adds: [`member G ${user}`], drops: [] },
  { kind: 'end', ...stamp(run, minute + 3), state: 'done' },
  { kind: 'seen', ...stamp(run, minute + 3), groups: { G: { name: run, strangers: [user] } }, queues: {} },
];
const lines = [...added('one', 10, 'ana'), ...added('two', 20, 'bo')];
const told = (since: string) => {
  const { ledger, seen, run, at } = asOf(lines, since);
  return [[...ledger.keys()], seen.groups.get('G')?.name, run, at.slice(11, 16)];
};

describe('the ledger as it was', () => {
  it.each<[string, string, unknown[]]>([
    ['after the last run', 'last', [['member G ana', 'member G bo'], 'two', 'two', '09:20']],
    ['after a run, all that it wrote at its end included', 'one', [['member G ana'], 'one', 'one', '09:10']],
    ['at an instant between two runs', '2026-01-05T09:15:00Z', [['member G ana'], 'one', 'one', '09:15']],
    [
      'at an instant within a run',
      '2026-01-05T09:21:30Z',
      [['member G ana', 'member G bo'], 'one', 'two', '09:21'],
    ],
    ['before the first run', '2026-01-05', [[], undefined, undefined, '00:00']],
  ])('%s', (_, since, expected) => {
    expect(told(since)).toEqual(expected);
  });

  it('is an error where there is no such run, with what is near', () => {
    expect(() => asOf(lines, 'twoo')).toThrow(
      expect.objectContaining({ code: 'run.not-found', remedy: expect.stringContaining('two') }),
    );
    expect(() => asOf([], 'last')).toThrow(expect.objectContaining({ code: 'run.not-found' }));
  });
});
