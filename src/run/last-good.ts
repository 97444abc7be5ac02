import { flattenNested, indexDirectory } from '../desired/flatten-nested.ts';
import type { Meant } from '../desired/who-is-meant.ts';
import type { Directory, LastGood } from '../model/directory.ts';
import { type GroupKey, keyOf } from '../model/keys.ts';
import type { Plan } from '../model/plan.ts';
import type { Reads } from '../model/reads.ts';

/** What was remembered before a plan was made, and what its reading adds; see `run/remember.ts`. */
export interface Remembered {
  readonly reads: Reads | undefined;
  readonly counts: Counts;
}

/** By the key of the source group itself, whatever mappings make of it. */
export type Counts = ReadonlyMap<GroupKey, LastGood>;

/** The evidence of each group with what it held when it was last read completely; that of a snapshot stays. */
export const withLastGood = (directory: Directory, known: Counts | undefined): Directory =>
  known === undefined
    ? directory
    : {
        ...directory,
        groups: directory.groups.map(group => {
          const lastGood = known.get(keyOf(directory.source, group.id));
          return lastGood ? { ...group, evidence: { ...group.evidence, lastGood } } : group;
        }),
      };

/** The same with the people of each group counted, at any depth: what `lastGood` is to be held against. */
export function withPeopleCounted(directory: Directory): Directory {
  const index = indexDirectory(directory);
  return {
    ...directory,
    groups: directory.groups.map(group => {
      const { parts } = flattenNested(group, index);
      const people = parts.reduce((sum, part) => sum + part.people.length, 0);
      return { ...group, evidence: { ...group.evidence, people } };
    }),
  };
}

/** How many each mapped group holds now, as far as it was read completely. */
export function countsOf({ selected, people }: Meant): Counts {
  const counts = new Map<GroupKey, LastGood>();
  for (const [at, { directory, group }] of selected.entries()) {
    const { listed, incomplete } = people[at]!;
    if (incomplete.length > 0 || !group.evidence.complete) continue;
    const { members, evidence } = group;
    counts.set(keyOf(directory.source, group.id), {
      members: members.length,
      people: listed,
      readAt: evidence.readAt,
    });
  }
  return counts;
}

/** A reading that says the same again is taken down once an hour, and what nobody has asked for in a year is forgotten. */
const restMs = 3_600_000;
const longestMs = 365 * 24 * 3_600_000;

/**
 * What the next run takes for the last good reading (`before` itself where that has not changed): this one, except for groups that are quarantined. For them it
 * stays what it was, until somebody lets their removals go.
 */
export function goodAfter(
  before: Counts,
  now: Counts,
  plan: Pick<Plan, 'quarantined'>,
  nowMs: number,
): Counts {
  // A mapping that narrows its people has a key of its own, which begins with that of the source group.
  const waits = (key: GroupKey) =>
    plan.quarantined?.some(each => each === key || each.startsWith(`${key}#`)) === true;
  const after = new Map([...before].filter(([, { readAt }]) => nowMs - Date.parse(readAt) < longestMs));
  let isSameAgain = after.size === before.size;
  for (const [key, count] of now) {
    const known = after.get(key);
    const isSame = known?.members === count.members && known.people === count.people;
    const isRecent = known && Date.parse(count.readAt) - Date.parse(known.readAt) < restMs;
    if (waits(key) || (isSame && isRecent)) continue;
    after.set(key, count);
    isSameAgain = false;
  }
  return isSameAgain ? before : after;
}
