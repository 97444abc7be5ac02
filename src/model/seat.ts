import type { GroupKey, MappingId, PersonKey, QueueId, UserId } from './keys.ts';

/**
 * How somebody stood on a queue when we took them off it, or unjoined them in order to. It is given back when they
 * come again, and when a run that unjoined them died before it took them off.
 */
export interface Seat {
  readonly queue: QueueId;
  readonly user: UserId;
  /** Of a direct member; a person whom a group brings has no ring of their own. */
  readonly ring?: number;
  /** Had they activated the queue? */
  readonly joined?: boolean;
  readonly mapping: MappingId;
  readonly key: GroupKey;
  readonly person?: PersonKey;
  /** They stay on the queue, by a group: what they had activated is given back at once and not when they return. */
  readonly stays?: true;
}

/** Whose seat it is: as a change that moves somebody says. */
interface Mover {
  readonly queue: QueueId;
  readonly user: UserId;
  readonly group: GroupKey;
  readonly mapping: MappingId;
  readonly person?: PersonKey | undefined;
}

/** How somebody stood, or shall stand, as it goes into the journal. */
export const seatFor = (
  { queue, user, group, mapping, person }: Mover,
  { ring, joined }: { readonly ring?: number | undefined; readonly joined?: boolean | undefined },
): Seat => ({
  queue,
  user,
  ...(ring === undefined ? {} : { ring }),
  ...(joined === undefined ? {} : { joined }),
  mapping,
  key: group,
  ...(person === undefined ? {} : { person }),
});

/** A seat as the journal has it. */
export interface KeptSeat extends Seat {
  /**
   * `open`: they were unjoined, or come back, and it is not known what became of it; the next run looks. `left`: they
   * are off the queue, and the seat waits for their return.
   */
  readonly state: 'open' | 'left';
  /** The run and the write of it that took the seat away first. */
  readonly run: string;
  readonly write: number;
}

/** Every seat that is kept, by `seatId`. */
export type Seats = ReadonlyMap<string, KeptSeat>;

export const seatId = ({ queue, user }: Pick<Seat, 'queue' | 'user'>): string => `${queue} ${user}`;

/** What becomes of kept seats without any request, by `seatId`. */
export interface SeatMoves {
  /** They come back with this run: from now on the seat has to be looked after. */
  readonly open: readonly string[];
  /** They are off the queue. */
  readonly left: readonly string[];
  /** They have it again, or there is no such queue any more. Of who `stays` the ring is kept all the same. */
  readonly gone: readonly string[];
}
