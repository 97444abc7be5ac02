import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Edge, edgeId, type OwnedEdge } from '../../src/model/ledger.ts';
import { LedgerBook } from '../../src/model/ledger-book.ts';

const edges: fc.Arbitrary<Edge> = fc.oneof(
  fc.record({
    kind: fc.constant('member' as const),
    group: fc.constantFrom('G', '@corp:a b'),
    user: fc.constantFrom('ana', 'bo', 'cy'),
  }),
  fc.record({
    kind: fc.constant('queue-member' as const),
    queue: fc.constantFrom('Q', 'R'),
    user: fc.constantFrom('ana', 'bo'),
  }),
  fc.record({
    kind: fc.constant('group' as const),
    group: fc.constantFrom('G', 'H'),
    key: fc.constant('corp:a'),
  }),
);

const entries: fc.Arbitrary<OwnedEdge> = fc
  .record({
    edge: edges,
    state: fc.constantFrom('claimed' as const, 'owned' as const),
    mapping: fc.constantFrom('m', 'n'),
    key: fc.constant('corp:a'),
    run: fc.constantFrom('r1', 'r2'),
    at: fc.constant('2026-01-05T09:00:00.000Z'),
    person: fc.option(fc.constantFrom('corp:ana', 'corp:bo'), { nil: undefined }),
    again: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  })
  .map(({ person, again, ...entry }) => ({
    ...entry,
    ...(person === undefined || entry.edge.kind === 'group' ? {} : { person }),
    ...(again === undefined ? {} : { again }),
  }));

const deeds = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: entries.map(entry => ({ set: entry })) },
    { weight: 1, arbitrary: edges.map(edge => ({ delete: edgeId(edge) })) },
    { weight: 2, arbitrary: edges.map(edge => ({ own: edgeId(edge) })) },
  ),
  { maxLength: 30 },
);

/** Added although it was ours: somebody had taken it away. */
const owned = (edge: OwnedEdge): OwnedEdge =>
  edge.state === 'owned' ? { ...edge, again: (edge.again ?? 0) + 1 } : { ...edge, state: 'owned' };

const sorted = (entries: Iterable<[string, OwnedEdge]>) =>
  [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));

describe('a ledger book', () => {
  it('holds what an ordinary map of edges would hold, whatever is written and taken out', () => {
    fc.assert(
      fc.property(deeds, all => {
        const book = new LedgerBook();
        const map = new Map<string, OwnedEdge>();
        for (const deed of all) {
          if ('set' in deed) {
            book.put(deed.set);
            map.set(edgeId(deed.set.edge), deed.set);
          } else if ('own' in deed) {
            book.own(deed.own);
            const known = map.get(deed.own);
            if (known) map.set(deed.own, owned(known));
          } else {
            expect(book.delete(deed.delete)).toBe(map.delete(deed.delete));
          }
          expect(book.size).toBe(map.size);
        }
        expect(sorted(book)).toEqual(sorted(map));
        for (const [id, entry] of map) expect([book.has(id), book.get(id)]).toEqual([true, entry]);
      }),
    );
  });

  it('and its copy do not see what is written to the other later', () => {
    fc.assert(
      fc.property(deeds, deeds, deeds, (before, after, elsewhere) => {
        const write = (book: LedgerBook, all: typeof before) => {
          for (const deed of all)
            if ('set' in deed) book.put(deed.set);
            else if ('own' in deed) book.own(deed.own);
            else book.delete(deed.delete);
        };
        const book = new LedgerBook();
        write(book, before);
        const copy = new LedgerBook(book);
        const then = sorted(book);
        write(book, after);
        expect(sorted(copy)).toEqual(then);
        const now = sorted(book);
        write(copy, elsewhere);
        expect(sorted(book)).toEqual(now);
        expect(copy.size).toBe(sorted(copy).length);
      }),
    );
  });
});
