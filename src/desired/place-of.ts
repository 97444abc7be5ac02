import type { Service } from '../model/desired.ts';
import type { Place } from '../model/explanation.ts';
import type { UserId } from '../model/keys.ts';
import { type Edge, edgeId, type Ledger, type OwnedEdge } from '../model/ledger.ts';
import type { TenantGroup, TenantQueue } from '../model/tenant.ts';

export interface PlaceInput {
  readonly service: Service;
  readonly path: readonly string[];
  readonly queue: TenantQueue;
  readonly user: UserId;
  readonly group: TenantGroup | undefined;
  readonly ledger: Ledger;
}

/** One service as it concerns one person: is the whole chain there, and since which run of ours? */
export function placeOf({ service, path, queue, user, group, ledger }: PlaceInput): Place {
  const edges = edgesOf(service, queue, user, group);
  const owned = edges
    .map(edge => ledger.get(edgeId(edge)))
    .filter((each): each is OwnedEdge => each !== undefined);
  // The chain is as old as its youngest link.
  const latest = owned.toSorted((a, b) => (a.at < b.at ? 1 : -1))[0];
  return {
    mapping: service.mapping,
    queue: { id: queue.id, name: queue.name },
    how: service.assign,
    ...(service.ring === undefined ? {} : { ring: service.ring }),
    path,
    state: isThere(service, queue, user, group) ? 'there' : 'planned',
    ...(latest ? { since: { run: latest.run, at: latest.at } } : {}),
  };
}

function edgesOf(service: Service, queue: TenantQueue, user: UserId, group: TenantGroup | undefined): Edge[] {
  if (service.assign === 'direct-members') return [{ kind: 'queue-member', queue: queue.id, user }];
  if (!group) return [];
  const ring = service.ring === undefined ? {} : { ring: service.ring };
  return [
    { kind: 'member', group: group.id, user },
    { kind: 'attachment', queue: queue.id, group: group.id, how: service.assign, ...ring },
  ];
}

function isThere(
  { assign, ring }: Service,
  queue: TenantQueue,
  user: UserId,
  group: TenantGroup | undefined,
): boolean {
  if (assign === 'direct-members') return queue.members?.some(member => member.user === user) ?? false;
  if (!group?.memberIds.includes(user)) return false;
  if (assign === 'scim-extension') return group.routingQueueIds?.includes(queue.id) ?? false;
  const groups =
    assign === 'ring-groups'
      ? queue.rings.find(each => each.number === ring)?.memberGroups
      : queue.memberGroups;
  return groups?.some(each => each.id === group.id) ?? false;
}
