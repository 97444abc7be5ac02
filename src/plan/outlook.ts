import type { Change } from '../model/change.ts';
import type { PresentAssignment } from '../model/desired.ts';
import type { GroupId, GroupKey, QueueId, UserId } from '../model/keys.ts';
import type { QueueOutlook } from '../model/plan.ts';
import type { Tenant, TenantQueue } from '../model/tenant.ts';

export interface Outlook {
  /** Queues that the plan changes, or whose groups it changes; in the order of their names. */
  readonly queues: readonly QueueOutlook[];
  /** (person, queue) pairs that our groups and people hold now. */
  readonly held: number;
  /** Pairs that the plan takes away, and memberships of groups that serve no queue. */
  readonly losses: number;
}

/**
 * Who is on each queue before and after, as sets of people: one who comes through two groups counts once, and one
 * who leaves one group but stays in the other loses nothing.
 *
 * Where a queue has people whom we did not read one by one (groups of other hands, direct members), the server's
 * counts stand in for them and `exact` is false; a removal is never judged on that (`queuesToRead`).
 */
export function outlookOf(
  changes: readonly Change[],
  tenant: Tenant,
  present: readonly PresentAssignment[],
): Outlook {
  const before = supplyBefore(tenant, present);
  const after = supplyAfter(before, changes);
  const touched = touchedQueues(changes, before, after);
  const names = new Map(tenant.queues.map(queue => [queue.id, queue.name]));
  const queues = tenant.queues
    .filter(queue => touched.has(queue.id))
    .map(queue => queueOutlook(queue, before, after))
    .sort((a, b) => (names.get(a.queue)! < names.get(b.queue)! ? -1 : 1));
  const serving = new Set([...before.attached.values()].flatMap(groups => [...groups]));
  const idle = changes.filter(change => change.kind === 'member.remove' && !serving.has(change.id)).length;
  const losses = queues.reduce((sum, queue) => sum + queue.leaving.length, idle);
  let held = 0;
  for (const queue of tenant.queues) held += heads(queue.id, before).size;
  return { queues, held, losses };
}

/** Queues that would lose somebody while the picture of them is not exact: to be read before judging. */
export const queuesToRead = (queues: readonly QueueOutlook[]): readonly QueueId[] =>
  queues.filter(queue => queue.leaving.length > 0 && !queue.exact).map(queue => queue.queue);

/** Which groups and people stand on which queue, and who is in the groups. Groups to be made go by their source key. */
interface Supply {
  readonly attached: ReadonlyMap<QueueId, ReadonlySet<GroupId | GroupKey>>;
  readonly direct: ReadonlyMap<QueueId, ReadonlySet<UserId>>;
  readonly members: ReadonlyMap<GroupId | GroupKey, ReadonlySet<UserId>>;
}

function supplyBefore(tenant: Tenant, present: readonly PresentAssignment[]): Supply {
  const attached = new Map<QueueId, Set<GroupId>>();
  const direct = new Map<QueueId, Set<UserId>>();
  for (const row of present) {
    if (row.user !== undefined) put(direct, row.queue, row.user);
    else if (row.group !== undefined) put(attached, row.queue, row.group);
  }
  return {
    attached,
    direct,
    members: new Map(tenant.groups.map(group => [group.id, new Set(group.memberIds)])),
  };
}

function supplyAfter(before: Supply, changes: readonly Change[]): Supply {
  const attached = copy(before.attached);
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
        else put(attached, change.queue, change.id ?? change.group);
        break;
      case 'queue.detach':
        if (change.user !== undefined) direct.get(change.queue)?.delete(change.user);
        else if (change.id !== undefined) attached.get(change.queue)?.delete(change.id);
        break;
      default:
        break;
    }
  }
  return { attached, direct, members };
}

function touchedQueues(changes: readonly Change[], before: Supply, after: Supply): Set<QueueId> {
  const touched = new Set<QueueId>();
  const groups = new Set<GroupId | GroupKey>();
  for (const change of changes) {
    if (change.kind === 'queue.attach' || change.kind === 'queue.detach') touched.add(change.queue);
    else if (change.kind === 'member.add') groups.add(change.id ?? change.group);
    else if (change.kind === 'member.remove') groups.add(change.id);
  }
  for (const supply of [before, after]) {
    for (const [queue, attached] of supply.attached) {
      for (const group of attached) if (groups.has(group)) touched.add(queue);
    }
  }
  return touched;
}

function queueOutlook(queue: TenantQueue, before: Supply, after: Supply): QueueOutlook {
  const was = heads(queue.id, before);
  const willBe = heads(queue.id, after);
  const everybody = queue.members && new Set(queue.members.map(member => member.user));
  const joining = [...willBe].filter(user => !was.has(user) && !everybody?.has(user)).sort();
  const leaving = [...was].filter(user => !willBe.has(user) && (everybody?.has(user) ?? true)).sort();
  const unread = everybody ? 0 : strangers(queue, before);
  const count =
    everybody?.size ??
    Math.max(queue.memberCount ?? 0, was.size + (queue.memberCount === undefined ? unread : 0));
  return {
    queue: queue.id,
    before: count,
    after: count + joining.length - leaving.length,
    joining,
    leaving,
    groups: [
      ...new Set([...(before.attached.get(queue.id) ?? []), ...(after.attached.get(queue.id) ?? [])]),
    ].sort(),
    exact: everybody !== undefined || (unread === 0 && count === was.size),
  };
}

/** People of whom only a number is known: in groups that we did not read, and direct members where not read. */
function strangers(queue: TenantQueue, supply: Supply): number {
  const groups = [...queue.memberGroups, ...queue.rings.flatMap(ring => ring.memberGroups)];
  const unread = groups.filter(group => !supply.members.has(group.id));
  const inGroups = unread.reduce((sum, group) => sum + (group.memberCount ?? 1), 0);
  const direct = (queue.userMemberCount ?? 0) - (supply.direct.get(queue.id)?.size ?? 0);
  return inGroups + Math.max(0, direct);
}

function heads(queue: QueueId, supply: Supply): Set<UserId> {
  const users = new Set(supply.direct.get(queue));
  for (const group of supply.attached.get(queue) ?? []) {
    for (const user of supply.members.get(group) ?? []) users.add(user);
  }
  return users;
}

function put<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}

const copy = <K, V>(map: ReadonlyMap<K, ReadonlySet<V>>): Map<K, Set<V>> =>
  new Map([...map].map(([key, set]) => [key, new Set(set)]));
