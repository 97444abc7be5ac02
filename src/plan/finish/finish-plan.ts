import type { Change } from '../../model/change.ts';
import type { DesiredGroup, LinkedPerson, PresentAssignment } from '../../model/desired.ts';
import type { Bookkeeping } from '../../model/journal.ts';
import type { GroupKey, QueueId, UserId } from '../../model/keys.ts';
import type { Ledger } from '../../model/ledger.ts';
import type { DrainRules } from '../../model/limits.ts';
import type { Note } from '../../model/note.ts';
import { type Drain, hidesInCount, type Plan, type PlanNames } from '../../model/plan.ts';
import type { Purpose } from '../../model/purpose.ts';
import type { Seats } from '../../model/seat.ts';
import type { Tenant } from '../../model/tenant.ts';
import { activatedIn } from './activated.ts';
import { mayStayNotes } from './bystanders.ts';
import { drainOf } from './drain.ts';
import { planFingerprint } from './fingerprint.ts';
import { handoversOf } from './handover.ts';
import { lossesByMapping } from './losers.ts';
import { fullestAfter } from './memberships.ts';
import { type Carriers, type ConcernsOf, inOrder, stepsOf } from './order.ts';
import { outlookOf } from './outlook.ts';
import { allQueues, type Batches, pagesOf, priceOf } from './price.ts';
import { withReadBacks } from './read-back.ts';
import { seatsOf } from './seats.ts';

/** What has to be known of a source group: how it is called, and who is or will be in it. */
export interface NamedGroup extends Pick<DesiredGroup, 'name' | 'sourceName'> {
  readonly members: readonly Pick<LinkedPerson, 'user'>[];
}

/** What every kind of plan stands on. */
export interface Ground {
  readonly tenant: Tenant;
  readonly present: readonly PresentAssignment[];
  readonly carriers: Carriers;
  readonly batches: Batches;
  /** Seats that earlier runs took away; see `plan/finish/seats`. */
  readonly seats: Seats;
  readonly limits: { readonly drain: DrainRules };
}

export interface Unfinished {
  readonly purpose?: Purpose;
  /** In any order. */
  readonly changes: readonly Change[];
  /** The source groups behind the changes, as far as they are known. */
  readonly groups: ReadonlyMap<GroupKey, NamedGroup>;
  readonly ledger: Ledger;
  readonly bookkeeping: Bookkeeping;
  readonly notes: readonly Note[];
}

/** Whatever the changes come from: a safe order, steps, who comes and goes, the price, the fingerprint. Pure. */
export function finishPlan(
  { tenant, present, carriers, batches, seats, limits }: Ground,
  input: Unfinished,
): Plan {
  const { groups, ledger } = input;
  const documented = tenant.choice.contract === 'scim-extension';
  const outlook = outlookOf(input.changes, tenant, present, ledger);
  const drain = drainOf(outlook.queues, input.changes, tenant, seats, limits.drain);
  const given = seatsOf(seats, outlook.queues, input.changes, tenant);
  const changes = inOrder([...input.changes, ...given.changes]);
  const concerns = concernsOf(groups, tenant, outlook.queues);
  const steps = withReadBacks(
    stepsOf(
      changes,
      carriers,
      documented,
      concerns,
      drained(drain),
      handoversOf(changes, outlook.after, outlook.queues, concerns),
    ),
    changes,
    outlook.queues,
    tenant,
    present,
  );
  const names = namesOf(groups, tenant, changes, outlook.queues, input.bookkeeping);
  return {
    kind: 'muster.plan',
    version: 1,
    choice: tenant.choice,
    ...(input.purpose ? { purpose: input.purpose } : {}),
    changes,
    steps,
    queues: outlook.queues,
    fullest: fullestAfter(changes, tenant),
    ...(drain ? { drain } : {}),
    notes: [...input.notes, ...mayStayNotes(outlook.queues, tenant, names)],
    price: priceOf({
      steps,
      changes,
      queues: outlook.queues,
      drain,
      batches,
      perMinute: tenant.budget.perMinute,
      touched: readBacks(outlook.queues, tenant),
      heads: headsOf(outlook.queues, tenant),
      hasActivated: activatedIn(tenant, changes),
    }),
    names,
    bookkeeping: { ...input.bookkeeping, ...(given.moves ? { seats: given.moves } : {}) },
    losses: outlook.losses,
    ...(outlook.losses > 0
      ? { lossesByMapping: lossesByMapping(changes, outlook.queues, tenant.groups) }
      : {}),
    held: outlook.held,
    fingerprint: planFingerprint(tenant.choice.contract, { changes, bookkeeping: input.bookkeeping }),
  };
}

