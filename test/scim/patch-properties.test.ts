import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ScimProblem } from '../../src/scim/messages.ts';
import { applyPatch, type PatchOperation } from '../../src/scim/patch.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const idSet = fc.uniqueArray(id, { maxLength: 5 });
const elements = (ids: readonly string[]) => ids.map(value => ({ value }));

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

const without = (members: ReadonlySet<string>, gone: readonly string[]) =>
  new Set([...members].filter(member => !gone.includes(member)));

type Edit = readonly [PatchOperation, (members: Set<string>) => Set<string>];

/** One change of members in one of the dialects, and what it means for the set. */
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc
    .tuple(fc.constantFrom('add', 'Add', 'ADD'), fc.array(id, { maxLength: 4 }), fc.boolean())
    .map(
      ([op, ids, bare]): Edit => [
        bare ? { op, value: { members: elements(ids) } } : { op, path: 'members', value: elements(ids) },
        members => new Set([...members, ...ids]),
      ],
    ),
  id.map(
    (one): Edit => [
      { op: 'add', path: 'members', value: { value: one } },
      members => new Set([...members, ...[one]]),
    ],
  ),
  id.map(
    (one): Edit => [{ op: 'remove', path: `members[value eq "${one}"]` }, members => without(members, [one])],
  ),
  fc
    .tuple(id, id)
    .map(
      ([one, two]): Edit => [
        { op: 'remove', path: `members[value eq "${one}" or value eq "${two}"]` },
        members => without(members, [one, two]),
      ],
    ),
  idSet.map(
    (ids): Edit => [
      { op: 'Remove', path: 'members', value: elements(ids) },
      members => without(members, ids),
    ],
  ),
  idSet.map((ids): Edit => [{ op: 'replace', path: 'members', value: elements(ids) }, () => new Set(ids)]),
  fc.constant<Edit>([{ op: 'remove', path: 'members' }, () => new Set()]),
);

describe('members under any sequence of changes', () => {
  test('are the set that the changes make, and the input is not touched', () => {
    fc.assert(
      fc.property(idSet, fc.array(edit, { maxLength: 8 }), (start, edits) => {
        const group = frozen({ id: 'g', displayName: 'G', members: elements(start) });
        const { resource, changed } = applyPatch(group, frozen(edits.map(([operation]) => operation)));
        const expected = edits.reduce<Set<string>>((members, [, change]) => change(members), new Set(start));
        const found = (resource.members ?? []).map(member => member.value);
        expect(found.toSorted()).toEqual([...expected].toSorted());
        expect(changed).toBe([...expected].toSorted().join() !== start.toSorted().join());
        if (!changed) expect(resource).toBe(group);
      }),
    );
  });

  test('are the same in one request and in one request for each change', () => {
    fc.assert(
      fc.property(idSet, fc.array(edit, { maxLength: 8 }), (start, edits) => {
        const group = { id: 'g', displayName: 'G', members: elements(start) };
        const operations = edits.map(([operation]) => operation);
        const oneByOne = operations.reduce(
          (state, operation) => applyPatch(state, [operation]).resource,
          group,
        );
        const sorted = (state: typeof group) => (state.members ?? []).map(member => member.value).toSorted();
        expect(sorted(applyPatch(group, operations).resource)).toEqual(sorted(oneByOne));
      }),
    );
  });

  test('stay as they were when any operation fails', () => {
    const bad = fc.constantFrom<PatchOperation>(
      { op: 'remove' },
      { op: 'jump', path: 'members' },
      { op: 'add', path: 'members', value: [{}] },
      { op: 'replace', path: 'id', value: 'other' },
      { op: 'replace', path: 'emails[type eq "x"].value', value: 'y' },
    );
    fc.assert(
      fc.property(idSet, fc.array(edit, { maxLength: 5 }), bad, fc.nat(), (start, edits, failing, at) => {
        const group = frozen({ id: 'g', displayName: 'G', members: elements(start) });
        const operations = edits.map(([operation]) => operation);
        expect(() =>
          applyPatch(group, operations.toSpliced(at % (operations.length + 1), 0, failing)),
        ).toThrow(ScimProblem);
      }),
    );
  });
});

describe('any operation whatever', () => {
  const name = fc.constantFrom(
    'members',
    'emails',
    'name',
    'title',
    'active',
    'id',
    'x',
    'Name.GivenName',
    'emails.type',
    'emails[type eq "work"]',
    'emails[type eq "work"].value',
    'members[value eq "a"]',
    enterprise,
    `${enterprise}:manager`,
    '',
    'a[',
    '.',
  );
  const operation = fc.record(
    {
      op: fc.constantFrom('add', 'replace', 'remove', 'Remove', 'x'),
      path: name,
      value: fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.dictionary(name, fc.jsonValue({ maxDepth: 2 }))),
    },
    { requiredKeys: ['op'] },
  );

  test('gives a resource without nulls that is its own JSON, or a ScimProblem', () => {
    const user = frozen({
      id: 'u',
      userName: 'ann',
      title: 'T',
      name: { givenName: 'Ann' },
      emails: [{ type: 'work', value: 'a@b' }],
      members: [{ value: 'a' }],
    });
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 4 }),
        fc.constantFrom('ignore', 'keep', 'reject'),
        fc.constantFrom('noTarget', 'add'),
        (operations, unknown, missingTarget) => {
          try {
            const { resource, changed } = applyPatch(user, frozen(operations) as PatchOperation[], {
              unknown,
              missingTarget,
            });
            expect(JSON.parse(JSON.stringify(resource))).toStrictEqual(resource);
            expect(JSON.stringify(resource)).not.toContain(':null');
            expect(changed).toBe(resource !== user);
            expect(resource.id).toBe('u');
          } catch (error) {
            if (!(error instanceof ScimProblem)) throw error;
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
