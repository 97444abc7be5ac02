import { describe, expect, it } from 'vitest';
import type { World } from '../contracts/source-contract.ts';
import { asked, crowdOf, idsOf, named, one, readScim, scimServer } from '../support/scim-desk.ts';

const everybody = (count: number) => Array.from({ length: count }, (_, index) => `u${index + 1}`).sort();

/** A group of two, one in none, and an empty group. */
const office: World = {
  people: ['ana', 'bo', 'cy'].map(userName => ({
    userName,
    name: userName,
    email: `${userName}@example.org`,
  })),
  groups: [
    { name: 'Support', people: ['ana', 'bo'], groups: [] },
    { name: 'Nobody', people: [], groups: [] },
  ],
};

describe('members of a SCIM group', () => {
  it('are asked for group by group, where the list leaves them out', async () => {
    const server = await scimServer(office, { members: 'by id' });
    expect(idsOf(one(await readScim(server, '*'), 'Support'))).toEqual(['u1', 'u2']);
    expect(asked(server)).toContain('/Groups/g1?attributes=displayName,externalId,members');
  });

  it.each(['type', 'ref', 'nothing'] as const)('nested groups are told by their %s', async memberKinds => {
    const world: World = {
      people: office.people,
      groups: [
        { name: 'Top', people: ['ana'], groups: ['Middle'] },
        { name: 'Middle', people: ['bo'], groups: ['Bottom'] },
        { name: 'Bottom', people: ['cy'], groups: [] },
      ],
    };
    const server = await scimServer(world, { memberKinds });
    const directory = await readScim(server, 'Top');
    expect(
      directory.groups.map(({ name, members }) => [name, ...members.map(({ kind, id }) => `${kind} ${id}`)]),
    ).toEqual([
      ['Bottom', 'person u3'],
      ['Middle', 'group g3', 'person u2'],
      ['Top', 'group g2', 'person u1'],
    ]);
    expect(directory.groups.every(({ evidence }) => evidence.complete)).toBe(true);
  });

  it('come as texts, as one object and with ids that are numbers', async () => {
    const server = await scimServer(office);
    for (const members of [
      ['u1'],
      { value: 'u1' },
      [{ value: 'u1', type: 'direct' }],
      [{ $ref: '../Users/u1' }],
    ]) {
      server.fault = ({ url }) =>
        url.pathname.endsWith('/Groups/g1')
          ? { status: 200, body: { id: 'g1', displayName: 'Support', members } }
          : undefined;
      const group = one(await readScim(server, 'Support'), 'Support');
      expect(idsOf(group), JSON.stringify(members)).toEqual(['u1']);
      expect(group.evidence.complete).toBe(true);
    }
    server.users.set('7', { id: '7', userName: 'seven' });
    server.fault = ({ url }) =>
      url.pathname.endsWith('/Groups/g1')
        ? { status: 200, body: { ID: 'g1', DisplayName: 'Support', Members: [{ Value: 7 }] } }
        : undefined;
    expect(idsOf(one(await readScim(server, 'Support'), 'Support'))).toEqual(['7']);
  });

  it('of types that are neither users nor groups are counted and left out', async () => {
    const server = await scimServer(office);
    server.groups
      .get('g1')!
      .members.push(
        { value: 'd1', type: 'Device' },
        { value: 'd2', type: 'Device' },
        { value: 'a1', $ref: 'https://idp.example.org/scim/v2/Agents/a1' },
        { value: 'u3', type: 'member', $ref: `${server.baseUrl}/Users/u3` },
      );
    const group = one(await readScim(server, 'Support'), 'Support');
    expect(idsOf(group)).toEqual(['u1', 'u2', 'u3']);
    expect(group.skipped).toEqual([
      { type: 'Agents', count: 1 },
      { type: 'Device', count: 2 },
    ]);
    expect(group.evidence.complete).toBe(true);
  });

  it('whose user is gone make the group incomplete, and the others are still there', async () => {
    const server = await scimServer(office);
    server.groups.get('g1')!.members.push('u99', { display: 'nameless' });
    const group = one(await readScim(server, 'Support'), 'Support');
    expect(idsOf(group)).toEqual(['u1', 'u2']);
    expect(group.evidence).toMatchObject({
      complete: false,
      reasons: [
        '1 member came without an id',
        '1 member could not be read: the server has no such user (u99)',
      ],
    });
  });

  it('that may not be read make the group incomplete', async () => {
    const server = await scimServer(office);
    server.fault = ({ url }) =>
      url.pathname.endsWith('/Users/u2')
        ? { status: 403, body: { status: '403', detail: 'hidden' } }
        : undefined;
    const group = one(await readScim(server, 'Support'), 'Support');
    expect(idsOf(group)).toEqual(['u1']);
    expect(group.evidence.reasons[0]).toContain('hidden');
  });

  it('cannot be nobody where no user at all may be read', async () => {
    const server = await scimServer(office);
    server.fault = ({ url }) => (url.pathname.includes('/Users') ? { status: 403 } : undefined);
    await expect(readScim(server, 'Support')).rejects.toMatchObject({
      code: 'source.read-failed',
      status: 403,
    });
  });

  it('cannot be nobody where no group that is meant may be read', async () => {
    const server = await scimServer(office);
    server.fault = ({ url }) => (/Groups\/./u.test(url.pathname) ? { status: 403 } : undefined);
    await expect(readScim(server, '*')).rejects.toMatchObject({ code: 'source.read-failed', status: 403 });
  });

  it('of a nested group that may not be read make the upper one incomplete', async () => {
    const server = await scimServer(office);
    server.groups.get('g1')!.members.push('g2', 'g9');
    server.fault = ({ url }) => (url.pathname.endsWith('/Groups/g2') ? { status: 500 } : undefined);
    const group = one(await readScim(server, 'Support'), 'Support');
    expect(idsOf(group)).toEqual(['u1', 'u2']);
    expect(group.evidence.complete).toBe(false);
  });

  it('of a group that was listed and cannot be read are unknown, not nobody', async () => {
    const server = await scimServer(named('Support', 'Sales'));
    server.fault = ({ url }) => (url.pathname.endsWith('/Groups/g1') ? 'cut in the middle' : undefined);
    const directory = await readScim(server, '*');
    expect(one(directory, 'Support')).toMatchObject({ members: [], evidence: { complete: false } });
    expect(one(directory, 'Sales').evidence.complete).toBe(true);
    expect(directory.evidence.complete).toBe(true);
  });
});

