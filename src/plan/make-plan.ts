import type { Assignment, Desired, DesiredGroup, PresentAssignment } from '../model/desired.ts';
import type { GroupKey, MappingId } from '../model/keys.ts';
import type { Ledger } from '../model/ledger.ts';
import type { Limits } from '../model/limits.ts';
import type { StrategyName } from '../model/mapping.ts';
import type { Note } from '../model/note.ts';
import { hidesInCount, type Plan, type PlanNames } from '../model/plan.ts';
import type { Tenant } from '../model/tenant.ts';
import { attachments, groupAdditions, presentEdges, removalChange, wantedEdges } from './diff.ts';
import { fingerprint } from './fingerprint.ts';
import { handNotes } from './hand-notes.ts';
import { keepOwned } from './keep-owned.ts';
import { bindUnmade, matchGroups } from './match-groups.ts';
import { type Carriers, inOrder, type PeopleOf, stepsOf } from './order.ts';
import { outlookOf } from './outlook.ts';
import { withoutOverlap } from './overlap.ts';
import { type Batches, priceOf } from './price.ts';
import { protect } from './protect.ts';
import { quarantine } from './quarantine.ts';

export interface PlanInput {
  readonly desired: Desired;
  /** What the strategies make of `desired.services`. */
  readonly wanted: readonly Assignment[];
  /** What the strategies see in the tenant. */
  readonly present: readonly PresentAssignment[];
  /** The ways in which a queue can be told under the contract of this run. */
  readonly tellable: ReadonlySet<StrategyName>;
  /** Source groups that must exist as Genesys groups. */
  readonly groupsNeeded: ReadonlySet<GroupKey>;
  readonly tenant: Tenant;
  readonly ledger: Ledger;
  readonly mappings: ReadonlySet<MappingId>;
  readonly carriers: Carriers;
  readonly batches: Batches;
  readonly limits: Pick<Limits, 'removals' | 'quarantine' | 'protect'>;
  /** Tokens of quarantined removals that are let go. */
  readonly released: ReadonlySet<string>;
  /** Notes of earlier stages, told with the plan. */
  readonly notes?: readonly Note[];
}

/** From desired, tenant and ledger to changes in a safe order, with notes, price and fingerprint. Pure. */
export function makePlan(input: PlanInput): Plan {
  const { desired, tenant, present } = input;
  const groups = new Map(desired.groups.map(group => [group.key, group]));
  const matches = matchGroups(
    desired.groups.filter(group => input.groupsNeeded.has(group.key)),
    tenant,
    input.ledger,
  );
  const ids = new Map(
    [...matches.pairs].flatMap(([group, found]) => (found ? [[group.key, found.id] as const] : [])),
  );
  const idOf = (key: GroupKey) => ids.get(key);
  const { ledger, bind } = bindUnmade(input.ledger, idOf);
  const served = input.wanted.filter(
    ({ subject }) => subject.kind === 'user' || !matches.skipped.has(subject.group),
  );
  const { wanted, notes: overlaps } = withoutOverlap(served, groups, tenant);
  const owned = keepOwned({
    ledger,
    desired,
    mappings: input.mappings,
    skipped: matches.skipped,
    // Who is also there through a group is not added, and yet wanted: the hold on them is not given up.
    wanted: wantedEdges(matches.pairs, served, idOf),
    present: presentEdges(tenant, present),
    whenGroupGone: input.limits.removals.whenGroupGone,
    tellable: input.tellable,
  });
  const unprotected = protect(owned.removals, tenant, input.limits.protect);
  const nameOf = (key: GroupKey) => groups.get(key)?.name ?? key;
  const going = quarantine(unprotected.removals, ledger, nameOf, input.limits.quarantine, input.released);
  const changes = inOrder([
    ...[...matches.pairs].flatMap(([group, found]) => groupAdditions(group, found)),
    ...attachments(wanted, present, idOf),
    ...going.removals.map(removalChange),
  ]);
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
    notes: [
      ...(input.notes ?? []),
      ...desired.notes,
      ...matches.notes,
      ...overlaps,
      ...owned.notes,
      ...unprotected.notes,
      ...going.notes,
      ...handNotes({ pairs: matches.pairs, tenant, present, wanted, owned: new Set(ledger.keys()), idOf }),
    ],
    price: priceOf(steps, changes, input.batches, tenant.budget.perMinute, readBacks(outlook.queues, tenant)),
    names: namesOf(groups, tenant),
    bookkeeping: { bind, confirm: owned.confirm, forget: owned.forget, rehome: owned.rehome },
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

function namesOf(groups: ReadonlyMap<GroupKey, DesiredGroup>, tenant: Tenant): PlanNames {
  const users: Record<string, string> = {};
  for (const queue of tenant.queues)
    for (const member of queue.members ?? []) if (member.name) users[member.user] = member.name;
  for (const user of tenant.users) users[user.id] = user.name;
  return {
    users,
    queues: Object.fromEntries(tenant.queues.map(queue => [queue.id, queue.name])),
    groups: {
      ...Object.fromEntries(tenant.groups.map(group => [group.id, group.name])),
      ...Object.fromEntries([...groups].map(([key, group]) => [key, group.name])),
    },
  };
}
