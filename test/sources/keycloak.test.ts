import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { MusterError } from '../../src/errors.ts';
import type { Directory, DirectoryGroup } from '../../src/model/directory.ts';
import { keycloakOptions } from '../../src/sources/keycloak/options.ts';
import { startApiServer } from '../support/api-server.ts';
import { keycloakFrom, reader } from '../support/keycloak-rig.ts';
import {
  type KeycloakServer,
  type KeycloakServerOptions,
  startKeycloakServer,
} from '../support/keycloak-server.ts';
import { type EagerClock, eagerClock } from '../support/manual-clock.ts';

const signal = new AbortController().signal;
const everything = { groups: [{ kind: 'glob', text: '*' } as const] };
const exact = (...texts: string[]) => ({ groups: texts.map(text => ({ kind: 'exact', text }) as const) });
const servers: KeycloakServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
});

interface Sso {
  readonly server: KeycloakServer;
  readonly realm: KeycloakServer['realm'];
  read(scope?: typeof everything | ReturnType<typeof exact>, options?: object): Promise<Directory>;
  /** The error of a read that must fail. */
  failure(scope?: typeof everything | ReturnType<typeof exact>, options?: object): Promise<MusterError>;
  asked(part: string): URL[];
}

async function startSso(options: KeycloakServerOptions = {}, clock: EagerClock = eagerClock()): Promise<Sso> {
  const server = await startKeycloakServer(clock, options);
  servers.push(server);
  server.realm.addClient(reader.clientId, reader.clientSecret, ['view-users']);
  const read: Sso['read'] = (scope = everything, more = {}) =>
    keycloakFrom({ url: server.url, ...more }, clock).read(scope, signal);
  return {
    server,
    realm: server.realm,
    read,
    async failure(scope, more) {
      const outcome = await read(scope, more).catch((reason: unknown) => reason);
      expect(outcome).toBeInstanceOf(MusterError);
      expect(JSON.stringify(outcome)).not.toContain(reader.clientSecret);
      return outcome as MusterError;
    },
    asked: part => server.requests.map(({ url }) => url).filter(url => url.pathname.endsWith(part)),
  };
}

const four = (at: number) => String(at).padStart(4, '0');
const crowd = (realm: Sso['realm'], count: number): string[] =>
  Array.from({ length: count }, (_, at) =>
    realm.addUser(`user${four(at)}`, { email: `user${four(at)}@example.org` }),
  );

function groupAt(directory: Directory, path: string): DirectoryGroup {
  const found = directory.groups.filter(({ aliases }) => aliases.includes(path));
  expect(found, path).toHaveLength(1);
  return found[0]!;
}

const userNames = ({ groups, people }: Directory, path: string): (string | undefined)[] => {
  const names = new Map(people.map(({ id, userName }) => [id, userName]));
  const { members } = groupAt({ groups, people } as Directory, path);
  return members.flatMap(({ id }) => names.get(id) ?? []).sort();
};

const pathsOf = (directory: Directory) => directory.groups.map(({ aliases: [path] }) => path).sort();
const membersPage = (url: URL) =>
  url.pathname.endsWith('/members') && Number(url.searchParams.get('first')) > 0;