describe('users of a SCIM server are read the cheaper way', () => {
  it('few people by their ids, however many users there are', async () => {
    const server = await scimServer(crowdOf(3, 500));
    expect(idsOf(one(await readScim(server, 'Crowd'), 'Crowd'))).toEqual(everybody(3));
    expect(asked(server).filter(text => text.startsWith('/Users'))).toEqual([
      '/Users/u1',
      '/Users/u2',
      '/Users/u3',
    ]);
  });

  it('most people by pages, without their groups', async () => {
    const server = await scimServer(crowdOf(150, 50));
    expect(idsOf(one(await readScim(server, 'Crowd'), 'Crowd'))).toEqual(everybody(150));
    expect(asked(server).filter(text => text.startsWith('/Users'))).toEqual([
      '/Users?excludedAttributes=groups&startIndex=1&count=100',
      '/Users?excludedAttributes=groups&startIndex=101&count=100',
    ]);
  });

  it('the last few by their ids, as soon as that is less than the pages that are left', async () => {
    const server = await scimServer(crowdOf(12, 988));
    server.groups.get('g1')!.members.push('u900');
    const group = one(await readScim(server, 'Crowd', { pageSize: 10 }), 'Crowd');
    expect(group.members).toHaveLength(13);
    expect(asked(server).filter(text => text.startsWith('/Users'))).toEqual([
      '/Users?excludedAttributes=groups&startIndex=1&count=10',
      '/Users/u11',
      '/Users/u12',
      '/Users/u900',
    ]);
  });

  it('people whom the list leaves out are found by id: it may hold active users alone', async () => {
    const server = await scimServer(crowdOf(6), { activeOnly: true });
    server.users.set('u6', { ...server.users.get('u6')!, active: 'False' });
    const directory = await readScim(server, 'Crowd');
    expect(directory.people.map(({ status }) => status)).toEqual([...Array(5).fill('active'), 'suspended']);
    expect(one(directory, 'Crowd').evidence.complete).toBe(true);
  });

  it('a page of users that is lost is made up for by their ids', async () => {
    const server = await scimServer(crowdOf(30));
    server.fault = ({ url }) => (url.searchParams.get('startIndex') === '11' ? 'cut' : undefined);
    const group = one(await readScim(server, 'Crowd', { pageSize: 10 }), 'Crowd');
    expect(idsOf(group)).toEqual(everybody(30));
    expect(group.evidence.complete).toBe(true);
  });
});

