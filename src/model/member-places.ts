import type { Directory, MemberRef, Person } from './directory.ts';

interface Known {
  readonly of: readonly Person[];
  readonly places: Int32Array;
}

/**
 * Whoever puts a directory in order (`sources/directory-of`) has looked up everybody by then, and a plan would do so
 * again for each of a million memberships. It is kept beside the lists and not in them: a directory stays plain data,
 * and one that was put together in another way is looked up when it is needed.
 */
const known = new WeakMap<readonly MemberRef[], Known>();

/** `places` of the people among the members, who stand behind the nested groups: ascending, each once. */
export function keepPlaces(members: readonly MemberRef[], of: readonly Person[], places: Int32Array): void {
  known.set(members, { of, places });
}

/** Undefined where nobody worked it out for these very lists. */
export function placesIn(
  members: readonly MemberRef[],
  { people }: Pick<Directory, 'people'>,
): Int32Array | undefined {
  const found = known.get(members);
  return found?.of === people ? found.places : undefined;
}
