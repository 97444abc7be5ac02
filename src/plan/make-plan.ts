import type { Assignment } from '../model/desired.ts';
import type { GroupId, GroupKey, QueueId } from '../model/keys.ts';
import type { Partings } from '../model/ledger.ts';
import type { Plan } from '../model/plan.ts';
import { type Decisions, keptBy } from './decisions.ts';
import { finishPlan } from './finish/finish-plan.ts';
import { bothWays, withoutOverlap } from './finish/overlap.ts';
import { protect } from './guards/protect.ts';
import { quarantine } from './guards/quarantine.ts';
import { letGo } from './guards/release.ts';
import { handNotes } from './notes/hand-notes.ts';
import { otherHands } from './notes/other-hands.ts';
import { removalChange } from './weigh/diff.ts';
import type { Removal } from './weigh/keep-owned.ts';
import { givesBack, isInDeleted } from './weigh/taken-away.ts';
import { type PlanInput, weigh } from './weigh/weigh.ts';

export type { PlanInput };

/** From desired, tenant and ledger to changes in a safe order, with notes, price and fingerprint. Pure. */
export const makePlan = (input: PlanInput): Plan => decidedPlan(input).plan;

/** A plan, and everything that was decided for it. */
export interface DecidedPlan {
  readonly plan: Plan;
  readonly decided: Decisions;
}

/** As `makePlan`, with the decisions. */
export function decidedPlan(input: PlanInput): DecidedPlan {
  const { desired, tenant, present } = input;
  const weighed = weigh(input);
  const { groups, matches, ledger, bind, served, comparisons, sights, owned, taken, additions, idOf } =
    weighed;
  const partings: Partings = input.partings ?? new Map();
  const known = { has: (id: string) => ledger.has(id) || partings.has(id) };
  const unprotected = protect(owned.removals, tenant, input.limits.protect);
  const apart = quarantine(unprotected.removals, ledger, key => groups.get(key), input.limits.quarantine);
  const putsBack = input.limits.takenAway === 'put-back';
  const gone = new Set(matches.deleted.values());
  const withheld = putsBack ? [] : additions.filter(change => givesBack(change, taken));
  const held = new Set(withheld);
  const finish = (removals: readonly Removal[]) => {
    const disjoint = withoutOverlap({
      changes: [...additions.filter(change => !held.has(change)), ...removals.map(removalChange)],
      tenant,
      present,
      ledger,
      tellable: input.tellable,
    });
    const plan = finishPlan(input, {
      changes: disjoint.changes,
      groups,
      ledger,
      bookkeeping: {
        bind,
        confirm: owned.confirm,
        forget: putsBack ? owned.forget : owned.forget.filter(edge => !isInDeleted(edge, gone)),
        rehome: owned.rehome,
      },
      notes: [],
    });
    return { disjoint, plan };
  };
  const standing = finish(apart.removals);
  const free = letGo(apart.waiting, standing.plan.fingerprint, input.released);
  const { disjoint, plan } =
    free.removals.length === 0 ? standing : finish([...apart.removals, ...free.removals]);
  const told: Plan = {
    ...plan,
    ...(free.groups.length > 0 ? { quarantined: free.groups } : {}),
    ...(free.released.length > 0 ? { released: free.released } : {}),
    notes: [
      ...(input.notes ?? []),
      ...desired.notes,
      ...matches.notes,
      ...disjoint.notes,
      ...bothWays(groupsOn(served, idOf), disjoint.after, tenant),
      ...owned.notes,
      ...unprotected.notes,
      ...free.notes,
      ...otherHands({
        comparisons,
        sights,
        tenant,
        present,
        ledger,
        vanished: owned.vanished,
        deleted: matches.deleted,
        putsBack,
        partings,
        nameOf: key => groups.get(key)?.name ?? key,
      }),
      ...handNotes({ comparisons, tenant, present, wanted: served, known, idOf }),
      ...plan.notes,
    ],
  };
  const { changes, dropped } = disjoint;
  const kept = keptBy(owned, unprotected, free);
  return { plan: told, decided: { ...weighed, changes, kept, withheld, dropped } };
}

/** The groups that are wanted on each queue; one that is yet to be made goes by its source key. */
function groupsOn(wanted: readonly Assignment[], idOf: (key: GroupKey) => GroupId | undefined) {
  const groups = new Map<QueueId, Set<GroupId | GroupKey>>();
  for (const { queue, subject } of wanted) {
    if (subject.kind === 'user') continue;
    const there = groups.get(queue) ?? new Set();
    groups.set(queue, there.add(idOf(subject.group) ?? subject.group));
  }
  return groups;
}
