import { describe, expect, it } from 'vitest';
import { isMusterError } from '../../src/errors.ts';
import { type OktaServer, oktaError } from '../support/okta-server.ts';
import { crowd, one, org, read } from '../support/okta-talk.ts';

/** What the list of groups was asked, in order. */
const searches = (server: OktaServer, parameter = 'search') =>
  server.requests
    .filter(({ url }) => url.pathname === '/api/v1/groups')
    .map(({ url }) => url.searchParams.get(parameter));

describe('finding groups in Okta', () => {
  it('exact names are asked for in one search, and compared again: Okta ignores case', async () => {
    const server = await org();
    crowd(server, 'Support', 2);
    crowd(server, 'support', 3);
    crowd(server, 'Sales "EMEA" \\ North', 1);
    const directory = await read(server, ['Support', 'Sales "EMEA" \\ North']);
    expect(directory.groups.map(({ name }) => name)).toEqual(['Sales "EMEA" \\ North', 'Support']);
    expect(searches(server)).toEqual([
      'profile.name eq "Support" or profile.name eq "Sales \\"EMEA\\" \\\\ North"',
    ]);
  });

  it('a glob is asked for by its beginning, and the rest is compared here', async () => {
    const server = await org();
    for (const name of ['cc-queue-a', 'cc-queue-b', 'cc-other', 'xcc-queue-c']) crowd(server, name, 1);
    const directory = await read(server, 'cc-*-?');
    expect(directory.groups.map(({ name }) => name)).toEqual(['cc-queue-a', 'cc-queue-b']);
    expect(searches(server)).toEqual(['profile.name sw "cc-"']);
  });

  it.each(['*-queue', '/queue$/', '00g*', '0*'])('%s lists all groups, page by page', async text => {
    const server = await org();
    for (let index = 0; index < 25; index++) crowd(server, `${index}-queue`, 0);
    const directory = await read(server, text);
    expect(searches(server)).toEqual([null, null, null]);
    expect(directory.groups).toHaveLength(25);
    expect(directory.evidence).toMatchObject({ complete: true, pages: 3 });
  });

  it('many names take several searches, none of them longer than a URL may be', async () => {
    const server = await org();
    const names = Array.from({ length: 45 }, (_, index) => `team ${index}`);
    for (const name of names) crowd(server, name, 1);
    const directory = await read(server, names, { pageSize: 200 });
    expect(directory.groups).toHaveLength(45);
    expect(searches(server)).toHaveLength(3);
  });

  it('the search expression of the config holds for every group', async () => {
    const server = await org();
    crowd(server, 'Support', 1);
    server.directory.addGroup('Support AD', [], 'APP_GROUP');
    const directory = await read(server, 'Support*', { search: 'type eq "OKTA_GROUP"' });
    expect(directory.groups.map(({ name }) => name)).toEqual(['Support']);
    expect(searches(server)).toEqual(['(type eq "OKTA_GROUP") and (profile.name sw "Support")']);
  });

  it('a search that Okta refuses is replaced by listing all', async () => {
    const server = await org();
    crowd(server, 'Support', 2);
    server.fault = ({ url }) =>
      url.searchParams.get('search')?.includes('profile.name')
        ? oktaError(400, 'E0000031', 'Invalid search criteria.')
        : undefined;
    const directory = await read(server, 'Support');
    expect(one(directory, 'Support').members).toHaveLength(2);
    expect(directory.evidence.complete).toBe(true);
  });

  it('a search expression that is none is source.read-failed and names the option', async () => {
    const server = await org();
    crowd(server, 'Support', 1);
    const error = await read(server, 'Support', { search: 'name like x' }).catch((e: unknown) => e);
    expect(isMusterError(error, 'source.read-failed')).toBe(true);
    expect(error).toMatchObject({ vendorCode: 'E0000031', remedy: expect.stringContaining('"search"') });
  });
});

describe('the search index of Okta lags behind', () => {
  it('a group that it does not show yet is found by name, by the beginning of its name and by id', async () => {
    const server = await org();
    const fresh = crowd(server, 'Fresh', 2);
    server.directory.unindexed.add(fresh.id);
    for (const text of ['Fresh', 'Fre*', fresh.id]) {
      const directory = await read(server, text);
      expect(one(directory, 'Fresh').members).toHaveLength(2);
      expect(directory.evidence.complete).toBe(true);
    }
  });

  it('a name that too many others begin with leaves the list unproven', async () => {
    const server = await org();
    for (let index = 0; index < 201; index++) crowd(server, `team-${index}-x`, 0);
    for (const id of server.directory.groups.keys()) server.directory.unindexed.add(id);
    const directory = await read(server, 'team-*-y', { pageSize: 200 });
    expect(directory.groups).toEqual([]);
    expect(directory.evidence).toMatchObject({ complete: false });
    expect(directory.evidence.reasons[0]).toContain('more than 200 groups begin with "team-"');
  });

  it('a second look that fails leaves the list unproven', async () => {
    const server = await org();
    server.fault = ({ url }) => (url.searchParams.has('q') ? { status: 403, body: {} } : undefined);
    const { evidence } = await read(server, 'Nobody Has This');
    expect(evidence.complete).toBe(false);
    expect(evidence.reasons[0]).toContain('could not be asked for again');
  });
});
