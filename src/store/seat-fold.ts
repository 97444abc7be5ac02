import { type KeptSeat, type Seats, seatId } from '../model/seat.ts';
import type { JournalLine } from './journal-lines.ts';

/** What `edgeId` puts before queue and user of a direct member, whose `seatId` is the rest. */
const direct = 'queue-member ';

/**
 * The seats that are kept, folded from the journal beside the ledger. A write that is begun keeps what it takes away, and
 * one that is refused took nothing.
 */
export class SeatFold {
  readonly #seats: Map<string, KeptSeat>;
  /** Those that waited for a return when a write began that takes them anew. */
  readonly #before: Map<string, KeptSeat>;

  constructor(seats?: Seats, before?: Seats) {
    this.#seats = new Map(seats);
    this.#before = new Map(before);
  }

  copy(): SeatFold {
    return new SeatFold(this.#seats, this.#before);
  }

  get seats(): Seats {
    return this.#seats;
  }

  add(line: JournalLine): void {
    switch (line.kind) {
      case 'begin':
        for (const seat of line.seats ?? []) {
          const id = seatId(seat);
          const known = this.#seats.get(id);
          if (known?.state === 'left') this.#before.set(id, known);
          else if (!known) this.#before.delete(id);
          const isOpen = known?.state === 'open';
          // Whoever was unjoined first had activated the queue, whatever they have at this moment …
          const { stays: _, ...kept } = isOpen
            ? known
            : { ...ringBehind(known), run: line.run, write: line.id, ...seat };
          // … nor may what they had long ago take from them what they have activated now.
          const joined = seat.joined ? { joined: true } : {};
          // Two writes of one run take it: that one of them is refused says nothing of the other.
          const write = isOpen && known.run === line.run ? { write: 0 } : {};
          this.#seats.set(id, { ...seat, ...kept, ...joined, ...write, state: 'open' });
        }
        break;
      case 'done':
        for (const edge of line.drops) {
          const id = edge.slice(direct.length);
          if (edge.startsWith(direct) && !this.#seats.get(id)?.stays) this.#set(id, 'left');
        }
        break;
      case 'failed':
        if (line.lost) break;
        for (const id of line.seats ?? []) {
          const seat = this.#seats.get(id);
          if (seat?.run !== line.run || seat.write !== line.id) continue;
          const before = this.#before.get(id);
          if (before) this.#seats.set(id, before);
          else this.#seats.delete(id);
        }
        break;
      case 'seats':
        for (const id of line.gone) this.#end(id);
        for (const id of line.open) this.#set(id, 'open');
        for (const id of line.left) this.#set(id, 'left');
        break;
      default:
        break;
    }
  }

  /** Of somebody who stays by a group only the ring is left, which no group gives: it waits until they come directly. */
  #end(id: string): void {
    const seat = this.#seats.get(id);
    this.#before.delete(id);
    this.#seats.delete(id);
    if (!seat?.stays || seat.ring === undefined) return;
    const { joined: _, ...rest } = seat;
    this.#seats.set(id, { ...rest, state: 'left' });
  }

  #set(id: string, state: KeptSeat['state']): void {
    const seat = this.#seats.get(id);
    if (seat) this.#seats.set(id, { ...seat, state });
  }
}

/** A group hides the ring that somebody had before it came. */
const ringBehind = (known: KeptSeat | undefined): Pick<KeptSeat, 'ring'> =>
  known?.stays && known.ring !== undefined ? { ring: known.ring } : {};