describe('a SCIM server that shows no members of groups', () => {
  const elsewhere = (directory: Awaited<ReturnType<typeof readScim>>) =>
    directory.notes.map(({ text }) => text);

  it('is read from the groups of its users', async () => {
    const server = await scimServer(office, { members: 'nowhere' });
    const directory = await readScim(server, '*');
    expect(idsOf(one(directory, 'Support'))).toEqual(['u1', 'u2']);
    expect(one(directory, 'Nobody')).toMatchObject({ members: [], evidence: { complete: true } });
    expect(directory.people.map(({ id }) => id)).toEqual(['u1', 'u2']);
    expect(elsewhere(directory)[0]).toContain('groups that users say to be in');
  });

  it('and a page of users that is lost leaves every group incomplete', async () => {
    const server = await scimServer(crowdOf(30), { members: 'nowhere' });
    server.fault = ({ url }) => (url.searchParams.get('startIndex') === '21' ? { status: 500 } : undefined);
    const group = one(await readScim(server, 'Crowd', { pageSize: 10 }), 'Crowd');
    expect(group.members).toHaveLength(20);
    expect(group.evidence.complete).toBe(false);
  });

  it('and a membership without the id of its group leaves every group incomplete', async () => {
    const server = await scimServer(office, { members: 'nowhere' });
    server.fault = ({ url }) =>
      url.pathname.endsWith('/Users')
        ? {
            status: 200,
            body: {
              totalResults: 1,
              Resources: [{ id: 'u1', groups: [{ value: 'g1' }, { display: 'Support' }] }],
            },
          }
        : undefined;
    const group = one(await readScim(server, 'Support'), 'Support');
    expect(idsOf(group)).toEqual(['u1']);
    expect(group.evidence.reasons).toEqual(['1 memberships of users came without the id of a group']);
  });

  it('is read by a filter on users, where they do not show their groups either', async () => {
    const server = await scimServer(crowdOf(30, 30), {
      members: 'nowhere',
      userGroups: false,
      largestPage: 20,
    });
    const directory = await readScim(server, 'Crowd');
    expect(idsOf(one(directory, 'Crowd'))).toEqual(everybody(30));
    expect(one(directory, 'Crowd').evidence).toMatchObject({ complete: true, pages: 2 });
    expect(elsewhere(directory)[0]).toContain('users whom the server finds for each group');
  });

  it('is read by a filter on groups for each user, where that is all there is', async () => {
    const server = await scimServer(office, {
      members: 'never any',
      userGroups: false,
      filters: ['members.value'],
    });
    const directory = await readScim(server, '*');
    expect(idsOf(one(directory, 'Support'))).toEqual(['u1', 'u2']);
    expect(one(directory, 'Nobody').evidence.complete).toBe(true);
  });

  it('but not for thousands of users, unless it is told to', async () => {
    const server = await scimServer(crowdOf(2, 300), {
      members: 'never any',
      userGroups: false,
      filters: ['members.value'],
    });
    const group = one(await readScim(server, '*'), 'Crowd');
    expect(group).toMatchObject({ members: [], evidence: { complete: false } });
    expect(group.evidence.reasons[0]).toContain('memberships: groups-by-user');
    const told = one(await readScim(server, '*', { memberships: 'groups-by-user' }), 'Crowd');
    expect(idsOf(told)).toEqual(['u1', 'u2']);
    expect(told.evidence.complete).toBe(true);
  });

  it('and the groups of a user that cannot be read leave every group incomplete', async () => {
    const server = await scimServer(office, {
      members: 'never any',
      userGroups: false,
      filters: ['members.value'],
    });
    server.fault = ({ url }) =>
      url.searchParams.get('filter')?.includes('"u2"') ? { status: 403 } : undefined;
    const group = one(await readScim(server, '*', { memberships: 'groups-by-user' }), 'Support');
    expect(idsOf(group)).toEqual(['u1']);
    expect(group.evidence.reasons).toEqual(['the groups of one user could not be read']);
  });

  it('never takes everybody for a member because a filter is passed over', async () => {
    const server = await scimServer(office, { members: 'nowhere', userGroups: false, filters: 'ignored' });
    const group = one(await readScim(server, '*'), 'Support');
    expect(group).toMatchObject({ members: [], evidence: { complete: false } });
    expect(group.evidence.reasons[0]).toContain('cannot be told from a hidden one');
    for (const memberships of ['users-by-group', 'groups-by-user'])
      await expect(readScim(server, '*', { memberships }), memberships).rejects.toMatchObject({
        code: 'source.read-failed',
      });
  });

  it('shows an empty group as proven only where some other membership is seen, or the config says so', async () => {
    const server = await scimServer(office);
    const proven = one(await readScim(server, 'Nobody'), 'Nobody');
    expect(proven.evidence).toMatchObject({ complete: true, reasons: [] });
    server.groups.get('g1')!.members.length = 0;
    const hidden = one(await readScim(server, 'Nobody'), 'Nobody');
    expect(hidden.evidence.complete).toBe(false);
    const told = one(await readScim(server, 'Nobody', { memberships: 'groups' }), 'Nobody');
    expect(told.evidence.complete).toBe(true);
  });

  it('is not asked twice where its list leaves members out but its groups show them', async () => {
    const server = await scimServer(office, { members: 'by id', userGroups: false });
    const group = one(await readScim(server, 'Nobody'), 'Nobody');
    expect(group.evidence.complete).toBe(true);
    expect(asked(server).filter(text => text.startsWith('/Users'))).toEqual([]);
  });
});
