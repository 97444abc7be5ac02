import type { Clock } from '../clock.ts';
import type { Contract } from '../model/contract.ts';
import { errorBody, mediaType, ScimProblem } from '../scim/messages.ts';
import { type Answer, answer, Refused, refuse } from './answer.ts';
import { auditing } from './audits.ts';
import { authenticate } from './authorize.ts';
import { type Call, Query } from './call.ts';
import type { Db } from './db.ts';
import { codeOfStatus, type Fault, type Faults, gatewayPage, noApplyKinds } from './faults.ts';
import type { Knobs } from './knobs.ts';
import { budgetHeaders, type RateLimiter, spend } from './limits.ts';
import { tokenDesk } from './oauth.ts';
import { demand, demandScope, nothing, scopeFor } from './permissions.ts';
import { asksByPost, type Hooks, type RequestLog, type RequestRecord } from './records.ts';
import { type Match, router } from './router.ts';
import { routesOf } from './routes.ts';

/** What is behind the server: everything that a request may touch. */
export interface World {
  readonly db: Db;
  readonly knobs: Knobs;
  readonly contract: Contract;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly limiter: RateLimiter;
  readonly log: RequestLog;
  readonly hooks: Hooks;
  readonly newId: (kind: string) => string;
  readonly wireSeconds: (seconds: number) => number;
  readonly baseUrl: () => string;
}

export interface Incoming {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Undefined where it was larger than the limit. */
  readonly body: Buffer | undefined;
}

/** What goes on the wire; `fate` other than `send` is a fault's. */
export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly fate: 'send' | 'reset' | 'never' | 'truncate';
}

/** Bodies of the latest reads, for the `stale` fault; the oldest is forgotten beyond this. */
const rememberedReads = 500;

/** Turns a request into an answer, in the order in which a real gateway would look at it. */
export function pipeline(world: World): (incoming: Incoming) => Promise<Outgoing> {
  const { db, knobs, hooks, log } = world;
  const find = router(routesOf(world.contract));
  const mint = tokenDesk({ ...world, now: () => world.clock.now() });
  const earlier = new Map<string, Outgoing>();
  const wait = latency(world);

  return async incoming => {
    const { path, search } = targetOf(incoming.url);
    const { method } = incoming;
    const match = find(method, path);
    const isToken = method === 'POST' && path.endsWith('/oauth/token');
    const template = isToken ? '/oauth/token' : (match?.route[1] ?? path);
    const correlationId = world.newId('correlation');
    const now = world.clock.now();
    const record = log.begin({
      method,
      template,
      route: `${method} ${template}`,
      path,
      query: search,
      at: now,
      headers: incoming.headers,
      correlationId,
    });
    await hooks.run('request', record);
    db.settle();

    const bearer = authenticate(db, incoming.headers.authorization, now);
    const key = bearer.kind === 'valid' ? budgetKey(world.contract, bearer.token) : undefined;
    const spent = key
      ? spend(world.limiter, knobs, { key, method, template, now }, world.wireSeconds)
      : { budget: { allowed: knobs.rateLimit, count: 0, reset: knobs.rateWindowSeconds } };
    if (bearer.kind === 'valid') record.clientId = bearer.client.id;
    const fault = spent.refusal ? undefined : world.faults.strike({ method, template, path });
    if (fault) record.fault = fault.kind;
    const headers = {
      'inin-correlation-id': correlationId,
      ...(isToken ? {} : budgetHeaders(spent.budget, world.wireSeconds)),
    };

    const readKey = `${method} ${path}?${search}`;
    const before = fault?.kind === 'stale' ? earlier.get(readKey) : undefined;
    let result: Answer;
    if (fault && noApplyKinds.has(fault.kind)) {
      result = faultAnswer(fault, correlationId);
    } else {
      result = attempt(correlationId, () => {
        if (isToken) return mintFrom(incoming, mint);
        if (!path.startsWith('/api/v2/'))
          throw refuse(404, 'not.found', 'The requested resource was not found.');
        if (bearer.kind === 'refused') throw bearer.refusal;
        if (spent.refusal) throw spent.refusal;
        return handle(world, incoming, { match, path, search, now, record }, bearer);
      });
    }
    record.answer = result.body;
    const reads = method === 'GET' || method === 'HEAD' || isToken || asksByPost(template);
    if (!reads && result.status < 300 && !noApplyKinds.has(fault?.kind ?? 'stale')) {
      record.applied = true;
      await hooks.run('applied', record);
    }
    const outgoing = before ?? toWire(result, { ...headers, ...contentType(incoming, path) }, fault);
    await wait(now);
    if (method === 'GET' && outgoing.status === 200 && !before) remember(earlier, readKey, outgoing);
    if (outgoing.fate === 'send' || outgoing.fate === 'truncate') record.status = outgoing.status;
    await hooks.run('answer', record);
    return outgoing;
  };
}

/** What a proxy is asked for names the host as well (RFC 9112 §3.2.2); a query may hold question marks (RFC 3986 §3.4). */
function targetOf(url: string): { readonly path: string; readonly search: string } {
  const target = url.replace(/^https?:\/\/[^/?]*/iu, '');
  const end = target.indexOf('?');
  return end < 0
    ? { path: target, search: '' }
    : { path: target.slice(0, end), search: target.slice(end + 1) };
}

