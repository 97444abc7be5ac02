import { Refused } from './answer.ts';
import { sameRoute } from './faults.ts';
import type { Knobs } from './knobs.ts';

export interface Budget {
  readonly allowed: number;
  readonly count: number;
  /** Emulated seconds until the window ends. */
  readonly reset: number;
}

/** Fixed windows that begin with their first request (API reference §6.1, §11). */
export class RateLimiter {
  readonly #windows = new Map<string, { from: number; count: number }>();

  /** Counts one request. A count above `allowed` is to be refused; refused requests count too. */
  take(key: string, now: number, allowed: number, windowSeconds: number): Budget {
    const length = windowSeconds * 1000;
    let window = this.#windows.get(key);
    if (!window || now >= window.from + length) {
      window = { from: now, count: 0 };
      this.#windows.set(key, window);
    }
    window.count++;
    return { allowed, count: window.count, reset: (window.from + length - now) / 1000 };
  }

  forget(): void {
    this.#windows.clear();
  }
}

/** The three headers that every answer of the API has (§6.2). */
export const budgetHeaders = (budget: Budget, wireSeconds: (seconds: number) => number) => ({
  'inin-ratelimit-allowed': String(budget.allowed),
  'inin-ratelimit-count': String(budget.count),
  'inin-ratelimit-reset': String(wireSeconds(budget.reset)),
});

/** The 429 of §6.3, with `Retry-After` in whole seconds and the limit by name. */
export function tooMany(
  seconds: number,
  limit: { readonly key: string; readonly namespace: string; readonly value: number },
): Refused {
  return new Refused(
    429,
    'too.many.requests.retry.after',
    'Rate limit exceeded the maximum. Retry the request in [{0}] seconds',
    { 0: String(seconds) },
    { limit },
    { 'retry-after': String(seconds) },
  );
}

/** Takes the request from the general budget of `key` and from the limits of its route; throws the 429. */
export function spend(
  limiter: RateLimiter,
  knobs: Knobs,
  request: { key: string; method: string; template: string; now: number },
  wireSeconds: (seconds: number) => number,
): { budget: Budget; refusal?: Refused } {
  const { key, now } = request;
  const budget = limiter.take(key, now, knobs.rateLimit, knobs.rateWindowSeconds);
  if (budget.count > budget.allowed) {
    const refusal = tooMany(wireSeconds(budget.reset), {
      key: 'client.credentials.token.rate.per.minute',
      namespace: 'platform.api',
      value: knobs.rateLimit,
    });
    return { budget, refusal };
  }
  for (const rule of knobs.routeLimits) {
    if (!sameRoute(rule.route, request.method, request.template)) continue;
    const own = limiter.take(`${key} ${rule.route}`, now, rule.requests, rule.windowSeconds);
    if (own.count <= own.allowed) continue;
    const refusal = tooMany(wireSeconds(own.reset), {
      key: rule.key,
      namespace: rule.namespace,
      value: rule.requests,
    });
    return { budget, refusal };
  }
  return { budget };
}
