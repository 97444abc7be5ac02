import type { DesiredGroup } from '../../model/desired.ts';
import type { GroupKey } from '../../model/keys.ts';
import type { Ledger } from '../../model/ledger.ts';
import { bookOf, type LedgerBook } from '../../model/ledger-book.ts';
import type { QuarantineLimits } from '../../model/limits.ts';
import type { Removal } from '../weigh/keep-owned.ts';

/** What is set apart, and what is not. */
export interface SetApart {
  /** The removals that may go on. */
  readonly removals: readonly Removal[];
  readonly waiting: readonly Waiting[];
}

/** A source group that is set apart. */
export interface Waiting {
  readonly key: GroupKey;
  readonly name: string;
  readonly removals: readonly Removal[];
  /** Why, one sentence. */
  readonly why: string;
}

/**
 * A group that suddenly loses most of its people is suspicious, however complete its reading claims to be. It is set
 * apart alone: its removals wait, its additions and everything else go on, until somebody lets it go (`letGo`).
 *
 * Most of its people may be gone in two ways: of those whom we put there, and of those whom the source showed when it
 * was last read completely, which may be many more. The larger share counts.
 *
 * People who are linked to other users all of a sudden (`relinked`) are as suspicious: an address book was changed, or the
 * key that people are linked by. What the config itself no longer asks for (`unmapped`) is not: somebody wrote that.
 */
export function quarantine(
  removals: readonly Removal[],
  ledger: Ledger,
  groupOf: (key: GroupKey) => Pick<DesiredGroup, 'name' | 'shrunk'> | undefined,
  limits: QuarantineLimits,
): SetApart {
  const leaving = new Map<GroupKey, Removal[]>();
  for (const removal of removals) {
    if (!isSuspicious(removal)) continue;
    const list = leaving.get(removal.owned.key);
    if (list) list.push(removal);
    else leaving.set(removal.owned.key, [removal]);
  }
  if (leaving.size === 0) return { removals, waiting: [] };
  const placed = countPlaced(bookOf(ledger), leaving);
  const waiting: Waiting[] = [];
  for (const [key, list] of leaving) {
    const { name = key, shrunk } = groupOf(key) ?? {};
    const total = placed.get(key) ?? list.length;
    const theirs = shrunk && isMost(shrunk.from - shrunk.to, shrunk.from, limits) ? shrunk : undefined;
    if (!theirs && !isMost(list.length, total, limits)) continue;
    const loses = `loses ${list.length} of the ${total} people that we put there`;
    const why = theirs
      ? `The source shows ${theirs.to} people in "${name}", where it showed ${theirs.from} on ${theirs.since.slice(0, 10)}: it ${loses}.`
      : `"${name}" ${loses}.`;
    waiting.push({ key, name, removals: list, why });
  }
  const apart = new Set(waiting.flatMap(each => each.removals));
  return { removals: removals.filter(removal => !apart.has(removal)), waiting };
}

const isMost = (gone: number, of: number, { from, percent }: QuarantineLimits): boolean =>
  gone >= from && gone * 100 > percent * of;

/** How many people we put somewhere for each of these source groups. */
function countPlaced(book: LedgerBook, keys: ReadonlyMap<GroupKey, unknown>): Map<GroupKey, number> {
  const placed = new Map<GroupKey, number>();
  const add = (key: GroupKey, count: number) => {
    if (keys.has(key)) placed.set(key, (placed.get(key) ?? 0) + count);
  };
  for (const [, people] of [...book.members(), ...book.queueMembers()]) {
    for (const { holding, also, count } of people.ways()) {
      if (!also) add(holding.key, count);
      else for (const key of new Set([holding.key, ...also.map(owner => owner.key)])) add(key, count);
    }
  }
  return placed;
}

const isSuspicious = ({ because, owned: { edge } }: Removal): boolean =>
  (because === 'left' || because === 'relinked') && 'user' in edge;
