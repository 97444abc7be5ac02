import type { PageEvidence, PageWalk } from '../../http/pages.ts';

/** The list was another one when the next page came; reading it again may help. */
export const moved = 'The list changed while it was read.';

/** Pages in a row without anything new, after which a server is taken to go round in circles. */
const patience = 3;

/**
 * A list by `first` and `max`, over rows that others add and take away meanwhile.
 *
 * A page that is shorter than asked for is no proof of the end: Keycloak leaves out users whom the directory behind it
 * has lost *after* it has cut the page, and a gateway may cap `max`. And an offset skips somebody whenever a row
 * before it goes. So each page begins with the last row of the one before:
 *
 * ```
 * first=0  a b c d        first=3  d e f        first=5  f
 *                d is there: nobody was skipped        f and nothing behind it: that was the end
 * ```
 *
 * Where that row is not there the walk stops, and its evidence says `moved`. Costs one request more than a walk that
 * believes in short pages.
 */
export async function* byOffset<Row extends { readonly id: string }>(
  read: (first: number, max: number) => Promise<readonly Row[]>,
  max: number,
  maxPages = 10_000,
): PageWalk<Row> {
  const seen = new Set<string>();
  let first = 0;
  let last: string | undefined;
  let barren = 0;
  for (let pages = 1; pages <= maxPages; pages++) {
    const rows = await read(first, max);
    const overlap = last === undefined ? -1 : rows.findLastIndex(row => row.id === last);
    if (last !== undefined && overlap < 0) return incomplete(pages, moved);
    const fresh = rows.slice(overlap + 1).filter(row => !seen.has(row.id));
    for (const row of fresh) seen.add(row.id);
    yield fresh;
    // A full page without news was pushed on by rows that came in before it, and there may be more behind.
    if (fresh.length === 0 && rows.length < max) return { complete: true, reasons: [], pages };
    barren = fresh.length === 0 ? barren + 1 : 0;
    if (barren === patience) return incomplete(pages, 'The server gives the same page again and again.');
    first += rows.length - 1;
    last = rows.at(-1)!.id;
  }
  return incomplete(maxPages, `There are more than ${maxPages} pages.`);
}

const incomplete = (pages: number, reason: string): PageEvidence => ({
  complete: false,
  reasons: [reason],
  pages,
});
