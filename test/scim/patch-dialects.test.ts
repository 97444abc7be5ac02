import { describe, expect, test } from 'vitest';
import { readPatchRequest, urn } from '../../src/scim/messages.ts';
import { applyPatch, type PatchOperation } from '../../src/scim/patch.ts';

/** What Entra and Okta send, as identity sources §6.2 lists it, on the way that a server takes it in. */
function push(resource: object, ...operations: unknown[]): Record<string, unknown> {
  const body: unknown = JSON.parse(JSON.stringify({ schemas: [urn.patchOp], Operations: operations }));
  return applyPatch(resource as Record<string, unknown>, readPatchRequest(body)).resource;
}

const group = {
  schemas: [urn.group],
  id: 'g-1',
  externalId: 'entra-group',
  displayName: 'Support',
  members: [
    { value: 'u-1', type: 'User' },
    { value: 'u-2', type: 'User' },
  ],
};

const user = {
  schemas: [urn.user, urn.enterpriseUser],
  id: 'u-1',
  userName: 'ann@example.com',
  active: true,
  name: { givenName: 'Ann', familyName: 'Lee' },
  emails: [{ type: 'work', value: 'ann@example.com', primary: true }],
  [urn.enterpriseUser]: { employeeNumber: '1' },
};

describe('Entra, default dialect', () => {
  test('Add of members, with $ref null', () => {
    expect(
      push(group, { op: 'Add', path: 'members', value: [{ $ref: null, value: 'u-3' }] }).members,
    ).toStrictEqual([...group.members, { value: 'u-3' }]);
  });

  test('Remove with a bare path and a value array removes only those', () => {
    const operation = { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u-1' }] };
    expect(push(group, operation).members).toStrictEqual([group.members[1]]);
  });

  test('Remove of all members one by one leaves no members', () => {
    const removal = (value: string) => ({ op: 'Remove', path: 'members', value: [{ value }] });
    expect(push(group, removal('u-1'), removal('u-2'))).not.toHaveProperty('members');
  });

  test('active as the text "False" and "True"', () => {
    expect(push(user, { op: 'Replace', path: 'active', value: 'False' }).active).toBe(false);
    expect(push({ ...user, active: false }, { op: 'Replace', path: 'active', value: 'True' }).active).toBe(
      true,
    );
    expect(push(user, { op: 'Replace', value: { active: 'False' } }).active).toBe(false);
  });

  test('a plain value in an array of one with $ref null', () => {
    const operation = { op: 'Replace', path: 'displayName', value: [{ $ref: null, value: 'New name' }] };
    expect(push(group, operation).displayName).toBe('New name');
  });

  test('Add to an address that is not there yet, by its type', () => {
    expect(
      push(user, { op: 'Add', path: 'emails[type eq "home"].value', value: 'h@x' }).emails,
    ).toStrictEqual([...user.emails, { type: 'home', value: 'h@x' }]);
  });

  test('Replace of one address by its type', () => {
    expect(
      push(user, { op: 'Replace', path: 'emails[type eq "work"].value', value: 'n@x' }).emails,
    ).toStrictEqual([{ type: 'work', value: 'n@x', primary: true }]);
  });

  test('roles by a filter on "True"', () => {
    expect(
      push(user, { op: 'Add', path: 'roles[primary eq "True"].value', value: 'admin' }).roles,
    ).toStrictEqual([{ primary: true, value: 'admin' }]);
  });

  test('a manager as a bare id', () => {
    const path = `${urn.enterpriseUser}:manager`;
    expect(push(user, { op: 'Add', path, value: 'u-9' })[urn.enterpriseUser]).toStrictEqual({
      employeeNumber: '1',
      manager: { value: 'u-9' },
    });
    const managed = { ...user, [urn.enterpriseUser]: { manager: { value: 'u-9' } } };
    expect(push(managed, { op: 'Remove', path, value: 'u-9' })).toEqual({
      ...user,
      schemas: [urn.user],
      [urn.enterpriseUser]: undefined,
    });
  });
});

describe('Entra with aadOptscim062020', () => {
  test('one replace without path, with dotted and URN keys', () => {
    const value = {
      displayName: 'Ann B',
      'name.givenName': 'Anna',
      'name.familyName': 'Bell',
      'emails[type eq "work"].value': 'anna@example.com',
      [`${urn.enterpriseUser}:employeeNumber`]: '42',
      [`${urn.enterpriseUser}:manager`]: { value: 'u-9' },
    };
    expect(push(user, { op: 'replace', value })).toStrictEqual({
      ...user,
      displayName: 'Ann B',
      name: { givenName: 'Anna', familyName: 'Bell' },
      emails: [{ type: 'work', value: 'anna@example.com', primary: true }],
      [urn.enterpriseUser]: { employeeNumber: '42', manager: { value: 'u-9' } },
    });
  });

  test('an add without path', () => {
    const value = { nickName: 'A', [urn.enterpriseUser]: { department: 'D' } };
    expect(push(user, { op: 'add', value })).toStrictEqual({
      ...user,
      nickName: 'A',
      [urn.enterpriseUser]: { employeeNumber: '1', department: 'D' },
    });
  });

  test('removal of a member by filter, and a real boolean', () => {
    expect(push(group, { op: 'remove', path: 'members[value eq "u-1"]' }).members).toStrictEqual([
      group.members[1],
    ]);
    expect(push(user, { op: 'replace', path: 'active', value: false }).active).toBe(false);
  });
});

describe('Okta', () => {
  test('a rename without path, with the equal id', () => {
    const rename = { op: 'replace', value: { id: 'g-1', displayName: 'New' } };
    expect(push(group, rename)).toStrictEqual({ ...group, displayName: 'New' });
  });

  test('several removals and additions, with display', () => {
    const operations = [
      { op: 'remove', path: 'members[value eq "u-1"]' },
      { op: 'remove', path: 'members[value eq "u-2"]' },
      { op: 'add', path: 'members', value: [{ value: 'u-3', display: 'eve@example.com' }] },
    ];
    expect(push(group, ...operations).members).toStrictEqual([{ value: 'u-3', display: 'eve@example.com' }]);
  });

  test('a full push replaces the members', () => {
    const value = [{ value: 'u-2', display: 'x' }, { value: 'u-4' }, { value: 'u-4' }];
    expect(push(group, { op: 'replace', path: 'members', value }).members).toStrictEqual([
      group.members[1],
      { value: 'u-4' },
    ]);
  });

  test('a full push of the same members in another order changes nothing', () => {
    const value = [{ value: 'u-2' }, { value: 'u-1' }];
    const operation: PatchOperation = { op: 'replace', path: 'members', value };
    expect(applyPatch(group, [operation])).toEqual({ resource: group, changed: false });
  });

  test('deactivation without path', () => {
    expect(push(user, { op: 'replace', value: { active: false } })).toStrictEqual({ ...user, active: false });
  });

  test('what the server alone writes is ignored in an object without path', () => {
    const value = { schemas: ['x'], meta: { version: '9' }, groups: [{ value: 'g' }], title: 'T' };
    expect(push(user, { op: 'replace', value })).toStrictEqual({ ...user, title: 'T' });
  });
});
