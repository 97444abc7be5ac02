import { refuse } from './answer.ts';
import type { Call } from './call.ts';

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** The envelope without `entities`. */
  readonly envelope: Readonly<Record<string, unknown>>;
}

/**
 * Cuts the asked page out of `all` and makes the listing envelope (API reference §3.1): whole, or without any total as
 * the member listings have it (§3.4). Pages larger than `max` are capped, not refused.
 */
export function pageOf<Row>(
  call: Call,
  all: readonly Row[],
  options: { readonly max: number; readonly totals?: boolean; readonly nextUri?: boolean },
): Page<Row> {
  const { query, path } = call;
  const pageNumber = query.integer('pageNumber', 1);
  const asked = query.integer('pageSize', 25);
  if (pageNumber < 1) throw refuse(400, 'invalid.page.number', 'The page number must be at least 1.');
  if (asked < 1) throw refuse(400, 'invalid.value', 'The page size must be at least 1.');
  const pageSize = Math.min(asked, options.max);
  const pageCount = Math.ceil(all.length / pageSize);
  const rows = all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  const uri = (page: number) => `${path}?${query.with({ pageSize, pageNumber: page })}`;
  const hasNext = pageNumber < pageCount;
  return {
    rows,
    envelope: {
      pageSize,
      pageNumber,
      ...(options.totals === false
        ? {}
        : { total: all.length, pageCount, lastUri: uri(Math.max(pageCount, 1)) }),
      firstUri: uri(1),
      selfUri: uri(pageNumber),
      ...(hasNext && options.nextUri !== false ? { nextUri: uri(pageNumber + 1) } : {}),
      ...(pageNumber > 1 ? { previousUri: uri(pageNumber - 1) } : {}),
    },
  };
}

/** Is the order the other way round? The groups and users APIs spell it `descending`, the queues API `desc`. */
export const descending = (call: Call): boolean => /^desc/i.test(call.query.text('sortOrder') ?? '');
