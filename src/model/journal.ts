import type { GroupId, GroupKey, MappingId } from './keys.ts';
import type { Binding, Edge, Owner } from './ledger.ts';
import type { Seat, SeatMoves } from './seat.ts';
import type { SeenChange } from './seen.ts';

/**
 * What a run leaves on disk around every write. `store/` implements it (append-only, fsynced, one lock); `apply/`
 * knows only this shape. Every method resolves after the bytes are on disk, and the write waits for that.
 */
export interface Journal {
  readonly run: string;
  /** Before the request: from now on `adds` may become true and `drops` false at any instant. */
  begin(write: JournalWrite): Promise<void>;
  /** After the answer: they did. `made` binds claims of a group whose id came with the answer. */
  done(write: JournalWrite, made?: Binding): Promise<void>;
  /**
   * The write ended without success. `lost` says that it may have happened all the same (no answer came): its claims
   * stay, and the next run settles them by reading. A refusal leaves no claim.
   */
  failed(
    write: JournalWrite,
    problem: { readonly code: string; readonly happened: string },
    lost: boolean,
  ): Promise<void>;
  /** Ledger entries that a plan found settled; no request belongs to them. */
  books(books: Bookkeeping): Promise<void>;
  /** What became of seats; no request belongs to it. */
  seats(moves: SeatMoves): Promise<void>;
  end(state: string): Promise<void>;
  /** How the run leaves what is ours; the last word of a run that came to its end. */
  seen(change: SeenChange): Promise<void>;
}

/** What a plan found to be settled already. */
export interface Bookkeeping {
  /** Groups that a crashed run made: now their ids are known. */
  readonly bind: readonly Binding[];
  /** Claims of an earlier run that the target now shows: they are ours. */
  readonly confirm: readonly Edge[];
  /** Edges that neither the target shows nor the config wants: nothing is left to own. */
  readonly forget: readonly Edge[];
  /** Edges whose owners are not those on record any more, with all who own them now. */
  readonly rehome: readonly JournalEdge[];
  /** Edges that the target shows already and that become ours. */
  readonly adopt?: readonly JournalEdge[];
  /** Edges of ours that are ours no longer, and stay. */
  readonly release?: readonly JournalEdge[];
  /** Left out where no kept seat is touched. */
  readonly seats?: SeatMoves;
}

/** One request that changes the target. */
export interface JournalWrite {
  /** Unique in the run. */
  readonly id: number;
  /** `PATCH /api/v2/scim/v2/groups/{id}`. */
  readonly route: string;
  /** What it is about, as people know it. */
  readonly subject: string;
  readonly adds: readonly JournalEdge[];
  readonly drops: readonly JournalEdge[];
  /** Names and anchors that it replaces. */
  readonly fields?: readonly FieldWrite[];
  /** What the write changes, as it was before; for people, and for whoever has to mend something by hand. */
  readonly preimage?: unknown;
  /** Seats that the write takes away, as they were: kept from the moment it is begun. */
  readonly seats?: readonly Seat[];
}

/** One field of a group that a write replaces: with what it was and what it became, it can be put back. */
export interface FieldWrite {
  readonly field: 'name' | 'externalId';
  readonly group: GroupId;
  /** Left out where there was none. */
  readonly from?: string;
  /** Left out where it was cleared. */
  readonly to?: string;
  readonly mapping: MappingId;
  readonly key: GroupKey;
}

export interface JournalEdge extends Owner {
  readonly edge: Edge;
  /** Other mappings that want it, too. */
  readonly also?: readonly Owner[];
}
