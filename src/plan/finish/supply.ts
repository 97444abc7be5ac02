import type { Change } from '../../model/change.ts';
import type { PresentAssignment } from '../../model/desired.ts';
import type { GroupId, GroupKey, QueueId, UserId } from '../../model/keys.ts';
import type { Ledger } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import type { Bystander, Tenant } from '../../model/tenant.ts';

type AnyGroup = GroupId | GroupKey;
type Way = string;

/**
 * Which groups and people stand on which queue, and who is in the groups. Groups to be made go by their source key.
 * A group may stand on one queue in several ways (two rings, both contracts); it leaves with the last of them.
 */
export interface Supply {
  readonly attached: ReadonlyMap<QueueId, ReadonlyMap<Way, AnyGroup>>;
  readonly direct: ReadonlyMap<QueueId, ReadonlySet<UserId>>;
  /** Each user once; undefined for a group that was not read. */
  readonly membersOf: (group: AnyGroup) => Iterable<UserId> | undefined;
}

export function supplyBefore(tenant: Tenant, present: readonly PresentAssignment[]): Supply {
  const attached = new Map<QueueId, Map<Way, GroupId>>();
  const direct = new Map<QueueId, Set<UserId>>();
  for (const row of present) {
    if (row.user !== undefined) within(direct, row.queue, () => new Set<UserId>()).add(row.user);
    else if (row.group !== undefined)
      within(attached, row.queue, () => new Map<Way, GroupId>()).set(wayOf(row.group, row), row.group);
  }
  // Of a group that rules fill, what was read as a bystander is all of it.
  const groups = new Map<GroupId, Pick<Bystander, 'memberIds'>>(
    [...tenant.groups, ...(tenant.bystanders ?? [])].map(group => [group.id, group]),
  );
  for (const { id, routingQueueIds = [] } of tenant.bystanders ?? [])
    for (const queue of routingQueueIds)
      within(attached, queue, () => new Map<Way, GroupId>()).set(wayOf(id, { how: 'scim-extension' }), id);
  return { attached, direct, membersOf: id => groups.get(id)?.memberIds };
}

/** What of all this we placed: the base that the share of removals is measured by. */
export function placedBy(ledger: Ledger): Pick<Supply, 'attached' | 'direct'> {
  const book = bookOf(ledger);
  const attached = new Map<QueueId, Map<Way, GroupId>>();
  for (const { edge } of book.others()) {
    if (edge.kind !== 'attachment') continue;
    within(attached, edge.queue, () => new Map<Way, GroupId>()).set(wayOf(edge.group, edge), edge.group);
  }
  const direct = new Map([...book.queueMembers()].map(([queue, people]) => [queue, new Set(people.users())]));
  return { attached, direct };
}

/** (person, queue) pairs that we placed, by the ledger alone: what there is to go by where little was read. */
export function heldBy(ledger: Ledger): number {
  const members = new Map(bookOf(ledger).members());
  const ours: Supply = { ...placedBy(ledger), membersOf: group => members.get(group)?.users() };
  let held = 0;
  for (const queue of new Set([...ours.attached.keys(), ...ours.direct.keys()]))
    held += countHeads(queue, ours);
  return held;
}

/** The same after these changes. Only what they touch is copied: a plan is small beside a tenant. */
export function supplyAfter(before: Supply, changes: readonly Change[]): Supply {
  const attached = new Map<QueueId, Map<Way, AnyGroup>>();
  const direct = new Map<QueueId, Set<UserId>>();
  const members = new Map<AnyGroup, Set<UserId>>();
  const waysOn = (queue: QueueId) => within(attached, queue, () => new Map(before.attached.get(queue)));
  const peopleOn = (queue: QueueId) => within(direct, queue, () => new Set(before.direct.get(queue)));
  const peopleIn = (group: AnyGroup) => within(members, group, () => new Set(before.membersOf(group)));
  for (const change of changes) {
    switch (change.kind) {
      case 'member.add':
        peopleIn(change.id ?? change.group).add(change.user);
        break;
      case 'member.remove':
        peopleIn(change.id).delete(change.user);
        break;
      case 'queue.attach':
        if (change.user !== undefined) peopleOn(change.queue).add(change.user);
        else waysOn(change.queue).set(wayOf(groupOf(change), change), groupOf(change));
        break;
      case 'queue.detach':
        if (change.user !== undefined) peopleOn(change.queue).delete(change.user);
        else if (change.id !== undefined) waysOn(change.queue).delete(wayOf(change.id, change));
        break;
      default:
        break;
    }
  }
  return {
    attached: new Map([...before.attached, ...attached]),
    direct: new Map([...before.direct, ...direct]),
    membersOf: group => members.get(group) ?? before.membersOf(group),
  };
}

/**
 * Everybody on the queue, each once, with the group that brings them; of several the first. Nobody brings those who
 * stand there one by one.
 */
export function heads(queue: QueueId, supply: Supply): Map<UserId, AnyGroup | undefined> {
  const users = new Map<UserId, AnyGroup | undefined>();
  for (const group of supply.attached.get(queue)?.values() ?? [])
    for (const user of supply.membersOf(group) ?? []) if (!users.has(user)) users.set(user, group);
  for (const user of supply.direct.get(queue) ?? []) if (!users.has(user)) users.set(user, undefined);
  return users;
}

/** How many `heads` are. Nearly every queue has one group and nobody else: then the people need not be compared. */
export function countHeads(queue: QueueId, supply: Supply): number {
  const ways = supply.attached.get(queue);
  const isAlone = ways?.size === 1 && (supply.direct.get(queue)?.size ?? 0) === 0;
  const members = isAlone ? supply.membersOf(ways.values().next().value!) : undefined;
  return Array.isArray(members) ? members.length : heads(queue, supply).size;
}

const groupOf = (change: Extract<Change, { kind: 'queue.attach' }>): AnyGroup => change.id ?? change.group;

const wayOf = (group: AnyGroup, { how, ring }: { readonly how: string; readonly ring?: number }): Way =>
  `${group} ${how} ${ring ?? ''}`;

function within<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