describe('groups of Keycloak', () => {
  it('25 sub-groups are all there, though Keycloak shows ten to those who do not say how many they want', async () => {
    const { realm, read, asked } = await startSso();
    const centre = realm.addGroup('CC');
    for (let at = 0; at < 25; at++) realm.addGroup(`Team ${four(at)}`, centre);
    const directory = await read(exact('CC'));
    expect(groupAt(directory, '/CC').members.filter(({ kind }) => kind === 'group')).toHaveLength(25);
    expect(directory.groups).toHaveLength(26);
    const listings = [...asked('/children'), ...asked('/members'), ...asked('/groups')];
    expect(listings.length).toBeGreaterThan(0);
    expect(listings.filter(({ searchParams: query }) => !query.has('first') || !query.has('max'))).toEqual(
      [],
    );
  });

  it('nesting is told as it is, so that the way to each person is kept', async () => {
    const { realm, read } = await startSso();
    const [ana, bo] = crowd(realm, 2);
    const centre = realm.addGroup('CC', undefined, [ana!]);
    const support = realm.addGroup('Support', centre, [bo!]);
    const directory = await read(exact('/CC'));
    expect(groupAt(directory, '/CC').members).toEqual([
      { kind: 'group', id: support },
      { kind: 'person', id: ana },
    ]);
    expect(groupAt(directory, '/CC/Support').members).toEqual([{ kind: 'person', id: bo }]);
  });

  it('without includeSubgroups a group is the people directly in it', async () => {
    const { realm, read, asked } = await startSso();
    const [ana, bo] = crowd(realm, 2);
    realm.addGroup('Support', realm.addGroup('CC', undefined, [ana!]), [bo!]);
    const directory = await read(exact('/CC'), { includeSubgroups: false });
    expect(pathsOf(directory)).toEqual(['/CC']);
    expect(groupAt(directory, '/CC').members).toEqual([{ kind: 'person', id: ana }]);
    expect(asked('/children')).toEqual([]);
    const all = await read(everything, { includeSubgroups: false });
    expect(pathsOf(all)).toEqual(['/CC', '/CC/Support']);
    expect(groupAt(all, '/CC').members).toEqual([{ kind: 'person', id: ana }]);
  });

  it('groups of one name in two places: the name means both, the path one', async () => {
    const { realm, read } = await startSso();
    realm.addGroup('Support', realm.addGroup('CC'));
    realm.addGroup('Support', realm.addGroup('IT'));
    expect(pathsOf(await read(exact('Support')))).toEqual(['/CC/Support', '/IT/Support']);
    expect(pathsOf(await read(exact('/IT/Support')))).toEqual(['/IT/Support']);
  });

  it('exact names are looked up, and the realm is not listed for them', async () => {
    const { realm, read, server } = await startSso();
    for (let at = 0; at < 40; at++) realm.addGroup(`Group ${four(at)}`);
    const id = realm.addGroup('Wanted');
    server.requests.length = 0;
    expect(pathsOf(await read(exact('Wanted', id, '/Group 0007')))).toEqual(['/Group 0007', '/Wanted']);
    const listings = server.requests.filter(
      ({ url }) => url.pathname.endsWith('/groups') && !url.searchParams.has('search'),
    );
    expect(listings).toEqual([]);
  });

  it('Keycloak takes white space off what it searches for, so such a name is looked for in the list', async () => {
    const { realm, read } = await startSso();
    realm.addGroup(' Padded ');
    expect((await read(exact(' Padded '))).groups.map(({ name }) => name)).toEqual([' Padded ']);
  });

  it('a path with dots or empty parts never becomes another URL', async () => {
    const { realm, read, server } = await startSso();
    realm.addGroup('..', realm.addGroup('CC'));
    realm.addGroup('count');
    expect(pathsOf(await read(exact('/CC/..', '//', 'count')))).toEqual(['/CC/..', '/count']);
    const paths = server.requests.map(({ url }) => url.pathname);
    expect(paths.filter(path => /group-by-path/u.test(path))).toEqual([]);
    expect(pathsOf(await read(exact('count')))).toEqual(['/count']);
  });

  it('names with slashes, percent signs and question marks are found by name and by path', async () => {
    const { realm, read } = await startSso();
    const names = ['a/b', '50% off?', 'R&D #1', 'ä + ö'];
    for (const name of names) realm.addGroup(name);
    for (const name of names) {
      expect(
        (await read(exact(name))).groups.map(each => each.name),
        name,
      ).toEqual([name]);
      expect(
        (await read(exact(`/${name}`))).groups.map(each => each.name),
        name,
      ).toEqual([name]);
    }
  });

  it('version 22 gives the whole tree at once, and a search shows only a part of it', async () => {
    const { realm, read, server } = await startSso({ version: 22 });
    const [ana] = crowd(realm, 1);
    const support = realm.addGroup('Support', realm.addGroup('CC'));
    realm.addGroup('Night', support, [ana!]);
    const directory = await read(exact('Support'));
    expect(pathsOf(directory)).toEqual(['/CC/Support', '/CC/Support/Night']);
    expect(userNames(directory, '/CC/Support/Night')).toEqual(['user0000']);
    server.requests.length = 0;
    expect(pathsOf(await read(everything))).toEqual(['/CC', '/CC/Support', '/CC/Support/Night']);
    // Whether it lists children is asked once: 405 says that it does not.
    expect(server.requests.filter(({ url }) => url.pathname.endsWith('/children'))).toHaveLength(1);
  });

  it('Keycloak below /auth is found', async () => {
    const { realm, read, server } = await startSso({ version: 22, basePath: '/auth' });
    realm.addGroup('CC');
    expect(pathsOf(await read())).toEqual(['/CC']);
    expect(pathsOf(await read(everything, { url: `${server.url}/auth/` }))).toEqual(['/CC']);
  });
});

