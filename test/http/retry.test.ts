import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../../src/http/client.ts';
import {
  defaultRetryPolicy,
  type Failure,
  failureOf,
  type Moment,
  type RetryPolicy,
  retryDelayMs,
} from '../../src/http/retry.ts';
import { httpDateMs, retryAfterMs } from '../../src/http/retry-after.ts';

const nowMs = Date.UTC(2026, 0, 5, 9);

const policies = fc.record({
  attempts: fc.integer({ min: 1, max: 10 }),
  baseMs: fc.integer({ min: 1, max: 5_000 }),
  maxMs: fc.integer({ min: 1, max: 60_000 }),
  deadlineMs: fc.integer({ min: 0, max: 600_000 }),
});
const moments = fc.record({
  attempt: fc.integer({ min: 1, max: 12 }),
  elapsedMs: fc.integer({ min: 0, max: 700_000 }),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});
const waits = fc.option(fc.integer({ min: 0, max: 300_000 }), { nil: undefined });
const asking = (retryAfter: number | undefined) =>
  retryAfter === undefined ? {} : { retryAfterMs: retryAfter };
const failures: fc.Arbitrary<Failure> = fc.oneof(
  waits.map(wait => ({ kind: 'throttled' as const, ...asking(wait) })),
  fc
    .tuple(fc.constantFrom(400, 403, 404, 408, 409, 500, 501, 502, 503, 504, 505, 599), fc.boolean(), waits)
    .map(([status, repeatable, wait]) => ({
      kind: 'status' as const,
      status,
      repeatable,
      ...asking(wait),
    })),
  fc.record({
    kind: fc.constant('network' as const),
    sent: fc.boolean(),
    lasting: fc.boolean(),
    repeatable: fc.boolean(),
  }),
);

const always = (check: (failure: Failure, moment: Moment, policy: RetryPolicy) => void) =>
  fc.assert(fc.property(failures, moments, policies, check), { numRuns: 2_000 });

describe('the decision to repeat', () => {
  it('ends with the last attempt of the policy', () => {
    always((failure, moment, policy) => {
      if (moment.attempt >= policy.attempts) expect(retryDelayMs(failure, moment, policy)).toBeUndefined();
    });
  });

  it('never lets an attempt start behind the deadline', () => {
    always((failure, moment, policy) => {
      const delay = retryDelayMs(failure, moment, policy);
      if (delay !== undefined) expect(moment.elapsedMs + delay).toBeLessThanOrEqual(policy.deadlineMs);
    });
  });

  it('never waits less than the server asks for', () => {
    always((failure, moment, policy) => {
      const delay = retryDelayMs(failure, moment, policy);
      if (delay === undefined || failure.kind === 'network') return;
      expect(delay).toBeGreaterThanOrEqual(failure.retryAfterMs ?? 0);
    });
  });

  it('keeps its own waits between nothing and the doubled base, and under the maximum', () => {
    always((failure, moment, policy) => {
      const delay = retryDelayMs(failure, moment, policy);
      if (delay === undefined || (failure.kind !== 'network' && failure.retryAfterMs)) return;
      expect(Number.isInteger(delay)).toBe(true);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(Math.min(policy.maxMs, policy.baseMs * 2 ** (moment.attempt - 1)));
    });
  });

  it('never repeats what may have been done where a repeat does harm', () => {
    always((failure, moment, policy) => {
      const mayBeDone = failure.kind === 'status' || (failure.kind === 'network' && failure.sent);
      if (mayBeDone && !failure.repeatable) expect(retryDelayMs(failure, moment, policy)).toBeUndefined();
    });
  });

  it('repeats whatever was surely not done, while attempts and time last', () => {
    always((failure, moment, policy) => {
      const notDone = failure.kind === 'throttled' || (failure.kind === 'network' && !failure.sent);
      const lasting = failure.kind === 'network' && failure.lasting;
      const asked = failure.kind === 'throttled' ? (failure.retryAfterMs ?? 0) : 0;
      const longest = Math.max(asked, Math.min(policy.maxMs, policy.baseMs * 2 ** (moment.attempt - 1)));
      const room = moment.attempt < policy.attempts && moment.elapsedMs + longest <= policy.deadlineMs;
      if (notDone && !lasting && room) expect(retryDelayMs(failure, moment, policy)).toBeDefined();
    });
  });

  it('gives five attempts by default, with waits that double', () => {
    const failure = { kind: 'status', status: 503, repeatable: true } as const;
    const delays = [1, 2, 3, 4, 5].map(attempt =>
      retryDelayMs(failure, { attempt, elapsedMs: 0, random: 0.5 }, defaultRetryPolicy),
    );
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, undefined]);
  });

  it('does not obey a wait of zero, which would spend all attempts at once', () => {
    const failure = { kind: 'throttled', retryAfterMs: 0 } as const;
    const moment = { attempt: 2, elapsedMs: 0, random: 0.5 };
    expect(retryDelayMs(failure, moment, defaultRetryPolicy)).toBe(1_000);
  });
});

describe('the failure in an answer', () => {
  const answer = (status: number, headers: Record<string, string> = {}): HttpAnswer => ({
    status,
    headers,
    body: undefined,
    text: '',
    attempts: 1,
  });

  it.each([
    [200, undefined],
    [302, undefined],
    [400, undefined],
    [401, undefined],
    [409, undefined],
    [408, 'status'],
    [429, 'throttled'],
    [500, 'status'],
    [501, undefined],
    [502, 'status'],
    [503, 'status'],
    [504, 'status'],
    [505, undefined],
  ])('of status %d is %s', (status, kind) => {
    expect(failureOf(answer(status), true, nowMs)?.kind).toBe(kind);
  });

  it('carries the wait that a 503 asks for', () => {
    expect(failureOf(answer(503, { 'retry-after': '7' }), true, nowMs)).toEqual({
      kind: 'status',
      status: 503,
      repeatable: true,
      retryAfterMs: 7_000,
    });
  });

  it('can be told in a vendor’s own way', () => {
    const throttle = (one: HttpAnswer) => (one.status === 403 ? { retryAfterMs: 9 } : undefined);
    expect(failureOf(answer(403), false, nowMs, throttle)).toEqual({ kind: 'throttled', retryAfterMs: 9 });
  });
});

describe('Retry-After', () => {
  const date = 'Mon, 05 Jan 2026 09:00:00 GMT';

  it.each([
    ['120', {}, 120_000],
    ['0', {}, 0],
    ['1.5', {}, 1_500],
    ['Mon, 05 Jan 2026 09:00:30 GMT', {}, 30_000],
    ['Mon, 05 Jan 2026 10:00:30 GMT', { date: 'Mon, 05 Jan 2026 10:00:00 GMT' }, 30_000],
    ['Mon, 05 Jan 2026 08:00:00 GMT', {}, 0],
    ['soon', {}, undefined],
    ['-5', {}, undefined],
    ['30, 30', {}, undefined],
    ['', {}, undefined],
    ['2026-01-05T09:00:30Z', {}, undefined],
  ])('of %j with %j is a wait of %s ms', (value, more, expected) => {
    expect(retryAfterMs({ 'retry-after': value, ...more }, nowMs)).toBe(expected);
  });

  it('is undefined where the header is missing', () => {
    expect(retryAfterMs({}, nowMs)).toBeUndefined();
  });

  it('reads all three forms of an HTTP date', () => {
    for (const form of [date, 'Monday, 05-Jan-26 09:00:00 GMT', 'Mon Jan  5 09:00:00 2026']) {
      expect(httpDateMs(form), form).toBe(nowMs);
    }
  });
});
