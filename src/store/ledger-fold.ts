import { edgeId, type Ledger, type OwnedEdge, type Partings } from '../model/ledger.ts';
import { LedgerBook } from '../model/ledger-book.ts';
import type { Seats } from '../model/seat.ts';
import type { Seen } from '../model/seen.ts';
import type { JournalLine } from './journal-lines.ts';
import { PartingFold } from './parting-fold.ts';
import { SeatFold } from './seat-fold.ts';
import { SeenFold } from './seen-fold.ts';
import type { LedgerView } from './store.ts';

/**
 * The ledger is the fold of the journal: one file, one fsync a line, and no instant at which the two disagree.
 * `begin` claims, `done` owns and drops, a refusal unclaims, a lost answer leaves the claim for the next run.
 */
export class LedgerFold {
  readonly #edges: LedgerBook;
  #seats: SeatFold;
  readonly #partings: PartingFold;
  readonly #seen: SeenFold;

  /** Folds on from what an earlier fold came to. */
  constructor({ ledger, seats, partings, seen }: Partial<Omit<LedgerView, 'mark'>> = {}) {
    this.#edges = new LedgerBook(ledger);
    this.#seats = new SeatFold(seats);
    this.#partings = new PartingFold(partings);
    this.#seen = new SeenFold(seen);
  }

  /** Another that has heard the same lines, and goes on by itself. */
  copy(): LedgerFold {
    const copy = new LedgerFold(this);
    // What seats were before a write that is under way is in nobody's view.
    copy.#seats = this.#seats.copy();
    return copy;
  }

  get ledger(): Ledger {
    return this.#edges;
  }

  get seats(): Seats {
    return this.#seats.seats;
  }

  get partings(): Partings {
    return this.#partings.partings;
  }

  get seen(): Seen {
    return this.#seen.seen;
  }

  add(line: JournalLine): void {
    this.#seen.add(line);
    this.#seats.add(line);
    this.#partings.add(line);
    switch (line.kind) {
      case 'begin':
        for (const entry of line.adds)
          if (!this.#edges.holds(entry.edge))
            this.#edges.put({ ...entry, state: 'claimed', run: line.run, at: line.at });
        for (const { edge } of line.drops) this.#turn(edgeId(edge), 'owned', 'leaving');
        break;
      case 'done':
        if (line.made) this.#edges.bind(line.made);
        for (const id of line.adds) this.#edges.own(id);
        for (const id of line.drops) this.#edges.delete(id);
        break;
      case 'failed':
        if (line.lost) break;
        for (const id of line.adds) if (this.#edges.get(id)?.state === 'claimed') this.#edges.delete(id);
        for (const id of line.drops ?? []) this.#turn(id, 'leaving', 'owned');
        break;
      case 'books':
        for (const binding of line.bind) this.#edges.bind(binding);
        for (const id of line.confirm) this.#edges.own(id);
        for (const id of line.forget) this.#edges.delete(id);
        for (const wish of line.rehome ?? []) {
          const owned = this.#edges.get(edgeId(wish.edge));
          if (owned) this.#edges.put({ ...withoutOwners(owned), ...wish });
        }
        for (const entry of line.adopt ?? [])
          if (!this.#edges.holds(entry.edge))
            this.#edges.put({ ...entry, state: 'owned', run: line.run, at: line.at });
        for (const { edge } of line.release ?? []) this.#edges.delete(edgeId(edge));
        break;
      case 'run':
      case 'seats':
      case 'seen':
      case 'end':
        break;
    }
  }

  #turn(id: string, from: OwnedEdge['state'], to: OwnedEdge['state']): void {
    const edge = this.#edges.get(id);
    if (edge?.state === from) this.#edges.put({ ...edge, state: to });
  }
}

/** All owners are written down anew, so that none who let go is left over. */
const withoutOwners = ({ also: _, ...owned }: OwnedEdge): OwnedEdge => owned;
