import type { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { proxiesOf } from '../../src/http/proxies.ts';
import { createTransport, type TransportOptions, type WireAnswer } from '../../src/http/transport.ts';
import { WireError, wireErrorOf } from '../../src/http/wire-error.ts';
import { hasOpenssl, selfSigned } from './certificate.ts';
import { deadPort, json, listen, serve } from './loopback.ts';
import { tinyProxy } from './tiny-proxy.ts';

function exchange(url: string, options: TransportOptions = {}): Promise<WireAnswer> {
  const transport = createTransport(options);
  onTestFinished(() => transport.close());
  return transport.exchange({ method: 'GET', url: new URL(url), headers: {}, timeoutMs: 10_000 });
}

describe('the proxies of the environment', () => {
  it('are used for plain HTTP by passing the request on', async () => {
    const server = await serve((_, response) => json(response, 200, { via: 'proxy' }));
    const proxy = await tinyProxy();
    const answer = await exchange(`${server.url}/a?b=1`, { env: { HTTP_PROXY: `127.0.0.1:${proxy.port}` } });
    expect(answer.body.toString()).toBe('{"via":"proxy"}');
    expect(proxy.seen).toEqual([{ line: `GET ${server.url}/a?b=1`, authorization: undefined }]);
  });

  it('get their user name and password, escapes undone', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const proxy = await tinyProxy();
    await exchange(server.url, { env: { http_proxy: `http://ann:p%40ss@127.0.0.1:${proxy.port}` } });
    expect(proxy.seen[0]!.authorization).toBe(`Basic ${Buffer.from('ann:p@ss').toString('base64')}`);
    expect(server.heard[0]!.headers['proxy-authorization']).toBeUndefined();
  });

  it('are left out for the hosts of NO_PROXY', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const proxy = await tinyProxy();
    const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: 'localhost,127.0.0.1' };
    expect((await exchange(server.url, { env })).status).toBe(200);
    expect(proxy.seen).toEqual([]);
  });

  it('are those that were handed in, never those of our own process', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const before = process.env.http_proxy;
    process.env.http_proxy = `http://127.0.0.1:${await deadPort()}`;
    onTestFinished(() => {
      if (before === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = before;
    });
    expect((await exchange(server.url, { env: {} })).status).toBe(200);
  });

  it.each([407, 403, 502])(
    'that refuse with %d are told with the proxy and without its password',
    async status => {
      const proxy = await tinyProxy({ refuse: status });
      for (const url of [
        'https://api.example.test/x',
        ...(status === 407 ? ['http://api.example.test/x'] : []),
      ]) {
        const address = `http://ann:secret@127.0.0.1:${proxy.port}`;
        const error = await exchange(url, { env: { HTTP_PROXY: address, HTTPS_PROXY: address } }).catch(
          e => e,
        );
        expect(error).toBeInstanceOf(WireError);
        expect(error).toMatchObject({
          code: 'network.unreachable',
          happened: `The proxy would not pass the request on (${status}).`,
          subject: 'GET api.example.test/x',
          sent: false,
          lasting: status !== 502,
        });
        expect(error.remedy).toContain(`HTTPS_PROXY is 127.0.0.1:${proxy.port}`);
        expect(JSON.stringify(error) + String(error.stack) + String(error.cause?.stack)).not.toContain(
          'secret',
        );
      }
    },
  );

  it('that are not there are named in the remedy', async () => {
    const port = await deadPort();
    const failing = exchange('https://api.example.test/', {
      env: { HTTPS_PROXY: `http://127.0.0.1:${port}` },
    });
    await expect(failing).rejects.toMatchObject({
      code: 'network.unreachable',
      sent: false,
      remedy: expect.stringContaining(`HTTPS_PROXY is 127.0.0.1:${port}`),
    });
  });

  it('that are no URLs are an error without their value', () => {
    expect(() => proxiesOf({ HTTPS_PROXY: 'http://ann:secret@[bad' })).toThrow(
      expect.objectContaining({ code: 'config.invalid', subject: 'HTTPS_PROXY', cause: undefined }),
    );
    expect(proxiesOf({ https_proxy: '', HTTPS_PROXY: 'http://upper:1' }).httpsProxy).toBe('');
    expect(proxiesOf({}).description).toBe('no proxy is set');
  });
});

