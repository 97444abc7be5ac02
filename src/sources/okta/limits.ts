import type { ReadQuota } from '../../http/quota.ts';
import { type ReadThrottle, standardThrottle } from '../../http/retry.ts';
import { httpDateMs } from '../../http/retry-after.ts';

type Headers = Readonly<Record<string, string>>;

/** Beyond the reset that is told in whole seconds (identity sources reference §1). */
const afterResetMs = 1_000;

/**
 * What is left of the rate limit by the `X-Rate-Limit-*` headers. The end of the window is an instant on Okta's clock,
 * so it is measured from the answer's own `Date`. Nothing is learned from headers that came doubled (`600, 600`).
 */
export const readOktaQuota: ReadQuota = headers => {
  const allowed = wholeNumber(headers['x-rate-limit-limit']);
  const remaining = wholeNumber(headers['x-rate-limit-remaining']);
  const resetMs = untilReset(headers, httpDateMs(headers.date));
  if (!allowed || remaining === undefined || resetMs === undefined) return undefined;
  return { allowed, count: Math.max(0, allowed - remaining), resetMs: Math.max(0, resetMs) };
};

/**
 * A 429 says when the window ends and nothing else. The same headers of a 429 for too many requests at a time hold a
 * guess of Okta's; a little patience is right there as well.
 */
export const oktaThrottle: ReadThrottle = (answer, nowMs) => {
  if (answer.status !== 429) return undefined;
  const resetMs = untilReset(answer.headers, httpDateMs(answer.headers.date) ?? nowMs);
  if (resetMs === undefined) return standardThrottle(answer, nowMs);
  return { retryAfterMs: Math.max(0, resetMs) + afterResetMs };
};

function untilReset(headers: Headers, serverNowMs: number | undefined): number | undefined {
  const seconds = wholeNumber(headers['x-rate-limit-reset']);
  return seconds === undefined || serverNowMs === undefined ? undefined : seconds * 1000 - serverNowMs;
}

const wholeNumber = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d+$/u.test(value.trim()) ? Number(value) : undefined;
