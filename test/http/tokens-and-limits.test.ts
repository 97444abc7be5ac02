import { describe, expect, it } from 'vitest';
import { createBudget } from '../../src/http/budget.ts';
import type { TokenProvider } from '../../src/http/client.ts';
import type { Transport } from '../../src/http/transport.ts';
import { eagerClock, steppedClock } from '../support/manual-clock.ts';
import { client } from './client-of.ts';
import { fixedWindow } from './fixed-window.ts';
import { get, json, post, serve } from './loopback.ts';

/** Tokens t1, t2, …: a new one only when the present one was rejected. */
function countingTokens(): TokenProvider & { minted: number } {
  const tokens = {
    minted: 1,
    authorization: async () => `Bearer t${tokens.minted}`,
    reject(authorization: string) {
      if (authorization === `Bearer t${tokens.minted}`) tokens.minted += 1;
    },
  };
  return tokens;
}

describe('a 401', () => {
  it('makes a new token and repeats the call once, even where it would make two: nothing was made', async () => {
    const server = await serve((heard, response) =>
      json(response, heard.headers.authorization === 'Bearer t2' ? 200 : 401, {}),
    );
    const tokens = countingTokens();
    const { http, clock } = client({ tokens });
    expect(await http.send(post(server.url))).toMatchObject({ status: 200, attempts: 2 });
    expect(tokens.minted).toBe(2);
    expect(clock.sleeps).toEqual([]);
  });

  it('after that is the answer', async () => {
    const server = await serve((_, response) => json(response, 401, {}));
    const tokens = countingTokens();
    const { http } = client({ tokens });
    expect(await http.send(get(server.url))).toMatchObject({ status: 401, attempts: 2 });
    expect(tokens.minted).toBe(2);
  });

  it('of many calls at once makes one new token', async () => {
    const server = await serve((heard, response) =>
      json(response, heard.headers.authorization === 'Bearer t2' ? 200 : 401, {}),
    );
    const tokens = countingTokens();
    const { http } = client({ tokens });
    const answers = await Promise.all(Array.from({ length: 20 }, () => http.send(get(server.url))));
    expect(answers.every(answer => answer.status === 200)).toBe(true);
    expect(tokens.minted).toBe(2);
  });

  it('does not use up an attempt', async () => {
    const server = await serve((_, response, nth) =>
      json(response, nth === 1 ? 401 : nth < 6 ? 503 : 200, {}),
    );
    const { http } = client({ tokens: countingTokens() });
    expect(await http.send(get(server.url))).toMatchObject({ status: 200, attempts: 6 });
  });

  it('to a call without a token is the answer, and no token was sent', async () => {
    const server = await serve((_, response) => json(response, 401, {}));
    const { http } = client({ tokens: countingTokens() });
    expect(await http.send(get(server.url, { anonymous: true }))).toMatchObject({ status: 401, attempts: 1 });
    expect(server.heard[0]!.headers.authorization).toBeUndefined();
  });

  it('of the token endpoint leaves the budget as it was', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const tokens: TokenProvider = { authorization: () => Promise.reject(new Error('no token')), reject() {} };
    const { http } = client({ tokens });
    for (let i = 0; i < 5; i++) await expect(http.send(get(server.url))).rejects.toThrow('no token');
    expect(server.heard).toEqual([]);
    expect(http.sent).toBe(0);
  });
});

describe('a 429', () => {
  it('is waited out by Retry-After and repeated, even where a repeat after success would make two', async () => {
    const server = await serve((_, response, nth) =>
      nth === 1 ? json(response, 429, {}, { 'retry-after': '37' }) : json(response, 200, {}),
    );
    const { http, clock } = client();
    expect(await http.send(post(server.url))).toMatchObject({ status: 200, attempts: 2 });
    expect(clock.sleeps[0]).toBe(37_000);
  });

  it('by an HTTP date is measured with the clock of the server', async () => {
    const server = await serve((_, response, nth) =>
      nth === 1
        ? json(
            response,
            429,
            {},
            { date: 'Mon, 05 Jan 2026 12:00:00 GMT', 'retry-after': 'Mon, 05 Jan 2026 12:00:20 GMT' },
          )
        : json(response, 200, {}),
    );
    const { http, clock } = client();
    await http.send(get(server.url));
    expect(clock.sleeps[0]).toBe(20_000);
  });

  it('closes the gate for everybody', async () => {
    const clock = steppedClock();
    const refusedAt: number[] = [];
    const servedAt: number[] = [];
    const server = await serve((_, response, nth) => {
      (nth === 1 ? refusedAt : servedAt).push(clock.now());
      if (nth === 1) json(response, 429, {}, { 'retry-after': '10' });
      else json(response, 200, {});
    });
    const { http } = client({ clock, budget: createBudget({ clock, blindInFlight: 1 }) });
    const all = Promise.all(Array.from({ length: 5 }, () => http.send(get(server.url))));
    // One alarm for all, the refused one among them.
    await expect.poll(() => clock.sleeping, { timeout: 10_000 }).toBe(1);
    expect(server.heard).toHaveLength(1);
    await clock.advance(10_000);
    await all;
    expect(servedAt).toHaveLength(5);
    expect(Math.min(...servedAt)).toBe(refusedAt[0]! + 10_000);
  });

  it('sends the refused one first when the gate opens: where every seventh is refused, nobody is refused twice', async () => {
    const clock = steppedClock();
    let served = 0;
    const transport: Transport = {
      exchange: async () => {
        await clock.sleep(10);
        const isRefused = ++served % 7 === 0;
        const headers: Record<string, string> = isRefused ? { 'retry-after': '30' } : {};
        return { status: isRefused ? 429 : 200, headers, body: Buffer.from('{}') };
      },
      close: async () => {},
    };
    const { http } = client({ clock, transport });
    const all = Promise.all(Array.from({ length: 60 }, () => http.send(post('http://127.0.0.1'))));
    const answers = await clock.runUntil(all);
    expect(answers.filter(answer => answer.attempts > 2)).toEqual([]);
    expect(answers.filter(answer => answer.attempts === 2).length).toBeGreaterThan(5);
  });

  it('that asks for longer than the deadline is given to the caller at once', async () => {
    const server = await serve((_, response) => json(response, 429, {}, { 'retry-after': '86400' }));
    const { http, clock } = client();
    expect(await http.send(get(server.url))).toMatchObject({ status: 429, attempts: 1 });
    expect(clock.sleeps).toEqual([]);
  });

  it('is never met by calls that keep to the headers', async () => {
    const clock = eagerClock();
    const window = fixedWindow(clock, { allowed: 50, phaseMs: 12_345, rounding: 'up' });
    const server = await serve((_, response) => {
      const { status, headers } = window.hit();
      json(response, status, {}, headers);
    });
    // The eager clock would run ahead of what is in flight, so it is one at a time here.
    const { http, reports } = client({ clock, concurrency: 1 });
    await Promise.all(Array.from({ length: 220 }, () => http.send(get(server.url))));
    expect(reports.filter(report => report.status === 429)).toEqual([]);
    expect(http.sent).toBe(220);
    expect([...window.used.values()]).toEqual([49, 49, 49, 49, 24]);
  });
});
