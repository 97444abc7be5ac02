import { describe, expect, it, onTestFinished } from 'vitest';
import { isMusterError } from '../../src/errors.ts';
import type { Directory, DirectoryGroup } from '../../src/model/directory.ts';
import { selectorOf } from '../../src/model/select.ts';
import { personOf } from '../../src/sources/jumpcloud/map.ts';
import { jumpcloudHosts, jumpcloudOptions } from '../../src/sources/jumpcloud/options.ts';
import type { World } from '../contracts/source-contract.ts';
import { apiKey, jumpcloudFrom, startJumpcloudWorld } from '../support/jumpcloud-rig.ts';
import type { JumpcloudServer } from '../support/jumpcloud-server.ts';
import { type EagerClock, eagerClock } from '../support/manual-clock.ts';

const never = new AbortController().signal;

async function org(world: World, clock?: EagerClock): Promise<JumpcloudServer> {
  const server = await startJumpcloudWorld(world, clock);
  onTestFinished(() => server.close());
  return server;
}

/** One group of so many people, and others who are in none. */
const crowdOf = (members: number, others = 0): World => ({
  people: Array.from({ length: members + others }, (_, index) => ({
    userName: `p${index}`,
    name: `Person ${index}`,
    email: `p${index}@example.org`,
  })),
  groups: [{ name: 'Crowd', people: Array.from({ length: members }, (_, index) => `p${index}`), groups: [] }],
});

const read = (
  server: JumpcloudServer,
  text: string,
  more: Readonly<Record<string, unknown>> = { apiKey },
  clock?: EagerClock,
): Promise<Directory> =>
  jumpcloudFrom(
    { consoleUrl: server.url, tokenUrl: `${server.url}/oauth2/token`, pageSize: 10, ...more },
    clock,
  ).read({ groups: [selectorOf(text)] }, never);

const one = (directory: Directory): DirectoryGroup => {
  expect(directory.groups).toHaveLength(1);
  return directory.groups[0]!;
};

const asked = (server: JumpcloudServer, path: RegExp): string[] =>
  server.requests.filter(({ url }) => path.test(url.pathname)).map(({ url }) => url.search);

describe('paging through JumpCloud', () => {
  const many: World = {
    people: [],
    groups: Array.from({ length: 25 }, (_, index) => ({ name: `Team ${index}`, people: [], groups: [] })),
  };

  it.each([true, false])('groups come page by page, with Link headers (%s) or without', async links => {
    const server = await org(many);
    server.links = links;
    const directory = await read(server, '*');
    expect(directory.groups).toHaveLength(25);
    expect(directory.evidence).toMatchObject({ complete: true, pages: 3 });
    expect(asked(server, /usergroups$/u)).toEqual([
      '?limit=10&skip=0&sort=_id',
      '?limit=10&skip=10&sort=_id',
      '?limit=10&skip=20&sort=_id',
    ]);
  });

  it('a list that cannot be sorted is read as it comes', async () => {
    const server = await org(many);
    server.sortable = false;
    expect((await read(server, '*')).groups).toHaveLength(25);
    expect(asked(server, /usergroups$/u).filter(search => search.includes('sort'))).toHaveLength(1);
    expect((await read(server, '*', { apiKey, sort: '' })).groups).toHaveLength(25);
    expect(asked(server, /usergroups$/u).filter(search => search.includes('sort'))).toHaveLength(1);
  });

  it('a group whose members end with a full page is whole', async () => {
    const group = one(await read(await org(crowdOf(20)), 'Crowd'));
    expect(group.members).toHaveLength(20);
    expect(group.evidence).toMatchObject({ complete: true, pages: 3 });
  });

  it('a member who comes twice has taken the place of another', async () => {
    const server = await org(crowdOf(15));
    const [crowd] = server.groups.values();
    crowd!.members[12] = crowd!.members[3]!;
    const group = one(await read(server, 'Crowd'));
    expect(group.members).toHaveLength(14);
    expect(group.evidence.reasons).toEqual(['something came twice, so the list moved while it was read']);
  });

  it('a next page on another host is not followed: the key stays at home', async () => {
    const server = await org(many);
    server.fault = ({ url }) =>
      url.searchParams.get('skip') === '0'
        ? {
            status: 200,
            body: [{ id: 'a', name: 'Team 0' }],
            headers: { link: '<https://elsewhere.example.org/api/v2/usergroups>; rel="next"' },
          }
        : undefined;
    const error = await read(server, '*').catch((reason: unknown) => reason);
    expect(isMusterError(error), String(error)).toBe(true);
  });

  it.each([
    ['breaks off', 'cut in the middle'],
    ['is refused', { status: 403, body: { message: 'Forbidden' } }],
    ['is a web page', { status: 200, body: '<html>Log in</html>' }],
    ['holds something else', { status: 200, body: [{ to: { id: 'x' } }] }],
  ] as const)('a page of members that %s leaves the group incomplete', async (_, fault) => {
    const server = await org(crowdOf(15));
    server.fault = ({ url }) => (url.searchParams.get('skip') === '10' ? fault : undefined);
    const group = one(await read(server, 'Crowd'));
    expect(group.members).toHaveLength(10);
    expect(group.evidence.complete).toBe(false);
  });
});

