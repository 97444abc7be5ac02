import type { Assignment, Desired, DesiredGroup, PresentAssignment } from '../model/desired.ts';
import type { GroupKey, MappingId } from '../model/keys.ts';
import type { Ledger } from '../model/ledger.ts';
import type { Note } from '../model/note.ts';
import type { Plan, PlanNames } from '../model/plan.ts';
import type { Tenant } from '../model/tenant.ts';
import { attachments, groupAdditions, presentEdges, removalChange, wantedEdges } from './diff.ts';
import { fingerprint } from './fingerprint.ts';
import { handNotes } from './hand-notes.ts';
import { keepOwned } from './keep-owned.ts';
import { bindUnmade, matchGroups } from './match-groups.ts';
import { type Carriers, inOrder, stepsOf } from './order.ts';
import { outlookOf } from './outlook.ts';
import { withoutOverlap } from './overlap.ts';
import { type Batches, priceOf } from './price.ts';

export interface PlanInput {
  readonly desired: Desired;
  /** What the strategies make of `desired.services`. */
  readonly wanted: readonly Assignment[];
  /** What the strategies see in the tenant. */
  readonly present: readonly PresentAssignment[];
  /** Source groups that must exist as Genesys groups. */
  readonly groupsNeeded: ReadonlySet<GroupKey>;
  readonly tenant: Tenant;
  readonly ledger: Ledger;
  readonly mappings: ReadonlySet<MappingId>;
  readonly carriers: Carriers;
  readonly batches: Batches;
  readonly whenGroupGone: 'keep' | 'remove';
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
    wanted: wantedEdges(matches.pairs, wanted, idOf),
    present: presentEdges(tenant.groups, present),
    whenGroupGone: input.whenGroupGone,
  });
  const changes = inOrder([
    ...[...matches.pairs].flatMap(([group, found]) => groupAdditions(group, found)),
    ...attachments(wanted, present, idOf),
    ...owned.removals.map(removalChange),
  ]);
  const documented = tenant.choice.contract === 'scim-extension';
  const steps = stepsOf(changes, input.carriers, documented);
  const outlook = outlookOf(changes, tenant, present);
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
      ...handNotes({ pairs: matches.pairs, tenant, present, wanted, owned: new Set(ledger.keys()), idOf }),
    ],
    price: priceOf(steps, changes, input.batches, tenant.budget.perMinute, readBacks(outlook.queues, tenant)),
    names: namesOf(groups, tenant),
    bookkeeping: { bind, confirm: owned.confirm, forget: owned.forget },
    losses: outlook.losses,
    held: outlook.held,
    fingerprint: fingerprint({ contract: tenant.choice.contract, changes }),
  };
}

/** What the read-back after applying has to ask for; see `apply/settle.ts`, which asks for exactly this. */
function readBacks(queues: Plan['queues'], tenant: Tenant) {
  const byId = new Map(tenant.queues.map(queue => [queue.id, queue]));
  const ringed = queues.filter(queue => (byId.get(queue.queue)?.rings.length ?? 0) > 0).length;
  return { plain: queues.length - ringed, ringed, memberPages: 0 };
}

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
