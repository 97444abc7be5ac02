import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isMusterError, type MusterError } from '../../src/errors.ts';
import type { Source } from '../../src/sources/source.ts';
import { googleFrom, googleOptionsFor, startGoogleWorld } from '../support/google-rig.ts';
import { type GoogleServer, googleError } from '../support/google-server.ts';
import { type EagerClock, eagerClock } from '../support/manual-clock.ts';

const office = {
  people: [{ userName: 'ana', name: 'Ana Souza', email: 'ana@example.org' }],
  groups: [{ name: 'Support', people: ['ana'], groups: [] }],
};

async function workspace(clock: EagerClock = eagerClock()): Promise<GoogleServer> {
  const server = await startGoogleWorld(office, clock);
  onTestFinished(() => server.close());
  return server;
}

const scope = { groups: [{ kind: 'exact', text: 'Support' } as const] };
const read = (source: Source) => source.read(scope, new AbortController().signal);

const failure = async (source: Source): Promise<MusterError> => {
  const error = await read(source).catch((reason: unknown) => reason);
  expect(isMusterError(error), String(error)).toBe(true);
  return error as MusterError;
};

const tokenCalls = (server: GoogleServer) => server.requests.filter(({ url }) => url.pathname === '/token');
const claims = (server: GoogleServer) =>
  decodeJwt(new URLSearchParams(tokenCalls(server)[0]!.body).get('assertion')!);

