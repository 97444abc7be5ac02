import { edgeId } from '../../model/ledger.ts';
import { LedgerBook } from '../../model/ledger-book.ts';
import { seatId } from '../../model/seat.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';
import type { LedgerView } from '../../store/store.ts';

/**
 * All of a ledger that a plan reads, a list of each kind: a kind that is new does not compile here until a snapshot holds
 * it, or it is left out on purpose. What was seen last is asked by drift alone, and drift is told of the living target.
 */
export function booksOf({
  ledger,
  seats,
  partings,
  mark,
  seen: _,
  ...rest
}: LedgerView): Pick<WorldSnapshot, 'ledger' | 'seats' | 'partings' | 'mark'> {
  rest satisfies Readonly<Record<string, never>>;
  return {
    ledger: [...ledger.values()],
    seats: [...(seats?.values() ?? [])],
    partings: [...(partings ?? [])].map(([id, { times, at }]) => ({ id, times, at })),
    mark,
  };
}

/** The other way round. */
export const booksIn = ({
  ledger,
  seats,
  partings,
  mark,
}: Pick<WorldSnapshot, 'ledger' | 'seats' | 'partings' | 'mark'>): LedgerView => ({
  ledger: new LedgerBook(new Map(ledger.map(owned => [edgeId(owned.edge), owned]))),
  seats: new Map(seats.map(seat => [seatId(seat), seat])),
  partings: new Map(partings.map(({ id, times, at }) => [id, { times, at }])),
  mark,
});
