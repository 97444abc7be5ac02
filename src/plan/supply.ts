import type { Change } from '../model/change.ts';
import type { PresentAssignment } from '../model/desired.ts';
import type { GroupId, GroupKey, QueueId, UserId } from '../model/keys.ts';
import type { Ledger } from '../model/ledger.ts';
import type { Tenant } from '../model/tenant.ts';

/**
 * Which groups and people stand on which queue, and who is in the groups. Groups to be made go by their source key.
 * A group may stand on one queue in several ways (two rings, both contracts); it leaves with the last of them.
 */
export interface Supply {
  readonly attached: ReadonlyMap<QueueId, ReadonlyMap<Way, GroupId | GroupKey>>;
  readonly direct: ReadonlyMap<QueueId, ReadonlySet<UserId>>;
  readonly members: ReadonlyMap<GroupId | GroupKey, ReadonlySet<UserId>>;
}

type Way = string;

const wayOf = (
  group: GroupId | GroupKey,
  { how, ring }: { readonly how: string; readonly ring?: number },
): Way => `${group} ${how} ${ring ?? ''}`;

export function supplyBefore(tenant: Tenant, present: readonly PresentAssignment[]): Supply {
  const attached = new Map<QueueId, Map<Way, GroupId>>();
  const direct = new Map<QueueId, Set<UserId>>();
  for (const row of present) {
    if (row.user !== undefined) put(direct, row.queue, row.user);
    else if (row.group !== undefined) attach(attached, row.queue, row.group, row);
  }
  return {
    attached,
    direct,
    members: new Map(tenant.groups.map(group => [group.id, new Set(group.memberIds)])),
  };
}

/** What of all this we placed: the base that the share of removals is measured by. */
export function placedBy(ledger: Ledger): Pick<Supply, 'attached' | 'direct'> {
  const attached = new Map<QueueId, Map<Way, GroupId>>();
  const direct = new Map<QueueId, Set<UserId>>();
  for (const { edge } of ledger.values()) {
    if (edge.kind === 'attachment') attach(attached, edge.queue, edge.group, edge);
    if (edge.kind === 'queue-member') put(direct, edge.queue, edge.user);
  }
  return { attached, direct };
}

export function supplyAfter(before: Supply, changes: readonly Change[]): Supply {
  const attached = new Map([...before.attached].map(([queue, ways]) => [queue, new Map(ways)]));
  const direct = copy(before.direct);
  const members = copy(before.members);
  for (const change of changes) {
    switch (change.kind) {
      case 'member.add':
        put(members, change.id ?? change.group, change.user);
        break;
      case 'member.remove':
        members.get(change.id)?.delete(change.user);
        break;
      case 'queue.attach':
        if (change.user !== undefined) put(direct, change.queue, change.user);
        else attach(attached, change.queue, change.id ?? change.group, change);
        break;
      case 'queue.detach':
        if (change.user !== undefined) direct.get(change.queue)?.delete(change.user);
        else if (change.id !== undefined) attached.get(change.queue)?.delete(wayOf(change.id, change));
        break;
      default:
        break;
    }
  }
  return { attached, direct, members };
}

/**
 * Everybody on the queue, each once, with the group that brings them; of several the first. Nobody brings those who
 * stand there one by one.
 */
export function heads(queue: QueueId, supply: Supply): Map<UserId, GroupId | GroupKey | undefined> {
  const users = new Map<UserId, GroupId | GroupKey | undefined>();
  for (const group of supply.attached.get(queue)?.values() ?? []) {
    for (const user of supply.members.get(group) ?? []) if (!users.has(user)) users.set(user, group);
  }
  for (const user of supply.direct.get(queue) ?? []) if (!users.has(user)) users.set(user, undefined);
  return users;
}

function attach(
  attached: Map<QueueId, Map<Way, GroupId | GroupKey>>,
  queue: QueueId,
  group: GroupId | GroupKey,
  how: { readonly how: string; readonly ring?: number },
): void {
  const ways = attached.get(queue) ?? new Map<Way, GroupId | GroupKey>();
  ways.set(wayOf(group, how), group);
  attached.set(queue, ways);
}

function put<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}

const copy = <K, V>(map: ReadonlyMap<K, ReadonlySet<V>>): Map<K, Set<V>> =>
  new Map([...map].map(([key, set]) => [key, new Set(set)]));
