import type { Change } from '../../model/change.ts';
import type { GroupId, MappingId, UserId } from '../../model/keys.ts';
import type { QueueOutlook } from '../../model/plan.ts';
import type { TenantGroup } from '../../model/tenant.ts';
import { takers } from './drain.ts';

/**
 * How many people lose a queue by what each mapping lets go of, counted as `Plan.losses` is: whoever is moved between
 * two groups of one queue loses nothing, a group that goes off a queue takes all along who stand there by it alone, and
 * a membership of a group that serves no queue counts for itself. What several mappings own is charged to each.
 */
export function lossesByMapping(
  changes: readonly Change[],
  queues: readonly QueueOutlook[],
  groups: readonly Pick<TenantGroup, 'id' | 'memberIds'>[],
): Readonly<Record<MappingId, number>> {
  const losses = new Map<MappingId, number>();
  const charge = (mappings: Iterable<MappingId>) => {
    for (const mapping of new Set(mappings)) losses.set(mapping, (losses.get(mapping) ?? 0) + 1);
  };
  const taking = takers(changes, groups);
  const takenOff = (outlook: QueueOutlook, user: UserId) => taking(outlook, user).flatMap(mappingsOf);
  for (const outlook of queues) for (const user of outlook.leaving) charge(takenOff(outlook, user));
  const serving = new Set<GroupId>(queues.flatMap(outlook => outlook.groups));
  for (const change of changes)
    if (change.kind === 'member.remove' && !serving.has(change.id)) charge(mappingsOf(change));
  return Object.fromEntries([...losses].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const mappingsOf = ({ mapping, also = [] }: Extract<Change, { also?: unknown }>): MappingId[] => [
  mapping,
  ...also.map(owner => owner.mapping),
];
