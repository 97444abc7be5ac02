import { z } from 'zod';
import { MusterError } from '../errors.ts';
import { byPageNumber } from '../http/pages.ts';
import type { ApiCall, GenesysApi } from './api.ts';

/** Largest page that the vendor's own tool asks `/routing/queues`, `/groups` and `/users` for (§3.1, §4, §5). */
export const listingPageSize = 500;
/** Rows that `/routing/queues/{id}/members` gives at most (§3.4). */
export const memberPageSize = 100;

/** Pages that are asked for before the one in front of them has come; the client's lane holds back what is too many. */
const pagesAhead = 8;

export interface Listed {
  /** What the server announced. */
  readonly total: number | undefined;
  /** False where `goOn` had it stop after the first page. */
  readonly whole: boolean;
}

/**
 * All rows of a `pageNumber` listing. One that is not proven complete is an error: an absence must never be concluded
 * from half a list.
 */
export async function listAll<Out extends { readonly id: string }>(
  api: GenesysApi,
  call: ApiCall,
  row: z.ZodType<Out>,
  signal: AbortSignal,
  pageSize = listingPageSize,
): Promise<readonly Out[]> {
  // Each once: rows can shift between pages.
  const rows = new Map<string, Out>();
  const take = (page: readonly Out[]) => {
    for (const item of page) rows.set(item.id, item);
  };
  await listWhile(api, call, row, { take, goOn: () => true }, signal, pageSize);
  return [...rows.values()];
}

export interface Listener<Out> {
  /** Hears of each page while the next ones are on their way; a row may come twice, the later one holds. */
  readonly take: (page: readonly Out[]) => void;
  /** The first page tells how many rows there are; is the rest worth it? */
  readonly goOn: (total: number | undefined) => boolean;
}

/** As `listAll`, page by page. */
export async function listWhile<Out extends { readonly id: string }>(
  api: GenesysApi,
  call: ApiCall,
  row: z.ZodType<Out>,
  { take, goOn }: Listener<Out>,
  signal: AbortSignal,
  pageSize = listingPageSize,
): Promise<Listed> {
  const schema = listing(row);
  const ask = (pageNumber: number) =>
    api.read({ ...call, query: { ...call.query, pageSize, pageNumber } }, schema, signal);
  const asked = new Map<number, ReturnType<typeof ask>>();
  let total: number | undefined;
  let pageCount = 0;
  const askAhead = (from: number) => {
    for (let page = from; page <= Math.min(pageCount, from + pagesAhead); page++) {
      if (asked.has(page)) continue;
      const answer = ask(page);
      // Whoever comes to this page hears of it; nobody comes after an earlier one has failed.
      answer.catch(() => {});
      asked.set(page, answer);
    }
  };
  const walk = byPageNumber(async pageNumber => {
    if (pageNumber > 1) askAhead(pageNumber);
    const answer = await (asked.get(pageNumber) ?? ask(pageNumber));
    asked.delete(pageNumber);
    total ??= answer.total ?? undefined;
    pageCount = answer.pageCount ?? 0;
    return {
      items: answer.entities ?? [],
      ...(answer.total == null ? {} : { total: answer.total }),
      ...(answer.pageCount == null ? {} : { pageCount: answer.pageCount }),
      ...(answer.pageCount == null && answer.total == null ? { more: mayGoOn(answer, pageSize) } : {}),
    };
  });
  for (let first = true; ; first = false) {
    const page = await walk.next();
    if (page.done) {
      if (!page.value.complete) throw incomplete(page.value.reasons, call);
      return { total, whole: true };
    }
    take(page.value);
    if (first && !goOn(total)) return { total, whole: false };
  }
}

const incomplete = (reasons: readonly string[], call: ApiCall) =>
  new MusterError('http.unexpected', {
    happened: `A listing is incomplete: ${reasons.join(' ')}`,
    subject: call.subject ?? call.route,
    remedy:
      'Run again: nothing is concluded from half a list. If it stays so, report it with the route to the platform.',
  });

/** A missing `nextUri` may, but need not, mean the end (§3.4): a full page is always followed by another look. */
const mayGoOn = (
  answer: { entities?: readonly unknown[] | null; pageSize?: number | null; nextUri?: string | null },
  asked: number,
): boolean => Boolean(answer.nextUri) || (answer.entities?.length ?? 0) >= (answer.pageSize ?? asked);

const listing = <Out>(row: z.ZodType<Out>) =>
  z.looseObject({
    entities: z.array(row).nullish(),
    total: z.coerce.number().nullish(),
    pageCount: z.coerce.number().nullish(),
    pageSize: z.coerce.number().nullish(),
    nextUri: z.string().nullish(),
  });
