import type { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { MusterError } from '../../errors.ts';
import { type Budget, createBudget } from '../../http/budget.ts';
import type { HttpAnswer, HttpCall, TokenProvider } from '../../http/client.ts';
import { byNextUrl, type PageWalk } from '../../http/pages.ts';
import { type ReadThrottle, standardThrottle } from '../../http/retry.ts';
import { retryAfterMs } from '../../http/retry-after.ts';
import { createHttpClient } from '../../http/send.ts';
import type { Transport } from '../../http/transport.ts';
import type { Log } from '../../log.ts';
import { asSourceError, graphFailure, notUnderstood } from './failures.ts';
import { pageOf } from './wire.ts';

/** One thing to read. */
export interface Ask {
  /** Absolute, query included. */
  readonly url: string;
  readonly route: string;
  /** For messages. */
  readonly subject: string;
  /** An advanced query: reads an index that may lag, and needs its header on every page (reference §2). */
  readonly advanced?: boolean;
}

/** Microsoft Graph for the length of one read. */
export interface Graph {
  /** `https://graph.microsoft.com/v1.0`. */
  readonly root: string;
  /** The body of a 2xx; everything else is a `MusterError` of `source.*`. */
  get(ask: Ask): Promise<unknown>;
  post(ask: Ask, json: unknown): Promise<HttpAnswer>;
  /** `first` is the first page where it is there already: the answer of a batch. */
  pages<Item>(ask: Ask, item: z.ZodType<Item>, first?: unknown): PageWalk<Item>;
  /** Lets nobody send anything for so long. */
  hold(ms: number): void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface GraphOptions {
  readonly root: string;
  readonly transport: Transport;
  readonly tokens: TokenProvider;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly options: WebOptions;
}

export function createGraph(options: GraphOptions): Graph {
  const { root, clock, signal, options: web } = options;
  const budget = createBudget({ clock });
  const http = createHttpClient({
    transport: options.transport,
    tokens: options.tokens,
    clock,
    budget,
    concurrency: web.concurrency,
    timeoutMs: web.timeoutSeconds * 1000,
    retry: retryOf(web),
    throttle: graphThrottle,
    // A background read is to give way to people: Graph turns it away first (reference §2).
    headers: { 'x-ms-throttle-priority': 'low' },
    onCall: report => options.log.debug('entra.call', { ...report }),
  });

  const send = async (ask: Ask, call: Pick<HttpCall, 'method' | 'json'>): Promise<HttpAnswer> => {
    try {
      const answer = await http.send({
        ...call,
        url: ask.url,
        route: ask.route,
        // Also the POSTs: all that is ever sent to Graph reads.
        repeatable: true,
        signal,
        ...(ask.advanced && { headers: { consistencylevel: 'eventual' } }),
      });
      slowDown(answer.headers, budget);
      return answer;
    } catch (error) {
      throw asSourceError(error, signal);
    }
  };

  const get = async (ask: Ask): Promise<unknown> => {
    const answer = await send(ask, { method: 'GET' });
    if (answer.status < 200 || answer.status > 299) throw graphFailure(answer, ask.subject);
    if (answer.body === undefined) throw notUnderstood('something that is not JSON', ask.subject);
    return answer.body;
  };

  return {
    root,
    clock,
    signal,
    get,
    post: (ask, json) => send(ask, { method: 'POST', json }),
    pages: (ask, item, first) =>
      byNextUrl(ask.url, async url => {
        const body = first !== undefined && url === ask.url ? first : await get({ ...ask, url });
        return readPage(body, item, ask.subject);
      }),
    hold: ms => budget.hold(ms),
  };
}

/** One page. @throws MusterError `source.read-failed` for a 200 that is none. */
export function readPage<Item>(body: unknown, item: z.ZodType<Item>, subject: string) {
  const page = pageOf(item).safeParse(body);
  if (!page.success) throw notUnderstood(`something that is no page (${firstIssue(page.error)})`, subject);
  const { value: items, '@odata.nextLink': next, '@odata.count': total } = page.data;
  return {
    items,
    ...(next !== undefined && { next }),
    ...(total !== undefined && { total }),
    ...(page.data['@odata.deltaLink'] !== undefined && { deltaLink: page.data['@odata.deltaLink'] }),
  };
}

/** A single object, as `readPage`. */
export function readRecord<Item>(body: unknown, item: z.ZodType<Item>, subject: string): Item {
  const record = item.safeParse(body);
  if (record.success) return record.data;
  throw notUnderstood(`something else (${firstIssue(record.error)})`, subject);
}

const firstIssue = (error: z.ZodError): string => {
  const [issue] = error.issues;
  return `${issue?.path.join('.') || 'the body'}: ${issue?.message ?? 'unreadable'}`;
};

/** 503 and 504 with a wait are the same "too fast" as 429: nobody else should try before it is over. */
export const graphThrottle: ReadThrottle = (answer, nowMs) => {
  const asksToWait = answer.status === 503 || answer.status === 504;
  const waitMs = asksToWait ? retryAfterMs(answer.headers, nowMs) : undefined;
  return waitMs === undefined ? standardThrottle(answer, nowMs) : { retryAfterMs: waitMs };
};

/**
 * `x-ms-throttle-limit-percentage` comes from 0.8 of the allowance upwards, which is a bucket that fills up within
 * ten seconds: half a second of pause at 0.8, all of the ten from 1.75.
 */
export function slowDown(headers: Readonly<Record<string, string>>, budget: Pick<Budget, 'hold'>): void {
  const share = Number(headers['x-ms-throttle-limit-percentage'] ?? 0);
  if (share >= 0.8) budget.hold(Math.min(10_000, Math.round((share - 0.75) * 10_000)));
}

/** What failed, in place of a result; failures that concern everything are thrown. */
export type Settled<Value> = Value | MusterError;

export const failed = (settled: unknown): settled is MusterError => settled instanceof MusterError;
