import { describe, expect, it } from 'vitest';
import { flattenNested, indexDirectory } from '../../src/desired/flatten-nested.ts';
import { graphError } from '../support/entra-directory.ts';
import { bench, failureOf, groupNamed, namesOf, peopleIn, readGroups } from '../support/entra-reading.ts';

describe('who is in a group of Entra ID', () => {
  it('nested groups are walked, and the way down is kept', async () => {
    const { server, source } = await bench();
    const { tenant } = server;
    const [top, middle, bottom] = ['Top', 'Middle', 'Bottom'].map(name => tenant.addGroup(name));
    const ana = tenant.addUser('ana');
    tenant.addMember(top!, middle!);
    tenant.addMember(middle!, bottom!);
    tenant.addMember(bottom!, ana, top!);
    const directory = await readGroups(source(), 'Top');
    const flat = flattenNested(groupNamed(directory, 'Top'), indexDirectory(directory));
    expect(flat.incomplete).toEqual([]);
    expect(
      flat.parts.flatMap(({ people, path }) => people.map(({ person }) => [person.name, ...path])),
    ).toEqual([['ana', 'Top', 'Middle', 'Bottom']]);
    expect(server.seen.filter(({ path }) => path === `/groups/${top}/members`)).toHaveLength(1);
  });

  it('what is no person is skipped and counted by type', async () => {
    const { server, source } = await bench();
    const { tenant } = server;
    const group = tenant.addGroup('Mixed');
    tenant.addMember(
      group,
      tenant.addUser('ana'),
      tenant.addObject('device', 'PC-1'),
      tenant.addObject('device', 'PC-2'),
    );
    tenant.addMember(
      group,
      tenant.addObject('servicePrincipal', 'robot'),
      tenant.addObject('orgContact', 'partner'),
    );
    const directory = await readGroups(source(), 'Mixed');
    expect(peopleIn(directory, 'Mixed')).toEqual(['ana']);
    expect(groupNamed(directory, 'Mixed')).toMatchObject({
      skipped: [
        { type: 'device', count: 2 },
        { type: 'orgContact', count: 1 },
        { type: 'servicePrincipal', count: 1 },
      ],
      evidence: { complete: true },
    });
  });

  it('a person comes with mail addresses, ids and further properties as configured', async () => {
    const { server, source } = await bench();
    const { tenant } = server;
    const ana = tenant.addUser('ana', {
      displayName: 'Ana Souza',
      mail: 'ana@contoso.test',
      proxyAddresses: ['smtp:Ana.Souza@contoso.test', 'SMTP:ana@contoso.test', 'SIP:ana@contoso.test'],
      employeeId: '4711',
      onPremisesExtensionAttributes: { extensionAttribute5: 'agent-7' },
      department: 'Support',
      genesysId: 'genesys-1',
      accountEnabled: false,
    });
    tenant.addMember(tenant.addGroup('Support'), ana);
    expect((await readGroups(source(), 'Support')).people).toEqual([
      {
        key: `corp:${ana}`,
        id: ana,
        name: 'Ana Souza',
        userName: 'ana@contoso.test',
        emails: ['ana@contoso.test', 'Ana.Souza@contoso.test'],
        externalId: '4711',
        status: 'suspended',
      },
    ]);
    const externalId = 'onPremisesExtensionAttributes/extensionAttribute5';
    const attributes = { externalId, email: ['mail'], extra: 'department', userId: ['genesysId'] };
    const { people } = await readGroups(source({ attributes }), 'Support');
    expect(people[0]).toMatchObject({
      externalId: 'agent-7',
      userId: 'genesys-1',
      emails: ['ana@contoso.test'],
      attributes: { department: ['Support'] },
    });
  });

  it('asks for accountEnabled by name and for full pages', async () => {
    const { server, source } = await bench();
    server.tenant.addGroup('Support');
    await readGroups(source(), 'Support');
    const members = server.seen.find(({ path }) => path.endsWith('/members'))!;
    expect(members.query.get('$select')!.split(',')).toContain('accountEnabled');
    expect(members.query.get('$top')).toBe('999');
  });

  it('members with nothing but an id make the group incomplete and name the right that is missing', async () => {
    const { server, source } = await bench();
    const { tenant, login } = server;
    tenant.addMember(tenant.addGroup('Support'), tenant.addUser('ana'), tenant.addUser('bo'));
    login.app.roles.delete('User.Read.All');
    const directory = await readGroups(source(), 'Support');
    expect(directory.people).toEqual([]);
    expect(groupNamed(directory, 'Support').evidence).toMatchObject({
      complete: false,
      reasons: ['2 members came with nothing but an id (User.Read.All is missing)'],
    });
    expect(directory.notes[0]?.remedy).toContain('User.Read.All');
  });

  it('a hidden membership that came empty is no empty group', async () => {
    const { server, source } = await bench();
    const { tenant, login } = server;
    tenant.addMember(tenant.addGroup('Secret', { visibility: 'HiddenMembership' }), tenant.addUser('ana'));
    expect(peopleIn(await readGroups(source(), 'Secret'), 'Secret')).toEqual(['ana']);
    login.app.roles.delete('Member.Read.Hidden');
    const directory = await readGroups(source(), 'Secret');
    expect(groupNamed(directory, 'Secret')).toMatchObject({ members: [], evidence: { complete: false } });
    expect(directory.notes[0]).toMatchObject({
      text: 'The membership of Secret is hidden and came empty.',
      remedy: expect.stringContaining('Member.Read.Hidden'),
    });
  });

  it('a nested group that may not be read leaves its own group incomplete and the others whole', async () => {
    const { server, source } = await bench();
    const { tenant } = server;
    const [top, closed] = [tenant.addGroup('Top'), tenant.addGroup('Closed')];
    tenant.addMember(top, closed, tenant.addUser('ana'));
    server.fault = ({ path }) =>
      path === `/groups/${closed}/members`
        ? graphError(403, 'Authorization_RequestDenied', 'No.')
        : undefined;
    const directory = await readGroups(source(), 'Top');
    expect(groupNamed(directory, 'Top').evidence.complete).toBe(true);
    expect(groupNamed(directory, 'Closed').evidence.complete).toBe(false);
    const flat = flattenNested(groupNamed(directory, 'Top'), indexDirectory(directory));
    expect(flat.incomplete[0]).toMatch(/^Closed: its members could not be read: .*403/u);
  });

  it('members that may not be read anywhere are an error, and no list of doubts', async () => {
    const { server, source } = await bench();
    for (const name of ['Sales', 'Support']) server.tenant.addGroup(name);
    server.fault = ({ path }) =>
      path.endsWith('/members') ? graphError(403, 'Authorization_RequestDenied', 'No.') : undefined;
    expect(await failureOf(readGroups(source(), 'S*'))).toMatchObject({
      code: 'source.auth-failed',
      status: 403,
    });
  });

  it('a group that is deleted while it is read stays, with nobody in it and the reason', async () => {
    const { server, source } = await bench();
    const { tenant } = server;
    const group = tenant.addGroup('Support');
    tenant.addMember(group, tenant.addUser('ana'));
    server.fault = ({ path }) => {
      if (path === `/groups/${group}/members` && tenant.objects.has(group)) tenant.delete(group);
      return undefined;
    };
    const directory = await readGroups(source(), 'Support');
    expect(groupNamed(directory, 'Support')).toMatchObject({
      members: [],
      evidence: { complete: false, reasons: ['the group was deleted while it was read'] },
    });
  });

  it('nesting without an end in sight is cut and told', async () => {
    const { server, source } = await bench();
    const { tenant } = server;
    const chain = Array.from({ length: 45 }, (_, at) => tenant.addGroup(`Level ${at}`));
    for (const [at, group] of chain.slice(1).entries()) tenant.addMember(chain[at]!, group);
    const directory = await readGroups(source(), 'Level 0');
    expect(namesOf(directory)).toHaveLength(40);
    expect(groupNamed(directory, 'Level 39').evidence.reasons).toEqual([
      '1 member that is a group could not be read',
    ]);
  });
});

