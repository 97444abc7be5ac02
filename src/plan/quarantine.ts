import type { DesiredGroup } from '../model/desired.ts';
import type { GroupKey } from '../model/keys.ts';
import { edgeId, type Ledger } from '../model/ledger.ts';
import { bookOf, type LedgerBook } from '../model/ledger-book.ts';
import type { QuarantineLimits } from '../model/limits.ts';
import type { Note } from '../model/note.ts';
import { fingerprint } from './fingerprint.ts';
import type { Removal } from './keep-owned.ts';

export interface Quarantined {
  /** The removals that may go on. */
  readonly removals: readonly Removal[];
  readonly notes: readonly Note[];
  /** Source groups that are set apart. */
  readonly groups: readonly GroupKey[];
}

/**
 * A group that suddenly loses most of its people is suspicious, however complete its reading claims to be. It is set
 * apart alone: its removals wait, its additions and everything else go on. It is let go by naming the token that
 * the plan shows, which stands for exactly these removals: another plan has another token.
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
  released: ReadonlySet<string>,
): Quarantined {
  const leaving = new Map<GroupKey, Removal[]>();
  for (const removal of removals) {
    if (!isSuspicious(removal)) continue;
    const list = leaving.get(removal.owned.key);
    if (list) list.push(removal);
    else leaving.set(removal.owned.key, [removal]);
  }
  if (leaving.size === 0) return { removals, notes: [], groups: [] };
  const placed = countPlaced(bookOf(ledger), leaving);
  const waiting = new Set<Removal>();
  const notes: Note[] = [];
  const groups: GroupKey[] = [];
  for (const [key, list] of leaving) {
    const { name = key, shrunk } = groupOf(key) ?? {};
    const total = placed.get(key) ?? list.length;
    const theirs = shrunk && isMost(shrunk.from - shrunk.to, shrunk.from, limits) ? shrunk : undefined;
    if (!theirs && !isMost(list.length, total, limits)) continue;
    const token = releaseToken(list);
    if (released.has(token)) continue;
    for (const removal of list) waiting.add(removal);
    groups.push(key);
    const loses = `loses ${list.length} of the ${total} people that we put there`;
    const why = theirs
      ? `The source shows ${theirs.to} people in "${name}", where it showed ${theirs.from} on ${theirs.since.slice(0, 10)}: it ${loses}.`
      : `"${name}" ${loses}.`;
    notes.push({
      code: 'group.quarantined',
      level: 'warning',
      subject: name,
      text: `${why} These removals wait; everything else goes on.`,
      remedy: `If it is meant, run again with --release ${token}.`,
    });
  }
  return { removals: removals.filter(removal => !waiting.has(removal)), notes, groups };
}

const isMost = (gone: number, of: number, { from, percent }: QuarantineLimits): boolean =>
  gone >= from && gone * 100 > percent * of;

/** How many people we put somewhere for each of these source groups. */
function countPlaced(book: LedgerBook, keys: ReadonlyMap<GroupKey, unknown>): Map<GroupKey, number> {
  const placed = new Map<GroupKey, number>();
  const count = (key: GroupKey) => {
    if (keys.has(key)) placed.set(key, (placed.get(key) ?? 0) + 1);
  };
  for (const [, people] of [...book.members(), ...book.queueMembers()]) {
    for (const { holding, also } of people.holdings()) {
      if (!also) count(holding.key);
      else for (const key of new Set([holding.key, ...also.map(owner => owner.key)])) count(key);
    }
  }
  return placed;
}

/** Stands for exactly these removals. */
export const releaseToken = (removals: readonly Removal[]): string =>
  fingerprint(removals.map(removal => edgeId(removal.owned.edge)).sort()).slice(0, 12);

const isSuspicious = ({ because, owned: { edge } }: Removal): boolean =>
  (because === 'left' || because === 'relinked') && 'user' in edge;
