import { createHash } from 'node:crypto';
import { MusterError } from '../errors.ts';
import type { Evidence } from '../model/directory.ts';

/** Proof of how much a walk has read; the caller adds when. */
export type PageEvidence = Omit<Evidence, 'readAt'>;

/**
 * A walk over the pages of a listing: yields the items of each page, returns the evidence. It always ends: at the
 * end of the listing, at `maxPages`, or where the server goes round in circles. Rows may come twice where the list
 * changes while it is read, so callers key by id.
 */
export type PageWalk<Item> = AsyncGenerator<readonly Item[], PageEvidence, void>;

const defaultMaxPages = 10_000;

export interface WalkBounds {
  /** 10,000 by default. */
  readonly maxPages?: number;
}

/** One page as the caller has parsed it. */
export interface Page<Item> {
  /** Two pages with equal first and last items count as one page given twice, so leave out what changes by itself. */
  readonly items: readonly Item[];
  /** The total that the server announces, where it does. */
  readonly total?: number;
}

export interface NumberedPage<Item> extends Page<Item> {
  readonly pageCount?: number;
  /** False where the server says that this is the last page (no `nextUri`), undefined where it does not say. */
  readonly more?: boolean;
}

export interface LinkedPage<Item> extends Page<Item> {
  /** Where the next page is, exactly as the server wrote it; undefined on the last one. */
  readonly next?: string;
}

/** Pages that are read at a time, where it is known that they are there: as many as there are lanes. */
const pagesAhead = 4;

/**
 * `pageNumber=1, 2, …` up to `pageCount`, else up to a page that says there is no more, else until the total is
 * there, else until an empty page (API reference §3.1). Where the pages are counted, some are read at a time; they
 * are looked at in their order.
 */
export function byPageNumber<Item>(
  read: (pageNumber: number) => Promise<NumberedPage<Item>>,
  bounds: WalkBounds = {},
): PageWalk<Item> {
  let received = 0;
  const begun = new Map<number, Promise<NumberedPage<Item>>>();
  let pageCount = 1;
  const takePage = async (number: number): Promise<NumberedPage<Item>> => {
    // Only when somebody goes on behind the first page: who wanted to see that one alone pays for no other.
    const until = Math.min(pageCount, number + pagesAhead - 1, bounds.maxPages ?? defaultMaxPages);
    for (let next = number; next <= Math.max(number, until); next++) {
      if (begun.has(next)) continue;
      const reading = read(next);
      // Whoever comes to it hears of its failure; where the walk ends before, nobody does.
      reading.catch(() => {});
      begun.set(next, reading);
    }
    const page = await begun.get(number)!;
    begun.delete(number);
    pageCount = page.pageCount ?? 1;
    return page;
  };
  return walk<number, Item>(1, bounds, async number => {
    const page = await takePage(number);
    received += page.items.length;
    const last =
      page.items.length === 0 ||
      (page.pageCount !== undefined
        ? number >= page.pageCount
        : page.more === undefined
          ? page.total !== undefined && received >= page.total
          : !page.more);
    const early = page.items.length === 0 && number < (page.pageCount ?? 0);
    return {
      page,
      next: last ? undefined : number + 1,
      ...(early && { doubt: `The server announced ${page.pageCount} pages; page ${number} was empty.` }),
    };
  });
}

/** `pageNumber=1, 2, …` until an empty page: listings without any total, like queue members (API reference §3.4). */
export function untilEmptyPage<Item>(
  read: (pageNumber: number) => Promise<Page<Item>>,
  bounds: WalkBounds = {},
): PageWalk<Item> {
  return walk<number, Item>(1, bounds, async number => {
    const page = await read(number);
    return { page, next: page.items.length === 0 ? undefined : number + 1 };
  });
}

/**
 * SCIM: `startIndex` counts resources from 1 and advances by how many have come, because a server may give fewer
 * than were asked for (RFC 7644 §3.4.2.4). Without a total, until an empty page.
 */
export function byStartIndex<Item>(
  read: (startIndex: number) => Promise<Page<Item>>,
  bounds: WalkBounds = {},
): PageWalk<Item> {
  return walk<number, Item>(1, bounds, async startIndex => {
    const page = await read(startIndex);
    const next = startIndex + page.items.length;
    const last = page.items.length === 0 || (page.total !== undefined && next > page.total);
    return { page, next: last ? undefined : next };
  });
}

/** An opaque cursor or page token; the first page has none. */
export function byCursor<Item>(
  read: (cursor: string | undefined) => Promise<LinkedPage<Item>>,
  bounds: WalkBounds = {},
): PageWalk<Item> {
  return walk<string | undefined, Item>(undefined, bounds, async cursor => {
    const page = await read(cursor);
    return { page, next: page.next || undefined };
  });
}

