import { addedEdge, droppedEdge } from '../../apply/edges.ts';
import type { Change } from '../../model/change.ts';
import type { JournalEdge } from '../../model/journal.ts';
import type { GroupId } from '../../model/keys.ts';
import { edgeId } from '../../model/ledger.ts';
import type { Plan } from '../../model/plan.ts';
import { seatId } from '../../model/seat.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';
import { LedgerFold } from '../../store/ledger-fold.ts';
import { booksIn } from '../offline/books.ts';

/** The Genesys group that a change is about: the plan names it, or it was made a moment ago. */
export type IdOf = (change: Change) => GroupId | undefined;

/** The ledger, folded on from the lines that a run of this plan would write if nothing went wrong. */
export function booksAfter(
  snapshot: WorldSnapshot,
  { bookkeeping, changes }: Pick<Plan, 'bookkeeping' | 'changes'>,
  idOf: IdOf,
  at: string,
): Pick<WorldSnapshot, 'ledger' | 'seats' | 'partings'> {
  const stamp = { run: 'simulated', at };
  const { confirm, forget, seats, ...rest } = bookkeeping;
  const fold = new LedgerFold(booksIn(snapshot));
  const settled = { confirm: confirm.map(edgeId), forget: forget.map(edgeId) };
  fold.add({ kind: 'books', ...stamp, ...rest, ...settled });
  if (seats) fold.add({ kind: 'seats', ...stamp, ...seats });
  const adds = changes.flatMap(change => added(change, idOf));
  const drops = changes.flatMap(dropped);
  fold.add({ kind: 'begin', ...stamp, id: 1, route: '', subject: '', adds, drops });
  fold.add({ kind: 'done', ...stamp, id: 1, adds: idsOf(adds), drops: idsOf(drops) });
  const given = changes.flatMap(change => (change.kind === 'queue.seat' ? [seatId(change)] : []));
  if (given.length > 0) fold.add({ kind: 'seats', ...stamp, open: [], left: [], gone: given });
  return {
    ledger: [...fold.ledger.values()],
    seats: [...fold.seats.values()],
    partings: [...fold.partings].map(([id, parting]) => ({ id, ...parting })),
  };
}

const idsOf = (entries: readonly JournalEdge[]): string[] => entries.map(({ edge }) => edgeId(edge));

function added(change: Change, idOf: IdOf): JournalEdge[] {
  if (change.kind === 'group.create') {
    const { group: key, mapping } = change;
    return [{ edge: { kind: 'group', group: idOf(change)!, key }, mapping, key }];
  }
  return change.kind === 'member.add' || change.kind === 'queue.attach'
    ? [addedEdge(change, idOf(change))]
    : [];
}

const dropped = (change: Change): JournalEdge[] =>
  change.kind === 'member.remove' || change.kind === 'queue.detach' ? [droppedEdge(change)] : [];
