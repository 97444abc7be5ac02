import { edgeId } from '../../model/ledger.ts';
import { seatId } from '../../model/seat.ts';
import type { QueueGroup, Tenant, TenantQueue } from '../../model/tenant.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';
import { byText, directoryOf } from '../../sources/directory-of.ts';

/** Everything in an order that rests on names and ids alone: two snapshots of one world differ only in what moved. */
export const inSnapshotOrder = (snapshot: WorldSnapshot): WorldSnapshot => ({
  ...snapshot,
  directories: by(snapshot.directories.map(directoryOf), directory => directory.source),
  tenant: tenantInOrder(snapshot.tenant),
  groupNames: by(snapshot.groupNames, group => `${group.name}\u0000${group.id}`),
  protectedUsers: [...snapshot.protectedUsers].sort(byText),
  ledger: by(snapshot.ledger, owned => edgeId(owned.edge)),
  seats: by(snapshot.seats, seatId),
  partings: by(snapshot.partings, parting => parting.id),
});

/** How the tenant was read, and when, is no part of what it was. */
const tenantInOrder = ({ absent: _, totals: __, ...tenant }: Tenant): Tenant => ({
  ...tenant,
  queues: by(tenant.queues, queue => `${queue.name}\u0000${queue.id}`).map(queueInOrder),
  groups: by(tenant.groups, group => `${group.name}\u0000${group.id}`).map(
    ({ modified: _, memberCount: __, remembered: ___, ...group }) => ({
      ...group,
      memberIds: [...group.memberIds].sort(byText),
      ...(group.routingQueueIds ? { routingQueueIds: [...group.routingQueueIds].sort(byText) } : {}),
    }),
  ),
  ...(tenant.bystanders
    ? {
        bystanders: by(tenant.bystanders, group => group.id).map(group => ({
          ...group,
          memberIds: [...group.memberIds].sort(byText),
          ...(group.routingQueueIds ? { routingQueueIds: [...group.routingQueueIds].sort(byText) } : {}),
        })),
      }
    : {}),
  ...(tenant.elsewhere ? { elsewhere: [...tenant.elsewhere].sort(byText) } : {}),
  users: by(tenant.users, user => user.id).map(({ readAt: _, remembered: __, ...user }) => user),
});

const queueInOrder = (queue: TenantQueue): TenantQueue => ({
  ...queue,
  memberGroups: groupsInOrder(queue.memberGroups),
  rings: queue.rings.map(ring => ({ ...ring, memberGroups: groupsInOrder(ring.memberGroups) })),
  otherGroups: [...queue.otherGroups].sort(byText),
  ...(queue.members ? { members: by(queue.members, member => member.user) } : {}),
});

const groupsInOrder = (groups: readonly QueueGroup[]): QueueGroup[] => by(groups, group => group.id);

function by<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  return items
    .map(item => ({ item, key: keyOf(item) }))
    .sort((a, b) => byText(a.key, b.key))
    .map(({ item }) => item);
}
