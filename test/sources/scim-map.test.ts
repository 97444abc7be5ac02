import { describe, expect, it } from 'vitest';
import { personOf } from '../../src/sources/scim/map.ts';
import { shownGroup } from '../../src/sources/scim/members.ts';
import { scimOptions } from '../../src/sources/scim/options.ts';
import { readListed } from '../../src/sources/scim/wire.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const person = (attributes: Record<string, unknown>, options: object = {}) =>
  personOf(
    { id: 'u1', attributes: { id: 'u1', ...attributes } },
    'idp',
    scimOptions().parse({ baseUrl: 'https://idp.example.com', token: 't', ...options }),
  );

describe('a SCIM user as a person', () => {
  it('has its primary address first, each address once', () => {
    const emails = [
      { value: 'b@example.org', type: 'home' },
      { value: 'A@example.org', primary: 'True' },
      { value: 'a@example.org ', primary: false },
      'c@example.org',
      { value: '' },
      null,
    ];
    expect(person({ emails }).emails).toEqual(['A@example.org', 'b@example.org', 'c@example.org']);
    expect(person({ emails: { value: 'one@example.org' } }).emails).toEqual(['one@example.org']);
    expect(person({ emails: null }).emails).toEqual([]);
  });

  it.each([
    [true, 'active'],
    [false, 'suspended'],
    ['False', 'suspended'],
    ['true', 'active'],
    [undefined, 'unknown'],
    [null, 'unknown'],
    ['maybe', 'unknown'],
  ])('with active %o is %s', (active, status) => {
    expect(person({ active }).status).toBe(status);
  });

  it.each([
    [{ displayName: 'Ana', name: { formatted: 'Ms Ana' } }, 'Ana'],
    [{ name: { formatted: 'Ms Ana', givenName: 'x' } }, 'Ms Ana'],
    [{ name: { givenName: 'Ana', familyName: 'Souza' } }, 'Ana Souza'],
    [{ displayName: ' ', userName: 'ana' }, 'ana'],
    [{ emails: [{ value: 'a@example.org' }] }, 'a@example.org'],
    [{}, 'u1'],
  ])('%o is called %s', (attributes, name) => {
    expect(person(attributes).name).toBe(name);
  });

  it('carries what the options ask for, from extensions as well', () => {
    const user = {
      USERNAME: 'ana',
      externalId: 4711,
      [enterprise.toUpperCase()]: { employeeNumber: 'E1', Department: 'Care', costCenter: '' },
      phoneNumbers: [{ value: '+49 1', type: 'work' }, { value: '+49 2' }],
      name: { givenName: 'Ana' },
      roles: ['agent', true],
    };
    expect(person(user)).toMatchObject({ userName: 'ana', externalId: '4711' });
    const attributes = {
      externalId: `${enterprise}:employeeNumber`,
      userId: 'urn:example:genesys:1.0:User:userId',
      extra: [
        `${enterprise}:department`,
        `${enterprise}:costCenter`,
        'phoneNumbers',
        'name.givenName',
        'roles',
      ],
    };
    expect(
      person({ ...user, 'urn:example:genesys:1.0:User': { userId: 'g1' } }, { attributes }),
    ).toMatchObject({
      externalId: 'E1',
      userId: 'g1',
      attributes: {
        department: ['Care'],
        phoneNumbers: ['+49 1', '+49 2'],
        'name.givenName': ['Ana'],
        roles: ['agent', 'true'],
      },
    });
  });
});

describe('a SCIM group', () => {
  it.each([
    [{ value: 'x', type: 'USER' }, 'person'],
    [{ value: 'x', type: 'group' }, 'group'],
    [{ value: 'x', $ref: 'https://h/scim/v2/Users/x?y=1' }, 'person'],
    [{ value: 'x', $ref: '/groups/x/' }, 'group'],
    [{ value: 'x', type: 'member', $ref: '../Users/x' }, 'person'],
    [{ value: 'x', type: 'direct' }, 'unsaid'],
    [{ value: 'x', $ref: 'x' }, 'unsaid'],
    [{ value: 'x' }, 'unsaid'],
    ['x', 'unsaid'],
    [{ value: 'x', type: 'Device' }, { other: 'Device' }],
    [{ value: 'x', $ref: 'https://h/Agents/x' }, { other: 'Agents' }],
    [{ value: 'x', type: 'Agent', $ref: 'https://h/v2/Things/x' }, { other: 'Agent' }],
  ])('takes the member %o for %o', (member, kind) => {
    const group = shownGroup({ id: 'g1', attributes: { displayName: 'G', members: [member] } });
    expect(group.members).toEqual([{ id: 'x', kind }]);
  });

  it('takes the id of a member from its URL where it has no value', () => {
    const members = [{ $ref: 'https://h/Users/a%20b' }, { $ref: 'https://h/Users/%zz' }, {}, null];
    const group = shownGroup({ id: 'g1', attributes: { members } });
    expect(group.members.map(({ id }) => id)).toEqual(['a b', '%zz']);
    expect(group.nameless).toBe(2);
  });
});

describe('a SCIM list', () => {
  it.each([
    [
      { totalResults: '2', Resources: [{ id: 'a' }, { ID: 7 }] },
      { total: 2, ids: ['a', '7'] },
    ],
    [
      { resources: [{ id: 'a' }], nextCursor: 'n' },
      { nextCursor: 'n', ids: ['a'] },
    ],
    [{ totalResults: 0 }, { total: 0, ids: [] }],
    [
      { totalResults: 0, Resources: null },
      { total: 0, ids: [] },
    ],
    [{ Resources: [] }, { ids: [] }],
  ])('is found in %o', (body, expected) => {
    const { resources, ...rest } = readListed(body)!;
    expect({ ...rest, ids: resources.map(({ id }) => id) }).toEqual(expected);
  });

  it.each([
    [undefined],
    ['text'],
    [[{ id: 'a' }]],
    [{}],
    [{ error: 'busy' }],
    [{ totalResults: -1 }],
    [{ totalResults: 1, Resources: {} }],
    [{ totalResults: 1, Resources: [{ displayName: 'no id' }] }],
    [{ totalResults: 1, Resources: [null] }],
  ])('is not found in %o', body => {
    expect(readListed(body)).toBeUndefined();
  });
});
