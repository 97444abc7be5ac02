import { describe, expect, it } from 'vitest';
import { indexDirectory } from '../../src/desired/flatten-nested.ts';
import { peopleFinder } from '../../src/desired/people-of.ts';
import { resolve } from '../../src/desired/resolve.ts';
import type { Directory, DirectoryGroup, Person } from '../../src/model/directory.ts';
import type { Mapping, PeopleFilter } from '../../src/model/mapping.ts';
import { selectorOf } from '../../src/model/select.ts';

const complete = { complete: true, reasons: [], pages: 1, readAt: '2026-01-01T00:00:00.000Z' };
const person = (id: string, attributes: Record<string, string[]> = {}): Person => ({
  key: `corp:${id}`,
  id,
  name: id,
  emails: [`${id}@example.com`],
  status: 'active',
  attributes,
});
const group = (name: string, ...members: string[]): DirectoryGroup => ({
  id: name,
  name,
  aliases: [],
  members: members.map(id => ({ kind: 'person', id })),
  skipped: [],
  evidence: complete,
});
const directoryOf = (...groups: DirectoryGroup[]): Directory => ({
  source: 'corp',
  groups,
  people: [
    person('ana', { employeeType: ['Captain'] }),
    person('bo'),
    person('cy', { EMPLOYEETYPE: ['pilot '] }),
  ],
  evidence: complete,
  notes: [],
});
const only = (filter: Partial<PeopleFilter>): PeopleFilter => ({
  anyOf: [],
  allOf: [],
  butNot: [],
  where: {},
  ...filter,
});
const mapping = (extra: Partial<Mapping> = {}): Mapping => ({
  id: 'm',
  from: 'corp',
  group: selectorOf('support'),
  queues: ['Support'],
  ...extra,
});

function whoIsIn(filter: Partial<PeopleFilter>, ...groups: DirectoryGroup[]) {
  const directory = directoryOf(...groups);
  const find = peopleFinder(indexDirectory(directory));
  const found = find({ group: directory.groups[0]!, mapping: mapping({ only: only(filter) }) });
  return { ...found, names: found.parts.flatMap(part => part.people.map(({ person }) => person.id)).sort() };
}

describe('who is meant by a group with conditions', () => {
  it.each([
    ['any of', { anyOf: [selectorOf('night')] }, ['ana', 'bo', 'cy']],
    ['all of', { allOf: [selectorOf('certified')] }, ['ana']],
    ['but not', { butNot: [{ group: selectorOf('contractors') }] }, ['ana']],
    ['where, without case and white space', { where: { employeetype: ['captain', 'Pilot'] } }, ['ana']],
    ['where on a field of the person', { where: { email: ['BO@example.com'] } }, ['bo']],
    [
      'all together',
      {
        anyOf: [selectorOf('night')],
        butNot: [{ group: selectorOf('contract*') }],
        where: { employeeType: ['pilot'] },
      },
      ['cy'],
    ],
  ] as const)('%s', (_, filter, expected) => {
    const groups = [
      group('support', 'ana', 'bo'),
      group('night', 'cy'),
      group('certified', 'ana', 'cy'),
      group('contractors', 'bo'),
    ];
    expect(whoIsIn(filter as Partial<PeopleFilter>, ...groups).names).toEqual(expected);
  });

  it('an exclusion that names no group, or was not read completely, makes the answer uncertain', () => {
    expect(
      whoIsIn({ butNot: [{ group: selectorOf('nobody-knows') }] }, group('support', 'ana')).uncertain,
    ).toHaveLength(1);
    const half = {
      ...group('contractors'),
      evidence: { ...complete, complete: false, reasons: ['a page was lost'] },
    };
    expect(
      whoIsIn({ butNot: [{ group: selectorOf('contractors') }] }, group('support', 'ana'), half).uncertain,
    ).toEqual(['contractors: a page was lost']);
  });

  it('a condition that was not read completely only keeps people from being taken away', () => {
    const half = {
      ...group('certified', 'ana'),
      evidence: { ...complete, complete: false, reasons: ['a page was lost'] },
    };
    const found = whoIsIn({ allOf: [selectorOf('certified')] }, group('support', 'ana', 'bo'), half);
    expect(found.names).toEqual(['ana']);
    expect(found.incomplete).toEqual(['certified: a page was lost']);
    expect(found.uncertain).toEqual([]);
  });

  it('while an exclusion cannot be read, the mapping is held: nobody comes and nobody goes', () => {
    const input = {
      directories: [directoryOf(group('support', 'ana'))],
      mappings: [mapping({ only: only({ butNot: [{ group: selectorOf('contractors') }] }) })],
      tenant: {
        queues: [{ id: 'q', name: 'Support', memberGroups: [], rings: [], otherGroups: [] }],
        users: [],
      },
      match: ['email'] as const,
      defaultAssign: 'member-groups' as const,
      served: new Map(),
    };
    const { desired } = resolve(input);
    expect(desired.groups).toEqual([]);
    expect(desired.services).toEqual([]);
    expect(desired.heldMappings).toMatchObject([{ mapping: 'm', gone: false }]);
  });

  it('a narrowed group is another group than the same one as it stands', () => {
    const input = {
      directories: [directoryOf(group('support', 'ana', 'bo'), group('certified', 'ana'))],
      mappings: [
        mapping(),
        mapping({ id: 'n', only: only({ allOf: [selectorOf('certified')] }), displayName: 'Certified' }),
      ],
      tenant: {
        queues: [{ id: 'q', name: 'Support', memberGroups: [], rings: [], otherGroups: [] }],
        users: [],
      },
      match: ['email'] as const,
      defaultAssign: 'member-groups' as const,
      served: new Map(),
    };
    expect(resolve(input).desired.groups.map(each => each.key)).toEqual(['corp:support', 'corp:support#n']);
  });
});
