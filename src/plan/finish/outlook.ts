import type { Change } from '../../model/change.ts';
import type { PresentAssignment } from '../../model/desired.ts';
import type { GroupId, GroupKey, QueueId, UserId } from '../../model/keys.ts';
import type { Ledger } from '../../model/ledger.ts';
import type { QueueOutlook } from '../../model/plan.ts';
import type { QueueGroup, Tenant, TenantQueue } from '../../model/tenant.ts';
import { groupsOn, thereByOthers } from './bystanders.ts';
import { flowsOf, type Origins, originsOf } from './flows.ts';
import { countHeads, heads, placedBy, type Supply, supplyAfter, supplyBefore } from './supply.ts';

export interface Outlook {
  /** Queues that the plan changes, or whose groups it changes; in the order of their names. */
  readonly queues: readonly QueueOutlook[];
  /** (person, queue) pairs that the groups and people whom we placed hold now. */
  readonly held: number;
  /** Pairs that the plan takes away, and memberships of groups that serve no queue. */
  readonly losses: number;
  /** When all is done. */
  readonly after: Supply;
}

/**
 * Who is on each queue before and after, as sets of people: one who comes through two groups counts once, and one
 * who leaves one group but stays in the other loses nothing, whoever made the other.
 *
 * Where a queue has people whom we did not read one by one (groups of other hands, direct members), the server's
 * counts stand in for them and `exact` is false; a removal is never judged on that (`queuesToRead`), nor without the
 * other groups of the queue (`plan/finish/bystanders`).
 */
export function outlookOf(
  changes: readonly Change[],
  tenant: Tenant,
  present: readonly PresentAssignment[],
  ledger: Ledger,
): Outlook {
  const before = supplyBefore(tenant, present);
  const after = supplyAfter(before, changes);
  const touched = touchedQueues(changes, before, after);
  const origins = originsOf(changes, ledger);
  const elsewhere = new Set(tenant.elsewhere);
  const names = new Map(tenant.queues.map(queue => [queue.id, queue.name]));
  const queues = tenant.queues
    .filter(queue => touched.has(queue.id))
    .map(queue => queueOutlook(queue, before, after, { origins, elsewhere }))
    .sort((a, b) => (names.get(a.queue)! < names.get(b.queue)! ? -1 : 1));
  const serving = new Set([...before.attached.values()].flatMap(ways => [...ways.values()]));
  const idle = changes.filter(change => change.kind === 'member.remove' && !serving.has(change.id)).length;
  const losses = queues.reduce((sum, queue) => sum + queue.leaving.length, idle);
  const ours = { ...before, ...placedBy(ledger) };
  let held = 0;
  for (const queue of tenant.queues) held += countHeads(queue.id, ours);
  return { queues, held, losses, after };
}

/**
 * Queues of which the picture is not exact although it matters, to be read before judging: those that would lose
 * somebody, and those that gain people while others stand there, directly or by another group, who may be the same.
 */
export function queuesToRead(queues: readonly QueueOutlook[], tenant: Tenant): QueueId[] {
  const byId = new Map(tenant.queues.map(queue => [queue.id, queue]));
  const hasDirect = (id: QueueId) => (byId.get(id)?.userMemberCount ?? byId.get(id)?.memberCount ?? 0) > 0;
  const mayBeThere = thereByOthers(tenant);
  return queues
    .filter(({ queue, exact, leaving, joining }) => {
      const row = byId.get(queue);
      if (exact || !row || row.members) return false;
      if (leaving.length > 0) return true;
      return joining.length > 0 && (hasDirect(queue) || joining.some(user => mayBeThere(row, user)));
    })
    .map(({ queue }) => queue);
}

/** Queues that lose somebody, where it matters who of their people has activated them. */
export function queuesToCount(
  queues: readonly QueueOutlook[],
  tenant: Tenant,
  matters: (queue: TenantQueue) => boolean,
): QueueId[] {
  const losing = new Set(queues.filter(queue => queue.leaving.length > 0).map(queue => queue.queue));
  return tenant.queues
    .filter(queue => losing.has(queue.id) && !queue.members && matters(queue))
    .map(queue => queue.id);
}

function touchedQueues(changes: readonly Change[], before: Supply, after: Supply): Set<QueueId> {
  const touched = new Set<QueueId>();
  if (changes.length === 0) return touched;
  const groups = new Set<GroupId | GroupKey>();
  for (const change of changes) {
    if (change.kind === 'queue.attach' || change.kind === 'queue.detach') touched.add(change.queue);
    else if (change.kind === 'member.add') groups.add(change.id ?? change.group);
    else if (change.kind === 'member.remove') groups.add(change.id);
  }
  for (const supply of [before, after]) {
    for (const [queue, attached] of supply.attached) {
      for (const group of attached.values()) if (groups.has(group)) touched.add(queue);
    }
  }
  return touched;
}

interface About {
  readonly origins: Origins;
  readonly elsewhere: ReadonlySet<UserId>;
}

function queueOutlook(
  queue: TenantQueue,
  before: Supply,
  after: Supply,
  { origins, elsewhere }: About,
): QueueOutlook {
  const was = heads(queue.id, before);
  const willBe = heads(queue.id, after);
  const everybody = queue.members && new Set(queue.members.map(member => member.user));
  const joining = [...willBe.keys()].filter(user => !was.has(user) && !everybody?.has(user)).sort();
  const leaving = [...was.keys()].filter(user => !willBe.has(user) && (everybody?.has(user) ?? true)).sort();
  const unreadGroups = groupsOn(queue).filter(group => before.membersOf(group.id) === undefined);
  const mayStay = unreadGroups.length > 0 ? leaving : leaving.filter(user => elsewhere.has(user));
  const unread = everybody ? 0 : strangers(queue, unreadGroups, before);
  const count =
    everybody?.size ??
    Math.max(queue.memberCount ?? 0, was.size + (queue.memberCount === undefined ? unread : 0));
  return {
    queue: queue.id,
    before: count,
    after: count + joining.length - leaving.length,
    joining,
    leaving,
    ...(mayStay.length > 0 ? { mayStay } : {}),
    groups: [
      ...new Set([before, after].flatMap(supply => [...(supply.attached.get(queue.id)?.values() ?? [])])),
    ].sort(),
    flows: flowsOf({ queue: queue.id, was, willBe, joining, leaving }, origins),
    exact: mayStay.length === 0 && (everybody !== undefined || (unread === 0 && count === was.size)),
    ...(queue.members ? joinedOn(queue.members, new Set(leaving)) : {}),
  };
}

/** How many have activated the queue now, and how many of them stay. */
function joinedOn(
  members: NonNullable<TenantQueue['members']>,
  leaving: ReadonlySet<UserId>,
): Pick<QueueOutlook, 'joinedBefore' | 'joinedAfter'> {
  const joined = members.filter(member => member.joined === true);
  return { joinedBefore: joined.length, joinedAfter: joined.filter(({ user }) => !leaving.has(user)).length };
}

/** People of whom only a number is known: in groups that we did not read, and direct members where not read. */
function strangers(queue: TenantQueue, unread: readonly QueueGroup[], supply: Supply): number {
  const inGroups = unread.reduce((sum, group) => sum + (group.memberCount ?? 1), 0);
  const direct = (queue.userMemberCount ?? 0) - (supply.direct.get(queue.id)?.size ?? 0);
  return inGroups + Math.max(0, direct);
}
