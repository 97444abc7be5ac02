import type { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { isMusterError, MusterError } from '../../errors.ts';
import { type Budget, createBudget } from '../../http/budget.ts';
import type { HttpAnswer, HttpCall, TokenProvider } from '../../http/client.ts';
import { byNextUrl, type PageWalk } from '../../http/pages.ts';
import { type ReadThrottle, standardThrottle } from '../../http/retry.ts';
import { retryAfterMs } from '../../http/retry-after.ts';
import { createHttpClient } from '../../http/send.ts';
import type { Transport } from '../../http/transport.ts';
import type { Log } from '../../log.ts';
import { asSourceFailure } from '../reach.ts';
import type { WebOptions } from '../web-options.ts';
import { retryOf } from '../web-transport.ts';
import { graphFailure, isFatal, notUnderstood } from './failures.ts';
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
  /** Lets nobody send anything for so long, at most as long as one request may take. */
  hold(ms: number): void;
  /** Has it been silent so often in a row that there is no sense in asking further? */
  readonly gone: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Requests in a row that brought no answer, each after all its attempts. */
const patience = 3;

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

  let silences = 0;
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
      silences = 0;
      slowDown(answer.headers, budget);
      return answer;
    } catch (error) {
      const failure = asSourceFailure(error, 'Microsoft Graph');
      if (isMusterError(failure, 'source.unreachable')) silences += 1;
      throw failure;
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
    hold: ms => budget.hold(Math.min(ms, web.deadlineSeconds * 1000)),
    get gone() {
      return silences >= patience;
    },
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

/** A failure that is about this one thing, as a value. */
export async function settle<Value>(graph: Graph, reading: Promise<Value>): Promise<Settled<Value>> {
  try {
    return await reading;
  } catch (error) {
    graph.signal.throwIfAborted();
    if (!(error instanceof MusterError) || isFatal(error) || graph.gone) throw error;
    return error;
  }
}

export const failed = (settled: unknown): settled is MusterError => settled instanceof MusterError;
