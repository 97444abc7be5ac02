import { describe, expect, it } from 'vitest';
import { isMusterError } from '../../src/errors.ts';
import { scimOptions } from '../../src/sources/scim/options.ts';
import { eagerClock } from '../support/manual-clock.ts';
import { crowdOf, idsOf, one, scimServer } from '../support/scim-desk.ts';
import { scimFrom } from '../support/scim-rig.ts';

const never = new AbortController().signal;
const scope = { groups: [{ kind: 'exact', text: 'Crowd' }] } as const;
const client = { clientId: 'muster', clientSecret: 'client-secret-0815' };

describe('logging in to a SCIM server', () => {
  it('takes user name and password', async () => {
    const server = await scimServer(crowdOf(2));
    server.accepted.add(`Basic ${btoa('reader:pa:ss')}`);
    const options = { baseUrl: server.baseUrl, username: 'reader', password: 'pa:ss' };
    expect(idsOf(one(await scimFrom(options).read(scope, never), 'Crowd'))).toEqual(['u1', 'u2']);
  });

  it.each([
    ['basic', undefined],
    ['form', undefined],
    ['basic', 'scim.read'],
    ['form', 'scim.read'],
  ] as const)('takes an OAuth client whose secret goes by %s, with the scope %s', async (style, wanted) => {
    const server = await scimServer(crowdOf(2));
    server.tokenStyle = style;
    server.clients.add(`${client.clientId}:${client.clientSecret}`);
    const options = {
      baseUrl: server.baseUrl,
      tokenUrl: `${server.url}/oauth/token`,
      ...client,
      ...(wanted && { scope: wanted }),
    };
    expect((await scimFrom(options).read(scope, never)).people).toHaveLength(2);
    expect(server.scopes).toEqual([wanted ?? '']);
  });

  it('an OAuth client that is refused is source.auth-failed, without its secret', async () => {
    const server = await scimServer(crowdOf(2));
    for (const more of [{}, { scope: 'scim.read' }, { clientAuth: 'form' }]) {
      const options = { baseUrl: server.baseUrl, tokenUrl: `${server.url}/oauth/token`, ...client, ...more };
      const error = await scimFrom(options)
        .read(scope, never)
        .catch((reason: unknown) => reason);
      expect(isMusterError(error, 'source.auth-failed'), String(error)).toBe(true);
      expect(JSON.stringify(error)).not.toContain(client.clientSecret);
    }
  });

  it('a token that expires in the middle of a read is made anew, and nobody is lost', async () => {
    const server = await scimServer(crowdOf(40));
    server.clients.add(`${client.clientId}:${client.clientSecret}`);
    const options = {
      baseUrl: server.baseUrl,
      tokenUrl: `${server.url}/oauth/token`,
      pageSize: 10,
      ...client,
    };
    server.fault = ({ url }) => {
      if (url.searchParams.get('startIndex') === '21') server.accepted.delete('Bearer token-1');
      return undefined;
    };
    const group = one(await scimFrom(options).read(scope, never), 'Crowd');
    expect(group.members).toHaveLength(40);
    expect(group.evidence.complete).toBe(true);
    expect(server.scopes).toHaveLength(2);
  });

  it('a fixed token that dies in the middle of a read leaves the rest incomplete', async () => {
    const server = await scimServer(crowdOf(40));
    const [token] = [...server.accepted].map(value => value.replace('Bearer ', ''));
    server.fault = ({ url }) => {
      if (url.searchParams.get('startIndex') === '21') server.accepted.clear();
      return undefined;
    };
    const group = one(
      await scimFrom({ baseUrl: server.baseUrl, token, pageSize: 10 }).read(scope, never),
      'Crowd',
    );
    expect(group.members).toHaveLength(20);
    expect(group.evidence.complete).toBe(false);
    expect(group.evidence.reasons[0]).toContain('401');
  });

  it('a server that wants us slower is waited for as it says', async () => {
    const clock = eagerClock();
    const server = await scimServer(crowdOf(40), {}, clock);
    const [token] = [...server.accepted].map(value => value.replace('Bearer ', ''));
    server.fault = ({ url }, nth) =>
      url.pathname.endsWith('/Users') && nth === 2
        ? { status: 429, headers: { 'retry-after': '17' } }
        : url.pathname.endsWith('/Users') && nth === 4
          ? { status: 503, headers: { 'retry-after': new Date(clock.now() + 23_000).toUTCString() } }
          : undefined;
    const source = scimFrom({ baseUrl: server.baseUrl, token, pageSize: 10 }, clock);
    const group = one(await source.read(scope, never), 'Crowd');
    expect(group.members).toHaveLength(40);
    expect(group.evidence.complete).toBe(true);
    expect(clock.sleeps).toEqual(expect.arrayContaining([17_000, 23_000]));
  });
});

describe('options of a SCIM source', () => {
  const mistakes = (options: object): string[] => {
    const result = scimOptions().safeParse({ baseUrl: 'https://idp.example.com/scim/v2/', ...options });
    return result.success
      ? []
      : result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  };

  it('the base loses its slashes at the end and may have any path', () => {
    expect(scimOptions().parse({ baseUrl: 'https://idp.example.com/a/b//', token: 't' }).baseUrl).toBe(
      'https://idp.example.com/a/b',
    );
  });

  it.each([
    [{ token: 't' }, 0],
    [{ username: 'u', password: 'p' }, 0],
    [{ ...client, tokenUrl: 'https://idp.example.com/token' }, 0],
    [{}, 1],
    [{ token: 't', username: 'u', password: 'p' }, 1],
    [{ username: 'u' }, 1],
    [{ username: 'u', password: '' }, 1],
    [{ password: 'p' }, 1],
    [{ clientId: 'c' }, 2],
    [{ scope: 's' }, 3],
    [{ token: 't', baseUrl: 'http://idp.example.com/scim' }, 1],
    [{ token: 't', baseUrl: 'https://idp.example.com/scim?x=1' }, 1],
    [{ token: 't', attributes: { extra: ['not an attribute'] } }, 1],
    [{ token: 't', attributes: { externalId: 'urn:ietf:params:scim:schemas:core:2.0:User' } }, 1],
    [{ token: 't', membership: 'users' }, 1],
  ])('%o has %i mistakes', (options, count) => {
    expect(mistakes(options)).toHaveLength(count);
  });
});
