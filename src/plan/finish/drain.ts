import type { Change } from '../../model/change.ts';
import type { GroupId, QueueId, UserId } from '../../model/keys.ts';
import type { DrainRules } from '../../model/limits.ts';
import type { Drain, QueueOutlook } from '../../model/plan.ts';
import { type Seat, type Seats, seatFor, seatId } from '../../model/seat.ts';
import { matcher, selectorOf } from '../../model/select.ts';
import type { Tenant, TenantGroup } from '../../model/tenant.ts';

/** Seconds that the people of a queue get before they are taken off it. */
export function graceOf({
  graceSeconds,
  queues,
}: DrainRules): (queue: { readonly id: QueueId; readonly name: string }) => number {
  const rules = queues.map(rule => ({ rule, match: matcher(selectorOf(rule.queue)) }));
  return ({ id, name }) => rules.find(({ match }) => match([name, id]))?.rule.graceSeconds ?? graceSeconds;
}

/**
 * Who has to be unjoined before they go: whoever leaves a queue that has a grace, and has activated it. Somebody whom
 * a run unjoined that died has activated it as well, whatever the queue shows. Undefined where there is nobody.
 */
export function drainOf(
  queues: readonly QueueOutlook[],
  changes: readonly Change[],
  tenant: Tenant,
  kept: Seats,
  rules: DrainRules,
): Drain | undefined {
  const graceFor = graceOf(rules);
  const byId = new Map(tenant.queues.map(queue => [queue.id, queue]));
  const taking = takers(changes, tenant.groups);
  let graceSeconds = 0;
  const drained = queues.flatMap(outlook => {
    const queue = byId.get(outlook.queue)!;
    const grace = graceFor(queue);
    if (grace === 0) return [];
    const rows = new Map(queue.members?.map(member => [member.user, member]));
    const mayStay = new Set(outlook.mayStay);
    const seats = outlook.leaving.flatMap((user): Seat[] => {
      if (mayStay.has(user)) return [];
      const row = rows.get(user);
      const seat = kept.get(seatId({ queue: queue.id, user }));
      const taker = taking(outlook, user)[0];
      if (!row || !taker || !(row.joined || (seat?.state === 'open' && seat.joined))) return [];
      const ring = row.by === 'user' ? row.ring : undefined;
      return [seatFor({ ...taker, queue: queue.id, user }, { ring, joined: true })];
    });
    if (seats.length === 0) return [];
    graceSeconds = Math.max(graceSeconds, grace);
    return [{ queue: queue.id, seats }];
  });
  return drained.length === 0 ? undefined : { graceSeconds, queues: drained };
}

type Taking = Extract<Change, { kind: 'member.remove' | 'queue.detach' }>;

/**
 * The changes that take somebody off a queue: out of one of its groups, off it directly, or with a whole group that
 * they are in. `groups` is who was where before.
 */
export function takers(
  changes: readonly Change[],
  groups: readonly Pick<TenantGroup, 'id' | 'memberIds'>[],
): (outlook: Pick<QueueOutlook, 'queue' | 'groups'>, user: UserId) => readonly Taking[] {
  const byId = new Map(groups.map(group => [group.id, group]));
  const indexed = new Map<GroupId, ReadonlySet<UserId>>();
  // Only groups that a plan takes off a queue are ever asked for.
  const membersOf = (id: GroupId): ReadonlySet<UserId> | undefined => {
    const group = byId.get(id);
    if (group && !indexed.has(id)) indexed.set(id, new Set(group.memberIds));
    return indexed.get(id);
  };
  const byUser = new Map<UserId, Taking[]>();
  const withGroup = new Map<QueueId, Taking[]>();
  for (const change of changes) {
    if (change.kind === 'member.remove' || (change.kind === 'queue.detach' && change.user !== undefined))
      put(byUser, change.user!, change);
    else if (change.kind === 'queue.detach') put(withGroup, change.queue, change);
  }
  return ({ queue, groups: serving }, user) => [
    ...(byUser.get(user) ?? []).filter(change =>
      change.kind === 'member.remove' ? serving.includes(change.id) : change.queue === queue,
    ),
    ...(withGroup.get(queue) ?? []).filter(change => membersOf(change.id!)?.has(user) ?? true),
  ];
}

function put<Key>(map: Map<Key, Taking[]>, key: Key, change: Taking): void {
  const list = map.get(key);
  if (list) list.push(change);
  else map.set(key, [change]);
}
