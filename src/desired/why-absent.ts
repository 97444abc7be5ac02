import type { HeldMapping } from '../model/desired.ts';
import type { Directory, Person } from '../model/directory.ts';
import type { Absence } from '../model/explanation.ts';
import { type Mapping, selectorText } from '../model/mapping.ts';
import { indexDirectory } from './flatten-nested.ts';
import { whyLeftOut } from './left-out.ts';
import { type FindPeople, peopleFinder } from './people-of.ts';
import { type SelectedGroup, selectGroups } from './select-groups.ts';

/** Whom the groups of a mapping list, and whom of them it means. */
export interface Listing {
  readonly person: Person;
  readonly mapping: Mapping;
  readonly group: SelectedGroup;
  /** Group names from the mapped group down to the one that lists the person. */
  readonly path: readonly string[];
  /** What takes them out again; left out where they are meant. */
  readonly leftOut?: string;
}

export interface Listings {
  /** Everybody whom the groups of a mapping list, meant or not; `about` narrows it to one person. */
  in(mapping: Mapping, about?: Person): Listing[];
  /** Why a mapping does not bring somebody onto its queues: the first link of the chain that is broken. */
  whyAbsent(person: Person, mapping: Mapping, state: PersonState): Absence;
  /** Why the groups of a mapping may hold more people than were read. */
  gaps(mapping: Mapping): string[];
}

export interface PersonState {
  readonly isLinked: boolean;
  readonly held: HeldMapping | undefined;
}

/** The directories are walked when they are asked about, each mapping once. Pure. */
export function listingsOf(directories: readonly Directory[], mappings: readonly Mapping[]): Listings {
  const { selected } = selectGroups(directories, mappings);
  const indexes = new Map(directories.map(directory => [directory, indexDirectory(directory)]));
  const finders = new Map<Directory, FindPeople>(
    [...indexes].map(([directory, index]) => [directory, peopleFinder(index)]),
  );
  const groupsOf = Map.groupBy(selected, ({ mapping }) => mapping.id);
  const walk = (group: SelectedGroup) => finders.get(group.directory)!(widened(group));
  const listed = (mapping: Mapping, about?: Person): Listing[] =>
    (groupsOf.get(mapping.id) ?? []).flatMap(group =>
      walk(group).parts.flatMap(({ path, people }) =>
        people
          .filter(({ person }) => about === undefined || person.key === about.key)
          .map(({ person }) => {
            const leftOut = mapping.only && whyLeftOut(person, mapping.only, indexes.get(group.directory)!);
            return { person, mapping, group, path, ...(leftOut === undefined ? {} : { leftOut }) };
          }),
      ),
    );
  const gaps = (mapping: Mapping) =>
    (groupsOf.get(mapping.id) ?? []).flatMap(group => walk(group).incomplete);

  return {
    in: listed,
    gaps,
    whyAbsent: (person, mapping, { isLinked, held }) => {
      const absence = (kind: Absence['kind'], why: string): Absence => ({ mapping: mapping.id, kind, why });
      const groups = groupsOf.get(mapping.id) ?? [];
      if (groups.length === 0)
        return absence(
          held && !held.gone ? 'held' : 'no-group',
          held && !held.gone ? held.why : `no group matches ${selectorText(mapping.group)}`,
        );
      const hits = listed(mapping, person);
      const hit = hits.find(({ leftOut }) => leftOut === undefined) ?? hits[0];
      if (!hit) {
        const names = groups.slice(0, 3).map(({ group }) => `"${group.name}"`);
        const more = groups.length > 3 ? ` or ${groups.length - 3} more groups` : '';
        const unread = gaps(mapping);
        const part = unread.length > 0 ? `, as far as it was read (${unread.join('; ')})` : '';
        return absence('not-in', `not in ${names.join(', ')}${more}${part}`);
      }
      const place = `in "${hit.path.toReversed().join('" ← "')}"`;
      if (hit.leftOut !== undefined) return absence('left-out', `${place}, but ${hit.leftOut}`);
      if (person.status === 'suspended' || person.status === 'deprovisioned')
        return absence('inactive', `${place}, but ${person.status} in the source`);
      if (held && !held.gone) return absence('held', `${place}, and held: ${held.why}`);
      return isLinked
        ? absence('no-queue', `${place}, which serves no such queue`)
        : absence('unlinked', `${place}, but not linked to a user`);
    },
  };
}

/** The same group with whoever its filter takes out. */
const widened = (group: SelectedGroup): SelectedGroup => {
  const { only } = group.mapping;
  if (!only) return group;
  return { ...group, mapping: { ...group.mapping, only: { ...only, allOf: [], butNot: [], where: {} } } };
};
