import { z } from 'zod';
import { MusterError } from '../errors.ts';
import { byPageNumber, collect } from '../http/pages.ts';
import type { ApiCall, GenesysApi } from './api.ts';

/** Largest page that the vendor's own tool asks `/routing/queues`, `/groups` and `/users` for (§3.1, §4, §5). */
export const listingPageSize = 500;
/** Rows that `/routing/queues/{id}/members` gives at most (§3.4). */
export const memberPageSize = 100;

/**
 * All rows of a `pageNumber` listing, each once (by `id`: rows can shift between pages). A listing that is not
 * proven complete is an error: an absence must never be concluded from half a list.
 */
export async function listAll<Out extends { readonly id: string }>(
  api: GenesysApi,
  call: ApiCall,
  row: z.ZodType<Out>,
  signal: AbortSignal,
  pageSize = listingPageSize,
): Promise<Out[]> {
  const schema = listing(row);
  const walk = byPageNumber(async pageNumber => {
    const answer = await api.read(
      { ...call, query: { ...call.query, pageSize, pageNumber } },
      schema,
      signal,
    );
    return {
      items: answer.entities ?? [],
      ...(answer.total == null ? {} : { total: answer.total }),
      ...(answer.pageCount == null ? {} : { pageCount: answer.pageCount }),
      ...(answer.pageCount == null && answer.total == null ? { more: mayGoOn(answer, pageSize) } : {}),
    };
  });
  const { items, evidence } = await collect(walk);
  if (!evidence.complete) {
    throw new MusterError('http.unexpected', {
      happened: `A listing is incomplete: ${evidence.reasons.join(' ')}`,
      subject: call.subject ?? call.route,
      remedy:
        'Run again: nothing is concluded from half a list. If it stays so, report it with the route to the platform.',
    });
  }
  return [...new Map(items.map(item => [item.id, item])).values()];
}

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
