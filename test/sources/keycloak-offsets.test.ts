import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/http/pages.ts';
import { byOffset, moved } from '../../src/sources/keycloak/offsets.ts';

interface Row {
  readonly id: string;
}

const rows = (count: number): Row[] => Array.from({ length: count }, (_, at) => ({ id: `r${at}` }));
const cut = (list: readonly Row[]) => async (first: number, max: number) => list.slice(first, first + max);

describe('a walk by offset', () => {
  it.each([0, 1, 9, 10, 11, 19, 20, 28, 100])('brings all of %i rows', async count => {
    const { items, evidence } = await collect(byOffset(cut(rows(count)), 10));
    expect(items).toEqual(rows(count));
    expect(evidence.complete).toBe(true);
  });

  it('needs one request for nothing, two for what fits in a page', async () => {
    expect((await collect(byOffset(cut([]), 10))).evidence.pages).toBe(1);
    expect((await collect(byOffset(cut(rows(7)), 10))).evidence.pages).toBe(2);
  });

  it('goes on behind a page that a gateway has made shorter', async () => {
    const capped = (first: number, max: number) => cut(rows(100))(first, Math.min(max, 7));
    const { items, evidence } = await collect(byOffset(capped, 50));
    expect(items).toEqual(rows(100));
    expect(evidence.complete).toBe(true);
  });

  it('ends with a doubt where a server gives its first page to every question', async () => {
    const { evidence } = await collect(byOffset(async () => rows(10), 10));
    expect(evidence.complete).toBe(false);
    expect(evidence.pages).toBeLessThan(10);
  });

  it('ends with a doubt after so many pages', async () => {
    const { evidence } = await collect(byOffset(cut(rows(100)), 10, 5));
    expect(evidence).toMatchObject({ complete: false, pages: 5, reasons: ['There are more than 5 pages.'] });
  });

  it('never calls a list whole from which somebody was skipped, whatever happens in between', async () => {
    const change = fc.record({
      drop: fc.array(fc.nat(40), { maxLength: 3 }),
      add: fc.array(fc.nat(999), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.array(change, { maxLength: 12 }),
        async (count, changes) => {
          // Sorted by name, as Keycloak gives them; who comes is put in at their place.
          let list = Array.from({ length: count }, (_, at) => ({ id: String(at * 25).padStart(4, '0') }));
          const always = new Set(list.map(({ id }) => id));
          let page = 0;
          const read = async (first: number, max: number) => {
            const { drop = [], add = [] } = (page > 0 && changes[page - 1]) || {};
            page += 1;
            for (const at of drop) {
              const gone = list[at];
              if (gone) always.delete(gone.id);
              list = list.filter(row => row !== gone);
            }
            const ids = new Set([...list.map(({ id }) => id), ...add.map(id => String(id).padStart(4, '0'))]);
            list = [...ids].sort().map(id => ({ id }));
            return list.slice(first, first + max);
          };
          const { items, evidence } = await collect(byOffset(read, 5));
          const came = new Set(items.map(({ id }) => id));
          expect(came.size).toBe(items.length);
          if (evidence.complete) expect([...always].filter(id => !came.has(id))).toEqual([]);
          else expect(evidence.reasons).toEqual([moved]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
