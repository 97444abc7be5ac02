import type { HttpAnswer } from './client.ts';
import { type NamedLimit, readNamedLimit } from './quota.ts';
import { retryAfterMs } from './retry-after.ts';

/**
 * What went wrong with one attempt, as far as the decision to repeat it needs to know.
 *
 * - `throttled`: refused for being too fast. Nothing was done, so a repeat is always harmless.
 * - `status`: an answer that says that something failed over there; perhaps after the work was done.
 * - `network`: no answer. `sent` is false only where it is certain that the request never left; `lasting` means that
 *   time will not mend it (a certificate that is not trusted).
 */
export type Failure =
  | ({ readonly kind: 'throttled' } & Throttled)
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly repeatable: boolean;
      readonly retryAfterMs?: number;
    }
  | {
      readonly kind: 'network';
      readonly sent: boolean;
      readonly lasting: boolean;
      readonly repeatable: boolean;
    };

/** A refusal for being too fast: how long it asks to wait, and which limit it names, where it names one. */
export interface Throttled {
  readonly retryAfterMs?: number;
  /** A limit of single routes; the token's own is left out. */
  readonly limit?: NamedLimit;
}

export interface RetryPolicy {
  /** Most requests that one call may put on the wire. */
  readonly attempts: number;
  /** Upper end of the first random wait; it doubles with every attempt. */
  readonly baseMs: number;
  /** The doubling ends here. */
  readonly maxMs: number;
  /** No attempt starts later than this after the first one. */
  readonly deadlineMs: number;
}

/**
 * Five attempts, as in the documented contract. The deadline leaves room for four full windows of a minute, so that
 * a `Retry-After` of a whole window can be honoured more than once.
 */
export const defaultRetryPolicy: RetryPolicy = {
  attempts: 5,
  baseMs: 1_000,
  maxMs: 30_000,
  deadlineMs: 300_000,
};

/** Where a call stands when an attempt has failed. Chance is handed in: a number from 0 to below 1. */
export interface Moment {
  /** Attempts made so far, this one included. */
  readonly attempt: number;
  /** Since the first attempt began. */
  readonly elapsedMs: number;
  readonly random: number;
}

/**
 * Milliseconds to wait before the next attempt, or undefined to give up.
 *
 * ```
 * failure                        repeatable   not repeatable (a POST that makes something)
 * 429, connection refused        wait         wait: nothing was done
 * 408, 500, 502, 503, 504 …      wait         give up: it may have been done
 * reset, timeout, cut answer     wait         give up: it may have been done
 * 501, 505, other 4xx            give up      give up: it would be the same again
 * certificate not trusted        give up      give up: it would be the same again
 * ```
 *
 * A `Retry-After` is taken exactly; without one the wait is exponential with full jitter, which spreads the clients
 * that failed together. A wait that would pass the deadline is not begun.
 */
export function retryDelayMs(failure: Failure, moment: Moment, policy: RetryPolicy): number | undefined {
  if (moment.attempt >= policy.attempts || !worthRepeating(failure)) return undefined;
  const asked = failure.kind === 'network' ? undefined : failure.retryAfterMs;
  const ceiling = Math.min(policy.maxMs, policy.baseMs * 2 ** (moment.attempt - 1));
  // A wait of zero tells nothing, and obeying it would spend all attempts within milliseconds.
  const delayMs = asked ? asked : Math.floor(moment.random * ceiling);
  return moment.elapsedMs + delayMs > policy.deadlineMs ? undefined : delayMs;
}

function worthRepeating(failure: Failure): boolean {
  switch (failure.kind) {
    case 'throttled':
      return true;
    case 'status':
      return failure.repeatable && isTransient(failure.status);
    case 'network':
      return !failure.lasting && (failure.repeatable || !failure.sent);
  }
}

/** 501 and 505 say "never", every other 5xx and 408 say "not now". */
const isTransient = (status: number): boolean =>
  status === 408 || (status >= 500 && status !== 501 && status !== 505);

/** Recognises a refusal for being too fast, and the wait that it asks for. Vendors spell it in their own ways. */
export type ReadThrottle = (answer: HttpAnswer, nowMs: number) => Throttled | undefined;

/** 429 with `Retry-After`, and the limit in its body: API reference §6.2, §6.3. */
export const standardThrottle: ReadThrottle = (answer, nowMs) => {
  if (answer.status !== 429) return undefined;
  const limit = readNamedLimit(answer.body);
  return { ...waitAsked(answer, nowMs), ...(limit ? { limit } : {}) };
};

/** The failure that an answer is, or undefined where it is none that a repeat could mend. */
export function failureOf(
  answer: HttpAnswer,
  repeatable: boolean,
  nowMs: number,
  throttle: ReadThrottle = standardThrottle,
): Failure | undefined {
  const throttled = throttle(answer, nowMs);
  if (throttled) return { kind: 'throttled', ...throttled };
  if (!isTransient(answer.status)) return undefined;
  return { kind: 'status', status: answer.status, repeatable, ...waitAsked(answer, nowMs) };
}

function waitAsked(answer: HttpAnswer, nowMs: number): { readonly retryAfterMs?: number } {
  const asked = retryAfterMs(answer.headers, nowMs);
  return asked === undefined ? {} : { retryAfterMs: asked };
}
