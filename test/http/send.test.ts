import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { TokenProvider } from '../../src/http/client.ts';
import { steppedClock } from '../support/manual-clock.ts';
import { client } from './client-of.ts';
import { deadPort, get, json, post, serve } from './loopback.ts';

const fixedToken = (authorization: string): TokenProvider => ({
  authorization: async () => authorization,
  reject() {},
});

describe('a call', () => {
  it('sends query, headers and JSON, and gets parsed JSON with lower-case headers back', async () => {
    const server = await serve((_, response) => json(response, 200, { id: 1 }, { 'X-Thing': 'yes' }));
    const { http } = client({ headers: { 'User-Agent': 'muster/0' } });
    const answer = await http.send(
      post(`${server.url}/things`, {
        query: { name: 'a b&c', id: ['1', '2'], deep: true, page: 2, none: undefined },
        headers: { 'If-Match': '"4"' },
        json: { name: 'Ünï' },
      }),
    );
    expect(answer).toMatchObject({
      status: 200,
      body: { id: 1 },
      attempts: 1,
      headers: { 'x-thing': 'yes' },
    });
    const [heard] = server.heard;
    expect(heard).toMatchObject({ method: 'POST', url: '/things?name=a+b%26c&id=1&id=2&deep=true&page=2' });
    expect(heard!.headers).toMatchObject({
      'if-match': '"4"',
      'user-agent': 'muster/0',
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(JSON.parse(heard!.body)).toEqual({ name: 'Ünï' });
  });

  it('sends a form, and lets the headers of a call win over ours, however they are spelled', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const { http } = client({ headers: { accept: 'text/plain' } });
    await http.send(
      get(server.url, {
        method: 'POST',
        form: { grant_type: 'x', note: 'a&b' },
        headers: { Accept: 'application/scim+json' },
      }),
    );
    expect(server.heard[0]!.body).toBe('grant_type=x&note=a%26b');
    expect(server.heard[0]!.headers).toMatchObject({
      accept: 'application/scim+json',
      'content-type': 'application/x-www-form-urlencoded',
    });
  });

  it('leaves the query of a URL that a server gave exactly as it is', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const { http } = client();
    await http.send(get(`${server.url}/p?$skiptoken=a%27b*c%20d&x=`));
    expect(server.heard[0]!.url).toBe('/p?$skiptoken=a%27b*c%20d&x=');
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('unpacks %s', async (encoding, pack) => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
      response.end(pack(JSON.stringify({ name: 'Ünï' })));
    });
    const { http } = client();
    expect((await http.send(get(server.url))).body).toEqual({ name: 'Ünï' });
    expect(server.heard[0]!.headers['accept-encoding']).toBe('gzip, br');
  });

  it('has no body for 204 and HEAD', async () => {
    const server = await serve((heard, response) => {
      response.writeHead(heard.method === 'HEAD' ? 200 : 204, { 'content-type': 'application/json' }).end();
    });
    const { http } = client();
    for (const method of ['HEAD', 'DELETE'] as const) {
      expect(await http.send(get(server.url, { method }))).toMatchObject({ body: undefined, text: '' });
    }
  });

  it.each([
    ['9007199254740993', '9007199254740993'],
    ['-123456789012345678901234567890', '-123456789012345678901234567890'],
    ['0.12345678901234567890123', '0.12345678901234567890123'],
    ['1e400', '1e400'],
    ['1.5e-400', '1.5e-400'],
    ['1.23456789012345e-320', '1.23456789012345e-320'],
    // The same number in fewer letters is no other one.
    ['5.0000000000000000', '5'],
    ['0.000000000000000000000', '0'],
    ['1.0E+002', '100'],
    ['0.30000000000000004', '0.30000000000000004'],
    ['100000000000000000000000', '1e+23'],
  ])('keeps %s for what is written back, and nowhere else', async (number, written) => {
    const server = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"a":[${number}]}`),
    );
    const { http } = client();
    const exact = await http.send({ ...get(server.url), exact: true });
    expect(JSON.stringify(exact.body)).toBe(`{"a":[${written}]}`);
    expect((await http.send(get(server.url))).body).toEqual({ a: [Number(number)] });
  });

  it('leaves an answer that is no JSON to the caller, with its text cut', async () => {
    const page = `<html>${'x'.repeat(5_000)}</html>`;
    const server = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(page),
    );
    const { http } = client();
    const answer = await http.send(get(server.url));
    expect(answer.body).toBeUndefined();
    expect(answer.text).toBe(page.slice(0, 2_000));
  });

  it('never follows a redirect, so the token goes nowhere else', async () => {
    const elsewhere = await serve((_, response) => json(response, 200, {}));
    const server = await serve((_, response) =>
      response.writeHead(302, { location: `${elsewhere.url}/steal` }).end(),
    );
    const { http } = client({ tokens: fixedToken('Bearer t') });
    const answer = await http.send(get(server.url));
    expect(answer).toMatchObject({
      status: 302,
      headers: { location: `${elsewhere.url}/steal` },
      attempts: 1,
    });
    expect(elsewhere.heard).toEqual([]);
  });

  it('keeps connections open for the next call', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const { http } = client();
    for (let i = 0; i < 5; i++) await http.send(get(server.url));
    expect(server.connections).toBeLessThan(5);
    expect(http.sent).toBe(5);
  });

  it('is one of at most four in flight', async () => {
    let now = 0;
    let most = 0;
    const server = await serve((_, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        json(response, 200, {});
      }, 5);
    });
    const { http } = client();
    await Promise.all(Array.from({ length: 30 }, () => http.send(get(server.url))));
    expect(server.heard).toHaveLength(30);
    expect(most).toBe(4);
  });
});

describe('an attempt that fails', () => {
  it.each([408, 500, 502, 503, 504])('with %d is repeated until it succeeds', async status => {
    const server = await serve((_, response, nth) => json(response, nth < 3 ? status : 200, { nth }));
    const { http, clock, reports } = client();
    const answer = await http.send(get(server.url));
    expect(answer).toMatchObject({ status: 200, attempts: 3, body: { nth: 3 } });
    expect(clock.sleeps).toEqual([500, 1_000]);
    expect(reports.map(({ status: seen, attempt, waitedMs }) => [seen, attempt, waitedMs])).toEqual([
      [status, 1, 0],
      [status, 2, 500],
      [200, 3, 1_000],
    ]);
  });

  it('five times gives the last answer to the caller', async () => {
    const server = await serve((_, response, nth) => json(response, 503, { nth }));
    const { http, clock } = client();
    expect(await http.send(get(server.url))).toMatchObject({ status: 503, attempts: 5, body: { nth: 5 } });
    expect(clock.sleeps).toEqual([500, 1_000, 2_000, 4_000]);
  });

  it('is not repeated behind the deadline', async () => {
    const server = await serve((_, response) => json(response, 503, {}, { 'retry-after': '60' }));
    const { http, clock } = client({ retry: { deadlineMs: 150_000 } });
    expect(await http.send(get(server.url))).toMatchObject({ status: 503, attempts: 3 });
    expect(clock.sleeps).toEqual([60_000, 60_000]);
  });

  it.each([500, 502, 503, 504, 408])('with %d is not repeated where it would make two', async status => {
    const server = await serve((_, response) => json(response, status, {}));
    const { http } = client();
    expect(await http.send(post(server.url))).toMatchObject({ status, attempts: 1 });
    expect(server.heard).toHaveLength(1);
  });

  it('by a reset connection is repeated', async () => {
    const server = await serve((_, response, nth) => {
      if (nth < 3) response.socket!.destroy();
      else json(response, 200, {});
    });
    const { http, reports } = client();
    expect(await http.send(get(server.url))).toMatchObject({ status: 200, attempts: 3 });
    expect(reports.map(report => report.error ?? report.status)).toEqual([
      'network.unreachable',
      'network.unreachable',
      200,
    ]);
  });

  it('by a reset connection is not repeated where it would make two, and says so', async () => {
    const server = await serve((_, response) => response.socket!.destroy());
    const { http } = client();
    await expect(
      http.send(post(`${server.url}/things`, { query: { filter: 'ann@x.org' } })),
    ).rejects.toMatchObject({
      code: 'network.unreachable',
      subject: `POST 127.0.0.1:${server.port}/things`,
    });
    expect(server.heard).toHaveLength(1);
  });

  it('by a refused connection is repeated even where it would make two: nothing was made', async () => {
    const port = await deadPort();
    const { http, clock } = client();
    await expect(http.send(post(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({
      code: 'network.unreachable',
      happened: `No connection to 127.0.0.1:${port} came about (ECONNREFUSED).`,
    });
    expect(clock.sleeps).toHaveLength(4);
    expect(http.sent).toBe(0);
  });

  it('by a timeout is repeated', async () => {
    const server = await serve((_, response, nth) => {
      if (nth > 1) json(response, 200, {});
    });
    const { http, reports } = client({ timeoutMs: 300 });
    expect(await http.send(get(server.url))).toMatchObject({ status: 200, attempts: 2 });
    expect(reports[0]!.error).toBe('network.timeout');
  });

  it('by a body that never ends is cut at the timeout of the call', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"a":');
    });
    const { http } = client();
    await expect(http.send(post(server.url, { timeoutMs: 60 }))).rejects.toMatchObject({
      code: 'network.timeout',
      happened: `The answer of 127.0.0.1:${server.port} did not end in time.`,
    });
  });

  it('by a body cut short is repeated, and never taken for an answer', async () => {
    const whole = JSON.stringify({ entities: ['a', 'b'] });
    const server = await serve((_, response, nth) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
      if (nth > 1) return response.end(whole);
      response.write(whole.slice(0, 10), () => response.socket!.destroy());
    });
    const { http, reports } = client();
    expect(await http.send(get(server.url))).toMatchObject({ attempts: 2, body: { entities: ['a', 'b'] } });
    expect(reports[0]!.error).toBe('http.truncated');
  });

  it.each([
    ['by a cut chunked body', { 'transfer-encoding': 'chunked' }, Buffer.from('{"entities": [')],
    [
      'by a cut gzip body',
      { 'content-encoding': 'gzip' },
      gzipSync('{"entities": [1, 2, 3]}').subarray(0, 20),
    ],
    ['by JSON that ends in its middle', {}, Buffer.from('{"entities": [1, 2')],
  ])('%s is http.truncated', async (title, headers, body) => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/scim+json', ...headers });
      if (title.includes('chunked')) response.write(body, () => response.socket!.destroy());
      else response.end(body);
    });
    const { http } = client({ retry: { attempts: 2 } });
    await expect(http.send(get(server.url))).rejects.toMatchObject({ code: 'http.truncated' });
    expect(server.heard).toHaveLength(2);
  });
});

describe('a call that is given up', () => {
  const giveUp = new Error('the user pressed Ctrl-C');

  it('in flight ends at once with the reason, and the server sees the connection go', async () => {
    const off = new AbortController();
    let closed: () => void = () => {};
    const gone = new Promise<void>(resolve => {
      closed = resolve;
    });
    const server = await serve((_, response) => {
      response.on('close', closed);
      off.abort(giveUp);
    });
    const { http, reports } = client();
    await expect(http.send(get(server.url, { signal: off.signal }))).rejects.toBe(giveUp);
    await gone;
    expect(reports).toEqual([]);
  });

  it('in the middle of a body ends at once with the reason', async () => {
    const off = new AbortController();
    const server = await serve((_, response) => {
      response.writeHead(200).write('x');
      setTimeout(() => off.abort(giveUp), 20);
    });
    const { http } = client();
    await expect(http.send(get(server.url, { signal: off.signal }))).rejects.toBe(giveUp);
  });

  it('between two attempts does not make the second', async () => {
    const server = await serve((_, response) => json(response, 503, {}));
    const clock = steppedClock();
    const { http } = client({ clock });
    const off = new AbortController();
    const answer = http.send(get(server.url, { signal: off.signal }));
    answer.catch(() => {});
    await expect.poll(() => clock.sleeping, { timeout: 10_000 }).toBe(1);
    off.abort(giveUp);
    await expect(answer).rejects.toBe(giveUp);
    expect(server.heard).toHaveLength(1);
    expect(clock.sleeping).toBe(0);
  });

  it('before its turn never reaches the wire', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const { http } = client();
    await expect(http.send(get(server.url, { signal: AbortSignal.abort(giveUp) }))).rejects.toBe(giveUp);
    expect(server.heard).toEqual([]);
  });
});
