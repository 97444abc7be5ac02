import { listingPageSize } from './listing.ts';

/** One way to read something, and the calls that it takes as far as that can be known before. */
export interface Way<Name extends string> {
  readonly name: Name;
  readonly calls: number;
}

/** The way with the fewest calls; the first of several. */
export const cheapest = <Name extends string>(ways: readonly [Way<Name>, ...Way<Name>[]]): Way<Name> =>
  ways.reduce((best, way) => (way.calls < best.calls ? way : best));

/**
 * Pages that a listing is taken to have where nobody has told how long it is: up to three things are asked for by
 * themselves then. A longer list says so on its first page, and is left again at the price of that one call.
 */
const unknownPages = 3;

/** Ids in one `?id=…`: 100 UUIDs are a URL of 4 KB, which every proxy takes. */
export const idBatch = 100;

export const pages = (total: number | undefined, size = listingPageSize): number =>
  total === undefined ? unknownPages : Math.max(1, Math.ceil(total / size));

export const batches = (count: number, size = idBatch): number => Math.ceil(count / size);

/**
 * SCIM gives groups with their members 25 a page; more at once may be throttled, because each row costs the server
 * further look-ups (API reference §2.3).
 */
export const wholeGroupsPage = 25;

export const wholePages = (total: number | undefined): number => pages(total, wholeGroupsPage);

export interface QueueNeeds {
  /** Exact names. */
  readonly names: number;
  /** A glob or regular expression is among the texts: only the whole list can answer it. */
  readonly patterns: boolean;
  readonly ids: number;
  readonly total: number | undefined;
}

/**
 * By id, a hundred a call, and by name whom that did not find, one each; or pages of five hundred. Ids that we
 * recorded are as a rule those of the names.
 */
export function queueWay({ names, patterns, ids, total }: QueueNeeds): Way<'each' | 'list'> {
  const list: Way<'list'> = { name: 'list', calls: pages(total) };
  if (patterns) return list;
  return cheapest<'each' | 'list'>([{ name: 'each', calls: batches(ids) + Math.max(0, names - ids) }, list]);
}

export interface GroupNeeds {
  /** Groups whose version may spare reading them. */
  readonly check: number;
  /** Groups of which nothing but the id is known. */
  readonly read: number;
  /** Groups of which only the name, or the anchor, is known. */
  readonly find: number;
  readonly total: number | undefined;
}

/** Platform contract: versions and names by searches and by id, or by pages of five hundred. */
export const groupWay = ({ check, find, total }: GroupNeeds): Way<'each' | 'list'> =>
  cheapest<'each' | 'list'>([
    { name: 'each', calls: find + batches(check) },
    { name: 'list', calls: pages(total) },
  ]);

/**
 * Documented contract, where nothing but SCIM knows the groups: each by anchor or id; the versions in pages of five
 * hundred and the rest each; or all of them with members, 25 a page.
 */
export const extensionWay = ({ check, read, find, total }: GroupNeeds): Way<'each' | 'versions' | 'whole'> =>
  cheapest<'each' | 'versions' | 'whole'>([
    { name: 'each', calls: find + read + check },
    ...(check > 0 ? ([{ name: 'versions', calls: pages(total) + find + read }] as const) : []),
    { name: 'whole', calls: wholePages(total) },
  ]);
