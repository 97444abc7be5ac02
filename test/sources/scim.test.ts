import { describe, expect, it } from 'vitest';
import { isMusterError } from '../../src/errors.ts';
import { asked, crowdOf, idsOf, named, one, readScim, scimServer } from '../support/scim-desk.ts';
import { bearer, scimFrom } from '../support/scim-rig.ts';

const never = new AbortController().signal;
const failureOf = (reading: Promise<unknown>) => reading.then(undefined, (error: unknown) => error);
const lists = (server: Parameters<typeof asked>[0]) => asked(server).filter(text => /^\/\w+\?/u.test(text));

describe('finding groups on a SCIM server', () => {
  it('an exact name is asked for by a filter, escaped, and compared again: SCIM ignores case', async () => {
    const server = await scimServer(named('Sales "EMEA" \\ North', 'sales "emea" \\ north', 'Other'));
    const directory = await readScim(server, 'Sales "EMEA" \\ North');
    expect(directory.groups.map(({ name }) => name)).toEqual(['Sales "EMEA" \\ North']);
    expect(directory.evidence).toMatchObject({ complete: true, pages: 1 });
    expect(lists(server)).toEqual([
      '/Groups?filter=displayName eq "Sales \\"EMEA\\" \\\\ North"&excludedAttributes=members&startIndex=1&count=100',
    ]);
  });

  it('blanks in a filter travel as %20, because not every server reads + as one', async () => {
    const server = await scimServer(named('A B'));
    await readScim(server, 'A B');
    const search = server.requests.find(({ url }) => url.searchParams.has('filter'))?.url.search;
    expect(search).toContain('filter=displayName%20eq%20%22A%20B%22');
  });

  it('an id costs one question more, and an externalId the list of all groups', async () => {
    const server = await scimServer(named('Support', 'Sales'));
    expect((await readScim(server, 'g2')).groups.map(({ name }) => name)).toEqual(['Sales']);
    expect(asked(server)).not.toContain('/Groups?excludedAttributes=members&startIndex=1&count=100');
    expect((await readScim(server, 'ext-g1')).groups.map(({ name }) => name)).toEqual(['Support']);
    expect(asked(server)).toContain('/Groups?excludedAttributes=members&startIndex=1&count=100');
  });

  it('a name that the filter does not find is looked for in the list, before it is gone', async () => {
    const server = await scimServer(named('Support'));
    server.fault = ({ url }) =>
      url.searchParams.has('filter') ? { status: 200, body: { totalResults: 0, Resources: [] } } : undefined;
    const directory = await readScim(server, 'Support');
    expect(directory.groups.map(({ name }) => name)).toEqual(['Support']);
  });

  it.each([
    ['refused', { filters: 'refused' }],
    ['passed over', { filters: 'ignored' }],
    ['not known for names', { filters: ['externalId'] }],
  ] as const)('a filter that is %s is asked once, then all groups are listed', async (_, habits) => {
    const server = await scimServer(named('Support', 'Sales', 'Other'), habits);
    const directory = await readScim(server, ['Support', 'Sales']);
    expect(directory.groups.map(({ name }) => name)).toEqual(['Sales', 'Support']);
    expect(directory.evidence.complete).toBe(true);
    const filters = asked(server).filter(text => text.includes('filter='));
    expect(new Set(filters.map(text => /filter=[^&]*/u.exec(text)![0]))).toEqual(
      new Set(['filter=displayName eq "Support"']),
    );
  });

  it('a server that says it has no filters is not asked for one, nor is one with "filters: off"', async () => {
    const server = await scimServer(named('Support'));
    server.fault = ({ url }) =>
      url.pathname.endsWith('/ServiceProviderConfig')
        ? { status: 200, body: { filter: { supported: 'false', maxResults: '0' } } }
        : undefined;
    await readScim(server, 'Support');
    server.fault = () => undefined;
    await readScim(server, 'Support', { filters: 'off' });
    expect(asked(server).filter(text => text.includes('filter='))).toEqual([]);
  });

  it('many exact names are cheaper as one list', async () => {
    const names = Array.from({ length: 31 }, (_, index) => `Team ${index}`);
    const server = await scimServer(named(...names));
    expect((await readScim(server, names)).groups).toHaveLength(31);
    expect(asked(server).filter(text => text.includes('filter='))).toEqual([]);
  });

  it('a group without a name goes by its externalId, or its id', async () => {
    const server = await scimServer(named('Support', 'Sales'));
    for (const group of server.groups.values()) Object.assign(group, { displayName: undefined });
    Object.assign(server.groups.get('g2')!, { externalId: undefined });
    expect((await readScim(server, '*')).groups.map(({ name }) => name)).toEqual(['ext-g1', 'g2']);
  });
});

