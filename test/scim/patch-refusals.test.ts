import { describe, expect, test } from 'vitest';
import { attributeRules } from '../../src/scim/attribute-rules.ts';
import { groupSchema } from '../../src/scim/core-schemas.ts';
import { ScimProblem } from '../../src/scim/messages.ts';
import { applyPatch, type PatchOperation } from '../../src/scim/patch.ts';
import { attribute } from '../../src/scim/schema.ts';
import { group, patched, problemOf, user } from './patching.ts';

describe('what is refused', () => {
  test.each<[string, PatchOperation, string]>([
    ['an operation that does not exist', { op: 'move', path: 'title', value: 'x' }, 'invalidSyntax'],
    ['add without a value', { op: 'add', path: 'title' }, 'invalidValue'],
    ['replace without a value', { op: 'replace', path: 'title' }, 'invalidValue'],
    ['remove without a path', { op: 'remove' }, 'noTarget'],
    [
      'remove of the resource',
      { op: 'remove', path: 'urn:ietf:params:scim:schemas:core:2.0:User' },
      'noTarget',
    ],
    ['a broken path', { op: 'remove', path: 'emails[type eq' }, 'invalidPath'],
    ['a path with a tail', { op: 'remove', path: 'emails[type pr]x' }, 'invalidPath'],
    ['a path of three names', { op: 'replace', path: 'name.a.b', value: 1 }, 'invalidPath'],
    ['a name that is none', { op: 'replace', path: '__proto__', value: {} }, 'invalidPath'],
    ['a filter on a single value', { op: 'replace', path: 'name[givenName pr]', value: {} }, 'invalidPath'],
    ['removal by a filter on a single value', { op: 'remove', path: 'name[givenName pr]' }, 'invalidPath'],
    ['a sub-attribute of text', { op: 'replace', path: 'title.x', value: 'y' }, 'invalidPath'],
    ['a value without a path that is no object', { op: 'add', value: 'x' }, 'invalidValue'],
    [
      'several values for one record',
      { op: 'add', path: 'emails[type pr]', value: [{}, {}] },
      'invalidValue',
    ],
    ['an object for text', { op: 'replace', path: 'title', value: { a: 1 } }, 'invalidValue'],
    ['a boolean for text', { op: 'replace', path: 'title', value: true }, 'invalidValue'],
    ['text for a boolean', { op: 'replace', path: 'active', value: 'maybe' }, 'invalidValue'],
    ['text for a complex value', { op: 'replace', path: 'name', value: 'Ann' }, 'invalidValue'],
    ['another id', { op: 'replace', value: { id: 'u-2' } }, 'mutability'],
    ['another id by path', { op: 'replace', path: 'id', value: 'u-2' }, 'mutability'],
    ['a write to meta', { op: 'replace', path: 'meta.version', value: '2' }, 'mutability'],
    ['removal of the id', { op: 'remove', path: 'id' }, 'mutability'],
    ['removal of what is required', { op: 'remove', path: 'userName' }, 'mutability'],
    ['null for what is required', { op: 'replace', path: 'userName', value: null }, 'mutability'],
    [
      'a filter that describes nothing',
      { op: 'add', path: 'emails[type ne "work" and value eq "q"].value', value: 'x' },
      'noTarget',
    ],
    [
      'a write to what a reference shows',
      { op: 'replace', path: 'groups[value eq "x"].display', value: 'y' },
      'mutability',
    ],
    ['removal of an empty description', { op: 'remove', path: 'emails', value: [{}] }, 'invalidValue'],
  ])('%s', (_, operation, scimType) => {
    const problem = problemOf(user, [{ op: 'add', path: 'nickName', value: 'A' }, operation]);
    expect(problem).toMatchObject({ status: 400, scimType });
    expect(problem.detail).toMatch(/^Operations\[1\] \(/);
  });

  test.each(['value', 'type', '$ref', 'display'])(
    'members.%s of who is there cannot be changed or taken away',
    sub => {
      const full = { ...group, members: [{ value: 'a', type: 'User', $ref: '/a', display: 'A' }] };
      for (const path of [`members.${sub}`, `members[value eq "a"].${sub}`]) {
        expect(problemOf(full, [{ op: 'replace', path, value: 'z' }])).toMatchObject({
          scimType: 'mutability',
        });
        expect(problemOf(full, [{ op: 'remove', path }])).toMatchObject({ scimType: 'mutability' });
      }
    },
  );

  test('a required list cannot be emptied in any way', () => {
    const rules = attributeRules([
      { ...groupSchema, attributes: [attribute('tags', 'Tags.', { multiValued: true, required: true })] },
    ]);
    const tagged = { id: 'g', tags: ['a'] };
    for (const operation of [
      { op: 'remove', path: 'tags' },
      { op: 'remove', path: 'tags', value: ['a'] },
      { op: 'remove', path: 'tags[value eq "a"]' },
      { op: 'replace', path: 'tags', value: [] },
    ]) {
      expect(problemOf(tagged, [operation], { rules })).toMatchObject({ scimType: 'mutability' });
    }
  });
});

describe('unknown attributes', () => {
  const value = {
    title: 'Lead',
    shoeSize: 42,
    'urn:example:x:1.0:User': { a: 1 },
    '__proto__.x': 1,
    ['__proto__']: { y: 1 },
  };

  test('are ignored unless told', () => {
    expect(patched(user, { op: 'replace', value })).toStrictEqual({ ...user, title: 'Lead' });
  });

  test('are kept on request, and a new extension is declared', () => {
    const named = { title: 'Lead', shoeSize: 42, 'urn:example:x:1.0:User': { a: 1 } };
    expect(patched(user, { op: 'replace', value: named }, { unknown: 'keep' })).toStrictEqual({
      ...user,
      schemas: [...user.schemas, 'urn:example:x:1.0:User'],
      title: 'Lead',
      shoeSize: 42,
      'urn:example:x:1.0:User': { a: 1 },
    });
  });

  test('that are kept become lists and objects as they come', () => {
    const keep = { unknown: 'keep' } as const;
    const once = patched(user, { op: 'add', path: 'tags', value: ['a', 'a'] }, keep);
    expect(once.tags).toEqual(['a']);
    expect(patched(once, { op: 'add', path: 'tags', value: 'b' }, keep).tags).toEqual(['a', 'b']);
    expect(patched(user, { op: 'add', path: 'codes[kind eq "x"].value', value: 1 }, keep).codes).toEqual([
      { kind: 'x', value: 1 },
    ]);
    expect(patched(user, { op: 'add', path: 'box.size', value: 1 }, keep).box).toEqual({ size: 1 });
    expect(patched(user, { op: 'remove', path: 'codes[kind eq "x"]' }, keep)).toStrictEqual(user);
  });

  test('are refused on request', () => {
    for (const operation of [
      { op: 'replace', value: { shoeSize: 42 } },
      { op: 'replace', path: 'shoeSize', value: 42 },
      { op: 'replace', path: 'name', value: { shoe: 1 } },
      { op: 'add', path: 'name.shoe', value: 1 },
      { op: 'remove', path: 'shoeSize' },
      { op: 'replace', value: { '__proto__.x': 1 } },
      { op: 'add', value: { 'urn:ietf:params:scim:schemas:core:2.0:User': { 'urn:x:1.0:Y': {} } } },
    ]) {
      expect(problemOf(user, [operation], { unknown: 'reject' })).toMatchObject({
        status: 400,
        scimType: 'invalidPath',
      });
    }
  });

  test('cannot reach a prototype', () => {
    const attack = JSON.parse(
      '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}',
    );
    for (const unknown of ['ignore', 'keep'] as const) {
      for (const operation of [
        { op: 'add', value: attack },
        { op: 'add', path: 'name', value: attack },
        { op: 'add', path: 'emails', value: [attack] },
        { op: 'add', path: 'constructor.prototype', value: { polluted: 1 } },
      ]) {
        try {
          const { resource } = applyPatch<Record<string, unknown>>(user, [operation], { unknown });
          expect(Object.getPrototypeOf(resource)).toBe(Object.prototype);
        } catch (error) {
          expect(error).toBeInstanceOf(ScimProblem);
        }
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      }
    }
  });

  test('that are nested too deeply are refused', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 5000; level++) deep = { a: deep };
    expect(problemOf(user, [{ op: 'add', path: 'x', value: deep }], { unknown: 'keep' })).toMatchObject({
      scimType: 'invalidValue',
    });
    let schemas: unknown = { title: 'Lead' };
    for (let level = 0; level < 5000; level++)
      schemas = { 'urn:ietf:params:scim:schemas:core:2.0:User': schemas };
    expect(patched(user, { op: 'add', value: schemas })).toStrictEqual(user);
  });
});
