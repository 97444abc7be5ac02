import type { Change } from '../model/change.ts';
import type { DesiredGroup, PresentAssignment } from '../model/desired.ts';
import type { Bookkeeping } from '../model/journal.ts';
import type { GroupKey } from '../model/keys.ts';
import type { Ledger } from '../model/ledger.ts';
import type { Note } from '../model/note.ts';
import { hidesInCount, type Plan, type PlanNames } from '../model/plan.ts';
import type { Tenant } from '../model/tenant.ts';
import { fingerprint } from './fingerprint.ts';
import { fullestAfter } from './memberships.ts';
import { type Carriers, inOrder, type PeopleOf, stepsOf } from './order.ts';
import { outlookOf } from './outlook.ts';
import { type Batches, priceOf } from './price.ts';

export interface Unfinished {
  /** In any order. */
  readonly changes: readonly Change[];
  /** The source groups behind the changes, as far as they are known. */
  readonly groups: ReadonlyMap<GroupKey, DesiredGroup>;
  readonly tenant: Tenant;
  readonly present: readonly PresentAssignment[];
  readonly ledger: Ledger;
  readonly carriers: Carriers;
  readonly batches: Batches;
  readonly bookkeeping: Bookkeeping;
  readonly notes: readonly Note[];
}

/** Whatever the changes come from: a safe order, steps, who comes and goes, the price, the fingerprint. Pure. */
export function finishPlan(input: Unfinished): Plan {
  const { groups, tenant, present, ledger } = input;
  const changes = inOrder(input.changes);
  const documented = tenant.choice.contract === 'scim-extension';
  const steps = stepsOf(changes, input.carriers, documented, peopleOf(groups, tenant));
  const outlook = outlookOf(changes, tenant, present, ledger);
  return {
    kind: 'muster.plan',
    version: 1,
    choice: tenant.choice,
    changes,
    steps,
    queues: outlook.queues,
    fullest: fullestAfter(changes, tenant),
    notes: input.notes,
    price: priceOf(steps, changes, input.batches, tenant.budget.perMinute, readBacks(outlook.queues, tenant)),
    names: namesOf(groups, tenant, changes, outlook.queues),
    bookkeeping: input.bookkeeping,
    losses: outlook.losses,
    held: outlook.held,
    fingerprint: fingerprint({ contract: tenant.choice.contract, changes }),
  };
}

/** Whom a change moves: one person, or everybody who is or will be in the group. */
function peopleOf(groups: ReadonlyMap<GroupKey, DesiredGroup>, tenant: Tenant): PeopleOf {
  const byId = new Map(tenant.groups.map(group => [group.id, group.memberIds]));
  return change => {
    if ('user' in change && change.user !== undefined) return [change.user];
    if (change.kind !== 'queue.attach' && change.kind !== 'queue.detach') return [];
    const coming = groups.get(change.group)?.members.map(member => member.user) ?? [];
    return [...coming, ...(byId.get(change.id ?? '') ?? [])];
  };
}

/** What the read-back after applying has to ask for; see `apply/settle.ts`, which asks for exactly this. */
function readBacks(queues: Plan['queues'], tenant: Tenant) {
  const byId = new Map(tenant.queues.map(queue => [queue.id, queue]));
  const ringed = queues.filter(queue => (byId.get(queue.queue)?.rings.length ?? 0) > 0).length;
  // A full last page is followed by a look for one more (API reference §3.4).
  const pages = queues.filter(hidesInCount).map(queue => Math.floor(queue.after / memberPage) + 1);
  return {
    plain: queues.length - ringed,
    ringed,
    memberPages: pages.reduce((sum, count) => sum + count, 0),
  };
}

/** People in one page of a queue's members (API reference §3.4). */
const memberPage = 100;

/** Of everybody whom the plan speaks of; a tenant has many more. */
function namesOf(
  groups: ReadonlyMap<GroupKey, DesiredGroup>,
  tenant: Tenant,
  changes: readonly Change[],
  queues: Plan['queues'],
): PlanNames {
  const named = new Set([
    ...changes.flatMap(change => ('user' in change && change.user !== undefined ? [change.user] : [])),
    ...queues.flatMap(({ joining, leaving }) => [...joining, ...leaving]),
  ]);
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