describe('members of a JumpCloud group', () => {
  it('are read by pages or by id, whichever takes fewer requests', async () => {
    const few = await org(crowdOf(2, 98));
    await read(few, 'Crowd');
    expect(asked(few, /systemusers/u)).toEqual(['', '']);
    const most = await org(crowdOf(20, 5));
    await read(most, 'Crowd');
    expect(asked(most, /systemusers/u)).toEqual(['?limit=10&skip=0&sort=_id', '?limit=10&skip=10&sort=_id']);
  });

  it('who are gone, or are groups, make it incomplete; others are counted', async () => {
    const server = await org(crowdOf(1));
    const [crowd] = server.groups.values();
    crowd!.members.push(
      { id: 'gone', type: 'user' },
      { id: 'g2', type: 'user_group' },
      { id: 's1', type: 'system' },
    );
    const group = one(await read(server, 'Crowd'));
    expect(group.members).toHaveLength(1);
    expect(group.skipped).toEqual([{ type: 'system', count: 1 }]);
    expect(group.evidence.reasons).toEqual([
      'the user gone could not be read: the server has no such user',
      'the group g2 is nested in it, and nested groups are not followed here',
    ]);
  });

  it('are not "nobody" because the group was deleted meanwhile: JumpCloud gives an empty list for it', async () => {
    const server = await org(crowdOf(3));
    server.fault = ({ url }) => {
      if (url.pathname.endsWith('/members')) server.groups.clear();
      return undefined;
    };
    const group = one(await read(server, 'Crowd'));
    expect(group).toMatchObject({
      members: [],
      evidence: { complete: false, reasons: ['it has just been deleted'] },
    });
  });

  it('cannot be nobody where none of the groups may be read', async () => {
    const server = await org(crowdOf(3));
    server.fault = ({ url }) =>
      url.pathname.endsWith('/members') ? { status: 403, body: { message: 'no' } } : undefined;
    await expect(read(server, 'Crowd')).rejects.toMatchObject({ code: 'source.read-failed', status: 403 });
  });
});

describe('logging in to JumpCloud', () => {
  const account = { clientId: 'sa-1', clientSecret: 'service-secret-0815' };

  it('a service account gets a token for the scope api', async () => {
    const server = await org(crowdOf(2));
    server.clients.add('sa-1:service-secret-0815');
    expect(one(await read(server, 'Crowd', account)).members).toHaveLength(2);
    expect(server.requests.some(({ headers }) => 'x-api-key' in headers)).toBe(false);
  });

  it('a token that is revoked in the middle of a read is made anew', async () => {
    const server = await org(crowdOf(15));
    server.clients.add('sa-1:service-secret-0815');
    server.fault = ({ url }) => {
      if (url.searchParams.get('skip') === '10') server.tokens.delete('jumpcloud-token-1');
      return undefined;
    };
    const group = one(await read(server, 'Crowd', account));
    expect(group.members).toHaveLength(15);
    expect(group.evidence.complete).toBe(true);
  });

  it('a wrong secret is source.auth-failed, and is not told', async () => {
    const server = await org(crowdOf(2));
    const error = await read(server, 'Crowd', account).catch((reason: unknown) => reason);
    expect(isMusterError(error, 'source.auth-failed'), String(error)).toBe(true);
    expect(JSON.stringify(error)).not.toContain(account.clientSecret);
  });

  it('an admin of several organisations names one', async () => {
    const server = await org(crowdOf(2));
    await read(server, 'Crowd', { apiKey, orgId: '5f9c1a2b3c4d5e6f7a8b9c0d' });
    expect(server.requests.every(({ headers }) => headers['x-org-id'] === '5f9c1a2b3c4d5e6f7a8b9c0d')).toBe(
      true,
    );
  });

  it('a server that wants us slower is waited for as it says', async () => {
    const clock = eagerClock();
    const server = await org(crowdOf(15), clock);
    server.fault = ({ url }, nth) =>
      url.pathname.endsWith('/members') && nth === 2
        ? { status: 429, headers: { 'retry-after': '7' } }
        : undefined;
    expect(one(await read(server, 'Crowd', { apiKey }, clock)).evidence.complete).toBe(true);
    expect(clock.sleeps).toContain(7_000);
  });

  it('a check names the server and says what is in the way', async () => {
    const server = await org(crowdOf(2));
    const source = jumpcloudFrom({ consoleUrl: server.url, apiKey });
    const { server: name, groups, warnings } = await source.check(never);
    expect(name).toBe(`JumpCloud at ${server.url} with an API key`);
    expect(groups).toBe(1);
    expect(warnings).toHaveLength(1);
    server.fault = ({ url }) => (url.pathname.endsWith('/systemusers') ? { status: 403 } : undefined);
    expect((await source.check(never)).warnings[0]).toMatch(/^Users cannot be read/u);
  });
});