/** Per token on the platform (API reference §6.1), per client under the documented contract. */
const budgetKey = (contract: Contract, token: { token: string; clientId: string }): string =>
  contract === 'platform' ? `token ${token.token}` : `client ${token.clientId}`;

function handle(
  world: World,
  incoming: Incoming,
  request: { match: Match | undefined; path: string; search: string; now: number; record: RequestRecord },
  bearer: { readonly token: Call['token']; readonly client: Call['client'] },
): Answer {
  const { match } = request;
  if (!match) {
    throw refuse(
      501,
      'not.implemented',
      'The emulator does not do {method} {path}; docs/emulator-differences.md lists what it does.',
      {
        method: incoming.method,
        path: request.path,
      },
    );
  }
  const [method, template, need, handler] = match.route;
  const scope = scopeFor(world.contract, method, template);
  if (scope) demandScope(bearer.token, scope);
  else demand(bearer.client, need);
  const body = parseBody(incoming, world.knobs.requestBytesMax);
  if (body !== undefined) request.record.body = body;
  const call: Call = {
    db: world.db,
    knobs: world.knobs,
    contract: world.contract,
    method,
    path: request.path,
    params: match.params,
    query: new Query(new URLSearchParams(request.search)),
    headers: incoming.headers,
    body,
    client: bearer.client,
    token: bearer.token,
    now: request.now,
    baseUrl: world.baseUrl(),
    newId: world.newId,
    wireSeconds: world.wireSeconds,
  };
  const audited = auditing(call, template);
  const result = handler(call, scope ? nothing : need);
  audited(result);
  return result;
}

/** 413, 415 and 400 (API reference §6.1, §7). A body is JSON by either media type; GET and DELETE need none. */
function parseBody(incoming: Incoming, most: number): unknown {
  const { body } = incoming;
  if (body === undefined || body.length > most) {
    throw refuse(413, 'request.entity.too.large', 'The request is larger than {max} bytes.', {
      max: String(most),
    });
  }
  if (body.length === 0) return undefined;
  const type = (incoming.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (type !== 'application/json' && type !== mediaType) {
    throw refuse(415, 'unsupported.media.type', 'The content type {type} is not supported.', {
      type: type || 'none',
    });
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw refuse(400, 'bad.request', 'The request body is not valid JSON.');
  }
}

const mintFrom = (incoming: Incoming, mint: ReturnType<typeof tokenDesk>): Answer =>
  mint({
    authorization: incoming.headers.authorization,
    contentType: incoming.headers['content-type'],
    body: incoming.body?.toString('utf8') ?? '',
  });

/** Refusals become their bodies here, and nowhere else. */
function attempt(correlationId: string, run: () => Answer): Answer {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refused) {
      return { status: error.status, body: error.body(correlationId), headers: error.headers };
    }
    if (error instanceof ScimProblem) {
      return { status: error.status, body: errorBody(error) };
    }
    throw error;
  }
}

function faultAnswer(fault: Fault, correlationId: string): Answer {
  const retry: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  if (fault.kind === 'html') return { status: fault.status ?? 502, headers: retry };
  if (fault.kind !== 'status') return answer(0);
  const status = fault.status ?? 503;
  const problem = refuse(status, fault.code ?? codeOfStatus(status), 'The emulator was told to fail here.');
  return { status, body: problem.body(correlationId), headers: retry };
}

function toWire(result: Answer, headers: Record<string, string>, fault: Fault | undefined): Outgoing {
  if (fault?.kind === 'html') {
    const status = fault.status ?? 502;
    // A gateway in front of the API answers by itself: no correlation id, no budget.
    return {
      status,
      headers: { ...result.headers, 'content-type': 'text/html' },
      text: gatewayPage(status),
      fate: 'send',
    };
  }
  const fate =
    fault?.kind === 'reset' || fault?.kind === 'lost-answer'
      ? 'reset'
      : fault?.kind === 'timeout'
        ? 'never'
        : fault?.kind === 'truncate'
          ? 'truncate'
          : 'send';
  const text = result.body === undefined ? '' : JSON.stringify(result.body);
  return {
    status: result.status,
    headers: { ...headers, ...result.headers },
    text,
    fate,
  };
}

function remember(earlier: Map<string, Outgoing>, key: string, outgoing: Outgoing): void {
  earlier.delete(key);
  earlier.set(key, outgoing);
  if (earlier.size > rememberedReads) earlier.delete(earlier.keys().next().value!);
}

/** SCIM has a media type of its own, for those who ask for it; the vendor's clients ask for JSON (§2.1). */
const contentType = (incoming: Incoming, path: string) => ({
  'content-type':
    path.toLowerCase().startsWith('/api/v2/scim') && incoming.headers.accept?.includes(mediaType)
      ? mediaType
      : 'application/json',
});

/** An answer takes so long from when its request came: what the emulator needs to make it is a part of that. */
function latency(world: World): (since: number) => Promise<void> {
  let turn = 0;
  const oneIn = ({ from, to }: { readonly from: number; readonly to: number }): number => {
    // A golden-ratio walk spreads the waits evenly, whatever else draws random numbers.
    turn = (turn + 0.618033988749895) % 1;
    return from + (to - from) * turn;
  };
  return async since => {
    const { latencyMs } = world.knobs;
    if (latencyMs === 0) return;
    const wanted = typeof latencyMs === 'number' ? latencyMs : oneIn(latencyMs);
    await world.clock.sleep(Math.max(0, wanted - (world.clock.now() - since)));
  };
}
