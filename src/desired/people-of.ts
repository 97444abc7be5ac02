import type { Person } from '../model/directory.ts';
import { type PeopleFilter, type Selector, selectorText } from '../model/mapping.ts';
import { matchKey } from '../model/match-key.ts';
import type { Note } from '../model/note.ts';
import { groupMatcher } from '../model/select.ts';
import { type DirectoryIndex, type FlatPart, flattenNested } from './flatten-nested.ts';
import type { SelectedGroup } from './select-groups.ts';

export interface GroupPeople {
  readonly parts: readonly FlatPart[];
  /** People in the group itself at any depth, before `only` widened or narrowed it. */
  readonly listed: number;
  /** Why these may not be all; removals wait. */
  readonly incomplete: readonly string[];
  /** Why these may be too many: a group that takes people out could not be read. Then even additions wait. */
  readonly uncertain: readonly string[];
  readonly notes: readonly Note[];
}

export type FindPeople = (selected: Pick<SelectedGroup, 'group' | 'mapping'>) => GroupPeople;

/**
 * Who is meant by a mapping's group: everybody in it at any depth, narrowed by `only`.
 *
 * ```
 * support {ana, bo}   any of night {cy}   all of certified {ana, cy}   but not contractors {cy}   →   {ana}
 * ```
 *
 * Made once for a directory: a rule for hundreds of groups asks for the same exclusion each time.
 */
export function peopleFinder(index: DirectoryIndex): FindPeople {
  const known = new Map<string, Everybody>();
  const everybodyIn = (selector: Selector): Everybody => {
    const id = `${selector.kind} ${selectorText(selector)}`;
    const part = known.get(id) ?? readEverybody(selector, index);
    known.set(id, part);
    return part;
  };
  return ({ group, mapping: { only } }) => {
    const flat = flattenNested(group, index);
    const listed = flat.parts.reduce((sum, part) => sum + part.people.length, 0);
    if (!only) return { ...flat, listed, uncertain: [] };
    const added = only.anyOf.map(everybodyIn);
    const required = only.allOf.map(everybodyIn);
    const excluded = only.butNot.map(exclusion => everybodyIn(exclusion.group));
    const met = new Set<Person>();
    const isMeant = (person: Person): boolean => {
      if (met.has(person)) return false;
      met.add(person);
      return (
        required.every(part => part.people.has(person)) &&
        !excluded.some(part => part.people.has(person)) &&
        fits(person, only.where)
      );
    };
    return {
      parts: [...flat.parts, ...added.flatMap(part => part.parts)].map(({ path, people }) => ({
        path,
        people: people.filter(({ person }) => isMeant(person)),
      })),
      listed,
      incomplete: [...flat.incomplete, ...[...added, ...required].flatMap(part => part.incomplete)],
      uncertain: excluded.flatMap(part => part.incomplete),
      notes: flat.notes,
    };
  };
}

/** People of the groups that a selector means. */
export interface Everybody {
  readonly parts: readonly FlatPart[];
  readonly people: ReadonlySet<Person>;
  readonly incomplete: readonly string[];
}

/** Everybody in the groups that a selector means. One that means none proves nothing. */
export function readEverybody(selector: Selector, index: DirectoryIndex): Everybody {
  const match = groupMatcher(selector);
  const groups = [...index.groups.values()].filter(group => match(group));
  if (groups.length === 0)
    return { parts: [], people: new Set(), incomplete: [`no group matches ${selectorText(selector)}`] };
  const flat = groups.map(group => flattenNested(group, index));
  const parts = flat.flatMap(each => each.parts);
  return {
    parts,
    people: new Set(parts.flatMap(part => part.people.map(({ person }) => person))),
    incomplete: flat.flatMap(each => each.incomplete),
  };
}

export function fits(person: Person, where: PeopleFilter['where']): boolean {
  return Object.entries(where).every(([name, wanted]) => {
    const values = new Set(valuesOf(person, name).map(matchKey));
    return wanted.some(value => values.has(matchKey(value)));
  });
}

/** Attributes as the source gave them, by name without case; the person's own fields under their names. */
export function valuesOf(person: Person, name: string): readonly string[] {
  const key = name.toLowerCase();
  const attribute = Object.entries(person.attributes ?? {}).find(([each]) => each.toLowerCase() === key)?.[1];
  const own = isOwnField(key) ? ownFields[key](person) : [];
  return (attribute ?? own).filter(value => value !== undefined);
}

const ownFields = {
  name: ({ name }: Person) => [name],
  username: ({ userName }: Person) => [userName],
  email: ({ emails }: Person) => emails,
  externalid: ({ externalId }: Person) => [externalId],
};

export const ownFieldNames = Object.keys(ownFields);

/** Is this, in lower case, a field that says who somebody is, and no attribute that a source may or may not have? */
export const isOwnField = (name: string): name is keyof typeof ownFields => Object.hasOwn(ownFields, name);
