import type { Change } from '../../model/change.ts';
import type { QueueId } from '../../model/keys.ts';
import type { QueueOutlook } from '../../model/plan.ts';
import { type KeptSeat, type SeatMoves, type Seats, seatId } from '../../model/seat.ts';
import type { Tenant } from '../../model/tenant.ts';

type SeatChange = Extract<Change, { kind: 'queue.seat' }>;

export interface SeatVerdicts {
  readonly changes: readonly SeatChange[];
  /** Left out where nothing moves. */
  readonly moves?: SeatMoves;
}

/**
 * What becomes of kept seats. `queues` is who comes and goes by `changes`:
 *
 * ```
 * comes back                        gets it back, after they came
 * comes directly instead of by      gets the ring back that the group hid, after they came
 *   a group
 * goes, or cannot be seen           nothing now
 * is there, and it was left open    gets it back, unless they have it; whoever has activated the queue is never unjoined
 * is not there                      waits for their return
 * ```
 */
export function seatsOf(
  kept: Seats,
  queues: readonly QueueOutlook[],
  changes: readonly Change[],
  tenant: Tenant,
): SeatVerdicts {
  if (kept.size === 0) return { changes: [] };
  const moving = movements(queues, changes);
  const byId = new Map(tenant.queues.map(queue => [queue.id, queue]));
  const rows = new Map(
    openQueues(kept).flatMap(id => {
      const members = byId.get(id)?.members;
      return members ? [[id, new Map(members.map(member => [member.user, member]))] as const] : [];
    }),
  );
  const given: SeatChange[] = [];
  const [open, left, gone]: string[][] = [[], [], []];
  for (const seat of kept.values()) {
    const id = seatId(seat);
    const moves = moving.get(id);
    const row = rows.get(seat.queue)?.get(seat.user);
    if (moves === 'handed over') {
      const ring = seatChange(ringOf(seat), 'returned');
      const isOwed = seat.state === 'open' && row && !row.joined;
      const owed = isOwed ? seatChange(throughGroup(seat), 'owed') : undefined;
      for (const change of [owed, ring]) if (change) given.push(change);
      if (!ring && !owed && seat.state === 'open') gone!.push(id);
    } else if (moves === 'joining directly' || moves === 'joining') {
      const change = seatChange(moves === 'joining' ? throughGroup(seat) : seat, 'returned');
      if (change) given.push(change);
      if (change && seat.state === 'left') open!.push(id);
    } else if (seat.state === 'left' || moves === 'leaving') {
      // Waits for their return, or for the end of this run.
    } else if (!byId.has(seat.queue)) {
      gone!.push(id);
    } else if (row) {
      const due = row.by === 'group' ? throughGroup(seat) : seat.joined ? seat : ringOf(seat);
      const sits = (!due.joined || row.joined) && (due.ring === undefined || due.ring === row.ring);
      const change = sits ? undefined : seatChange(due, 'owed');
      if (change) given.push(change);
      else (row.by === 'group' && seat.ring !== undefined && !seat.stays ? left! : gone!).push(id);
    } else if (rows.has(seat.queue)) {
      left!.push(id);
    }
  }
  const still = open!.length + left!.length + gone!.length === 0;
  return { changes: given, ...(still ? {} : { moves: { open: open!, left: left!, gone: gone! } }) };
}

/** Of somebody whom a group brings only this is ours to give back: that we unjoined them. */
const throughGroup = ({ ring: _, ...seat }: KeptSeat): KeptSeat => {
  const { joined, ...rest } = seat;
  return joined ? seat : rest;
};

/** Of whom nothing is owed but the ring: what they have activated, or not, is theirs by now. */
const ringOf = ({ joined: _, ...seat }: KeptSeat): KeptSeat => seat;

/** Queues whose people must be read one by one, to see what became of those whom a run unjoined that died. */
export const openQueues = (kept: Seats): QueueId[] => [
  ...new Set([...kept.values()].filter(seat => seat.state === 'open').map(seat => seat.queue)),
];

type Movement = 'joining' | 'joining directly' | 'handed over' | 'leaving';

function movements(queues: readonly QueueOutlook[], changes: readonly Change[]): Map<string, Movement> {
  const moving = new Map<string, Movement>();
  for (const { queue, joining, leaving } of queues) {
    for (const user of joining) moving.set(seatId({ queue, user }), 'joining');
    for (const user of leaving) moving.set(seatId({ queue, user }), 'leaving');
  }
  for (const change of changes) {
    if (change.kind !== 'queue.attach' || change.user === undefined) continue;
    const id = seatId({ queue: change.queue, user: change.user });
    if (moving.get(id) === 'joining') moving.set(id, 'joining directly');
    else if (change.insteadOf && !moving.has(id)) moving.set(id, 'handed over');
  }
  return moving;
}

function seatChange(seat: KeptSeat, because: SeatChange['because']): SeatChange | undefined {
  const { queue, user, ring, joined, key, mapping, person } = seat;
  if (ring === undefined && joined === undefined) return undefined;
  return {
    kind: 'queue.seat',
    queue,
    user,
    ...(ring === undefined ? {} : { ring }),
    ...(joined === undefined ? {} : { joined }),
    because,
    group: key,
    ...(person === undefined ? {} : { person }),
    mapping,
  };
}