describe.skipIf(!hasOpenssl)('TLS (skipped where there is no openssl command to make a certificate)', () => {
  it('to a certificate that nobody trusts is refused for good, with the remedy', async () => {
    const server = await serve((_, response) => json(response, 200, {}), selfSigned());
    await expect(exchange(`${server.url}/x`)).rejects.toMatchObject({
      code: 'network.tls',
      happened: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
      subject: `GET 127.0.0.1:${server.port}/x`,
      remedy: expect.stringContaining('CA bundle'),
      sent: false,
      lasting: true,
    });
    expect(server.heard).toEqual([]);
  });

  it('is trusted by the CA bundle, which may hold several certificates and text around them', async () => {
    const own = selfSigned();
    const server = await serve((_, response) => json(response, 200, { secure: true }), own);
    const ca = `# Corporate\n${selfSigned().cert}\n# Lab\n${own.cert}\n`;
    expect((await exchange(server.url, { ca })).body.toString()).toBe('{"secure":true}');
  });

  it('trusts what is trusted anyway besides the CA bundle', async () => {
    const usual = getCACertificates('default');
    const corporate = selfSigned();
    setDefaultCACertificates([...usual, corporate.cert]);
    onTestFinished(() => setDefaultCACertificates(usual));
    const server = await serve((_, response) => json(response, 200, {}), corporate);
    expect((await exchange(server.url, { ca: selfSigned().cert })).status).toBe(200);
  });

  it('goes through the tunnel of a proxy, and is checked at its far end', async () => {
    const own = selfSigned();
    const server = await serve((_, response) => json(response, 200, {}), own);
    const proxy = await tinyProxy();
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    expect((await exchange(server.url, { env, ca: own.cert })).status).toBe(200);
    await expect(exchange(server.url, { env })).rejects.toMatchObject({ code: 'network.tls', lasting: true });
    expect(proxy.seen.map(one => one.line)).toEqual(Array(2).fill(`CONNECT 127.0.0.1:${server.port}`));
  });

  it('to a server that speaks plain HTTP is told as a matter of the URL', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    await expect(exchange(`https://127.0.0.1:${server.port}/`)).rejects.toMatchObject({
      code: 'network.tls',
      remedy: expect.stringContaining('right host and port'),
    });
  });
});

describe('the transport', () => {
  it('refuses a CA bundle without a certificate when it is made', () => {
    for (const ca of ['', 'not pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']) {
      expect(() => createTransport({ ca })).toThrow(expect.objectContaining({ code: 'config.invalid' }));
    }
  });

  it.each([
    ['plain', {}, Buffer.alloc(5_000, 'x')],
    ['packed', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(500_000, 'x'))],
  ])('does not read a %s answer that is longer than its bound', async (_, headers, body) => {
    const server = await serve((_, response) => response.writeHead(200, headers).end(body));
    await expect(exchange(server.url, { maxBodyBytes: 2_000 })).rejects.toMatchObject({
      code: 'http.unexpected',
      happened: 'The answer is longer than 2000 bytes.',
      lasting: true,
    });
  });

  it('joins several values of one header', async () => {
    const server = await serve((_, response) =>
      response
        .writeHead(200, [
          ['Link', '<a>; rel="self"'],
          ['Link', '<b>; rel="next"'],
        ])
        .end(),
    );
    expect((await exchange(server.url)).headers.link).toBe('<a>; rel="self", <b>; rel="next"');
  });

  it('tells of an answer that is not HTTP', async () => {
    const server = createTcpServer(socket => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('220 mail.example.test ESMTP\r\n'));
    });
    const { port } = await listen(server as ReturnType<typeof createServer>);
    await expect(exchange(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'http.unexpected',
      lasting: true,
    });
  });

  it('cuts what is in flight when it is closed', async () => {
    const transport = createTransport();
    const server = await serve(() => void transport.close());
    const call = { method: 'GET', url: new URL(server.url), headers: {}, timeoutMs: 10_000 };
    await expect(transport.exchange(call)).rejects.toThrow();
  });
});

describe('a failure of the network', () => {
  const place = { subject: 'GET h/p', host: 'h', proxies: 'no proxy is set', answering: false };
  const coded = (code: string, more: object = {}) => Object.assign(new Error('low-level'), { code, ...more });

  it.each([
    ['ENOTFOUND', {}, 'network.unreachable', false, false],
    ['EAI_AGAIN', {}, 'network.unreachable', false, false],
    ['ECONNREFUSED', {}, 'network.unreachable', false, false],
    ['UND_ERR_CONNECT_TIMEOUT', {}, 'network.timeout', false, false],
    ['ETIMEDOUT', { syscall: 'connect' }, 'network.timeout', false, false],
    ['ETIMEDOUT', { syscall: 'read' }, 'network.unreachable', true, false],
    ['ECONNRESET', {}, 'network.unreachable', true, false],
    ['UND_ERR_SOCKET', {}, 'network.unreachable', true, false],
    ['UND_ERR_HEADERS_TIMEOUT', {}, 'network.timeout', true, false],
    ['CERT_HAS_EXPIRED', {}, 'network.tls', false, true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', {}, 'network.tls', false, true],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', {}, 'network.tls', false, true],
  ])('of code %s %j is %s', (code, more, error, sent, lasting) => {
    expect(wireErrorOf(coded(code, more), place)).toMatchObject({ code: error, sent, lasting });
  });

  it('after status and headers means that the answer was cut', () => {
    for (const code of ['UND_ERR_SOCKET', 'ECONNRESET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']) {
      expect(wireErrorOf(coded(code), { ...place, answering: true })).toMatchObject({
        code: 'http.truncated',
      });
    }
  });

  it('is none where we made the mistake ourselves', () => {
    const mistake = coded('UND_ERR_INVALID_ARG');
    expect(wireErrorOf(mistake, place)).toBe(mistake);
    const bug = new TypeError('undefined is not a function');
    expect(wireErrorOf(bug, { ...place, answering: true })).toBe(bug);
  });
});