describe('what a SCIM server says of itself', () => {
  it('endpoints are those of /ResourceTypes, also with the path of the base or as a whole URL', async () => {
    const server = await scimServer(named('Support'));
    for (const endpoint of ['/Teams', '/scim/v2/Teams', `${server.baseUrl}/Teams`, 'Teams']) {
      server.requests.length = 0;
      server.fault = ({ url }) =>
        url.pathname.endsWith('/ResourceTypes')
          ? { status: 200, body: [{ name: 'Group', endpoint }] }
          : url.pathname.endsWith('/Teams')
            ? { status: 200, body: { totalResults: 1, Resources: [{ id: 'g1', displayName: 'Support' }] } }
            : url.pathname.endsWith('/Teams/g1')
              ? {
                  status: 200,
                  body: { id: 'g1', displayName: 'Support', members: [{ value: 'u1', type: 'User' }] },
                }
              : undefined;
      const directory = await readScim(server, '*');
      expect(idsOf(one(directory, 'Support')), endpoint).toEqual(['u1']);
      expect(
        asked(server).filter(text => text.startsWith('/Groups')),
        endpoint,
      ).toEqual([]);
    }
  });

  it('an endpoint on another host is passed over: our token stays at home', async () => {
    const server = await scimServer(named('Support'));
    server.fault = ({ url }) =>
      url.pathname.endsWith('/ResourceTypes')
        ? {
            status: 200,
            body: { Resources: [{ name: 'Group', endpoint: 'https://elsewhere.example.org/scim/v2/Teams' }] },
          }
        : undefined;
    expect(idsOf(one(await readScim(server, '*'), 'Support'))).toEqual(['u1']);
    expect(asked(server).filter(text => text.includes('Teams'))).toEqual([]);
  });

  it.each(['none', 'nonsense'] as const)('discovery may be missing (%s)', async discovery => {
    const server = await scimServer(crowdOf(3), { discovery });
    expect(idsOf(one(await readScim(server, 'Crowd'), 'Crowd'))).toEqual(['u1', 'u2', 'u3']);
  });

  it('discovery that is cut, twice, is no reason to give up', async () => {
    const server = await scimServer(crowdOf(3));
    server.fault = ({ url }) => (/Config$|Types$/u.test(url.pathname) ? 'cut' : undefined);
    expect(idsOf(one(await readScim(server, 'Crowd'), 'Crowd'))).toHaveLength(3);
    const tried = server.requests.filter(({ url }) => url.pathname.endsWith('/ServiceProviderConfig'));
    expect(tried).toHaveLength(2);
  });

  it('without discovery, lower-case paths are found where the usual ones are not there', async () => {
    const server = await scimServer(crowdOf(5), { discovery: 'none', lowerCase: true });
    expect(idsOf(one(await readScim(server, 'Crowd'), 'Crowd'))).toHaveLength(5);
    expect(asked(server).filter(text => text.startsWith('/Users'))).toEqual([]);
  });

  it('a page is never larger than the server announces', async () => {
    const server = await scimServer(crowdOf(5), { largestPage: 7, announced: true });
    await readScim(server, '*');
    expect(lists(server).every(text => text.endsWith('count=7'))).toBe(true);
  });

  it('a server that refuses to trim its answers is asked for whole ones from then on', async () => {
    const server = await scimServer(crowdOf(5), { trims: 'refused' });
    expect(idsOf(one(await readScim(server, '*'), 'Crowd'))).toHaveLength(5);
    const trimmed = asked(server).filter(text => text.includes('ttributes='));
    expect(trimmed).toEqual(['/Groups?excludedAttributes=members&startIndex=1&count=100']);
  });
});

