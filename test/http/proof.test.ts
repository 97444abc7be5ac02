import { describe, expect, it, onTestFinished } from 'vitest';
import { createBudget } from '../../src/http/budget.ts';
import type { ProvenRequest, TokenProvider } from '../../src/http/client.ts';
import { createHttpClient, type HttpClientOptions } from '../../src/http/send.ts';
import { createTransport } from '../../src/http/transport.ts';
import { eagerClock } from '../support/manual-clock.ts';
import { get, json, serve } from './loopback.ts';

function client(options: Partial<HttpClientOptions>) {
  const transport = createTransport();
  onTestFinished(() => transport.close());
  return createHttpClient({ transport, clock: eagerClock(), random: () => 0.5, ...options });
}

/** A token that is replaced when it is rejected, and a proof that counts. */
function provider(proof?: TokenProvider['proof']) {
  const asked: ProvenRequest[] = [];
  let token = 1;
  const tokens: TokenProvider = {
    authorization: async () => `DPoP t${token}`,
    reject: () => {
      token += 1;
    },
    proof:
      proof ??
      (async request => {
        asked.push(request);
        return { DPoP: `proof-${asked.length}` };
      }),
  };
  return { tokens, asked };
}

describe('a token that is bound to a key', () => {
  it('goes with a proof of its own for every attempt, made for method and URL without the query', async () => {
    const server = await serve((_, response, nth) => json(response, nth === 1 ? 503 : 200, {}));
    const { tokens, asked } = provider();
    const answer = await client({ tokens }).send(get(`${server.url}/things?a=1`, { query: { b: 2 } }));
    expect(answer).toMatchObject({ status: 200, attempts: 2 });
    expect(server.heard.map(({ headers }) => headers.dpop)).toEqual(['proof-1', 'proof-2']);
    expect(asked[0]).toEqual({ method: 'GET', url: `${server.url}/things`, authorization: 'DPoP t1' });
  });

  it('is proven anew after a 401, for the new token', async () => {
    const server = await serve((heard, response) =>
      json(response, heard.headers.authorization === 'DPoP t2' ? 200 : 401, {}),
    );
    const { tokens, asked } = provider();
    expect((await client({ tokens }).send(get(server.url))).status).toBe(200);
    expect(asked.map(({ authorization }) => authorization)).toEqual(['DPoP t1', 'DPoP t2']);
  });

  it('is not sent where the proof cannot be made, and the budget gets its booking back', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const budget = createBudget({ clock: eagerClock(), blindInFlight: 1 });
    const { tokens } = provider(() => Promise.reject(new Error('no key')));
    const http = client({ tokens, budget });
    await expect(http.send(get(server.url))).rejects.toThrow('no key');
    await expect(http.send(get(server.url))).rejects.toThrow('no key');
    expect(server.heard).toEqual([]);
    expect(http.sent).toBe(0);
  });

  it('is left out of anonymous calls, proof and all', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const { tokens, asked } = provider();
    await client({ tokens }).send(get(server.url, { anonymous: true }));
    expect(asked).toEqual([]);
    expect(server.heard[0]!.headers.dpop).toBeUndefined();
  });
});

describe('a budget that reads the limit headers of another vendor', () => {
  it('keeps to them', async () => {
    const clock = eagerClock();
    const server = await serve((_, response, nth) =>
      json(response, 200, {}, { 'x-left': String(10 - nth), 'x-all': '10' }),
    );
    const budget = createBudget({
      clock,
      reserveShare: 0.5,
      readQuota: headers => {
        const allowed = Number(headers['x-all']);
        return { allowed, count: allowed - Number(headers['x-left']), resetMs: 60_000 };
      },
    });
    const http = client({ clock, budget });
    for (let nth = 0; nth < 5; nth++) await http.send(get(server.url));
    expect(clock.sleeps).toEqual([]);
    expect(budget.perMinute).toBe(10);
    await http.send(get(server.url));
    expect(clock.sleeps.length).toBeGreaterThan(0);
  });
});
