/** What one answer says of the request limit, and when it was asked and heard. */
export interface QuotaSight {
  /** Requests that a window allows. */
  readonly allowed: number;
  /** Requests that the server has counted in this window, those of other clients of the same token included. */
  readonly count: number;
  /** Until the window ends, by the server's clock at some instant between sending and hearing. */
  readonly resetMs: number;
  readonly sentMs: number;
  readonly heardMs: number;
}

/** One window of the server, as far as we know it. Its end is known as a span, because seconds are coarse. */
export interface QuotaWindow {
  readonly allowed: number;
  /** Never less than what the server has counted of all answered requests. */
  readonly used: number;
  readonly endsFromMs: number;
  readonly endsByMs: number;
}

/** Whether the server rounds the seconds up or down is not documented; either way it is off by less than this. */
const roundingMs = 1_000;

/** A limit of single routes, as a refusal names it. */
export interface NamedLimit {
  /** Tells limits apart: namespace and key. */
  readonly name: string;
  /** Undefined where the refusal does not say so: then the limit is only known to be closed for now. */
  readonly rate?: { readonly allowed: number; readonly windowMs: number } | undefined;
}

/** The namespace of the limits of tokens and clients, which the headers of every answer tell of (§6.1, §6.2). */
const tokenNamespace = 'platform.api';

const unitMs: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/**
 * The `limit` in the body of a 429 (API reference §6.3), where it is another one than the token's. The unit is the end
 * of the key, as in every key that is known (`….rate.per.minute`, §6.1); a key without one tells no rate.
 */
export function readNamedLimit(body: unknown): NamedLimit | undefined {
  const limit = (body as { limit?: { namespace?: unknown; key?: unknown; value?: unknown } } | undefined)
    ?.limit;
  if (!limit || typeof limit.namespace !== 'string' || limit.namespace === tokenNamespace) return undefined;
  const name = `${limit.namespace} ${limit.key}`;
  const windowMs = unitMs[/\.per\.(second|minute|hour|day)$/u.exec(String(limit.key))?.[1] ?? ''];
  const allowed = Number(limit.value);
  return { name, ...(windowMs !== undefined && allowed >= 1 ? { rate: { allowed, windowMs } } : {}) };
}

/** Reads the limit headers of an answer; undefined where there are none that can be trusted. */
export type ReadQuota = (
  headers: Readonly<Record<string, string>>,
) => Pick<QuotaSight, 'allowed' | 'count' | 'resetMs'> | undefined;

/**
 * The limit headers of an answer (API reference §6.2): quota, requests so far, and *seconds* until the reset.
 * Undefined where one is missing or no number.
 */
export const readQuota: ReadQuota = headers => {
  const allowed = numberOf(headers['inin-ratelimit-allowed']);
  const count = numberOf(headers['inin-ratelimit-count']);
  const seconds = numberOf(headers['inin-ratelimit-reset']);
  if (allowed === undefined || allowed < 1 || count === undefined || seconds === undefined) return undefined;
  return { allowed, count, resetMs: seconds * 1000 };
};

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+(?:\.\d+)?$/u.test(text.trim()) ? Number(text) : undefined;

/**
 * What we know of the present window after one more answer. Answers may come in another order than they were given.
 *
 * ```
 * the end that the answer tells       →
 * overlaps the end that we know       same window: the higher count, the lower allowance, the narrower end
 * lies behind it                      a new window has begun: all is as the answer says
 * lies before it                      a late answer of a window that is over: nothing is learned
 * ```
 */
export function learn(window: QuotaWindow | undefined, sight: QuotaSight): QuotaWindow {
  const endsFromMs = sight.sentMs + sight.resetMs - roundingMs;
  const endsByMs = sight.heardMs + sight.resetMs + roundingMs;
  if (window && endsByMs < window.endsFromMs) return window;
  if (!window || endsFromMs > window.endsByMs) {
    return { allowed: sight.allowed, used: sight.count, endsFromMs, endsByMs };
  }
  return {
    allowed: Math.min(window.allowed, sight.allowed),
    used: Math.max(window.used, sight.count),
    endsFromMs: Math.max(window.endsFromMs, endsFromMs),
    endsByMs: Math.min(window.endsByMs, endsByMs),
  };
}

/** A request whose answer told no count, or never came, may have been counted all the same. */
export const countUnseen = (window: QuotaWindow): QuotaWindow => ({ ...window, used: window.used + 1 });
