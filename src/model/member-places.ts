import type { Directory, MemberRef, Person } from './directory.ts';

/** The members of one group: nested groups as they are, people by where they stand in `Directory.people`. */
export interface MemberPlaces {
  readonly groups: readonly MemberRef[];
  /** Ascending, each once. */
  readonly people: Int32Array;
}

/**
 * Whoever puts a directory in order (`sources/directory-of`) has looked up everybody by then, and a plan would do so
 * again for each of a million memberships. It is kept beside the lists and not in them: a directory stays plain data,
 * and one that was put together in another way is looked up when it is needed.
 */
const known = new WeakMap<readonly MemberRef[], MemberPlaces & { readonly of: readonly Person[] }>();

export function keepPlaces(
  members: readonly MemberRef[],
  of: readonly Person[],
  { groups, people }: MemberPlaces,
): void {
  known.set(members, { groups, people, of });
}

/** Undefined where nobody worked it out for these very lists. */
export function placesIn(
  members: readonly MemberRef[],
  { people }: Pick<Directory, 'people'>,
): MemberPlaces | undefined {
  const found = known.get(members);
  return found?.of === people ? found : undefined;
}