describe('members in Keycloak', () => {
  it('250 are all there, though Keycloak shows a hundred to those who do not say how many they want', async () => {
    const { realm, read } = await startSso();
    realm.addGroup('CC', undefined, crowd(realm, 250));
    for (const pageSize of [10, 100, 250, 500]) {
      const directory = await read(exact('/CC'), { pageSize });
      expect(directory.people, String(pageSize)).toHaveLength(250);
      expect(groupAt(directory, '/CC').evidence).toMatchObject({ complete: true, reasons: [] });
    }
  });

  it('a gateway that gives smaller pages than asked for does not end the list', async () => {
    const { realm, read, server } = await startSso();
    realm.addGroup('CC', undefined, crowd(realm, 120));
    server.largestPage = 50;
    const directory = await read(exact('/CC'));
    expect(directory.people).toHaveLength(120);
    expect(groupAt(directory, '/CC').evidence.complete).toBe(true);
  });

  it('somebody whom the LDAP server behind has lost makes a page shorter and not the list', async () => {
    const { realm, read } = await startSso();
    const users = crowd(realm, 60);
    realm.users.get(users[3]!)!.lost = true;
    realm.addGroup('CC', undefined, users);
    const directory = await read(exact('/CC'), { pageSize: 20 });
    expect(userNames(directory, '/CC')).toHaveLength(59);
    expect(groupAt(directory, '/CC').evidence.complete).toBe(true);
  });

  it('somebody who leaves while pages are read makes nobody else be skipped: the list is read again', async () => {
    const { realm, read, server } = await startSso();
    const users = crowd(realm, 60);
    realm.addGroup('CC', undefined, users);
    let gone = false;
    server.fault = ({ url }) => {
      if (membersPage(url) && !gone) {
        gone = true;
        realm.removeUser(users[0]!);
      }
      return undefined;
    };
    const directory = await read(exact('/CC'), { pageSize: 20 });
    expect(userNames(directory, '/CC')).toEqual(users.slice(1).map((_, at) => `user${four(at + 1)}`));
    expect(groupAt(directory, '/CC').evidence.complete).toBe(true);
  });

  it('a list that moves at every page is incomplete, with the reason', async () => {
    const { realm, read, server } = await startSso();
    const users = crowd(realm, 60);
    realm.addGroup('CC', undefined, users);
    server.fault = ({ url }) => {
      if (membersPage(url)) realm.removeUser(users.shift()!);
      return undefined;
    };
    const directory = await read(exact('/CC'), { pageSize: 20 });
    expect(groupAt(directory, '/CC').evidence).toMatchObject({
      complete: false,
      reasons: ['The list changed while it was read.'],
    });
  });

  it('a page that fails in the middle is never the end: what came is told as incomplete', async () => {
    const { realm, read, server } = await startSso();
    const users = crowd(realm, 60);
    realm.addGroup('CC', undefined, users);
    realm.addGroup('IT', undefined, users.slice(0, 5));
    server.fault = ({ url }) =>
      membersPage(url) && Number(url.searchParams.get('first')) > 15 ? { status: 500, body: {} } : undefined;
    const directory = await read(everything, { pageSize: 20 });
    const { evidence, members } = groupAt(directory, '/CC');
    expect(evidence.complete).toBe(false);
    expect(evidence.reasons.join()).toContain('Keycloak did not give the members of /CC (500)');
    expect(members.length).toBeGreaterThan(0);
    expect(groupAt(directory, '/IT').evidence.complete).toBe(true);
    expect(directory.evidence.complete).toBe(true);
  });

  it('a group whose members cannot be read at all is incomplete beside others, and alone an error', async () => {
    const { realm, read, failure, server } = await startSso();
    const [ana] = crowd(realm, 1);
    const centre = realm.addGroup('CC', undefined, [ana!]);
    realm.addGroup('IT', undefined, [ana!]);
    server.fault = ({ url }) =>
      url.pathname.endsWith(`${centre}/members`)
        ? { status: 500, body: { errorMessage: 'LDAP is down' } }
        : undefined;
    const directory = await read();
    expect(groupAt(directory, '/CC').evidence.reasons.join()).toContain('LDAP is down');
    expect(groupAt(directory, '/IT').evidence.complete).toBe(true);
    const error = await failure(exact('/CC'));
    expect(error).toMatchObject({ code: 'source.read-failed', status: 500 });
    expect(error.happened).toContain('LDAP is down');
  });

  it('a group that is deleted while it is read is incomplete', async () => {
    const { realm, read, server } = await startSso();
    const centre = realm.addGroup('CC', undefined, crowd(realm, 3));
    realm.addGroup('IT');
    server.fault = ({ url }) => {
      if (url.pathname.endsWith(`${centre}/members`)) realm.removeGroup(centre);
      return undefined;
    };
    const { evidence } = groupAt(await read(), '/CC');
    expect(evidence.complete).toBe(false);
    expect(evidence.reasons.join()).toContain('Could not find group by id');
  });

  it('a gateway with nothing behind it is given up, and not asked for each of fifty groups', async () => {
    const { realm, failure, server, asked } = await startSso();
    for (let at = 0; at < 50; at++) realm.addGroup(`Group ${four(at)}`, undefined, crowd(realm, 1));
    server.fault = ({ url }) =>
      url.pathname.endsWith('/members') ? { status: 503, body: '<html>No upstream</html>' } : undefined;
    expect(await failure()).toMatchObject({ code: 'source.unreachable', status: 503 });
    expect(new Set(asked('/members').map(({ pathname }) => pathname)).size).toBeLessThan(10);
  });

  it('no more than four requests are under way at once', async () => {
    const { realm, server } = await startSso();
    for (let at = 0; at < 30; at++) realm.addGroup(`Group ${four(at)}`, undefined, crowd(realm, 2));
    let underWay = 0;
    let most = 0;
    const front = await startApiServer(eagerClock(), async ({ method, url, headers, body }) => {
      underWay += 1;
      most = Math.max(most, underWay);
      const { authorization = '', 'content-type': type = 'application/json' } = headers;
      const answer = await fetch(`${server.url}${url.pathname}${url.search}`, {
        method,
        headers: { authorization, 'content-type': type },
        ...(method === 'POST' && { body }),
      });
      const given = { status: answer.status, body: await answer.json() };
      underWay -= 1;
      return given;
    });
    onTestFinished(() => front.close());
    const directory = await keycloakFrom({ url: front.url }).read(everything, signal);
    expect(directory.groups).toHaveLength(30);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('service accounts are counted and no people', async () => {
    const { realm, read } = await startSso();
    const robot = realm.addUser('service-account-robot');
    realm.addGroup('CC', undefined, [robot, ...crowd(realm, 2)]);
    const directory = await read();
    expect(groupAt(directory, '/CC').skipped).toEqual([{ type: 'service account', count: 1 }]);
    expect(directory.people.map(({ userName }) => userName)).toEqual(
      expect.arrayContaining(['user0000', 'user0001']),
    );
    expect(directory.people).toHaveLength(2);
  });

  it('attributes are asked for only where the config names some', async () => {
    const { realm, read, asked } = await startSso();
    const ana = realm.addUser('ana', {
      firstName: 'Ana',
      lastName: 'Souza',
      email: 'Ana@example.org',
      attributes: {
        number: ['4711'],
        cc: ['u-1'],
        mail2: ['ana@example.org', 'a.s@example.org'],
        site: ['LIS', 'OPO'],
      },
    });
    realm.addGroup('CC', undefined, [ana]);
    const brief = await read();
    expect(brief.people).toEqual([
      {
        key: `sso:${ana}`,
        id: ana,
        name: 'Ana Souza',
        userName: 'ana',
        emails: ['Ana@example.org'],
        status: 'active',
      },
    ]);
    const attributes = { externalId: 'number', userId: 'cc', email: 'mail2', extra: ['site', 'floor'] };
    const long = await read(everything, { attributes });
    expect(long.people[0]).toMatchObject({
      externalId: '4711',
      userId: 'u-1',
      emails: ['Ana@example.org', 'a.s@example.org'],
      attributes: { site: ['LIS', 'OPO'] },
    });
    const forms = asked('/members').map(({ searchParams }) => searchParams.get('briefRepresentation'));
    expect(new Set(forms)).toEqual(new Set(['true', 'false']));
    expect(forms.indexOf('false')).toBe(forms.length / 2);
    // Keycloak shows no attribute that the user profile does not know, and does not say so.
    expect(brief.notes).toEqual([]);
    expect(long.notes.map(({ text }) => text)).toEqual(['Nobody who was read has the attribute "floor".']);
  });
});

describe('lists of groups that are not whole', () => {
  it('query-groups alone shows no group at all, with status 200: an error, and never "everybody has left"', async () => {
    const { realm, failure } = await startSso();
    realm.addGroup('CC', undefined, crowd(realm, 3));
    realm.addClient(reader.clientId, reader.clientSecret, ['query-groups']);
    for (const scope of [everything, exact('CC'), exact('No Such Group')]) {
      const error = await failure(scope);
      expect(error).toMatchObject({
        code: 'source.auth-failed',
        happened: 'Keycloak counts 1 group in the realm acme, and shows none to client muster.',
      });
      expect(error.remedy).toContain('"view-users"');
    }
  });

  it('a path that may not be seen is no path that is not there', async () => {
    const { realm, failure, read, server } = await startSso();
    const centre = realm.addGroup('CC');
    realm.addGroup('IT');
    server.hidden.add(centre);
    expect(await failure(exact('/CC'))).toMatchObject({ code: 'source.auth-failed', status: 403 });
    const directory = await read(exact('/CC', '/IT'));
    expect(pathsOf(directory)).toEqual(['/IT']);
    expect(directory.evidence.complete).toBe(false);
    expect(directory.evidence.reasons.join()).toContain('/CC could not be looked up');
  });

  it('groups that are counted and not shown make the list incomplete', async () => {
    const { realm, read, server } = await startSso();
    const centre = realm.addGroup('CC');
    const hidden = [realm.addGroup('Secret'), realm.addGroup('Secret', centre)];
    for (const id of hidden) server.hidden.add(id);
    const directory = await read();
    expect(pathsOf(directory)).toEqual(['/CC']);
    expect(directory.evidence.complete).toBe(false);
    expect(directory.evidence.reasons).toEqual([
      'Keycloak counts 2 and shows 1 groups at the top of the realm: the account may not see the others.',
      '/CC: the groups below it: Keycloak counts 1 and shows 0 groups below /CC: the account may not see the others.',
    ]);
    expect(groupAt(directory, '/CC').evidence.complete).toBe(false);
  });

  it('a group that is deleted while the list is read is looked at again, and then the list is whole', async () => {
    const { realm, read, server } = await startSso();
    realm.addGroup('CC');
    const going = realm.addGroup('Going');
    let first = true;
    server.fault = ({ url }) => {
      if (url.pathname.endsWith('/groups') && first) {
        first = false;
        realm.removeGroup(going);
        realm.addGroup('Coming');
      }
      return undefined;
    };
    const directory = await read();
    expect(pathsOf(directory)).toEqual(['/CC', '/Coming']);
    expect(directory.evidence.complete).toBe(true);
  });

  it('sub-groups that cannot be listed make the group above incomplete, and the list as well', async () => {
    const { realm, read, server } = await startSso();
    const centre = realm.addGroup('CC', undefined, crowd(realm, 1));
    realm.addGroup('Support', centre);
    server.fault = ({ url }) => (url.pathname.endsWith('/children') ? { status: 500, body: {} } : undefined);
    const all = await read();
    expect(all.evidence.complete).toBe(false);
    expect(groupAt(all, '/CC').evidence.complete).toBe(false);
    // Looked up by its path, it is known to be there: only who is in it is in doubt.
    const one = await read(exact('/CC'));
    expect(one.evidence.complete).toBe(true);
    expect(groupAt(one, '/CC').evidence.reasons.join()).toContain('the groups below it could not be read');
  });

  it('a page of groups that fails: the first is an error, a later one makes the list incomplete', async () => {
    const { realm, read, failure, server } = await startSso();
    for (let at = 0; at < 30; at++) realm.addGroup(`Group ${four(at)}`);
    const failing = (from: number) =>
      (server.fault = ({ url }) =>
        url.pathname.endsWith('/groups') && Number(url.searchParams.get('first')) >= from
          ? 'cut'
          : undefined);
    failing(5);
    const directory = await read(everything, { pageSize: 10 });
    expect(directory.groups).toHaveLength(10);
    expect(directory.evidence.complete).toBe(false);
    failing(0);
    expect((await failure(everything, { pageSize: 10 })).code).toBe('source.unreachable');
  });

  it('a gateway’s 404 is no word about a group', async () => {
    const { realm, failure, server } = await startSso();
    realm.addGroup('CC');
    server.fault = ({ url }) =>
      url.pathname.includes('/group-by-path/') ? { status: 404, body: '<html>Not here</html>' } : undefined;
    expect(await failure(exact('/CC'))).toMatchObject({ code: 'source.read-failed', status: 404 });
  });

  it('a login page in the place of Keycloak is an error', async () => {
    const { realm, failure, server } = await startSso();
    realm.addGroup('CC');
    server.fault = ({ url }) =>
      url.pathname.endsWith('/members') ? { status: 200, body: '<html>Log in</html>' } : undefined;
    const error = await failure();
    expect(error.code).toBe('source.read-failed');
    expect(error.happened).toContain('nothing of the kind');
    server.fault = ({ url }) =>
      url.pathname.endsWith('/members') ? { status: 200, body: { people: [] } } : undefined;
    expect((await failure()).code).toBe('source.read-failed');
  });
});

describe('tokens of Keycloak', () => {
  it('one that runs out between two pages is replaced, and the list goes on', async () => {
    const clock = eagerClock();
    const { realm, read, server } = await startSso({}, clock);
    realm.addGroup('CC', undefined, crowd(realm, 100));
    let pages = 0;
    server.fault = ({ url }) => {
      // Time passes while the request is on its way: the token was good when it was sent.
      if (membersPage(url) && ++pages === 2) clock.advance(61_000);
      return undefined;
    };
    const directory = await read(exact('/CC'), { pageSize: 20 });
    expect(directory.people).toHaveLength(100);
    expect(groupAt(directory, '/CC').evidence.complete).toBe(true);
    expect(server.tokensGiven).toBe(2);
  });

  it('one of a minute is replaced after half of it, before Keycloak refuses it', async () => {
    const clock = eagerClock();
    const { realm, read, server } = await startSso({}, clock);
    realm.addGroup('CC', undefined, crowd(realm, 100));
    const seen = new Set<string | undefined>();
    server.fault = ({ url, headers }) => {
      if (membersPage(url)) {
        clock.advance(20_000);
        seen.add(headers.authorization);
      }
      return undefined;
    };
    expect((await read(exact('/CC'), { pageSize: 20 })).people).toHaveLength(100);
    expect(server.tokensGiven).toBe(seen.size);
    expect(seen.size).toBeGreaterThan(2);
    // None of them was refused: a page that is asked for twice would be here twice.
    const offsets = server.requests.filter(({ url }) => membersPage(url)).map(({ url }) => url.search);
    expect(new Set(offsets).size).toBe(offsets.length);
  });

  it('one that Keycloak never takes is an error that names the client', async () => {
    const { realm, failure, server } = await startSso();
    realm.addGroup('CC');
    server.fault = ({ url }) =>
      url.pathname.startsWith('/admin/')
        ? { status: 401, body: { error: 'HTTP 401 Unauthorized' } }
        : undefined;
    const error = await failure();
    expect(error.code).toBe('source.auth-failed');
    expect(error.happened).toBe('Keycloak does not take the token of client muster (401).');
  });

  it('a wrong secret, an unknown client and one without a service account are told apart by the remedy', async () => {
    const { realm, failure } = await startSso();
    realm.addGroup('CC');
    realm.addClient('web', reader.clientSecret, [], false);
    for (const options of [{ clientSecret: 'wrong' }, { clientId: 'unknown' }]) {
      const error = await failure(everything, options);
      expect(error).toMatchObject({ code: 'source.auth-failed', status: 401 });
      expect(error.remedy).toContain('Check clientId and clientSecret');
    }
    const error = await failure(everything, { clientId: 'web' });
    expect(error.code).toBe('source.auth-failed');
    expect(error.remedy).toContain('"Service accounts roles" of client web');
  });

  it('a wrong secret is tried a few times and not once for each group', async () => {
    const { failure, asked } = await startSso();
    await failure(exact(...Array.from({ length: 50 }, (_, at) => `/Group ${at}`)), { clientSecret: 'wrong' });
    expect(asked('/token').length).toBeLessThan(12);
  });

  it('an account without a role is told which one it lacks, also from the realm master', async () => {
    const { realm, failure } = await startSso();
    realm.addGroup('CC');
    realm.addClient(reader.clientId, reader.clientSecret, []);
    const error = await failure();
    expect(error).toMatchObject({ code: 'source.auth-failed', status: 403 });
    expect(error.remedy).toContain('the role "view-users" of the client "realm-management"');
    const other = await failure(everything, { clientRealm: 'acme', realm: 'other' });
    expect(other.happened).toContain('Realm not found');
  });

  it('a realm that is not there is told as such', async () => {
    const { failure } = await startSso();
    expect(await failure(everything, { realm: 'Acme' })).toMatchObject({
      code: 'source.read-failed',
      happened: 'Keycloak has no realm "Acme".',
    });
    const error = await failure(everything, { clientRealm: 'master' });
    expect(error.remedy).toContain('"clientRealm"');
  });

  it('a server without Keycloak is an error', async () => {
    const { failure, server } = await startSso();
    server.fault = () => ({ status: 404, body: '<html>nginx</html>' });
    expect((await failure()).code).toBe('source.read-failed');
  });
});

describe('muster check of Keycloak', () => {
  const check = (server: KeycloakServer, more: object = {}) =>
    keycloakFrom({ url: server.url, ...more }).check(signal);

  it('names server, realm and client, and counts all groups', async () => {
    const { realm, server } = await startSso();
    realm.addGroup('Support', realm.addGroup('CC'));
    expect(await check(server)).toEqual({
      server: `Keycloak at ${server.url}, realm acme, as client muster`,
      groups: 2,
      warnings: [],
    });
  });

  it('names the version where Keycloak tells it', async () => {
    const { realm, server } = await startSso({ version: 22 });
    realm.addGroup('CC');
    expect((await check(server)).server).toContain('Keycloak 22.0.5 at');
  });

  it('warns of a realm without groups, and of members that may not be seen', async () => {
    const { realm, server } = await startSso();
    expect((await check(server)).warnings).toEqual(['The realm acme has no groups.']);
    realm.addGroup('CC');
    server.fault = ({ url }) =>
      url.pathname.endsWith('/members') ? { status: 403, body: { error: 'HTTP 403 Forbidden' } } : undefined;
    const { warnings } = await check(server);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('"view-users"');
  });

  it('fails where groups are there and none is shown', async () => {
    const { realm, server } = await startSso();
    realm.addGroup('CC');
    realm.addClient(reader.clientId, reader.clientSecret, ['query-groups']);
    await expect(check(server)).rejects.toMatchObject({ code: 'source.auth-failed' });
  });
});

describe('options of Keycloak', () => {
  const base = { url: 'https://sso.example.com/', realm: 'acme', clientId: 'muster', clientSecret: 's' };

  it('need an address, a realm and a client', () => {
    expect(keycloakOptions().parse(base)).toMatchObject({
      url: 'https://sso.example.com',
      includeSubgroups: true,
      pageSize: 500,
      concurrency: 4,
    });
    for (const key of Object.keys(base))
      expect(keycloakOptions().safeParse({ ...base, [key]: undefined }).success, key).toBe(false);
  });

  it.each([
    ['plain http to another machine', { url: 'http://sso.example.com' }],
    ['an unknown key', { relam: 'acme' }],
    ['an unknown attribute key', { attributes: { mail: 'x' } }],
    ['pages of one row', { pageSize: 1 }],
    ['an empty secret', { clientSecret: '' }],
  ])('refuse %s', (_, more) => {
    expect(keycloakOptions().safeParse({ ...base, ...more }).success).toBe(false);
  });
});