describe('paging through a SCIM server', () => {
  const many = Array.from({ length: 25 }, (_, index) => `Team ${String(index).padStart(2, '0')}`);

  it('a server that caps its pages is read on from what has come, not from what was asked', async () => {
    const server = await scimServer(named(...many), { largestPage: 10 });
    const directory = await readScim(server, '*');
    expect(directory.groups).toHaveLength(25);
    expect(directory.evidence).toMatchObject({ complete: true, pages: 3, expected: 25 });
    const starts = lists(server).map(text => /startIndex=(\d+)/u.exec(text)![1]);
    expect(starts.slice(0, 3)).toEqual(['1', '11', '21']);
  });

  it.each([
    ['numbers as texts', { totals: 'texts', largestPage: 10 }],
    ['no totals', { totals: 'nowhere', largestPage: 10 }],
    ['cursors', { paging: 'cursor', largestPage: 10 }],
    [
      'cursors without totals, and lower-case keys',
      { paging: 'cursor', totals: 'nowhere', lowerCase: true, largestPage: 10 },
    ],
    ['cursors that nobody announced', { paging: 'cursor', discovery: 'none', largestPage: 10 }],
  ] as const)('%s: all groups are there and proven', async (_, habits) => {
    const directory = await readScim(await scimServer(named(...many), habits), '*');
    expect(directory.groups).toHaveLength(25);
    expect(directory.evidence).toMatchObject({ complete: true, reasons: [] });
  });

  it('an announced cursor begins empty, without a start, and keeps the other parameters', async () => {
    const server = await scimServer(named(...many), { paging: 'cursor', largestPage: 20 });
    await readScim(server, '*');
    expect(lists(server).slice(0, 2)).toEqual([
      '/Groups?excludedAttributes=members&cursor=&count=100',
      `/Groups?excludedAttributes=members&cursor=${Buffer.from('at 21').toString('base64url')}&count=100`,
    ]);
  });

  it('a list of nothing may leave Resources out', async () => {
    const server = await scimServer({ people: [], groups: [] }, { bareEmptyLists: true });
    const directory = await readScim(server, '*');
    expect(directory).toMatchObject({ groups: [], evidence: { complete: true, expected: 0 } });
  });

  it('a total that is the length of the page is found out behind a full page', async () => {
    const server = await scimServer(named(...many), { totals: 'of the page' });
    const directory = await readScim(server, '*', { pageSize: 10 });
    expect(directory.groups).toHaveLength(25);
    expect(directory.evidence.complete).toBe(true);
  });

  it('a list that ends with a full page is proven, whatever the server says to a start behind the end', async () => {
    const server = await scimServer(named(...many.slice(0, 20)));
    server.fault = ({ url }) =>
      url.searchParams.get('startIndex') === '21' ? { status: 400, body: { detail: 'no' } } : undefined;
    const directory = await readScim(server, '*', { pageSize: 10 });
    expect(directory.groups).toHaveLength(20);
    expect(directory.evidence).toMatchObject({ complete: true, expected: 20 });
  });

  it('a server that gives the same page again and again is incomplete', async () => {
    const server = await scimServer(named(...many), {
      paging: 'cursor on request',
      totals: 'of the page',
      largestPage: 10,
    });
    const directory = await readScim(server, '*', { pageSize: 10 });
    expect(directory.groups).toHaveLength(10);
    expect(directory.evidence.complete).toBe(false);
    expect(directory.evidence.reasons).toEqual(['the list of groups: The server gave the same page twice.']);
    const whole = await readScim(server, '*', { pageSize: 10, paging: 'cursor' });
    expect(whole.groups).toHaveLength(25);
    expect(whole.evidence.complete).toBe(true);
  });

  it('a cursor that comes back is incomplete, and ends', async () => {
    const server = await scimServer(named(...many), { paging: 'cursor' });
    let page = 0;
    server.fault = ({ url }) => {
      if (!url.pathname.endsWith('/Groups')) return undefined;
      page += 1;
      const Resources = [{ id: `g${page}`, displayName: `Team ${page}` }];
      return { status: 200, body: { Resources, nextCursor: page % 2 === 0 ? 'even' : 'odd' } };
    };
    const directory = await readScim(server, '*');
    expect(page).toBe(3);
    expect(directory.evidence.complete).toBe(false);
    expect(directory.evidence.reasons[0]).toContain('a page that had been read before');
  });

  it.each([
    ['breaks off', 'cut'],
    ['is refused', { status: 403, body: { schemas: [], status: '403', detail: 'no more' } }],
    ['is a web page', { status: 200, body: '<html>Log in</html>' }],
    ['is no list', { status: 200, body: { error: 'busy' } }],
    [
      'holds something without an id',
      { status: 200, body: { totalResults: 25, Resources: [{ displayName: 'x' }] } },
    ],
    ['expires', { status: 400, body: { status: '400', scimType: 'expiredCursor', detail: 'expired' } }],
  ] as const)('a page of groups that %s leaves the rest incomplete', async (_, fault) => {
    const server = await scimServer(named(...many), { largestPage: 10 });
    server.fault = ({ url }) => (url.searchParams.get('startIndex') === '11' ? fault : undefined);
    const directory = await readScim(server, '*');
    expect(directory.groups).toHaveLength(10);
    expect(directory.evidence.complete).toBe(false);
    expect(directory.evidence.reasons).toHaveLength(1);
    expect(directory.evidence.reasons[0]).not.toContain(bearer);
  });

  it('an empty page before the total is reached is incomplete', async () => {
    const server = await scimServer(named(...many));
    server.fault = ({ url }) =>
      url.searchParams.get('startIndex') === '11'
        ? { status: 200, body: { totalResults: 25, Resources: [] } }
        : undefined;
    const directory = await readScim(server, '*', { pageSize: 10 });
    expect(directory.evidence.reasons).toEqual(['the list of groups: The server announced 25 and gave 10.']);
  });
});