const drained = (drain: Drain | undefined): ReadonlySet<UserId> =>
  new Set(drain?.queues.flatMap(({ seats }) => seats.map(seat => seat.user)));

/**
 * Whom a change moves: one person, or everybody who is or will be in the group; and the queues that others leave, or
 * come to, at the same time.
 */
function concernsOf(
  groups: ReadonlyMap<GroupKey, NamedGroup>,
  tenant: Tenant,
  queues: Plan['queues'],
): ConcernsOf {
  const byId = new Map(tenant.groups.map(group => [group.id, group.memberIds]));
  const exchanging = queues.filter(hidesInCount);
  const exchanges = new Set(exchanging.map(({ queue }) => queue));
  const served = new Map<GroupKey, QueueId[]>();
  for (const { queue, groups: serving } of exchanging)
    for (const group of serving) served.set(group, [...(served.get(group) ?? []), queue]);
  return change => {
    if (change.kind === 'member.add' || change.kind === 'member.remove')
      return [change.user, ...(served.get(change.id ?? change.group) ?? [])];
    if (change.kind !== 'queue.attach' && change.kind !== 'queue.detach') return [];
    const queue = exchanges.has(change.queue) ? [change.queue] : [];
    if (change.user !== undefined) return [change.user, ...queue];
    const coming = groups.get(change.group)?.members.map(member => member.user) ?? [];
    return [...coming, ...(byId.get(change.id ?? '') ?? []), ...queue];
  };
}

/** What the read-back after applying has to ask for; see `apply/settle.ts`, which asks for exactly this. */
function readBacks(queues: Plan['queues'], tenant: Tenant) {
  const byId = new Map(tenant.queues.map(queue => [queue.id, queue]));
  const ringed = queues.filter(queue => (byId.get(queue.queue)?.rings.length ?? 0) > 0).length;
  const pages = queues.filter(hidesInCount).map(queue => pagesOf(queue.after));
  return {
    plain: queues.length - ringed,
    all: allQueues(tenant),
    ringed,
    memberPages: pages.reduce((sum, count) => sum + count, 0),
  };
}

/** Members on each queue when all is done. */
function headsOf(queues: Plan['queues'], tenant: Tenant): (queue: QueueId) => number {
  const after = new Map(queues.map(queue => [queue.queue, queue.after]));
  const now = new Map(
    tenant.queues.map(queue => [queue.id, queue.members?.length ?? queue.memberCount ?? 0]),
  );
  return queue => after.get(queue) ?? now.get(queue) ?? 0;
}

/** Of everybody whom the plan speaks of; a tenant has many more. */
function namesOf(
  groups: ReadonlyMap<GroupKey, NamedGroup>,
  tenant: Tenant,
  changes: readonly Change[],
  queues: Plan['queues'],
  { adopt = [], release = [] }: Bookkeeping,
): PlanNames {
  const named = new Set<UserId>();
  for (const { edge } of [...adopt, ...release]) if ('user' in edge) named.add(edge.user);
  for (const change of changes) if ('user' in change && change.user !== undefined) named.add(change.user);
  for (const { joining, leaving } of queues)
    for (const users of [joining, leaving]) for (const user of users) named.add(user);
  const users: Record<string, string> = {};
  if (named.size > 0) {
    for (const { members = [] } of tenant.queues)
      for (const { user, name } of members) if (name && named.has(user)) users[user] = name;
    for (const { id, name } of tenant.users) if (named.has(id)) users[id] = name;
  }
  return {
    users,
    queues: Object.fromEntries(tenant.queues.map(queue => [queue.id, queue.name])),
    groups: {
      ...Object.fromEntries(tenant.groups.map(group => [group.id, group.name])),
      ...Object.fromEntries([...groups].map(([key, group]) => [key, group.name])),
    },
    sourceGroups: Object.fromEntries(
      [...groups].flatMap(([key, { sourceName }]) => (sourceName === undefined ? [] : [[key, sourceName]])),
    ),
  };
}
