import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isMusterError, type MusterError } from '../../src/errors.ts';
import { type EagerClock, eagerClock } from '../support/manual-clock.ts';
import { oktaFrom, startOktaWorld } from '../support/okta-rig.ts';
import type { OktaServer } from '../support/okta-server.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const scopes = ['okta.groups.read', 'okta.users.read'];

const people = Array.from({ length: 5 }, (_, index) => ({
  userName: `p${index}`,
  name: `Person ${index}`,
  email: `p${index}@example.org`,
}));
const office = {
  people,
  groups: [{ name: 'Support', people: people.map(({ userName }) => userName), groups: [] }],
};

interface AppFacts {
  readonly requiresDpop?: boolean;
  readonly publicKey?: KeyObject;
  readonly granted?: readonly string[];
}

/** An org with one group of five people and a service app that may read it. */
async function org(app: AppFacts = {}, serverClock: EagerClock = eagerClock()): Promise<OktaServer> {
  const server = await startOktaWorld(office, serverClock);
  onTestFinished(() => server.close());
  server.oauth.apps.set('0oaApp', {
    clientId: '0oaApp',
    keys: { k1: app.publicKey ?? rsa.publicKey },
    grantedScopes: app.granted ?? scopes,
    requiresDpop: app.requiresDpop ?? false,
  });
  return server;
}

const asApp = (server: OktaServer, more: Readonly<Record<string, unknown>> = {}, clock?: EagerClock) =>
  oktaFrom(
    { url: server.url, clientId: '0oaApp', privateKey: pem, keyId: 'k1', pageSize: 2, ...more },
    clock,
  );

const support = { groups: [{ kind: 'exact', text: 'Support' } as const] };
const read = (source: ReturnType<typeof oktaFrom>) => source.read(support, new AbortController().signal);

const failure = async (source: ReturnType<typeof oktaFrom>): Promise<MusterError> => {
  const error = await read(source).catch((reason: unknown) => reason);
  expect(isMusterError(error), String(error)).toBe(true);
  return error as MusterError;
};

const tokenCalls = (server: OktaServer) =>
  server.requests.filter(({ url }) => url.pathname === '/oauth2/v1/token');
const apiCalls = (server: OktaServer) =>
  server.requests.filter(({ url }) => url.pathname.startsWith('/api/'));

describe('a service app of Okta', () => {
  it('signs an assertion, and reads with one bearer token', async () => {
    const server = await org();
    const directory = await read(asApp(server));
    expect(directory.people).toHaveLength(5);
    expect(tokenCalls(server)).toHaveLength(1);
    const form = new URLSearchParams(tokenCalls(server)[0]!.body);
    expect(form.get('scope')).toBe('okta.groups.read okta.users.read');
    for (const { headers } of apiCalls(server)) {
      expect(headers.authorization).toMatch(/^Bearer /u);
      expect(headers.dpop).toBeUndefined();
    }
  });

  it('proves possession of its key where the org asks for it: the nonce first, then a new proof for every call', async () => {
    const server = await org({ requiresDpop: true });
    const directory = await read(asApp(server));
    expect(directory.people).toHaveLength(5);
    expect(directory.groups[0]!.evidence.complete).toBe(true);
    // Without a proof, with one, and with the nonce.
    expect(tokenCalls(server).map(({ headers }) => headers.dpop !== undefined)).toEqual([false, true, true]);
    const proofs = apiCalls(server).map(({ headers }) => headers.dpop);
    expect(proofs.length).toBeGreaterThan(3);
    expect(new Set(proofs).size).toBe(proofs.length);
    for (const { headers } of apiCalls(server)) expect(headers.authorization).toMatch(/^DPoP /u);
  });

  it.each([false, true])(
    'makes a new token when the old one dies in the middle of a walk (DPoP: %s)',
    async dpop => {
      const server = await org({ requiresDpop: dpop });
      server.fault = ({ url }, nth) => {
        if (url.pathname.endsWith('/users') && nth === 2) server.oauth.expireTokens();
        return undefined;
      };
      const directory = await read(asApp(server));
      expect(directory.people).toHaveLength(5);
      expect(directory.groups[0]!.evidence).toMatchObject({ complete: true, pages: 3 });
      // The nonce is known by then, so the second token takes one request.
      expect(tokenCalls(server)).toHaveLength(dpop ? 4 : 2);
    },
  );

  it('takes a renewed nonce in one more round', async () => {
    const server = await org({ requiresDpop: true });
    server.fault = ({ url }, nth) => {
      if (url.pathname.endsWith('/users') && nth === 2) {
        server.oauth.expireTokens();
        server.oauth.nonce = 'another-nonce';
      }
      return undefined;
    };
    expect((await read(asApp(server))).people).toHaveLength(5);
    expect(tokenCalls(server)).toHaveLength(5);
  });

  it('gives up on an org that asks for proofs for ever', async () => {
    const server = await org({ requiresDpop: true });
    const demand = { error: 'use_dpop_nonce', error_description: 'again' };
    server.fault = ({ url }) =>
      url.pathname === '/oauth2/v1/token'
        ? { status: 400, body: demand, headers: { 'dpop-nonce': 'n' } }
        : undefined;
    expect((await failure(asApp(server))).code).toBe('source.auth-failed');
    expect(tokenCalls(server).length).toBeLessThan(6);
  });

  it('signs anew for every attempt, because an assertion counts once', async () => {
    const server = await org();
    server.fault = ({ url }, nth) =>
      url.pathname === '/oauth2/v1/token' && nth < 3 ? { status: 503, body: 'busy' } : undefined;
    expect((await read(asApp(server))).people).toHaveLength(5);
    const assertions = tokenCalls(server).map(({ body }) =>
      new URLSearchParams(body).get('client_assertion'),
    );
    expect(new Set(assertions).size).toBe(3);
  });

  it.each([
    ['PEM, PKCS#8', pem, rsa.publicKey],
    ['PEM, PKCS#1', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }), rsa.publicKey],
    ['PEM with \\n for line breaks', pem.replaceAll('\n', '\\n'), rsa.publicKey],
    ['PEM, EC', ec.privateKey.export({ type: 'pkcs8', format: 'pem' }), ec.publicKey],
    ['JWK as text', JSON.stringify(ec.privateKey.export({ format: 'jwk' })), ec.publicKey],
    ['JWK as a block', rsa.privateKey.export({ format: 'jwk' }), rsa.publicKey],
  ])('takes a key as %s', async (_, privateKey, publicKey) => {
    const server = await org({ publicKey });
    expect((await read(asApp(server, { privateKey }))).people).toHaveLength(5);
  });

  it('takes the id of the key from a JWK that has one', async () => {
    const server = await org();
    const privateKey = { ...rsa.privateKey.export({ format: 'jwk' }), kid: 'k1' };
    expect((await read(asApp(server, { privateKey, keyId: undefined }))).people).toHaveLength(5);
  });

  it.each([
    ['no key at all', 'not-a-key-Xq7'],
    ['a public key', rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string],
    [
      'an RSA key of 1,024 bits',
      generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
        type: 'pkcs8',
        format: 'pem',
      }) as string,
    ],
    [
      'an encrypted key',
      rsa.privateKey.export({
        type: 'pkcs8',
        format: 'pem',
        cipher: 'aes-256-cbc',
        passphrase: 'x',
      }) as string,
    ],
  ])('says what is wrong with %s, without a letter of it', async (_, privateKey) => {
    const error = await failure(asApp(await org(), { privateKey }));
    expect(error.code).toBe('config.invalid');
    expect(error.subject).toBe('privateKey');
    const body = privateKey.split('\n').find(line => !line.startsWith('-----'))!;
    expect(JSON.stringify(error)).not.toContain(body.slice(0, 12));
  });
});

