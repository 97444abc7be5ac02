import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAttributePath, parseAttributePath } from '../../src/scim/attribute-path.ts';
import { attributeNames, project } from '../../src/scim/attributes.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const core = 'urn:ietf:params:scim:schemas:core:2.0:User';

const user = {
  schemas: [core, enterprise],
  id: 'u-1',
  userName: 'ann',
  name: { givenName: 'Ann', familyName: 'Lee' },
  emails: [{ type: 'work', value: 'a@x' }, { value: 'b@x' }],
  [enterprise]: { employeeNumber: '1', manager: { value: 'm', displayName: 'M' } },
  meta: { version: '1', location: '/u-1' },
};
const always = { schemas: user.schemas, id: user.id, meta: user.meta };

describe('project', () => {
  test.each<[string, readonly string[], object]>([
    ['an attribute', ['userName'], { userName: 'ann' }],
    ['a name in another case', ['USERNAME'], { userName: 'ann' }],
    ['a name with the core URN', [`${core}:userName`], { userName: 'ann' }],
    ['a sub-attribute', ['name.givenName'], { name: { givenName: 'Ann' } }],
    ['two sub-attributes', ['name.givenName', 'NAME.familyname'], { name: user.name }],
    ['a sub-attribute and the whole', ['name.givenName', 'name'], { name: user.name }],
    ['the whole and a sub-attribute', ['name', 'name.givenName'], { name: user.name }],
    ['a sub-attribute of a list', ['emails.value'], { emails: [{ value: 'a@x' }, { value: 'b@x' }] }],
    ['one that some elements lack', ['emails.type'], { emails: [{ type: 'work' }] }],
    ['one that all elements lack', ['emails.display'], {}],
    ['a sub-attribute of text', ['userName.x'], {}],
    ['an extension', [enterprise], { [enterprise]: user[enterprise] }],
    ['an extension in another case', [enterprise.toLowerCase()], { [enterprise]: user[enterprise] }],
    ['an attribute of it', [`${enterprise}:employeeNumber`], { [enterprise]: { employeeNumber: '1' } }],
    ['a sub-attribute of it', [`${enterprise}:manager.value`], { [enterprise]: { manager: { value: 'm' } } }],
    ['what does not exist', ['shoeSize', 'a.b.c', ''], {}],
    ['what is always returned', ['meta.version'], {}],
  ])('%s is returned beside what always is', (_, attributes, expected) => {
    expect(project(user, { attributes })).toStrictEqual({ ...always, ...expected });
  });

  test.each<[string, readonly string[], (copy: typeof user) => unknown]>([
    ['an attribute', ['userName'], ({ userName: _, ...rest }) => rest],
    ['a sub-attribute', ['Name.GivenName'], copy => ({ ...copy, name: { familyName: 'Lee' } })],
    [
      'a sub-attribute of a list',
      ['emails.type'],
      copy => ({ ...copy, emails: [{ value: 'a@x' }, { value: 'b@x' }] }),
    ],
    ['an extension', [enterprise], ({ [enterprise]: _, ...rest }) => rest],
    [
      'an attribute of it',
      [`${enterprise}:manager`],
      copy => ({ ...copy, [enterprise]: { employeeNumber: '1' } }),
    ],
    ['what does not exist', ['shoeSize', 'userName.x'], copy => copy],
    ['what is always returned', ['id', 'META', 'meta.version', 'schemas'], copy => copy],
  ])('%s is left out', (_, excludedAttributes, expected) => {
    expect(project(user, { excludedAttributes })).toStrictEqual(expected(structuredClone(user)));
  });

  test('without lists everything is returned, in its order', () => {
    expect(Object.keys(project(user, {}))).toEqual(Object.keys(user));
    expect(Object.keys(project(user, { attributes: ['name', 'userName'] }))).toEqual([
      'schemas',
      'id',
      'userName',
      'name',
      'meta',
    ]);
  });

  test('with both lists the second takes from the first', () => {
    const both = { attributes: ['name', 'userName'], excludedAttributes: ['name.givenName', 'userName'] };
    expect(project(user, both)).toStrictEqual({ ...always, name: { familyName: 'Lee' } });
  });

  test('the caller says what is always returned', () => {
    expect(project(user, { attributes: ['userName'] }, ['ID'])).toStrictEqual({ id: 'u-1', userName: 'ann' });
  });

  test('a URN that looks like no schema is found all the same where the resource has it', () => {
    const odd = { id: 'a', 'urn:odd': { x: 1, y: 2 } };
    expect(project(odd, { attributes: ['URN:ODD'] })).toStrictEqual(odd);
    expect(project(odd, { attributes: ['urn:odd:x'] })).toStrictEqual({ id: 'a', 'urn:odd': { x: 1 } });
  });

  test('attributes and excludedAttributes of one top name part the resource in two', () => {
    const names = Object.keys(user) as (keyof typeof user)[];
    fc.assert(
      fc.property(fc.subarray(names, { minLength: 1 }), chosen => {
        const [one, two] = [
          project(user, { attributes: chosen }, []),
          project(user, { excludedAttributes: chosen }, []),
        ];
        expect({ ...one, ...two }).toEqual(user);
        expect(Object.keys(one).length + Object.keys(two).length).toBe(names.length);
      }),
    );
  });
});

test.each<[string | string[] | undefined, string[]]>([
  [undefined, []],
  ['', []],
  ['id', ['id']],
  [' id , displayName,', ['id', 'displayName']],
  [
    ['id', 'members,meta'],
    ['id', 'members', 'meta'],
  ],
])('the query parameter %j names %j', (parameter, names) => {
  expect(attributeNames(parameter)).toEqual(names);
});

describe('attribute paths', () => {
  test.each<[string, object | undefined]>([
    ['userName', { name: 'userName' }],
    ['name.givenName', { name: 'name', sub: 'givenName' }],
    ['members.$ref', { name: 'members', sub: '$ref' }],
    [core, {}],
    [`${core}:name.givenName`, { name: 'name', sub: 'givenName' }],
    [enterprise, { urn: enterprise }],
    [`${enterprise}:manager.value`, { urn: enterprise, name: 'manager', sub: 'value' }],
    ['urn:acme:thing:x', { urn: 'urn:acme:thing', name: 'x' }],
    ['urn:acme:1.0:Thing', { urn: 'urn:acme:1.0:Thing' }],
    ['a.b.c', undefined],
    ['', undefined],
    ['.a', undefined],
    ['a.', undefined],
    ['__proto__', undefined],
    ['a b', undefined],
    [`${enterprise}:`, undefined],
    ['emails[type eq "work"]', undefined],
  ])('%s', (text, expected) => {
    const path = parseAttributePath(text);
    expect(path).toEqual(expected);
    if (path && !text.startsWith(core)) expect(formatAttributePath(path)).toBe(text);
  });
});
