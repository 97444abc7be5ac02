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
  const claimedIn = claimsBySource();
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
    const active = found.filter(user => user.state === 'active');
    if (active.length === 1) {
      const user = active[0]!;
      const claimed = claimedIn(person);
      const other = claimed.get(user);
      if (other === undefined) {
        claimed.set(user, links.push({ user: user.id, person: person.key }) - 1);
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
        text: `${person.name} matches ${active.length} users: ${active.map(user => user.email ?? user.id).join(', ')}.`,
        remedy: 'Link by a key that tells them apart (people.match).',
      });
    } else if (found.length > 0) {
      refuse(person, {
        code: 'user.inactive',
        text: `${person.name} has a user in Genesys Cloud, but it is ${found[0]!.state}.`,
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

/** Who of the source of a person has which user, by their place. A key is `<source>:<id>`, and the id of a source has no colon. */
function claimsBySource(): (person: Person) => Map<TenantUser, number> {
  const all = new Map<string, Map<TenantUser, number>>();
  let prefix = '';
  let last = new Map<TenantUser, number>();
  return ({ key }) => {
    // People come source by source.
    if (prefix === '' || !key.startsWith(prefix)) {
      prefix = key.slice(0, key.indexOf(':') + 1);
      last = all.get(prefix) ?? new Map();
      all.set(prefix, last);
    }
    return last;
  };
}

const subjectOf = (person: Person): string => person.emails[0] ?? person.userName ?? person.id;

type UsersByName = ReadonlyMap<string, TenantUser | readonly TenantUser[]>;
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
  const map = new Map<string, TenantUser | TenantUser[]>();
  for (const user of users) {
    for (const key of valuesOfUser(user, by)) {
      const there = map.get(key);
      if (there === undefined) map.set(key, user);
      else if (!Array.isArray(there)) {
        if (there !== user) map.set(key, [there, user]);
      } else if (there.at(-1) !== user) there.push(user);
    }
  }
  return map;
}

/** Every user whom the first deciding key names; several mail addresses of one person may name several users. */
function findUsers(person: Person, index: UserIndex, match: readonly LinkKey[]): readonly TenantUser[] {
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

const listOf = (found: TenantUser | readonly TenantUser[] | undefined): readonly TenantUser[] =>
  found === undefined ? nobody : Array.isArray(found) ? found : [found as TenantUser];

const nobody: readonly TenantUser[] = [];