describe('an Okta org that refuses', () => {
  it('a key that it does not know', async () => {
    const server = await org({ publicKey: ec.publicKey });
    const error = await failure(asApp(server));
    expect(error).toMatchObject({ code: 'source.auth-failed', vendorCode: 'invalid_client', status: 401 });
    expect(error.remedy).toContain('keyId');
    expect(error.correlationId).toBeDefined();
  });

  it('an assertion that has expired by its own clock: the remedy says how far the clocks are apart', async () => {
    const server = await org({}, eagerClock(Date.UTC(2026, 0, 5, 9)));
    const source = asApp(server, {}, eagerClock(Date.UTC(2026, 0, 5, 8, 30)));
    const error = await failure(source);
    expect(error.code).toBe('source.auth-failed');
    expect(error.remedy).toContain('1800 seconds apart');
  });

  it('every scope: the remedy names those to grant', async () => {
    const error = await failure(asApp(await org({ granted: [] })));
    expect(error).toMatchObject({ code: 'source.auth-failed', vendorCode: 'invalid_scope' });
    expect(error.remedy).toContain('okta.groups.read and okta.users.read');
  });

  it('members, for a scope that was not granted: the remedy names the one that is missing', async () => {
    const error = await failure(asApp(await org({ granted: ['okta.groups.read'] })));
    expect(error).toMatchObject({ code: 'source.auth-failed', status: 403 });
    expect(error.remedy).toContain('Grant the scope okta.users.read');
  });

  it('members, for a role that is missing', async () => {
    const server = await org();
    server.seesMembers = false;
    const error = await failure(asApp(server));
    expect(error).toMatchObject({ code: 'source.auth-failed', vendorCode: 'E0000006' });
    expect(error.remedy).toContain('admin role');
  });

  it('an API token that is not valid: E0000011, and the token is nowhere in the error', async () => {
    const server = await org();
    const error = await failure(oktaFrom({ url: server.url, token: '00aWrong-token' }));
    expect(error).toMatchObject({ code: 'source.auth-failed', vendorCode: 'E0000011', status: 401 });
    expect(error.remedy).toContain('30 days');
    expect(JSON.stringify(error)).not.toContain('00aWrong-token');
  });

  it('nothing, because it is no Okta', async () => {
    const server = await org();
    server.fault = () => ({ status: 404, body: '<html>not here</html>' });
    expect(await failure(asApp(server))).toMatchObject({ code: 'source.unreachable', status: 404 });
  });
});
