import { describe, expect, it } from 'vitest';
import { isMusterError } from '../../src/errors.ts';
import { googleError } from '../support/google-server.ts';
import { calls, crowd, isMembers, one, read, workspace } from '../support/google-talk.ts';
import { eagerClock } from '../support/manual-clock.ts';

describe('finding groups in Google Workspace', () => {
  it('by name, address, alias and id', async () => {
    const server = await workspace();
    const group = crowd(server, 'Support', 2);
    group.aliases = ['help@example.org'];
    for (const text of ['Support', 'support@example.org', 'help@example.org', group.id, '/^help@/'])
      expect(one(await read(server, text), 'Support').members, text).toHaveLength(2);
  });

  it('of the whole account, of one domain, or of what a query finds', async () => {
    const server = await workspace();
    crowd(server, 'Support', 1);
    server.directory.addGroup('Sales', 'sales@other.example');
    const names = async (more: Readonly<Record<string, unknown>>) =>
      (await read(server, '*', more)).groups.map(({ name }) => name);
    expect(await names({})).toEqual(['Sales', 'Support']);
    expect(await names({ domain: 'example.org' })).toEqual(['Support']);
    expect(await names({ customer: server.directory.customerId, query: 'email:sal*' })).toEqual(['Sales']);
    const asked = calls(server, '/groups').map(({ url }) => url.searchParams.get('customer'));
    expect(asked).toEqual(['my_customer', null, server.directory.customerId]);
  });

  it('page by page, and the pages are all there', async () => {
    const server = await workspace();
    for (let index = 0; index < 25; index++) crowd(server, `team-${index}`, 0);
    const directory = await read(server, 'team-*');
    expect(directory.groups).toHaveLength(25);
    expect(directory.evidence).toMatchObject({ complete: true, pages: 3 });
  });

  it('a list that breaks off is incomplete, and what came is read', async () => {
    const server = await workspace();
    for (let index = 0; index < 25; index++) crowd(server, `team-${index}`, 1);
    server.fault = ({ url }, nth) => (url.pathname.endsWith('/groups') && nth > 1 ? 'cut' : undefined);
    const directory = await read(server, 'team-*', { attempts: 2 });
    expect(directory.groups).toHaveLength(10);
    expect(directory.evidence.complete).toBe(false);
  });

  it('an empty account has an empty list, and `{}` from anybody else is no list', async () => {
    const server = await workspace();
    expect(await read(server, '*')).toMatchObject({ groups: [], evidence: { complete: true } });
    server.fault = ({ url }) => (url.pathname.endsWith('/groups') ? { status: 200, body: {} } : undefined);
    const error = await read(server, '*').catch((reason: unknown) => reason);
    expect(isMusterError(error, 'source.read-failed')).toBe(true);
    expect((error as Error).message).toContain('nothing of the kind');
  });

  it('a group without a name is called by its address', async () => {
    const server = await workspace();
    server.directory.addGroup('', 'nameless@example.org');
    const [group] = (await read(server, 'nameless@*')).groups;
    expect(group).toMatchObject({
      name: 'nameless@example.org',
      aliases: ['nameless@example.org.test-google-a.com'],
    });
  });
});

describe('members of a group in Google Workspace', () => {
  it('pages shorter than asked for bring everybody', async () => {
    const server = await workspace();
    crowd(server, 'Support', 23);
    server.largestPage = 4;
    const group = one(await read(server, 'Support'), 'Support');
    expect(group.members).toHaveLength(23);
    expect(group.evidence).toMatchObject({ complete: true, pages: 6, expected: 23 });
  });

  it('a page token that comes back makes the group incomplete', async () => {
    const server = await workspace();
    crowd(server, 'Support', 30);
    const seen: string[] = [];
    server.fault = request => {
      const token = request.url.searchParams.get('pageToken');
      if (!isMembers(request) || token === null) return undefined;
      seen.push(token);
      return { status: 200, body: { kind: 'admin#directory#members', nextPageToken: seen[0] } };
    };
    const { evidence } = one(await read(server, 'Support'), 'Support');
    expect(evidence.complete).toBe(false);
    expect(evidence.reasons[0]).toContain('had been read before');
  });

  it('a count that stays higher than what comes makes the group incomplete', async () => {
    const server = await workspace();
    const group = crowd(server, 'Support', 12);
    server.miscounts.set(group.id, 13);
    const { evidence } = one(await read(server, 'Support'), 'Support');
    expect(evidence).toMatchObject({ complete: false, expected: 13, pages: 4 });
    expect(evidence.reasons).toEqual(['The server counts 13 members and gave 12.']);
    const unchecked = one(await read(server, 'Support', { checkCounts: false }), 'Support');
    expect(unchecked.evidence.complete).toBe(true);
  });

  it('somebody who vanishes between two pages is seen as gone after a second look', async () => {
    const server = await workspace();
    const group = crowd(server, 'Support', 25);
    server.fault = (request, nth) => {
      if (isMembers(request) && nth === 2) group.members.splice(0, 1);
      return undefined;
    };
    const { evidence, members } = one(await read(server, 'Support'), 'Support');
    expect(members).toHaveLength(24);
    expect(evidence).toMatchObject({ complete: true, expected: 24 });
  });

  it('a second look that fails keeps what the first one brought, as incomplete', async () => {
    const server = await workspace();
    const group = crowd(server, 'Support', 12);
    server.miscounts.set(group.id, 13);
    server.fault = ({ url }) =>
      url.pathname.endsWith(group.id)
        ? googleError(404, 'notFound', 'Resource Not Found: groupKey')
        : undefined;
    const { evidence, members } = one(await read(server, 'Support'), 'Support');
    expect(members).toHaveLength(12);
    expect(evidence.complete).toBe(false);
  });

  it('an error with the status 200 in the place of a page makes the group incomplete', async () => {
    const server = await workspace();
    crowd(server, 'Support', 25);
    server.fault = (request, nth) =>
      isMembers(request) && nth === 2
        ? { ...googleError(500, 'backendError', 'Backend Error'), status: 200 }
        : undefined;
    const { evidence, members } = one(await read(server, 'Support'), 'Support');
    expect(members).toHaveLength(10);
    expect(evidence.complete).toBe(false);
    expect(evidence.reasons[0]).toContain('backendError');
  });

  it('everybody in the account, as a member, is counted and not unfolded', async () => {
    const server = await workspace();
    const group = crowd(server, 'Support', 2);
    server.directory.joinEverybody(group);
    const { skipped, members, evidence } = one(await read(server, 'Support'), 'Support');
    expect(members).toHaveLength(2);
    expect(skipped).toEqual([{ type: 'CUSTOMER', count: 1 }]);
    expect(evidence.complete).toBe(true);
  });
});

