import type { Assignment } from '../model/desired.ts';
import type { GroupId, GroupKey, QueueId } from '../model/keys.ts';
import type { Partings } from '../model/ledger.ts';
import type { Plan } from '../model/plan.ts';
import { removalChange } from './diff.ts';
import { finishPlan } from './finish-plan.ts';
import { handNotes } from './hand-notes.ts';
import { otherHands } from './other-hands.ts';
import { bothWays, withoutOverlap } from './overlap.ts';
import { protect } from './protect.ts';
import { quarantine } from './quarantine.ts';
import { givesBack, isInDeleted } from './taken-away.ts';
import { type PlanInput, weigh } from './weigh.ts';

export type { PlanInput };

/** From desired, tenant and ledger to changes in a safe order, with notes, price and fingerprint. Pure. */
export function makePlan(input: PlanInput): Plan {
  const { desired, tenant, present } = input;
  const { groups, matches, ledger, bind, served, comparisons, sights, owned, taken, additions, idOf } =
    weigh(input);
  const partings: Partings = input.partings ?? new Map();
  const known = { has: (id: string) => ledger.has(id) || partings.has(id) };
  const unprotected = protect(owned.removals, tenant, input.limits.protect);
  const going = quarantine(
    unprotected.removals,
    ledger,
    key => groups.get(key),
    input.limits.quarantine,
    input.released,
  );
  const putsBack = input.limits.takenAway === 'put-back';
  const gone = new Set(matches.deleted.values());
  const apart = withoutOverlap({
    changes: [
      ...(putsBack ? additions : additions.filter(change => !givesBack(change, taken))),
      ...going.removals.map(removalChange),
    ],
    tenant,
    present,
    ledger,
    tellable: input.tellable,
  });
  return finishPlan({
    changes: apart.changes,
    groups,
    tenant,
    present,
    ledger,
    seats: input.seats,
    drain: input.limits.drain,
    carriers: input.carriers,
    batches: input.batches,
    bookkeeping: {
      bind,
      confirm: owned.confirm,
      forget: putsBack ? owned.forget : owned.forget.filter(edge => !isInDeleted(edge, gone)),
      rehome: owned.rehome,
    },
    quarantined: going.groups,
    notes: [
      ...(input.notes ?? []),
      ...desired.notes,
      ...matches.notes,
      ...apart.notes,
      ...bothWays(groupsOn(served, idOf), apart.after, tenant),
      ...owned.notes,
      ...unprotected.notes,
      ...going.notes,
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
    ],
  });
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
