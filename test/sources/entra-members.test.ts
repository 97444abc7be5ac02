import { describe, expect, it } from 'vitest';
import { flattenNested, indexDirectory } from '../../src/desired/flatten-nested.ts';
import { graphError } from '../support/entra-directory.ts';
import { bench, groupNamed, namesOf, peopleIn, readGroups } from '../support/entra-reading.ts';

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
    expect(flat.members.map(({ person, path }) => [person.name, ...path])).toEqual([
      ['ana', 'Top', 'Middle', 'Bottom'],
    ]);
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
    const { people } = await readGroups(
      source({ externalId, emails: ['mail'], extra: ['department'] }),
      'Support',
    );
    expect(people[0]).toMatchObject({
      externalId: 'agent-7',
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

describe('the number of members, where it is compared (countCheck)', () => {
  const crowd = async () => {
    const made = await bench();
    const group = made.server.tenant.addGroup('Crowd');
    const people = Array.from({ length: 6 }, (_, at) => made.server.tenant.addUser(`p${at}`));
    made.server.tenant.addMember(group, ...people);
    made.server.directory.knobs.maxPage = 2;
    return { ...made, group };
  };

  it('agrees with a whole list', async () => {
    const { source } = await crowd();
    const directory = await readGroups(source({ countCheck: true }), 'Crowd');
    expect(groupNamed(directory, 'Crowd').evidence).toMatchObject({ complete: true, expected: 6, pages: 3 });
  });

  it('tells of a member that was skipped because another left between two pages', async () => {
    const { server, source, group } = await crowd();
    server.directory.knobs.paging = 'offset';
    const { tenant } = server;
    server.fault = ({ query }) => {
      // Taken from the page that has been read: all later rows move up by one.
      if (query.has('$skiptoken') && tenant.members(group).length === 6)
        tenant.removeMember(group, tenant.members(group)[0]!);
      return undefined;
    };
    const directory = await readGroups(source({ countCheck: true }), 'Crowd');
    expect(groupNamed(directory, 'Crowd').members).toHaveLength(5);
    expect(groupNamed(directory, 'Crowd').evidence).toMatchObject({
      complete: false,
      reasons: ['the server counts 6 members and lists 5; its index may lag'],
    });
  });

  it('that cannot be had leaves the group in doubt', async () => {
    const { server, source } = await crowd();
    server.fault = ({ path }) =>
      path.endsWith('/$count')
        ? graphError(400, 'Request_BadRequest', '$count is not currently supported.')
        : undefined;
    const directory = await readGroups(source({ countCheck: true }), 'Crowd');
    expect(groupNamed(directory, 'Crowd').evidence.reasons[0]).toContain('its members could not be counted');
  });
});
