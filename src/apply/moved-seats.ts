import type { Change } from '../model/change.ts';
import type { QueueId, UserId } from '../model/keys.ts';
import type { Plan } from '../model/plan.ts';
import { type Seat, seatFor, seatId } from '../model/seat.ts';
import type { Tenant } from '../model/tenant.ts';
import { activatedIn } from '../plan/finish/activated.ts';
import { relieved } from '../plan/finish/handover.ts';

export type Coming = Extract<Change, { kind: 'queue.attach' }>;
export type Leaving = Extract<Change, { kind: 'queue.detach' }>;

/**
 * How people stand on a queue who stay on it in another way than before. What the platform makes of that is not documented,
 * so it is in the journal before any write that may touch it.
 */
export interface MovedSeats {
  /** Of somebody whom a group brought until now and who comes directly: what they shall have then. */
  of(change: Coming): readonly Seat[];
  /** Is their ring given back when they have come? Then the seat is kept until that was done. */
  waitsForRing(seat: Pick<Seat, 'queue' | 'user'>): boolean;
  /** Of people on this queue who stand directly, and stay by a group. */
  staying(queue: QueueId): readonly Seat[];
  /** Of people who stand directly, and whom these changes have a group bring before they are taken off. */
  broughtBy(changes: readonly Change[]): readonly Seat[];
}

/** How a direct member stood on a queue when the plan was made; undefined where its people were not read. */
export type SeatOf = (queue: QueueId, user: UserId) => Pick<Seat, 'ring' | 'joined'> | undefined;

/** Where direct members stood when the plan was made, as far as people were read one by one. */
export function seatsIn(tenant: Tenant): SeatOf {
  const rows = new Map(
    tenant.queues.map(queue => [queue.id, new Map(queue.members?.map(member => [member.user, member]))]),
  );
  return (queue, user) => {
    const row = rows.get(queue)?.get(user);
    return row?.by === 'user' ? row : undefined;
  };
}

export function movedSeats(plan: Plan, tenant: Tenant, seatOf: SeatOf): MovedSeats {
  const hasActivated = activatedIn(tenant, plan.changes);
  const rings = new Map<string, number>();
  for (const change of plan.changes)
    if (change.kind === 'queue.seat' && change.ring !== undefined) rings.set(seatId(change), change.ring);
  const staying = stayingOn(plan, (queue, user) => ({
    ...seatOf(queue, user),
    joined: hasActivated(queue, user),
  }));
  return {
    of: change => {
      const { queue, user } = change;
      return owedTo(change, {
        ring: rings.get(seatId({ queue, user: user! })),
        joined: hasActivated(queue, user!),
      });
    },
    waitsForRing: seat => rings.has(seatId(seat)),
    staying: queue => staying.byQueue.get(queue) ?? [],
    broughtBy: changes =>
      changes.flatMap(change => {
        if (change.kind === 'queue.attach' && change.user === undefined)
          return staying.byQueue.get(change.queue) ?? [];
        return change.kind === 'member.add' ? (staying.byUser.get(change.user) ?? []) : [];
      }),
  };
}

interface Standing {
  readonly ring?: number | undefined;
  readonly joined?: boolean | undefined;
}

function stayingOn(plan: Plan, standing: (queue: QueueId, user: UserId) => Standing) {
  const direct = plan.changes.filter((change): change is Leaving & { readonly user: UserId } => {
    return change.kind === 'queue.detach' && change.user !== undefined;
  });
  const byQueue = new Map<QueueId, Seat[]>();
  for (const [queue, leaving] of Map.groupBy(direct, change => change.queue)) {
    const stay = relieved(leaving, plan.queues);
    const seats = leaving
      .filter(({ user }) => stay.has(user))
      .flatMap(change => owedTo(change, standing(queue, change.user)))
      .map((seat): Seat => ({ ...seat, stays: true }));
    if (seats.length > 0) byQueue.set(queue, seats);
  }
  return { byQueue, byUser: Map.groupBy([...byQueue.values()].flat(), seat => seat.user) };
}

/** Nobody is ever unjoined: that somebody has not activated the queue is nothing to give back. */
const owedTo = (change: Coming | Leaving, { ring, joined }: Standing): Seat[] =>
  ring === undefined && !joined
    ? []
    : [seatFor({ ...change, user: change.user! }, { ring, joined: joined || undefined })];
