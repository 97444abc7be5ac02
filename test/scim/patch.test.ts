import { describe, expect, test } from 'vitest';
import { attributeRules } from '../../src/scim/attribute-rules.ts';
import { groupSchema } from '../../src/scim/core-schemas.ts';
import { applyPatch, type PatchOperation } from '../../src/scim/patch.ts';
import { attribute } from '../../src/scim/schema.ts';
import { patched, problemOf, user } from './patching.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

describe('single values', () => {
  test.each<[string, PatchOperation, object]>([
    ['add sets', { op: 'add', path: 'nickName', value: 'A' }, { nickName: 'A' }],
    ['replace sets', { op: 'replace', path: 'title', value: 'Lead' }, { title: 'Lead' }],
    ['replace sets what is missing', { op: 'replace', path: 'nickName', value: 'A' }, { nickName: 'A' }],
    [
      'a name in another case is the same',
      { op: 'replace', path: 'TITLE', value: 'Lead' },
      { title: 'Lead' },
    ],
    [
      'a new name is spelled as the schema does',
      { op: 'add', path: 'NICKNAME', value: 'A' },
      { nickName: 'A' },
    ],
    [
      'the core URN is a prefix',
      { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:title', value: 'Lead' },
      { title: 'Lead' },
    ],
    ['remove takes away', { op: 'remove', path: 'title' }, { title: undefined }],
    ['replace with null takes away', { op: 'replace', path: 'title', value: null }, { title: undefined }],
    ['add of null does nothing', { op: 'add', path: 'title', value: null }, {}],
    ['a number becomes text', { op: 'add', path: 'title', value: 7 }, { title: '7' }],
    [
      'a sub-attribute',
      { op: 'replace', path: 'name.givenName', value: 'Eva' },
      { name: { givenName: 'Eva', familyName: 'Lee' } },
    ],
    ['a sub-attribute goes', { op: 'remove', path: 'name.givenName' }, { name: { familyName: 'Lee' } }],
    ['a sub-attribute that is not there', { op: 'remove', path: 'name.middleName' }, {}],
    [
      'a complex value keeps what is not named',
      { op: 'replace', path: 'name', value: { givenName: 'Eva', FAMILYNAME: null, middleName: 'M' } },
      { name: { givenName: 'Eva', middleName: 'M' } },
    ],
    [
      'a null that is added takes nothing away',
      { op: 'add', path: 'name', value: { givenName: 'Eva', familyName: null } },
      { name: { givenName: 'Eva', familyName: 'Lee' } },
    ],
    [
      'an extension is spelled as its schema does',
      { op: 'add', path: `${enterprise.toLowerCase().replace('user', 'User')}:DEPARTMENT`, value: 'D' },
      { [enterprise]: { department: 'D' } },
    ],
    ['an unknown attribute is left out', { op: 'add', path: 'shoeSize', value: 42 }, {}],
    [
      'an unknown sub-attribute is left out',
      { op: 'add', path: 'name', value: { shoe: 1, givenName: 'E' } },
      { name: { givenName: 'E', familyName: 'Lee' } },
    ],
    [
      'an extension',
      { op: 'add', path: `${enterprise}:department`, value: 'D' },
      { [enterprise]: { department: 'D' } },
    ],
    [
      'a manager as a bare id',
      { op: 'add', path: `${enterprise}:manager`, value: 'm' },
      { [enterprise]: { manager: { value: 'm' } } },
    ],
    [
      'a whole extension',
      { op: 'add', path: enterprise, value: { department: 'D', x: 1 } },
      { [enterprise]: { department: 'D' } },
    ],
    ['an extension that is not there goes', { op: 'remove', path: enterprise }, {}],
  ])('%s', (_, operation, expected) => {
    const wanted = { ...user, ...expected } as Record<string, unknown>;
    for (const [key, value] of Object.entries(wanted)) if (value === undefined) delete wanted[key];
    if (enterprise in wanted) wanted.schemas = [...user.schemas, enterprise];
    expect(patched(user, operation)).toStrictEqual(wanted);
  });

  test('an attribute of an extension is found in any case', () => {
    const resource = { id: 'u', [enterprise]: { Department: 'D', division: 'V' } };
    expect(patched(resource, { op: 'replace', path: `${enterprise}:department`, value: 'E' })).toStrictEqual({
      id: 'u',
      [enterprise]: { Department: 'E', division: 'V' },
    });
  });

  test('numbers are taken as numbers and as text, and nothing else is', () => {
    const rules = attributeRules([
      {
        ...groupSchema,
        attributes: [
          attribute('count', 'A.', { type: 'integer' }),
          attribute('share', 'A.', { type: 'decimal' }),
        ],
      },
    ]);
    const written = (path: string, value: unknown) =>
      patched({ id: 'g' }, { op: 'add', path, value }, { rules })[path];
    expect(written('count', 7)).toBe(7);
    expect(written('count', '7')).toBe(7);
    expect(written('share', '7.5')).toBe(7.5);
    expect(written('share', [{ value: -1.5 }])).toBe(-1.5);
    for (const [path, value] of [
      ['count', 7.5],
      ['count', ' '],
      ['share', ''],
      ['share', 'x'],
      ['share', true],
      ['share', '1e999'],
    ] as const) {
      expect(problemOf({ id: 'g' }, [{ op: 'add', path, value }], { rules })).toMatchObject({
        scimType: 'invalidValue',
      });
    }
  });

  test('an extension that lost its last attribute is gone, and its URN with it', () => {
    const resource = { ...user, schemas: [...user.schemas, enterprise], [enterprise]: { department: 'D' } };
    expect(patched(resource, { op: 'remove', path: `${enterprise}:department` })).toStrictEqual(user);
    expect(patched(resource, { op: 'remove', path: enterprise })).toStrictEqual(user);
    expect(patched(resource, { op: 'replace', value: { [enterprise]: null } })).toStrictEqual(user);
    expect(patched(resource, { op: 'remove', path: `${enterprise}:division` })).toStrictEqual(resource);
  });
});

describe('lists', () => {
  const work = { type: 'work', value: 'ann@example.com', primary: true };
  const home = { type: 'home', value: 'ann@home.org' };

  test.each<[string, PatchOperation, readonly object[] | undefined]>([
    ['add appends', { op: 'add', path: 'emails', value: [{ value: 'x@y' }] }, [work, home, { value: 'x@y' }]],
    [
      'one object is a list of one',
      { op: 'add', path: 'emails', value: { value: 'x@y' } },
      [work, home, { value: 'x@y' }],
    ],
    [
      'a bare value is its value',
      { op: 'add', path: 'emails', value: 'x@y' },
      [work, home, { value: 'x@y' }],
    ],
    [
      'what is there is merged, by value and type',
      { op: 'add', path: 'emails', value: [{ TYPE: 'Home', value: 'ann@home.org', display: 'Ann' }] },
      [work, { type: 'Home', value: 'ann@home.org', display: 'Ann' }],
    ],
    [
      'replace replaces all',
      { op: 'replace', path: 'emails', value: [{ value: 'x@y' }] },
      [{ value: 'x@y' }],
    ],
    ['replace by nothing empties', { op: 'replace', path: 'emails', value: [] }, undefined],
    ['replace by null empties', { op: 'replace', path: 'emails', value: null }, undefined],
    ['remove empties', { op: 'remove', path: 'emails' }, undefined],
    ['remove by filter', { op: 'remove', path: 'emails[type eq "WORK"]' }, [home]],
    [
      'remove by value',
      { op: 'remove', path: 'emails', value: [{ value: 'ANN@home.org', primary: false }] },
      [work],
    ],
    [
      'remove by value and another type',
      { op: 'remove', path: 'emails', value: [{ value: 'ann@home.org', type: 'work' }] },
      [work, home],
    ],
    ['remove by type', { op: 'remove', path: 'emails', value: { type: 'home' } }, [work]],
    ['remove of nothing', { op: 'remove', path: 'emails', value: [] }, [work, home]],
    [
      'a sub-attribute of some',
      { op: 'replace', path: 'emails[type eq "home"].value', value: 'n@h' },
      [work, { type: 'home', value: 'n@h' }],
    ],
    [
      'a sub-attribute of all',
      { op: 'add', path: 'emails.display', value: 'Ann' },
      [
        { ...work, display: 'Ann' },
        { ...home, display: 'Ann' },
      ],
    ],
    [
      'a sub-attribute goes',
      { op: 'remove', path: 'emails[type eq "work"].primary' },
      [{ type: 'work', value: 'ann@example.com' }, home],
    ],
    [
      'a sub-attribute goes by null',
      { op: 'replace', path: 'emails[type eq "work"].primary', value: null },
      [{ type: 'work', value: 'ann@example.com' }, home],
    ],
    [
      'a record is replaced whole',
      { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'x@y' } },
      [{ value: 'x@y' }, home],
    ],
    [
      'a record in an array of one too',
      { op: 'replace', path: 'emails[type eq "work"]', value: [{ value: 'x@y' }] },
      [{ value: 'x@y' }, home],
    ],
    [
      'a record given a bare value keeps its type',
      { op: 'replace', path: 'emails[type eq "home"]', value: 'x@y' },
      [work, { type: 'home', value: 'x@y' }],
    ],
    [
      'a record is added to',
      { op: 'add', path: 'emails[type eq "home"]', value: { display: 'H' } },
      [work, { ...home, display: 'H' }],
    ],
    ['a record goes by null', { op: 'replace', path: 'emails[type eq "home"]', value: null }, [work]],
    [
      'add makes what the filter describes',
      { op: 'add', path: 'emails[type eq "other"].value', value: 'x@y' },
      [work, home, { type: 'other', value: 'x@y' }],
    ],
    [
      'add makes the record',
      { op: 'add', path: 'emails[type eq "other" and display eq "O"]', value: { value: 'x@y' } },
      [work, home, { type: 'other', display: 'O', value: 'x@y' }],
    ],
    [
      'a new primary makes the others secondary',
      { op: 'add', path: 'emails', value: { value: 'x@y', primary: 'True' } },
      [{ ...work, primary: false }, home, { value: 'x@y', primary: true }],
    ],
    [
      'so does one made primary',
      { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
      [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    ],
    [
      'two that became the same are one',
      { op: 'replace', path: 'emails', value: [home, { ...home, display: 'H' }] },
      [{ ...home, display: 'H' }],
    ],
    [
      'records that a change made the same are one',
      { op: 'replace', path: 'emails[value pr]', value: { value: 'x' } },
      [{ value: 'x' }],
    ],
  ])('%s', (_, operation, emails) => {
    expect(patched(user, operation).emails).toStrictEqual(emails);
  });

  test('what only a list that is missing needs is made', () => {
    const { emails: _, ...without } = user;
    for (const op of ['add', 'replace']) {
      expect(patched(without, { op, path: 'emails.value', value: 'x@y' }).emails).toStrictEqual([
        { value: 'x@y' },
      ]);
    }
    expect(patched(without, { op: 'remove', path: 'emails[type eq "work"]' })).toStrictEqual(without);
    expect(patched(without, { op: 'remove', path: 'emails', value: [{ value: 'x' }] })).toStrictEqual(
      without,
    );
  });

  test('a replace whose filter finds nothing is noTarget, or an add where the caller says so', () => {
    for (const path of ['emails[type eq "other"].value', 'emails[type eq "other"]']) {
      const operation = { op: 'replace', path, value: 'x@y' };
      expect(problemOf(user, [operation])).toMatchObject({ status: 400, scimType: 'noTarget' });
      expect(patched(user, operation, { missingTarget: 'add' }).emails).toContainEqual({
        type: 'other',
        value: 'x@y',
      });
    }
  });

  test('a list of an extension is another than the list of the same name in the core', () => {
    const extension = {
      id: 'urn:x:1.0:User',
      name: 'X',
      description: 'X',
      attributes: [attribute('tags', 'Tags.', { multiValued: true })],
    };
    const rules = attributeRules([{ ...groupSchema, attributes: extension.attributes }, extension]);
    const resource = { id: 'u', tags: ['a'], [extension.id]: { tags: ['b'] } };
    const operations = [
      { op: 'add', path: 'tags', value: ['c'] },
      { op: 'add', path: `${extension.id}:tags`, value: ['d'] },
      { op: 'add', value: { [extension.id]: { TAGS: 'e' } } },
    ];
    expect(applyPatch(resource, operations, { rules }).resource).toStrictEqual({
      id: 'u',
      tags: ['a', 'c'],
      [extension.id]: { tags: ['b', 'd', 'e'] },
    });
    expect(
      applyPatch(resource, [...operations, { op: 'remove', path: extension.id }], { rules }).resource,
    ).toStrictEqual({ id: 'u', tags: ['a', 'c'] });
  });

  test('records without a value are told apart by all that they hold', () => {
    const places = [{ locality: 'Bonn' }, { locality: 'Graz' }];
    const resource = { id: 'u', addresses: places };
    expect(
      patched(resource, { op: 'add', path: 'addresses', value: [{ locality: 'Bern' }, places[0]] }),
    ).toStrictEqual({
      id: 'u',
      addresses: [...places, { locality: 'Bern' }],
    });
    expect(patched(resource, { op: 'remove', path: 'addresses[locality eq "graz"]' }).addresses).toEqual([
      places[0],
    ]);
    const nulls = {
      id: 'u',
      emails: [
        { value: null, type: 'a' },
        { value: null, type: 'b' },
      ],
    };
    expect(patched(nulls, { op: 'remove', path: 'emails[type eq "a"]' }).emails).toEqual([nulls.emails[1]]);
  });

  test('what was stored twice stays until a change names it', () => {
    const twice = { id: 'u', emails: [work, work, work, home] };
    expect(patched(twice, { op: 'remove', path: 'emails[type eq "home"]' }).emails).toEqual([
      work,
      work,
      work,
    ]);
    expect(patched(twice, { op: 'remove', path: 'emails[type eq "work"]' }).emails).toEqual([home]);
    expect(patched(twice, { op: 'remove', path: 'emails', value: [work] }).emails).toEqual([home]);
  });

  test('plain lists know their values', () => {
    const rules = attributeRules([
      {
        ...groupSchema,
        attributes: [...groupSchema.attributes, attribute('tags', 'Tags.', { multiValued: true })],
      },
    ]);
    const tagged = { id: 'g', displayName: 'G', tags: ['a', 'b'] };
    const tagsBy = (operation: PatchOperation) => patched(tagged, operation, { rules }).tags;
    expect(tagsBy({ op: 'add', path: 'tags', value: ['b', 'c', 'c'] })).toEqual(['a', 'b', 'c']);
    expect(tagsBy({ op: 'remove', path: 'tags', value: ['a', 'x'] })).toEqual(['b']);
    expect(tagsBy({ op: 'remove', path: 'tags', value: [{ value: 'a' }] })).toEqual(['b']);
    expect(tagsBy({ op: 'remove', path: 'tags[value eq "b"]' })).toEqual(['a']);
    expect(tagsBy({ op: 'replace', path: 'tags[value eq "b"]', value: 'z' })).toEqual(['a', 'z']);
    expect(tagsBy({ op: 'replace', value: { tags: 'z' } })).toEqual(['z']);
    expect(
      problemOf(tagged, [{ op: 'replace', path: 'tags[value eq "b"].x', value: 1 }], { rules }),
    ).toMatchObject({
      scimType: 'invalidPath',
    });
  });
});
