import type { Clock } from '../clock.ts';
import type { GenesysApi } from '../genesys/api.ts';
import type { Change } from '../model/change.ts';
import type { JournalWrite } from '../model/journal.ts';
import type { GroupId, GroupKey, QueueId } from '../model/keys.ts';
import type { Binding } from '../model/ledger.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { SeatMoves } from '../model/seat.ts';
import type { TenantGroup } from '../model/tenant.ts';
import type { Batches } from '../plan/finish/price.ts';
import type { MovedSeats, SeatOf } from './moved-seats.ts';
import type { InTurn } from './turns.ts';

/** What one kind of step is done with. A hand makes the requests of one step and nothing else. */
export type Hand = (work: Work) => Promise<void>;

export interface Work {
  readonly step: Step;
  readonly changes: readonly Change[];
  readonly plan: Plan;
  readonly api: GenesysApi;
  readonly batches: Batches;
  readonly clock: Clock;
  /** The groups as they were last seen, first by the plan: versions, members, queues. A hand that writes one says so. */
  readonly groups: Map<GroupId, TenantGroup>;
  /** Cuts requests in flight: the second Ctrl-C, or a deadline. */
  readonly signal: AbortSignal;
  /** Genesys ids of groups that this run made; a hand that makes one puts it here. */
  readonly made: Map<GroupKey, GroupId>;
  /**
   * For steps of one phase that write the same group: side by side, each would find that another one got ahead of it,
   * until one gives up.
   */
  readonly inTurn: InTurn;
  /** Takes down what is to be looked at if the queues do not show it; see `Unproven`. */
  readonly unproven: (what: Omit<Unproven, 'step'>) => void;
  readonly seatOf: SeatOf;
  /** How those stand who stay on a queue in another way. */
  readonly moved: MovedSeats;
  /** Writes down what became of seats. */
  readonly seats: (moves: Partial<SeatMoves>) => Promise<void>;
  /**
   * Journals, then writes, then journals again. Throws `run.interrupted` instead of writing where the run was asked
   * to stop (the first Ctrl-C): the write before it was finished, and the next is never begun.
   */
  write<Out>(
    write: Omit<JournalWrite, 'id'>,
    request: () => Promise<Out>,
    made?: (answer: Out) => Binding,
  ): Promise<Out>;
  /** As `write`, also after the run was asked to stop: for what must not be left half-done. */
  readonly finish: Work['write'];
}

/** A write that was answered as it should be, and of which the heads of these queues will show whether it was true. */
export interface Unproven {
  readonly step: Step;
  readonly queues: readonly QueueId[];
  /** Asked where they do not show it. Throws where the write has come to nothing. */
  readonly look: () => Promise<void>;
}

/** The Genesys id of a change's group, if it exists by now. */
export const idOfGroup = (
  work: Work,
  change: { readonly group: GroupKey; readonly id?: GroupId },
): GroupId | undefined => change.id ?? work.made.get(change.group);

/** How often a write that somebody else got ahead of is read again and retried. */
export const staleAttempts = 5;

/** One after the other, whatever becomes of each; the first error is thrown when all are through. */
export async function inAnyCase(...parts: readonly (() => Promise<void>)[]): Promise<void> {
  let broken: { readonly error: unknown } | undefined;
  for (const part of parts)
    await part().catch((error: unknown) => {
      broken ??= { error };
    });
  if (broken) throw broken.error;
}

export const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
