import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ClientCredentialsOptions, clientCredentials } from '../../src/http/client-credentials.ts';
import { createTokenCache, documentedMargin, type MintedToken } from '../../src/http/token-cache.ts';
import { createTransport } from '../../src/http/transport.ts';
import { eagerClock } from '../support/manual-clock.ts';
import { type Heard, json, type Loopback, serve } from './loopback.ts';

const secret = 'x7-very-secret';
const basic = `Basic ${Buffer.from(`id-1:${secret}`).toString('base64')}`;

function tokens(server: Loopback, options: Partial<ClientCredentialsOptions> = {}) {
  const clock = eagerClock();
  const transport = createTransport();
  onTestFinished(() => transport.close());
  const provider = clientCredentials({
    tokenUrls: [`${server.url}/oauth/token`],
    clientId: 'id-1',
    clientSecret: secret,
    transport,
    clock,
    random: () => 0.5,
    ...options,
  });
  return { provider, clock };
}

const grant = (response: ServerResponse, nth: number, expires_in: unknown = 86_400) =>
  json(response, 200, { access_token: `t${nth}`, token_type: 'bearer', expires_in });

const tooFast = { error: 'invalid_request', error_description: 'rate limit exceeded; try again later' };

describe('a token by client credentials', () => {
  it('is asked for by the Basic header, without scope, as the platform’s own clients do', async () => {
    const server = await serve((_, response, nth) => grant(response, nth));
    const { provider } = tokens(server, { scope: 'scim:groups:read' });
    expect(await provider.authorization()).toBe('Bearer t1');
    expect(server.heard).toMatchObject([
      {
        method: 'POST',
        url: '/oauth/token',
        body: 'grant_type=client_credentials',
        headers: { authorization: basic, 'content-type': 'application/x-www-form-urlencoded' },
      },
    ]);
  });

  it('is asked for by the form with the scope where Basic is refused, and by the form at once from then on', async () => {
    for (const [status, error] of [
      [400, 'invalid_client'],
      [401, 'invalid_client'],
      [400, 'invalid_request'],
    ] as const) {
      const server = await serve((heard, response, nth) => {
        if (heard.headers.authorization) json(response, status, { error });
        else grant(response, nth);
      });
      const { provider } = tokens(server, { scope: 'scim:groups:read routing:queue:read' });
      const first = await provider.authorization();
      provider.reject(first);
      await provider.authorization();
      expect(server.heard.map(heard => Object.fromEntries(new URLSearchParams(heard.body)))).toEqual([
        { grant_type: 'client_credentials' },
        ...Array(2).fill({
          grant_type: 'client_credentials',
          client_id: 'id-1',
          client_secret: secret,
          scope: 'scim:groups:read routing:queue:read',
        }),
      ]);
    }
  });

  it('by the Basic style alone sends the scope that it was given', async () => {
    const server = await serve((_, response, nth) => grant(response, nth));
    const { provider } = tokens(server, { style: 'basic', scope: 'a b' });
    await provider.authorization();
    expect(server.heard[0]!.body).toBe('grant_type=client_credentials&scope=a+b');
  });

  it('is looked for at the next endpoint where the first is none, and there at once from then on', async () => {
    for (const status of [404, 405]) {
      const server = await serve((heard, response, nth) => {
        if (heard.url === '/login/oauth/token') json(response, status, {});
        else grant(response, nth);
      });
      const tokenUrls = [`${server.url}/login/oauth/token`, `${server.url}/api/oauth/token`];
      const { provider } = tokens(server, { tokenUrls });
      provider.reject(await provider.authorization());
      await provider.authorization();
      expect(server.heard.map(heard => heard.url)).toEqual([
        '/login/oauth/token',
        '/api/oauth/token',
        '/api/oauth/token',
      ]);
    }
  });

  it('that no endpoint gives is told as a matter of the URL', async () => {
    const server = await serve((_, response) => json(response, 404, {}));
    await expect(tokens(server).provider.authorization()).rejects.toMatchObject({
      code: 'http.unexpected',
      subject: `127.0.0.1:${server.port}/oauth/token`,
    });
  });
});