describe('nested groups of Google Workspace', () => {
  it('are walked down, and who is in through which stays known', async () => {
    const server = await workspace();
    const top = crowd(server, 'Top', 1);
    const middle = crowd(server, 'Middle', 1);
    const bottom = crowd(server, 'Bottom', 2);
    server.directory.join(top, middle);
    server.directory.join(middle, bottom);
    const directory = await read(server, 'Top');
    expect(directory.groups.map(({ name, members }) => [name, members.length])).toEqual([
      ['Bottom', 2],
      ['Middle', 2],
      ['Top', 2],
    ]);
    expect(directory.groups.every(({ evidence }) => evidence.complete)).toBe(true);
  });

  it('outside the query are asked for by id', async () => {
    const server = await workspace();
    const top = crowd(server, 'Top', 1);
    server.directory.join(top, crowd(server, 'Inner', 2));
    const directory = await read(server, 'Top', { query: 'name=Top' });
    expect(one(directory, 'Inner').members).toHaveLength(2);
  });

  it.each([
    [404, 'notFound'],
    [403, 'forbidden'],
  ])(
    'that cannot be read (%i) make a group incomplete, and the others stay whole',
    async (status, reason) => {
      const server = await workspace();
      const top = crowd(server, 'Top', 1);
      const inner = crowd(server, 'Inner', 2);
      server.directory.join(top, inner);
      crowd(server, 'Support', 1);
      server.fault = ({ url }) =>
        url.pathname.includes(`/${inner.id}/`) ? googleError(status, reason, 'no') : undefined;
      const directory = await read(server, ['Top', 'Support']);
      expect(one(directory, 'Inner')).toMatchObject({ members: [], evidence: { complete: false } });
      expect(one(directory, 'Inner').evidence.reasons[0]).toContain(`cannot be read (${status})`);
      expect(one(directory, 'Top').members).toHaveLength(2);
      expect(one(directory, 'Support').evidence.complete).toBe(true);
    },
  );

  it('of another account are there by their address, with nobody in them and the reason', async () => {
    const server = await workspace();
    server.directory.joinForeignGroup(crowd(server, 'Top', 1), 'partners@other.example');
    const directory = await read(server, 'Top');
    expect(one(directory, 'partners@other.example').evidence).toMatchObject({ complete: false });
    expect(one(directory, 'partners@other.example').evidence.reasons[0]).toContain('another account');
  });

  it('may be flattened by Google: everybody once, and no group below', async () => {
    const server = await workspace();
    const top = crowd(server, 'Top', 1);
    const left = crowd(server, 'Left', 1);
    const right = crowd(server, 'Right', 1);
    const shared = server.directory.addUser('shared@example.org');
    for (const group of [left, right]) {
      server.directory.join(group, shared);
      server.directory.join(top, group);
    }
    const directory = await read(server, 'Top', { includeDerivedMembership: true });
    expect(directory.groups.map(({ name }) => name)).toEqual(['Top']);
    expect(one(directory, 'Top').members.map(({ kind }) => kind)).toEqual(Array(4).fill('person'));
    expect(directory.people).toHaveLength(4);
    expect(one(directory, 'Top').evidence.complete).toBe(true);
    expect(calls(server, '/members')).toHaveLength(1);
  });
});

describe('the limits of Google', () => {
  it.each([
    [403, 'userRateLimitExceeded'],
    [403, 'quotaExceeded'],
    [429, 'rateLimitExceeded'],
    [503, 'backendError'],
  ])('%i %s is waited out', async (status, reason) => {
    const server = await workspace();
    const clock = eagerClock();
    crowd(server, 'Support', 25);
    server.fault = (request, nth) =>
      isMembers(request) && (nth === 2 || nth === 3) ? googleError(status, reason, 'slow down') : undefined;
    const { evidence, members } = one(await read(server, 'Support', {}, clock), 'Support');
    expect(members).toHaveLength(25);
    expect(evidence.complete).toBe(true);
    expect(clock.sleeps.length).toBeGreaterThan(1);
  });

  it('a quota that stays exhausted makes the group incomplete, and says so', async () => {
    const server = await workspace();
    crowd(server, 'Support', 25);
    server.fault = (request, nth) =>
      isMembers(request) && nth > 1 ? googleError(403, 'quotaExceeded', 'Quota exceeded') : undefined;
    const { evidence } = one(await read(server, 'Support'), 'Support');
    expect(evidence.complete).toBe(false);
    expect(evidence.reasons[0]).toContain('quotaExceeded');
    expect(calls(server, '/members')).toHaveLength(6);
  });
});
