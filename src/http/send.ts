import type { Clock } from '../clock.ts';
import { MusterError } from '../errors.ts';
import { type Booking, type Budget, createBudget } from './budget.ts';
import type { HttpAnswer, HttpCall, HttpClient, TokenProvider } from './client.ts';
import { echoFilter } from './echo.ts';
import { parseExactly } from './exact-json.ts';
import { createLanes, type Lane, laneOf } from './lanes.ts';
import { rawAnswer, readAnswer } from './read-answer.ts';
import {
  defaultRetryPolicy,
  type Failure,
  failureOf,
  type ReadThrottle,
  type RetryPolicy,
  retryDelayMs,
} from './retry.ts';
import { createRouteLimits, together } from './route-limits.ts';
import type { Transport, WireRequest } from './transport.ts';
import type { Rank } from './waiting-line.ts';
import { WireError } from './wire-error.ts';
import { type TokenHeaders, wireRequest, withToken } from './wire-request.ts';

export interface HttpClientOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Without one, no call carries an Authorization header of ours. */
  readonly tokens?: TokenProvider;
  /** Share one between clients that use the same token. A new one by default. */
  readonly budget?: Budget;
  /** Most calls in flight; API reference §3.5 advises four. */
  readonly concurrency?: number;
  readonly retry?: Partial<RetryPolicy>;
  /** For an attempt, headers and body together. */
  readonly timeoutMs?: number;
  /** Sent with every call; those of the call win. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How this vendor says "too fast", where it is not 429 with `Retry-After`. */
  readonly throttle?: ReadThrottle;
  /** Hears of every attempt that was not given up by the caller: for counts, progress and logs. */
  readonly onCall?: (report: CallReport) => void;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

/** One attempt, as it was. */
export interface CallReport {
  readonly route: string;
  readonly attempt: number;
  /** Undefined where there was no answer; then `error` has the code. */
  readonly status?: number;
  readonly error?: string;
  /** From sending to the last byte. */
  readonly ms: number;
  /** Before it, for limits, for a lane, for the budget and between attempts. */
  readonly waitedMs: number;
}

