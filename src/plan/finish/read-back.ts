import type { Change } from '../../model/change.ts';
import { isRemoval } from '../../model/change.ts';
import type { PresentAssignment } from '../../model/desired.ts';
import type { GroupId, GroupKey, QueueId } from '../../model/keys.ts';
import type { QueueOutlook, Step } from '../../model/plan.ts';
import type { Tenant } from '../../model/tenant.ts';
import { type Supply, supplyAfter, supplyBefore } from './supply.ts';

/**
 * Documented contract: which groups have to be read after their write. A tenant may take `routingQueueIds` and drop
 * them. Where somebody comes to the queue by this group and no other, the queue's heads show whether it did, and the
 * read-back of all queues sees them for nothing. The group itself is read
 *
 * - where nobody new comes by it, or whoever comes, comes by another group as well: the heads are then no witness;
 * - in a plan that also takes away: nobody goes before it is seen that others came, and the heads are seen at the end.
 */
export function withReadBacks(
  steps: readonly Step[],
  changes: readonly Change[],
  queues: readonly QueueOutlook[],
  tenant: Tenant,
  present: readonly PresentAssignment[],
): readonly Step[] {
  const serves = (step: Step) =>
    step.kind === 'group.write' ? step.changes.map(index => changes[index]!).filter(isAttach) : [];
  if (!steps.some(step => serves(step).length > 0)) return steps;
  const takes = changes.some(isRemoval);
  const shown = takes
    ? new Set<string>()
    : soleBringers(queues, supplyAfter(supplyBefore(tenant, present), changes));
  return steps.map(step =>
    serves(step).every(change => shown.has(bringer(change.queue, change.id ?? change.group)))
      ? step
      : { ...step, readBack: true },
  );
}

const isAttach = (change: Change): change is Extract<Change, { kind: 'queue.attach' }> =>
  change.kind === 'queue.attach';

const bringer = (queue: QueueId, group: GroupId | GroupKey): string => `${queue} ${group}`;

/** The (queue, group) pairs where somebody comes to the queue by this group and no other. */
function soleBringers(queues: readonly QueueOutlook[], after: Supply): Set<string> {
  const found = new Set<string>();
  for (const { queue, joining } of queues) {
    const comes = new Set(joining);
    const by = new Map<string, GroupId | GroupKey | undefined>();
    for (const group of new Set(after.attached.get(queue)?.values()))
      for (const user of after.membersOf(group) ?? [])
        if (comes.has(user)) by.set(user, by.has(user) ? undefined : group);
    for (const group of by.values()) if (group !== undefined) found.add(bringer(queue, group));
  }
  return found;
}
