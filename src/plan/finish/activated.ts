import type { Change } from '../../model/change.ts';
import type { QueueId, UserId } from '../../model/keys.ts';
import { seatId } from '../../model/seat.ts';
import type { Tenant } from '../../model/tenant.ts';

/** Has somebody a queue activated? False where its people were not read. */
export type HasActivated = (queue: QueueId, user: UserId) => boolean;

/** By the reading, or because this very plan gives it back to them. Nearly no plan asks, so it is worked out when one does. */
export function activatedIn(tenant: Pick<Tenant, 'queues'>, changes: readonly Change[]): HasActivated {
  let known: ReadonlySet<string> | undefined;
  return (queue, user) => {
    known ??= activatedSeats(tenant, changes);
    return known.has(seatId({ queue, user }));
  };
}

function activatedSeats({ queues }: Pick<Tenant, 'queues'>, changes: readonly Change[]): Set<string> {
  const activated = new Set<string>();
  for (const { id, members = [] } of queues)
    for (const { user, joined } of members) if (joined) activated.add(seatId({ queue: id, user }));
  for (const change of changes)
    if (change.kind === 'queue.seat' && change.joined) activated.add(seatId(change));
  return activated;
}