/**
 * The one way in which muster talks HTTP. A call waits for the limits of its route, for a lane, for the budget and for
 * a token; it is sent, and repeated as `retryDelayMs` decides. A 401 makes a new token, once, and is not counted as an attempt.
 *
 * Redirects are answers like others: following one would carry the token to wherever it points.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { transport, clock, tokens, onCall } = options;
  const { budget = createBudget({ clock }), random = Math.random, timeoutMs = 30_000 } = options;
  const policy: RetryPolicy = { ...defaultRetryPolicy, ...options.retry };
  const lanes = createLanes(options.concurrency ?? 4);
  const routes = createRouteLimits(clock);
  const withoutEcho = echoFilter();
  let sent = 0;

  async function attemptsAt(call: HttpCall, calledMs: number, lane: Lane): Promise<HttpAnswer> {
    const wire = wireRequest(call, options.headers, call.timeoutMs ?? timeoutMs);
    let waitingSinceMs = calledMs;
    let firstMs: number | undefined;
    let renewed = false;
    let rank: Rank = 'new';
    // The policy ends this loop: after its last attempt there is no delay, and 401 goes round once only.
    for (let attempt = 1; ; attempt++) {
      const booking = await admitted(call, lane, rank);
      const token = await authorize(call, wire, booking);
      const begunMs = clock.now();
      if (call.goodForMs !== undefined && begunMs - calledMs > call.goodForMs) {
        booking.unsent();
        throw outdated(call, begunMs - calledMs);
      }
      firstMs ??= begunMs;
      const result = await attemptOnce(withToken(wire, token), booking, attempt, call);
      const endedMs = clock.now();
      const counted = renewed ? attempt - 1 : attempt;
      const failure = failureIn(result, call, endedMs);
      const moment = { attempt: counted, elapsedMs: endedMs - firstMs, random: random() };
      const delayMs = failure && retryDelayMs(failure, moment, policy);
      if (failure?.kind === 'throttled') {
        // Whoever comes next would be refused as well. The deadline bounds what a server can make everybody wait.
        const waitMs = Math.min(failure.retryAfterMs || delayMs || 0, policy.deadlineMs);
        if (failure.limit) routes.refused(call.route, failure.limit, waitMs);
        else budget.hold(waitMs);
      }
      // Not before the hold: this lets the next ones go.
      settle(booking, result);
      onCall?.({
        route: call.route,
        attempt,
        ...(result instanceof WireError ? { error: result.code } : { status: result.status }),
        ms: endedMs - begunMs,
        waitedMs: begunMs - waitingSinceMs,
      });
      waitingSinceMs = endedMs;

      if (token && !renewed && isUnauthorized(result)) {
        tokens?.reject(token.authorization);
        renewed = true;
      } else if (delayMs === undefined) {
        if (result instanceof WireError) throw result;
        return result;
      } else if (failure?.kind === 'throttled') {
        // Its turn comes by the line in front of that limit, before those who came later.
        rank = 'again';
        if (failure.limit) lane.leave();
      } else {
        await clock.sleep(delayMs, call.signal);
      }
    }
  }

  /** The line of its route comes first, without a lane: other routes may be open meanwhile. */
  async function admitted(call: HttpCall, lane: Lane, rank: Rank): Promise<Booking> {
    // Goes round again only where somebody else was refused while this one waited.
    for (;;) {
      const place = await routes.book(call.route, call.signal, rank);
      try {
        await lane.take(call.signal);
        const booking = together([place, await budget.book(call.signal, rank)]);
        if (place.isGood) return booking;
        booking.unsent();
        lane.leave();
      } catch (error) {
        place.unsent();
        throw error;
      }
    }
  }

  async function authorize(
    call: HttpCall,
    { method, url }: WireRequest,
    booking: Booking,
  ): Promise<TokenHeaders | undefined> {
    if (call.anonymous || !tokens) return undefined;
    try {
      const authorization = await tokens.authorization(call.signal);
      if (!tokens.proof) return { authorization };
      const target = `${url.origin}${url.pathname}`;
      return { authorization, proof: await tokens.proof({ method, url: target, authorization }) };
    } catch (error) {
      booking.unsent();
      throw error;
    }
  }

  async function attemptOnce(
    wire: WireRequest,
    booking: Booking,
    attempt: number,
    { raw = false, exact = false }: Pick<HttpCall, 'raw' | 'exact'>,
  ): Promise<HttpAnswer | WireError> {
    sent += 1;
    try {
      const answer = await transport.exchange(wire);
      // A file is taken as it is, byte for byte.
      if (raw && answer.status === 200) return rawAnswer(answer, attempt);
      const clean = withoutEcho(answer, wire);
      if (raw) return rawAnswer(clean, attempt);
      const subject = `${wire.method} ${wire.url.host}${wire.url.pathname}`;
      return readAnswer(clean, attempt, subject, exact ? parseExactly : JSON.parse);
    } catch (error) {
      if (!(error instanceof WireError)) {
        booking.lost();
        throw error;
      }
      if (!error.sent) sent -= 1;
      return error;
    }
  }

  function failureIn(result: HttpAnswer | WireError, call: HttpCall, nowMs: number): Failure | undefined {
    const { repeatable } = call;
    if (!(result instanceof WireError)) return failureOf(result, repeatable, nowMs, options.throttle);
    return { kind: 'network', sent: result.sent, lasting: result.lasting, repeatable };
  }

  return {
    async send(call) {
      const calledMs = clock.now();
      const lane = laneOf(lanes);
      try {
        return await attemptsAt(call, calledMs, lane);
      } finally {
        lane.leave();
      }
    },
    get sent() {
      return sent;
    },
    close: () => transport.close(),
  };
}

const outdated = ({ route }: HttpCall, waitedMs: number): MusterError =>
  new MusterError('genesys.stale', {
    happened: `What was read is ${Math.round(waitedMs / 1000)} s old, too old to be written back: its turn came too late.`,
    subject: route,
    remedy: 'Run again. If it stays so, somebody else uses up the allowance of this OAuth client.',
  });

function settle(booking: Booking, result: HttpAnswer | WireError): void {
  if (!(result instanceof WireError)) booking.answered(result.headers);
  else if (result.sent) booking.lost();
  else booking.unsent();
}

const isUnauthorized = (result: HttpAnswer | WireError): boolean =>
  !(result instanceof WireError) && result.status === 401;
