import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flattenNested, indexDirectory } from '../../src/desired/flatten-nested.ts';
import type { Directory, DirectoryGroup } from '../../src/model/directory.ts';
import { placesIn } from '../../src/model/member-places.ts';
import { groupMatcher, selectorOf } from '../../src/model/select.ts';
import { directoryOf, restrictTo, selectedBy } from '../../src/sources/directory-of.ts';
import { directory, sourceGroup } from '../support/builders.ts';

it('a scope means the groups that one of its selectors means, by name, alias or id', () => {
  const names = fc.constantFrom('support', 'g1', 'night', 'Support', '');
  const texts = fc.constantFrom('support', 'g1', 'su*', '/^n/', 'nobody', '*');
  const groups = fc.record({ name: names, id: names, aliases: fc.array(names, { maxLength: 2 }) });
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 3 }), groups, (selectors, group) => {
      const scope = { groups: selectors.map(selectorOf) };
      const isMeant = scope.groups.some(selector => groupMatcher(selector)(group) !== undefined);
      expect(selectedBy(scope)(group)).toBe(isMeant);
    }),
  );
});

it('members are in one order, groups before people, each once', () => {
  const [group] = directoryOf(directory([sourceGroup('a', ['bo', '@night', 'ana', 'bo', '@early'])])).groups;
  expect(group!.members.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
    'group early',
    'group night',
    'person ana',
    'person bo',
  ]);
});

/** Everybody in each group with the chain that leads to them, and why that may not be all. */
const peopleOf = (read: Directory) => {
  const index = indexDirectory(read);
  const flat = (group: DirectoryGroup) => {
    const { parts, incomplete } = flattenNested(group, index);
    const people = parts.flatMap(({ path, people }) =>
      people.map(({ person }) => [person.id, path] as const),
    );
    return {
      people: Object.fromEntries(people),
      count: people.length,
      incomplete: [...new Set(incomplete)].sort(),
    };
  };
  return Object.fromEntries(read.groups.map(group => [group.id, flat(group)]));
};

const isPlaced = (read: Directory) => read.groups.map(({ members }) => placesIn(members, read) !== undefined);

it('a directory in order has the same people in its groups as one that is looked up name by name', () => {
  const names = ['a', 'b', 'c'];
  const members = fc.array(
    fc.constantFrom('ana', 'bo', 'cy', 'di', 'ghost', 'zoe', ...names.map(name => `@${name}`)),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(fc.tuple(members, members, members), lists => {
      const whole = directory(names.map((name, at) => sourceGroup(name, lists[at]!)));
      const read = { ...whole, people: whole.people.filter(({ id }) => id !== 'ghost').reverse() };
      const ordered = directoryOf(read);
      expect(peopleOf(ordered)).toEqual(peopleOf(read));
      expect(isPlaced(read)).toEqual([false, false, false]);
      expect(isPlaced(ordered)).toEqual(
        ordered.groups.map(({ members }) => members.every(({ id }) => id !== 'ghost')),
      );
    }),
  );
});

it('places are of one list of people, and of no other', () => {
  const ordered = directoryOf(directory([sourceGroup('a', ['ana', 'bo'])]));
  const fewer = { ...ordered, people: ordered.people.slice(1) };
  expect(isPlaced(ordered)).toEqual([true]);
  expect(isPlaced(fewer)).toEqual([false]);
  expect(peopleOf(fewer)).toEqual({
    a: {
      people: { bo: ['a'] },
      count: 1,
      incomplete: ['a: member ana is not among the people that were read'],
    },
  });
  expect(isPlaced(restrictTo({ groups: [selectorOf('a')] }, ordered))).toEqual([true]);
});