/**
 * The server's own next URL (`nextUri`, `@odata.nextLink`, `Link: rel="next"` by way of `nextLink`), asked for as it
 * is. A relative one is completed. The token goes with every page, so a URL on another origin is refused.
 *
 * @throws MusterError `http.unexpected` for a next URL elsewhere or one that is no URL.
 */
export function byNextUrl<Item>(
  firstUrl: string,
  read: (url: string) => Promise<LinkedPage<Item>>,
  bounds: WalkBounds = {},
): PageWalk<Item> {
  return walk(firstUrl, bounds, async url => {
    const page = await read(url);
    return { page, next: page.next ? onSameOrigin(page.next, url) : undefined };
  });
}

function onSameOrigin(next: string, current: string): string {
  const url = URL.parse(next, current);
  const { origin } = new URL(current);
  if (url?.origin === origin) return url.href;
  throw new MusterError('http.unexpected', {
    happened: 'The server named a next page on another origin, where our token must not go.',
    subject: url ? `${origin} → ${url.origin}` : origin,
    remedy:
      'Set the base URL to the origin that the server itself uses, or let the gateway rewrite the links.',
  });
}

interface Step<Cursor, Item> {
  readonly page: Page<Item>;
  readonly next: Cursor | undefined;
  /** Why the listing may have been longer than what came. */
  readonly doubt?: string;
}

/**
 * The driver of all walks. What it distrusts: a cursor that was there before, a page that was there before (a server
 * that ignores the cursor), a total that moves (a row taken away behind us shifts another one past us), and fewer
 * items than were announced.
 */
async function* walk<Cursor extends string | number | undefined, Item>(
  first: Cursor,
  { maxPages = defaultMaxPages }: WalkBounds,
  step: (cursor: Cursor) => Promise<Step<Cursor, Item>>,
): PageWalk<Item> {
  const cursors = new Set<Cursor>([first]);
  const sights = new Set<string>();
  const reasons = new Set<string>();
  let received = 0;
  let expected: number | undefined;
  let cursor = first;
  let pages = 0;
  while (pages < maxPages) {
    const { page, next, doubt } = await step(cursor);
    pages += 1;
    if (doubt) reasons.add(doubt);
    if (page.items.length > 0) {
      const sight = sightOf(page.items);
      if (sights.has(sight)) {
        reasons.add('The server gave the same page twice.');
        break;
      }
      sights.add(sight);
    }
    received += page.items.length;
    if (page.total !== undefined) {
      if (expected !== undefined && page.total !== expected) {
        reasons.add('The list changed while it was read.');
      }
      expected = page.total;
    }
    yield page.items;
    if (next === undefined) break;
    if (cursors.has(next)) {
      reasons.add('The server named a page that had been read before as the next one.');
      break;
    }
    if (pages === maxPages) reasons.add(`There are more than ${maxPages} pages.`);
    cursors.add(next);
    cursor = next;
  }
  if (expected !== undefined && received < expected) {
    reasons.add(`The server announced ${expected} and gave ${received}.`);
  }
  return {
    complete: reasons.size === 0,
    reasons: [...reasons],
    pages,
    ...(expected === undefined ? {} : { expected }),
  };
}

/** Tells pages apart by their ends: no row may be twice in a list, so that two pages with the same ends are one. */
const sightOf = (items: readonly unknown[]): string =>
  createHash('sha256')
    .update(JSON.stringify([items.length, items[0], items.at(-1)]))
    .digest('base64');

export interface Collected<Item> {
  readonly items: readonly Item[];
  readonly evidence: PageEvidence;
}

/** All items and the evidence; a page that cannot be read fails the whole. */
export async function collect<Item>(walk: PageWalk<Item>): Promise<Collected<Item>> {
  const items: Item[] = [];
  for (;;) {
    const step = await walk.next();
    if (step.done) return { items, evidence: step.value };
    for (const item of step.value) items.push(item);
  }
}

/**
 * Like `collect`, but a page that cannot be read after the first ends the walk there: what came before is given,
 * with evidence that it is not complete and why. An abort is no such page.
 */
export async function collectWhatComes<Item>(
  walk: PageWalk<Item>,
  signal?: AbortSignal,
): Promise<Collected<Item>> {
  const items: Item[] = [];
  let pages = 0;
  try {
    for (;;) {
      const step = await walk.next();
      if (step.done) return { items, evidence: step.value };
      for (const item of step.value) items.push(item);
      pages += 1;
    }
  } catch (error) {
    if (pages === 0 || signal?.aborted || !(error instanceof MusterError)) throw error;
    return { items, evidence: { complete: false, reasons: [error.message], pages } };
  }
}
