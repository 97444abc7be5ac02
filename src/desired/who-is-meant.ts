import type { Directory, Person } from '../model/directory.ts';
import type { Mapping } from '../model/mapping.ts';
import { indexDirectory } from './flatten-nested.ts';
import { type GroupPeople, peopleFinder } from './people-of.ts';
import { type Selection, selectGroups } from './select-groups.ts';

/** The groups that the mappings mean, and everybody in them at any depth. */
export interface Meant extends Selection {
  /** One for each of `selected`, in its order. */
  readonly people: readonly GroupPeople[];
  /** All of them, each once, at their `place`. */
  readonly everybody: readonly Person[];
}

/** Walked once for a run: what has to be read of the target and what it shall look like both begin here. Pure. */
export function whoIsMeant(directories: readonly Directory[], mappings: readonly Mapping[]): Meant {
  const selection = selectGroups(directories, mappings);
  const finders = new Map(directories.map(directory => [directory, peopleFinder(indexDirectory(directory))]));
  const people = selection.selected.map(each => finders.get(each.directory)!(each));
  const everybody: Person[] = [];
  for (const { parts } of people)
    for (const part of parts)
      for (const each of part.people) if (each.place < 0) each.place = everybody.push(each.person) - 1;
  return { ...selection, people, everybody };
}