describe('a service account of Google', () => {
  it('reads in the name of an administrator, with three read-only scopes', async () => {
    const server = await workspace();
    expect((await read(googleFrom(googleOptionsFor(server)))).people).toHaveLength(1);
    const base = 'https://www.googleapis.com/auth/admin.directory';
    expect(tokenCalls(server)).toHaveLength(1);
    expect(claims(server)).toMatchObject({
      iss: server.oauth.email,
      sub: 'admin@example.org',
      aud: `${server.url}/token`,
      scope: `${base}.group.readonly ${base}.group.member.readonly ${base}.user.readonly`,
    });
  });

  it('asks for no right to users where their details are not wanted', async () => {
    const server = await workspace();
    server.oauth.delegated = server.oauth.delegated.slice(0, 2);
    const directory = await read(googleFrom({ ...googleOptionsFor(server), readUsers: false }));
    expect(directory.people[0]).toMatchObject({
      name: 'ana@example.org',
      userName: 'ana@example.org',
      emails: ['ana@example.org'],
      status: 'active',
    });
    expect(claims(server).scope).not.toContain('user.readonly');
  });

  it('reads in its own name where it has an admin role', async () => {
    const server = await workspace();
    server.hasRole = true;
    const { subject: _, ...options } = googleOptionsFor(server);
    const customer = server.directory.customerId;
    expect((await read(googleFrom({ ...options, customer }))).people).toHaveLength(1);
    expect(claims(server).sub).toBeUndefined();
  });

  it('takes the key from a file beside the config, from a text, and from a block', async () => {
    const server = await workspace();
    const { key, ...options } = googleOptionsFor(server);
    const directory = await mkdtemp(path.join(tmpdir(), 'muster-google-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(path.join(directory, 'key.json'), JSON.stringify(key));
    for (const written of [{ keyFile: 'key.json' }, { key: JSON.stringify(key) }, { key }]) {
      const source = googleFrom({ ...options, ...written }, eagerClock(), directory);
      expect((await read(source)).people).toHaveLength(1);
    }
  });

  it.each([
    ['no JSON', 'not-json-Xq7', 'no key of a service account'],
    [
      'the key of a user',
      '{"type":"authorized_user","client_email":"a","private_key":"b"}',
      'authorized_user',
    ],
    ['a broken key', '{"type":"service_account","client_email":"a","private_key":"b-Xq7"}', 'no private key'],
  ])('says what is wrong with %s', async (_, key, text) => {
    const error = await failure(googleFrom({ key, subject: 'a@b.c' }));
    expect(error).toMatchObject({ code: 'config.invalid', happened: expect.stringContaining(text) });
    expect(JSON.stringify(error)).not.toContain('Xq7');
  });

  it('says that the key file is not there', async () => {
    const error = await failure(googleFrom({ keyFile: 'no-such-key.json' }));
    expect(error).toMatchObject({ code: 'config.invalid', subject: 'no-such-key.json' });
    expect(error.happened).toContain('ENOENT');
  });

  it('makes a new token when the old one dies in the middle of a walk', async () => {
    const server = await workspace();
    server.fault = ({ url }) => {
      if (url.pathname.endsWith('/members') && tokenCalls(server).length === 1) server.oauth.tokens.clear();
      return undefined;
    };
    expect((await read(googleFrom(googleOptionsFor(server)))).groups[0]!.evidence.complete).toBe(true);
    expect(tokenCalls(server)).toHaveLength(2);
  });
});

describe('a Workspace account that refuses', () => {
  it('scopes that were not delegated: the remedy lists exactly those to enter', async () => {
    const server = await workspace();
    server.oauth.delegated = server.oauth.delegated.slice(0, 2);
    const error = await failure(googleFrom(googleOptionsFor(server)));
    expect(error).toMatchObject({
      code: 'source.auth-failed',
      vendorCode: 'unauthorized_client',
      status: 401,
    });
    expect(error.remedy).toContain(
      'https://www.googleapis.com/auth/admin.directory.group.readonly,https://www.googleapis.com/auth/admin.directory.group.member.readonly,https://www.googleapis.com/auth/admin.directory.user.readonly',
    );
  });

  it('a subject who is nobody', async () => {
    const server = await workspace();
    const error = await failure(googleFrom({ ...googleOptionsFor(server), subject: 'admin' }));
    expect(error).toMatchObject({ code: 'source.auth-failed', vendorCode: 'invalid_grant' });
    expect(error.remedy).toContain('"subject" must be the primary address');
  });

  it('a subject who is no administrator', async () => {
    const server = await workspace();
    const error = await failure(googleFrom({ ...googleOptionsFor(server), subject: 'ana@example.org' }));
    expect(error).toMatchObject({ code: 'source.auth-failed', status: 403, vendorCode: 'forbidden' });
    expect(error.remedy).toContain('ana@example.org');
  });

  it('a service account without a role and without a subject', async () => {
    const server = await workspace();
    const { subject: _, ...options } = googleOptionsFor(server);
    const error = await failure(googleFrom(options));
    expect(error.remedy).toContain('Groups Reader');
  });

  it('a key that was deleted', async () => {
    const server = await workspace();
    const key = { ...server.oauth.keyFile(`${server.url}/token`), private_key_id: 'deleted' };
    const error = await failure(googleFrom({ ...googleOptionsFor(server), key }));
    expect(error).toMatchObject({ code: 'source.auth-failed', vendorCode: 'invalid_grant' });
    expect(error.remedy).toContain('new JSON key');
  });

  it('an assertion from the past: the remedy says how far the clocks are apart', async () => {
    const server = await workspace();
    const late = eagerClock(Date.UTC(2026, 0, 5, 7));
    const error = await failure(googleFrom(googleOptionsFor(server), late));
    expect(error.remedy).toContain('7200 seconds apart');
  });

  it.each([
    ['accessNotConfigured', 'Admin SDK API has not been used in project 1', 'Enable the "Admin SDK API"'],
    ['insufficientPermissions', 'Request had insufficient authentication scopes.', 'lacks a scope'],
    ['domainCannotUseApis', 'Domain cannot use apis.', 'API controls'],
    ['dailyLimitExceeded', 'Daily Limit Exceeded', 'quota'],
  ])('%s says what to do', async (reason, message, remedy) => {
    const server = await workspace();
    server.fault = ({ url }) => (url.pathname === '/token' ? undefined : googleError(403, reason, message));
    const error = await failure(googleFrom(googleOptionsFor(server)));
    expect(error).toMatchObject({ code: 'source.auth-failed', vendorCode: reason });
    expect(error.remedy).toContain(remedy);
  });

  it('nothing, because it is no Google', async () => {
    const server = await workspace();
    server.fault = () => ({ status: 404, body: '<html>not here</html>' });
    const error = await failure(googleFrom(googleOptionsFor(server)));
    expect(error).toMatchObject({ code: 'source.unreachable', status: 404 });
  });
});