describe('the cache of tokens', () => {
  it('makes one token for a hundred callers', async () => {
    const server = await serve((_, response, nth) => {
      setTimeout(() => grant(response, nth), 10);
    });
    const { provider } = tokens(server);
    const all = await Promise.all(Array.from({ length: 100 }, () => provider.authorization()));
    expect(new Set(all)).toEqual(new Set(['Bearer t1']));
    expect(server.heard).toHaveLength(1);
  });

  it.each([
    ['86400 s', 86_400, undefined, 86_400 - 60],
    ['300 s', 300, undefined, 270],
    ['1800 s, five minutes early', 1_800, documentedMargin, 1_500],
    ['300 s, five minutes early', 300, documentedMargin, 150],
    ['unknown length', undefined, undefined, 270],
    ['86400 s told as text', '86400', undefined, 86_400 - 60],
  ])('uses a token of %s for as long as the margin lets it', async (_, expires, margin, fresh) => {
    const server = await serve((_heard, response, nth) =>
      json(response, 200, { access_token: `t${nth}`, expires_in: expires }),
    );
    const { provider, clock } = tokens(server, margin ? { margin } : {});
    expect(await provider.authorization()).toBe('Bearer t1');
    clock.advance(fresh * 1000 - 1);
    expect(await provider.authorization()).toBe('Bearer t1');
    clock.advance(1);
    expect(await provider.authorization()).toBe('Bearer t2');
  });

  it('forgets a rejected token, but not the one that came after it', async () => {
    const server = await serve((_, response, nth) => grant(response, nth));
    const { provider } = tokens(server);
    const first = await provider.authorization();
    provider.reject(first);
    const second = await provider.authorization();
    provider.reject(first);
    expect(await provider.authorization()).toBe(second);
    expect(server.heard).toHaveLength(2);
  });

  it('goes on making the token when one of those who wait gives up', async () => {
    let answer: () => void = () => {};
    const server = await serve((_, response, nth) => {
      answer = () => grant(response, nth);
    });
    const { provider } = tokens(server);
    const off = new AbortController();
    const impatient = provider.authorization(off.signal);
    const patient = provider.authorization();
    await expect.poll(() => server.heard.length, { timeout: 10_000 }).toBe(1);
    off.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    answer();
    expect(await patient).toBe('Bearer t1');
    expect(server.heard).toHaveLength(1);
  });

  it('stops making the token when the last of those who wait gives up, and the next caller starts anew', async () => {
    const mints: { signal: AbortSignal; done: (token: MintedToken) => void }[] = [];
    const provider = createTokenCache(
      signal =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          mints.push({ signal, done: resolve });
        }),
      { clock: eagerClock() },
    );
    const offs = [new AbortController(), new AbortController()];
    const waiting = offs.map(off => provider.authorization(off.signal));
    offs[0]!.abort(new Error('first'));
    expect(mints[0]!.signal.aborted).toBe(false);
    offs[1]!.abort(new Error('second'));
    expect(mints[0]!.signal.aborted).toBe(true);
    await expect(waiting[0]).rejects.toThrow('first');
    await expect(waiting[1]).rejects.toThrow('second');
    const next = provider.authorization();
    mints[1]!.done({ authorization: 'Bearer next', lifetimeSeconds: 300 });
    expect(await next).toBe('Bearer next');
  });

  it('fails for all who wait, and tries again for the next', async () => {
    const server = await serve((_, response, nth) => {
      if (nth <= 2) json(response, 400, { error: 'invalid_client' });
      else grant(response, nth);
    });
    const { provider } = tokens(server);
    const both = await Promise.allSettled([provider.authorization(), provider.authorization()]);
    expect(both.map(one => one.status)).toEqual(['rejected', 'rejected']);
    expect(server.heard).toHaveLength(2);
    expect(await provider.authorization()).toBe('Bearer t3');
  });
});

describe('a token endpoint that says no', () => {
  it('for making tokens too fast, as a 400, is waited for', async () => {
    const server = await serve((_, response, nth) => {
      if (nth < 4) json(response, 400, tooFast);
      else grant(response, nth);
    });
    const { provider, clock } = tokens(server);
    expect(await provider.authorization()).toBe('Bearer t4');
    expect(server.heard.every(heard => heard.headers.authorization === basic)).toBe(true);
    const slept = clock.sleeps.filter(ms => ms > 0);
    expect(slept).toEqual([500, 1_000, 2_000]);
  });

  it('for making tokens too fast again and again is token.throttled', async () => {
    const server = await serve((_, response) => json(response, 400, tooFast));
    await expect(tokens(server).provider.authorization()).rejects.toMatchObject({ code: 'token.throttled' });
    expect(server.heard).toHaveLength(5);
  });

  it('to the credentials in both styles is token.refused, told at once, with the region as the remedy', async () => {
    const server = await serve((_, response) =>
      json(
        response,
        400,
        {
          error: 'invalid_client',
          description: 'authentication failed',
          error_description: 'authentication failed',
        },
        { 'ININ-Correlation-Id': 'c-1' },
      ),
    );
    const { provider, clock } = tokens(server);
    await expect(provider.authorization()).rejects.toMatchObject({
      code: 'token.refused',
      happened: 'The token endpoint refused the client (400): invalid_client, authentication failed.',
      subject: `OAuth client id-1 at 127.0.0.1:${server.port}/oauth/token`,
      remedy: expect.stringContaining('region'),
      status: 400,
      vendorCode: 'invalid_client',
      correlationId: 'c-1',
    });
    expect(server.heard).toHaveLength(2);
    expect(clock.sleeps).toEqual([]);
  });

  it('to the grant itself is not asked in the other style', async () => {
    const server = await serve((_, response) => json(response, 400, { error: 'unsupported_grant_type' }));
    await expect(tokens(server).provider.authorization()).rejects.toMatchObject({ code: 'token.refused' });
    expect(server.heard).toHaveLength(1);
  });

  it.each([
    [
      'quotes what it was sent',
      (heard: Heard) => [400, { error: 'x', error_description: decodeURIComponent(heard.body) }],
    ],
    ['answers a token that is none', () => [200, { token: 'other' }]],
    ['answers a page', () => [200, undefined]],
    ['redirects', () => [302, {}]],
  ] satisfies [string, (heard: Heard) => [number, object | undefined]][])(
    'or %s never brings the secret into an error',
    async (_, answer) => {
      const server = await serve((heard, response) => {
        const [status, body] = answer(heard);
        if (body) json(response, status, body);
        else response.writeHead(status, { 'content-type': 'text/html' }).end('<html>');
      });
      for (const style of ['basic', 'form'] as const) {
        const error = await tokens(server, { style })
          .provider.authorization()
          .catch(e => e);
        expect(error.code).toMatch(/^(?:token\.refused|http\.unexpected|http\.not-json)$/);
        const told = JSON.stringify(error) + String(error.stack) + String(error.cause);
        expect(told).not.toContain(secret);
        expect(told).not.toContain(basic.slice(6));
      }
    },
  );

  it('by failing is asked again', async () => {
    const server = await serve((_, response, nth) => {
      if (nth === 1) json(response, 503, {});
      else if (nth === 2) response.socket!.destroy();
      else grant(response, nth);
    });
    expect(await tokens(server).provider.authorization()).toBe('Bearer t3');
  });
});