describe('the flat list of the server (nested: transitive)', () => {
  const transitive = { nested: 'transitive' };

  it('holds the people of all levels, counted', async () => {
    const { server, source } = await bench();
    const { tenant } = server;
    const [top, low] = [tenant.addGroup('Top'), tenant.addGroup('Low')];
    tenant.addMember(top, low, tenant.addUser('ana'), tenant.addObject('device', 'PC-1'));
    tenant.addMember(low, tenant.addUser('bo'), top);
    const directory = await readGroups(source(transitive), 'Top');
    expect(peopleIn(directory, 'Top')).toEqual(['ana', 'bo']);
    expect(namesOf(directory)).toEqual(['Top']);
    expect(groupNamed(directory, 'Top').evidence).toMatchObject({ complete: true, expected: 2 });
  });

  it('is incomplete where the count of a lagging index is higher than the list', async () => {
    const { server, source } = await bench();
    const { tenant } = server;
    tenant.addMember(tenant.addGroup('Top'), tenant.addUser('ana'));
    server.directory.knobs.countOff = 1;
    const directory = await readGroups(source(transitive), 'Top');
    expect(groupNamed(directory, 'Top').evidence).toMatchObject({ complete: false, expected: 2 });
  });

  it('is incomplete where the number is right because somebody came twice', async () => {
    const { server, source } = await bench();
    const { tenant } = server;
    tenant.addMember(tenant.addGroup('Top'), tenant.addUser('ana'), tenant.addUser('bo'));
    server.fault = call => {
      if (!call.path.includes('transitiveMembers')) return undefined;
      const page = server.directory.answer(call);
      const { value, ...rest } = page.body as { value: unknown[] };
      return { ...page, body: { ...rest, value: [value[0], value[0]] } };
    };
    const directory = await readGroups(source(transitive), 'Top');
    expect(groupNamed(directory, 'Top').evidence).toMatchObject({
      complete: false,
      reasons: ['the server announced 2 members and gave 1, some of them twice'],
    });
  });

  it('shows the tenant as it was when the index was made', async () => {
    const { server, source } = await bench();
    const { tenant } = server;
    const top = tenant.addGroup('Top');
    tenant.addMember(top, tenant.addUser('ana'));
    tenant.freezeIndex();
    tenant.addMember(top, tenant.addUser('bo'));
    expect(peopleIn(await readGroups(source(transitive), 'Top'), 'Top')).toEqual(['ana']);
    expect(peopleIn(await readGroups(source(), 'Top'), 'Top')).toEqual(['ana', 'bo']);
  });
});

