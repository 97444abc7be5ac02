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
}

/**
 * A group that suddenly loses most of its people is suspicious, however complete its reading claims to be. It is set
 * apart alone: its removals wait, its additions and everything else go on. It is let go by naming the token that
 * the plan shows, which stands for exactly these removals: another plan has another token.
 *
 * What the config itself no longer asks for (`unmapped`) is not suspicious: somebody wrote that.
 */
export function quarantine(
  removals: readonly Removal[],
  ledger: Ledger,
  nameOf: (key: GroupKey) => string,
  limits: QuarantineLimits,
  released: ReadonlySet<string>,
): Quarantined {
  const leaving = new Map<GroupKey, Removal[]>();
  for (const removal of removals) {
    if (removal.because !== 'left' || !isPerson(removal.owned.edge.kind)) continue;
    const list = leaving.get(removal.owned.key);
    if (list) list.push(removal);
    else leaving.set(removal.owned.key, [removal]);
  }
  if (leaving.size === 0) return { removals, notes: [] };
  const placed = countPlaced(bookOf(ledger), leaving);
  const waiting = new Set<Removal>();
  const notes: Note[] = [];
  for (const [key, list] of leaving) {
    const total = placed.get(key) ?? list.length;
    if (list.length < limits.from || list.length * 100 <= limits.percent * total) continue;
    const token = releaseToken(list);
    if (released.has(token)) continue;
    for (const removal of list) waiting.add(removal);
    notes.push({
      code: 'group.quarantined',
      level: 'warning',
      subject: nameOf(key),
      text: `"${nameOf(key)}" loses ${list.length} of the ${total} people that we put there. These removals wait; everything else goes on.`,
      remedy: `If it is meant, run again with --release ${token}.`,
    });
  }
  return { removals: removals.filter(removal => !waiting.has(removal)), notes };
}

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

const isPerson = (kind: string): boolean => kind === 'member' || kind === 'queue-member';
