/**
 * How long a server asks us to wait, in milliseconds; undefined where it does not say so intelligibly.
 *
 * `Retry-After` is a number of seconds or an HTTP date (RFC 9110 §10.2.3). A date is compared with the answer's own
 * `Date` header where there is one, because the server's clock and ours may be minutes apart.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const value = headers['retry-after']?.trim();
  if (!value) return undefined;
  if (/^\d+(?:\.\d+)?$/u.test(value)) return Math.ceil(Number(value) * 1000);
  const until = httpDateMs(value);
  if (until === undefined) return undefined;
  return Math.max(0, until - (httpDateMs(headers.date) ?? nowMs));
}

/** Milliseconds since the epoch of any of the three forms of an HTTP date (RFC 9110 §5.6.7). */
export function httpDateMs(value: string | undefined): number | undefined {
  const text = value?.trim() ?? '';
  if (!/^[A-Z][a-z]{2,8},? /u.test(text)) return undefined;
  // The asctime form names no zone, and would be read as local time although it means GMT.
  const ms = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(ms) ? undefined : ms;
}
