import type { LinkedPerson } from '../model/desired.ts';
import type { Person } from '../model/directory.ts';
import { valuesOfPerson, valuesOfUser } from '../model/link-values.ts';
import type { LinkKey } from '../model/mapping.ts';
import type { Note } from '../model/note.ts';
import type { TenantUser } from '../model/tenant.ts';

/**
 * What became of a person: linked; active in the source, but without an active user of their own; or not active there.
 */
export type Link = LinkedPerson | 'unlinked' | 'inactive';

export interface Links {
  /** One for each of the people, in their order. */
  readonly links: readonly Link[];
  readonly notes: readonly Note[];
}

/**
 * Person ↔ user, by the keys in their order; the first key that finds somebody decides. Two users for one person, or
 * two people of one source on one user, is told and never guessed: none of them is linked. Two sources may both know
 * somebody.
 */
export function linkPeople(
  people: readonly Person[],
  users: readonly TenantUser[],
  match: readonly LinkKey[],
): Links {
  const index = indexUsers(users);
  const links: Link[] = [];
  const notes: Note[] = [];
  const claimedIn = claimsBySource(users.length);
  const refuse = (person: Person, note: Omit<Note, 'level' | 'subject'>) => {
    links.push('unlinked');
    notes.push({ level: 'warning', subject: subjectOf(person), ...note });
  };
  for (const person of people) {
    if (person.status === 'suspended' || person.status === 'deprovisioned') {
      links.push('inactive');
      notes.push({
        code: 'person.inactive',
        level: 'info',
        subject: subjectOf(person),
        text: `${person.name} is ${person.status} in the source and left out.`,
      });
      continue;
    }
    const found = findUsers(person, index, match);
    const active = found.filter(place => users[place]!.state === 'active');
    if (active.length === 1) {
      const place = active[0]!;
      const user = users[place]!;
      const claimed = claimedIn(person);
      const other = claimed[place]! - 1;
      if (other < 0) {
        claimed[place] = links.push({ user: user.id, person: person.key });
        continue;
      }
      links[other] = 'unlinked';
      refuse(person, {
        code: 'person.shared-user',
        text: `${person.name} and ${people[other]!.name} (${subjectOf(people[other]!)}) both match the user ${user.name}; neither is placed.`,
        remedy:
          'Give one of them another mail address, or link by a key that tells them apart (people.match).',
      });
    } else if (active.length > 1) {
      refuse(person, {
        code: 'person.ambiguous',
        text: `${person.name} matches ${active.length} users: ${active.map(place => users[place]!.email ?? users[place]!.id).join(', ')}.`,
        remedy: 'Link by a key that tells them apart (people.match).',
      });
    } else if (found.length > 0) {
      refuse(person, {
        code: 'user.inactive',
        text: `${person.name} has a user in Genesys Cloud, but it is ${users[found[0]!]!.state}.`,
        remedy: 'Activate the user, or take the person out of the group.',
      });
    } else {
      refuse(person, {
        code: 'person.unlinked',
        text: `${person.name} has no user in Genesys Cloud (looked for by ${match.join(', ')}).`,
        remedy: 'Create the user, or correct the mail address on either side.',
      });
    }
  }
  return { links, notes };
}

/**
 * Who of the source of a person has which user: by the place of the user the place of the person, counted from 1. A key
 * is `<source>:<id>`, and the id of a source has no colon.
 */
function claimsBySource(users: number): (person: Person) => Int32Array {
  const all = new Map<string, Int32Array>();
  let prefix = '';
  let last: Int32Array = new Int32Array();
  return ({ key }) => {
    // People come source by source.
    if (prefix === '' || !key.startsWith(prefix)) {
      prefix = key.slice(0, key.indexOf(':') + 1);
      last = all.get(prefix) ?? new Int32Array(users);
      all.set(prefix, last);
    }
    return last;
  };
}

const subjectOf = (person: Person): string => person.emails[0] ?? person.userName ?? person.id;

/** Users by their places in the list of all: numbers take less room in a map of a hundred thousand than they do. */
type UsersByName = ReadonlyMap<string, number | readonly number[]>;
type UserIndex = (key: LinkKey) => UsersByName;

/** By the keys that somebody is looked for by, and no other: each is a walk through the whole tenant. */
function indexUsers(users: readonly TenantUser[]): UserIndex {
  const known = new Map<LinkKey, UsersByName>();
  return key => {
    const index = known.get(key) ?? usersBy(users, key);
    known.set(key, index);
    return index;
  };
}

/** Nearly every name is that of one user, who stands for a list of one. */
function usersBy(users: readonly TenantUser[], by: LinkKey): UsersByName {
  const map = new Map<string, number | number[]>();
  users.forEach((user, place) => {
    for (const key of valuesOfUser(user, by)) {
      const there = map.get(key);
      if (there === undefined) map.set(key, place);
      else if (typeof there !== 'number') {
        if (there.at(-1) !== place) there.push(place);
      } else if (there !== place) map.set(key, [there, place]);
    }
  });
  return map;
}

/** Every user whom the first deciding key names; several mail addresses of one person may name several users. */
function findUsers(person: Person, index: UserIndex, match: readonly LinkKey[]): readonly number[] {
  for (const key of match) {
    const values = valuesOfPerson(person, key);
    if (values.length === 0) continue;
    const users = index(key);
    const found =
      values.length === 1
        ? listOf(users.get(values[0]!))
        : [...new Set(values.flatMap(value => listOf(users.get(value))))];
    if (found.length > 0) return found;
  }
  return [];
}

const listOf = (found: number | readonly number[] | undefined): readonly number[] =>
  found === undefined ? nobody : typeof found === 'number' ? [found] : found;

const nobody: readonly number[] = [];
