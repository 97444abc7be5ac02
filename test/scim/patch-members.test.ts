import { describe, expect, test } from 'vitest';
import { applyPatch, type PatchOperation } from '../../src/scim/patch.ts';
import { group, members, patched, problemOf } from './patching.ts';

const ids = (resource: { members?: readonly { value: string }[] }) =>
  (resource.members ?? []).map(one => one.value);

describe('members', () => {
  test.each<[string, PatchOperation, readonly string[]]>([
    ['adding', { op: 'add', path: 'members', value: members('d', 'a', 'd') }, ['a', 'b', 'c', 'd']],
    ['adding one object', { op: 'add', path: 'members', value: { value: 'd' } }, ['a', 'b', 'c', 'd']],
    ['adding bare ids', { op: 'add', path: 'members', value: ['d', 'a'] }, ['a', 'b', 'c', 'd']],
    ['replacing', { op: 'replace', path: 'members', value: members('c', 'd') }, ['c', 'd']],
    ['removing by filter', { op: 'remove', path: 'members[value eq "b"]' }, ['a', 'c']],
    ['removing several by filter', { op: 'remove', path: 'Members[Value EQ "b" or value eq "c"]' }, ['a']],
    ['removing by another filter', { op: 'remove', path: 'members[type eq "user"]' }, ['b', 'c']],
    ['ids are exact', { op: 'remove', path: 'members[value eq "B"]' }, ['a', 'b', 'c']],
    ['removing who is not there', { op: 'remove', path: 'members[value eq "x"]' }, ['a', 'b', 'c']],
    ['removing by value array', { op: 'remove', path: 'members', value: members('a', 'x') }, ['b', 'c']],
    ['removing by one object', { op: 'remove', path: 'members', value: { value: 'a' } }, ['b', 'c']],
    ['an empty value array', { op: 'remove', path: 'members', value: [] }, ['a', 'b', 'c']],
    ['no value', { op: 'remove', path: 'members' }, []],
    [
      'replacing one record',
      { op: 'replace', path: 'members[value eq "a"]', value: { value: 'z' } },
      ['z', 'b', 'c'],
    ],
  ])('%s', (_, operation, expected) => {
    expect(ids(patched(group, operation) as typeof group)).toEqual(expected);
  });

  test('a member who stays keeps what the server knows of it', () => {
    expect(patched(group, { op: 'replace', path: 'members', value: members('a') }).members).toEqual([
      group.members[0],
    ]);
    const present = { op: 'add', path: 'members', value: [{ value: 'a', display: 'Ann', $ref: null }] };
    expect(applyPatch(group, [present])).toEqual({ resource: group, changed: false });
  });

  test.each<[string, PatchOperation]>([
    ['an element without value', { op: 'add', path: 'members', value: [{ display: 'Ann' }] }],
    ['an empty element to remove', { op: 'remove', path: 'members', value: [{}] }],
    ['an element with an empty value', { op: 'remove', path: 'members', value: [{ value: '' }] }],
    ['a record without value', { op: 'replace', path: 'members[value eq "a"]', value: { type: 'User' } }],
  ])('%s is refused, so that nobody is not taken for everybody', (_, operation) => {
    expect(problemOf(group, [operation])).toMatchObject({ status: 400, scimType: 'invalidValue' });
  });

  test('duplicates that were stored are one after a change, and are no change by themselves', () => {
    const twice = { ...group, members: members('a', 'a', 'b') };
    expect(applyPatch(twice, [{ op: 'add', path: 'members', value: members('b') }])).toEqual({
      resource: twice,
      changed: false,
    });
    expect(ids(patched(twice, { op: 'add', path: 'members', value: members('c') }) as typeof group)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});
