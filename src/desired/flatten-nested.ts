import type { Directory, DirectoryGroup, MemberRef, Person } from '../model/directory.ts';
import { lazily } from '../model/lazily.ts';
import { placesIn } from '../model/member-places.ts';
import type { Note } from '../model/note.ts';

/** People who are in a group on one way, directly or through nested groups. */
export interface FlatPart {
  /** Group names from the mapped group down to the one that lists these people; the shortest such chain. */
  readonly path: readonly string[];
  readonly people: readonly IndexedPerson[];
}

export interface FlatGroup {
  /** Each person in one of them. */
  readonly parts: readonly FlatPart[];
  /** Why this may not be everybody; empty when every group on the way down was read completely. */
  readonly incomplete: readonly string[];
  readonly notes: readonly Note[];
}

/** Levels of nesting that are followed. Real directories stay under ten; a chain of this length is a mistake. */
export const maxDepth = 32;

/**
 * Everybody in a group at any depth, breadth first, so that `path` is the shortest explanation. Each group is
 * visited once: that is what ends cycles.
 *
 * ```
 * support ─┬─ ana              ana  [support]
 *          └─ evening ─┬─ bo   bo   [support, evening]
 *                      └─ support      (a cycle: visited already)
 * ```
 */
export function flattenNested(root: DirectoryGroup, directory: DirectoryIndex): FlatGroup {
  const parts: FlatPart[] = [];
  const walk = directory.nextWalk();
  const incomplete: string[] = [];
  const notes: Note[] = [];
  const visited = new Set([root.id]);
  let level: { group: DirectoryGroup; path: readonly string[] }[] = [{ group: root, path: [root.name] }];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maxDepth) {
      incomplete.push(
        `nesting goes deeper than ${maxDepth} levels at ${level.map(at => at.group.name).join(', ')}`,
      );
      break;
    }
    const next: typeof level = [];
    for (const { group, path } of level) {
      if (!group.evidence.complete)
        incomplete.push(...group.evidence.reasons.map(why => `${group.name}: ${why}`));
      const { groups: inside, people, strangers } = directory.meet(group, walk);
      for (const { id } of strangers)
        incomplete.push(`${group.name}: member ${id} is not among the people that were read`);
      if (people.length > 0) parts.push({ path, people });
      // Servers list members in any order; of two ways of the same length, the same one is told every time.
      for (const ref of inside.toSorted(byId)) {
        if (visited.has(ref.id)) continue;
        visited.add(ref.id);
        const nested = directory.groups.get(ref.id);
        if (!nested) incomplete.push(`${group.name}: nested group ${ref.id} was not read`);
        else next.push({ group: nested, path: [...path, nested.name] });
      }
      for (const { type, count } of group.skipped) {
        notes.push({
          code: 'members.skipped',
          level: 'info',
          subject: group.name,
          text: `${count} member${count === 1 ? '' : 's'} of type ${type} ${count === 1 ? 'is' : 'are'} not a person and left out.`,
        });
      }
    }
    level = next;
  }
  return { parts, incomplete, notes };
}

const byId = (a: MemberRef, b: MemberRef): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** A directory by id, made once for all its groups. */
export interface DirectoryIndex {
  readonly groups: ReadonlyMap<string, DirectoryGroup>;
  nextWalk(): number;
  /** Who is in a group, as it states it, but for the people whom this walk has met by now. */
  meet(group: DirectoryGroup, walk: number): Members;
}

interface Members {
  readonly groups: readonly MemberRef[];
  readonly people: readonly IndexedPerson[];
  /** Members who are not among the people of the directory. */
  readonly strangers: readonly MemberRef[];
}

/** Marks instead of sets and maps of people, which would be most of the price of a million memberships. */
export interface IndexedPerson {
  readonly person: Person;
  /** The walk that met them last. */
  metBy: number;
  /** Their place among all who are meant; -1 until they are met (`desired/who-is-meant`). */
  place: number;
}

export function indexDirectory(directory: Directory): DirectoryIndex {
  let walks = 0;
  const all = directory.people.map((person): IndexedPerson => ({ person, metBy: walks, place: -1 }));
  const byId = lazily(() => new Map(all.map(entry => [entry.person.id, entry])));
  return {
    groups: new Map(directory.groups.map(group => [group.id, group])),
    nextWalk: () => ++walks,
    meet({ members }, walk) {
      const people: IndexedPerson[] = [];
      const meet = (entry: IndexedPerson) => {
        if (entry.metBy === walk) return;
        entry.metBy = walk;
        people.push(entry);
      };
      const places = placesIn(members, directory);
      if (places) {
        for (const place of places) meet(all[place]!);
        return { groups: members.slice(0, members.length - places.length), people, strangers: [] };
      }
      const groups: MemberRef[] = [];
      const strangers: MemberRef[] = [];
      for (const ref of members) {
        const entry = ref.kind === 'person' ? byId().get(ref.id) : undefined;
        if (entry) meet(entry);
        else (ref.kind === 'group' ? groups : strangers).push(ref);
      }
      return { groups, people, strangers };
    },
  };
}