describe('a SCIM server that does not give', () => {
  it.each([
    [401, 'source.auth-failed'],
    [403, 'source.read-failed'],
    [404, 'source.read-failed'],
    [302, 'source.read-failed'],
    [503, 'source.unreachable'],
  ])('%i to everything is %s, never an empty directory', async (status, code) => {
    const server = await scimServer(named('Support'));
    server.fault = () => ({ status, body: { schemas: [], status: String(status), detail: 'not now' } });
    const error = await failureOf(readScim(server, '*'));
    expect(isMusterError(error, code as 'source.read-failed'), String(error)).toBe(true);
    expect(error).toMatchObject({ status });
    expect(JSON.stringify(error)).not.toContain(bearer);
    if (status !== 302) expect(String(error)).toContain('not now');
  });

  it('a web page in its place is told as one', async () => {
    const server = await scimServer(named('Support'));
    server.fault = () => ({ status: 200, body: '<html>Log in</html>' });
    const error = await failureOf(readScim(server, '*'));
    expect(error).toMatchObject({ code: 'source.read-failed', remedy: expect.stringContaining('baseUrl') });
  });

  it('a check names the server, counts its groups and says what is in the way', async () => {
    const server = await scimServer(named('Support', 'Sales'), { discovery: 'none' });
    const options = { baseUrl: server.baseUrl, token: bearer };
    expect(await scimFrom(options).check(never)).toEqual({
      server: `SCIM 2.0 server at ${server.baseUrl} with a bearer token`,
      groups: 2,
      warnings: ['The server does not say what it can do (/ServiceProviderConfig); the usual is tried.'],
    });
    server.habits = { members: 'nowhere' };
    expect((await scimFrom(options).check(never)).warnings).toEqual([
      'The server shows no members of groups; "memberships: users" is how they are told.',
    ]);
    server.habits = { members: 'nowhere', userGroups: false, filters: ['displayName'] };
    expect((await scimFrom(options).check(never)).warnings[0]).toMatch(/^Nothing would ever be removed: /u);
    server.habits = {};
    server.fault = ({ url }) => (url.pathname.endsWith('/Users') ? { status: 403 } : undefined);
    expect((await scimFrom(options).check(never)).warnings[0]).toMatch(/^Users cannot be listed/u);
  });
});
