import type { z } from 'zod';
import { MusterError } from '../errors.ts';
import type { HttpAnswer, HttpCall, HttpClient } from '../http/client.ts';
import { failureOf, isWebPage } from './failures.ts';

/** A request to the API. `route` is method and path with `{holes}`; `params` fills them, encoded. */
export interface ApiCall {
  readonly route: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: HttpCall['query'];
  readonly json?: unknown;
  /** SCIM version to compare, without quotes; sent as `If-Match: "…"`. */
  readonly ifMatch?: string | undefined;
  /** See `HttpCall.goodForMs`. */
  readonly goodForMs?: number;
  /** See `HttpCall.exact`. */
  readonly exact?: boolean;
  /** Default: everything but POST may be sent twice. */
  readonly repeatable?: boolean;
  /** What it is about, for errors: `queue Support_Tier1`. Default: the route. */
  readonly subject?: string;
  /** Statuses that the caller wants to see instead of an error. */
  readonly accept?: readonly number[];
}

export interface GenesysApi {
  /** Resolves with a 2xx, or a status in `accept`; else throws a `MusterError`. */
  send(call: ApiCall, signal: AbortSignal): Promise<HttpAnswer>;
  /** As `send`, with the body parsed by a schema of `wire.ts`. */
  read<Out>(call: ApiCall, schema: z.ZodType<Out>, signal: AbortSignal): Promise<Out>;
  /** As `read`; undefined for a status in `accept`. */
  find<Out>(call: ApiCall, schema: z.ZodType<Out>, signal: AbortSignal): Promise<Out | undefined>;
  /** Requests on the wire so far, retries included. */
  readonly sent: number;
  /** The allowance that the target announced, in requests a minute; 300 until it did (§6.1). */
  readonly perMinute: number;
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** Joins our HTTP client with the API's URLs and errors. `perMinute` asks the budget. */
export function createApi(baseUrl: string, http: HttpClient, perMinute: () => number): GenesysApi {
  const root = baseUrl.replace(/\/+$/u, '');
  const send = async (call: ApiCall, signal: AbortSignal): Promise<HttpAnswer> => {
    const [method, template] = call.route.split(' ') as [HttpCall['method'], string];
    const path = template.replace(/\{(\w+)\}/gu, (_, name: string) =>
      encodeURIComponent(call.params?.[name] ?? ''),
    );
    const answer = await http.send({
      method,
      url: root + path,
      route: call.route,
      signal,
      repeatable: call.repeatable ?? method !== 'POST',
      ...(call.goodForMs === undefined ? {} : { goodForMs: call.goodForMs }),
      ...(call.exact ? { exact: true } : {}),
      ...(call.query ? { query: call.query } : {}),
      ...(call.json === undefined ? {} : { json: call.json }),
      ...(call.ifMatch === undefined ? {} : { headers: { 'if-match': `"${call.ifMatch}"` } }),
    });
    if (isSuccess(answer)) return answer;
    // A gateway's own 404 says nothing about what the API has.
    if (call.accept?.includes(answer.status) && !isWebPage(answer)) return answer;
    throw failureOf(answer, call.subject ?? call.route);
  };
  const few = () => http.sent <= fewRequests;
  return {
    send,
    read: async (call, schema, signal) => parse(await send(call, signal), schema, call, few()),
    find: async (call, schema, signal) => {
      const answer = await send(call, signal);
      return isSuccess(answer) ? parse(answer, schema, call, few()) : undefined;
    },
    get sent() {
      return http.sent;
    },
    get perMinute() {
      return perMinute();
    },
    baseUrl: root,
    close: () => http.close(),
  };
}

const isSuccess = ({ status }: HttpAnswer): boolean => status >= 200 && status < 300;

/** Requests until schemas are compiled, which takes zod longer than to read a few: a small tenant needs no more. */
const fewRequests = 20;

function parse<Out>(answer: HttpAnswer, schema: z.ZodType<Out>, call: ApiCall, jitless: boolean): Out {
  const parsed = schema.safeParse(answer.body, { jitless });
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues
    .slice(0, 3)
    .map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new MusterError('http.not-json', {
    happened: `The answer (${answer.status}) is not what the API promises: ${where.join('; ')}.`,
    subject: call.subject ?? call.route,
    status: answer.status,
    correlationId: answer.headers['inin-correlation-id'],
    remedy: 'Check baseUrl and the proxy: something else than the API may be answering.',
  });
}