describe('a JumpCloud user as a person', () => {
  const options = (more: object = {}) => jumpcloudOptions().parse({ apiKey, ...more });
  const person = (fields: object, more?: object) => personOf({ id: 'u1', ...fields }, 'jc', options(more));

  it.each([
    [{ suspended: false, state: 'ACTIVATED' }, 'active'],
    [{ suspended: false, state: 'ACTIVATED', account_locked: true }, 'active'],
    [{ suspended: true, state: 'ACTIVATED' }, 'suspended'],
    [{ state: 'SUSPENDED' }, 'suspended'],
    [{ suspended: false, state: 'STAGED' }, 'suspended'],
    [{ suspended: false }, 'active'],
    [{ suspended: false, state: 'SOMETHING_NEW' }, 'unknown'],
    [{}, 'unknown'],
  ])('with %o is %s', (fields, status) => {
    expect(person(fields).status).toBe(status);
  });

  it('counts as active what the config says', () => {
    expect(person({ state: 'STAGED' }, { activeStates: ['STAGED', 'ACTIVATED'] }).status).toBe('active');
  });

  it.each([
    [{ displayname: 'Ana', firstname: 'x' }, 'Ana'],
    [{ firstname: 'Ana', lastname: 'Souza' }, 'Ana Souza'],
    [{ displayname: '', username: 'ana' }, 'ana'],
    [{ email: 'a@example.org' }, 'a@example.org'],
    [{}, 'u1'],
  ])('%o is called %s', (fields, name) => {
    expect(person(fields).name).toBe(name);
  });

  it('takes fields and custom attributes by their names', () => {
    const fields = {
      username: 'ana',
      email: 'Ana@example.org',
      alternateEmail: 'ana@example.org',
      employeeIdentifier: 4711,
      department: 'Care',
      attributes: [{ name: 'genesysId', value: 'g1' }, { name: 'skill', value: '' }, null],
    };
    const attributes = {
      email: ['email', 'alternateEmail'],
      userId: 'genesysId',
      extra: ['department', 'skill', 'attributes'],
    };
    expect(person(fields, { attributes })).toMatchObject({
      userName: 'ana',
      emails: ['Ana@example.org'],
      externalId: '4711',
      userId: 'g1',
      attributes: { department: ['Care'] },
    });
  });
});

describe('options of a JumpCloud source', () => {
  it.each([
    [{ apiKey }, 0],
    [{ clientId: 'a', clientSecret: 'b' }, 0],
    [{}, 1],
    [{ apiKey, clientId: 'a' }, 1],
    [{ clientId: 'a' }, 1],
    [{ clientSecret: 'b' }, 1],
    [{ apiKey, region: 'apac' }, 1],
    [{ apiKey, pageSize: 101 }, 1],
  ])('%o has %i mistakes', (written, count) => {
    const result = jumpcloudOptions().safeParse(written);
    expect(result.success ? [] : result.error.issues).toHaveLength(count);
  });

  it('every region has a console and a token endpoint of its own', () => {
    const hosts = Object.values(jumpcloudHosts).flatMap(({ console, token }) => [console, token]);
    expect(new Set(hosts).size).toBe(hosts.length);
  });
});