describe('the number of members, where it is compared (checkCounts)', () => {
  const crowd = async () => {
    const made = await bench();
    const group = made.server.tenant.addGroup('Crowd');
    const names = Array.from({ length: 6 }, (_, at) => `p${at}`);
    made.server.tenant.addMember(group, ...names.map(name => made.server.tenant.addUser(name)));
    made.server.directory.knobs.maxPage = 2;
    return { ...made, group, names };
  };

  it('agrees with a whole list', async () => {
    const { source } = await crowd();
    const directory = await readGroups(source({ checkCounts: true }), 'Crowd');
    expect(groupNamed(directory, 'Crowd').evidence).toMatchObject({ complete: true, expected: 6, pages: 3 });
  });

  it('finds out that somebody was skipped because another left between two pages, and reads again', async () => {
    const { server, source, group, names } = await crowd();
    server.directory.knobs.paging = 'offset';
    const { tenant } = server;
    const leaver = tenant.members(group)[0]!;
    server.fault = ({ query }) => {
      // Taken from the page that has been read: all later rows move up by one.
      if (query.has('$skiptoken')) tenant.removeMember(group, leaver);
      return undefined;
    };
    const directory = await readGroups(source({ checkCounts: true }), 'Crowd');
    const left = names.filter(name => name !== tenant.objects.get(leaver)?.properties.displayName);
    expect(peopleIn(directory, 'Crowd')).toEqual(left);
    expect(groupNamed(directory, 'Crowd')).toMatchObject({
      members: { length: 5 },
      evidence: { complete: true, expected: 5 },
    });
  });

  it('tells of a list that stays too short', async () => {
    const { server, source } = await crowd();
    server.directory.knobs.countOff = 1;
    const directory = await readGroups(source({ checkCounts: true }), 'Crowd');
    expect(groupNamed(directory, 'Crowd').evidence).toMatchObject({
      complete: false,
      reasons: ['The server counts 7 members and gave 6.'],
    });
  });

  it('that cannot be had leaves the group in doubt', async () => {
    const { server, source } = await crowd();
    server.fault = ({ path }) =>
      path.endsWith('/$count')
        ? graphError(400, 'Request_BadRequest', '$count is not currently supported.')
        : undefined;
    const directory = await readGroups(source({ checkCounts: true }), 'Crowd');
    expect(groupNamed(directory, 'Crowd').evidence.reasons[0]).toContain('its members could not be counted');
  });
});
