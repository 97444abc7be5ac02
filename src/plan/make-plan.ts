import type { Assignment, Desired, PresentAssignment } from '../model/desired.ts';
import type { GroupId, GroupKey, MappingId, QueueId, SourceId } from '../model/keys.ts';
import type { Ledger, Partings } from '../model/ledger.ts';
import { bookOf } from '../model/ledger-book.ts';
import type { Limits } from '../model/limits.ts';
import type { StrategyName } from '../model/mapping.ts';
import type { Note } from '../model/note.ts';
import type { Plan } from '../model/plan.ts';
import type { Seats } from '../model/seat.ts';
import type { Tenant } from '../model/tenant.ts';
import { compareGroups } from './compare-groups.ts';
import { attachments, groupAdditions, removalChange } from './diff.ts';
import { finishPlan } from './finish-plan.ts';
import { handNotes } from './hand-notes.ts';
import { keepOwned } from './keep-owned.ts';
import { bindUnmade, matchGroups } from './match-groups.ts';
import type { Carriers } from './order.ts';
import { otherHands } from './other-hands.ts';
import { bothWays, withoutOverlap } from './overlap.ts';
import { ownersFor } from './owners.ts';
import type { Batches } from './price.ts';
import { protect } from './protect.ts';
import { quarantine } from './quarantine.ts';
import { sightsOf } from './sights.ts';
import { givesBack, isInDeleted, takenAway } from './taken-away.ts';

export interface PlanInput {
  readonly desired: Desired;
  /** What the strategies make of `desired.services`. */
  readonly wanted: readonly Assignment[];
  /** What the strategies see in the tenant. */
  readonly present: readonly PresentAssignment[];
  /** The ways in which a queue can be told under the contract of this run. */
  readonly tellable: ReadonlySet<StrategyName>;
  /** Source groups that must exist as Genesys groups, with the mappings that need them. */
  readonly groupsNeeded: ReadonlyMap<GroupKey, readonly MappingId[]>;
  readonly tenant: Tenant;
  readonly ledger: Ledger;
  /** Those in force. */
  readonly mappings: ReadonlySet<MappingId>;
  /** Those of the config, in force or not, and the sources that they ask. */
  readonly written: ReadonlySet<MappingId>;
  readonly sources: ReadonlySet<SourceId>;
  readonly carriers: Carriers;
  readonly batches: Batches;
  readonly limits: Pick<Limits, 'removals' | 'quarantine' | 'protect' | 'drain' | 'takenAway'>;
  /** What we took away in earlier runs, as far as it is remembered. */
  readonly partings?: Partings;
  /** Tokens of quarantined removals that are let go. */
  readonly released: ReadonlySet<string>;
  /** Seats that earlier runs took away. */
  readonly seats: Seats;
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
  const neededBy = (key: GroupKey) => input.groupsNeeded.get(key) ?? [];
  const comparisons = compareGroups(matches.pairs, bookOf(ledger));
  // Who comes through a group as well is not added directly, and yet wanted: the hold on them is not given up.
  const sights = sightsOf({ comparisons, wanted: served, present, tenant, idOf, neededBy });
  const owned = keepOwned({
    ledger,
    desired,
    mappings: input.mappings,
    written: input.written,
    sources: input.sources,
    groupsNeeded: input.groupsNeeded,
    skipped: matches.skipped,
    sights,
    whenGroupGone: input.limits.removals.whenGroupGone,
    tellable: input.tellable,
  });
  const partings: Partings = input.partings ?? new Map();
  const known = { has: (id: string) => ledger.has(id) || partings.has(id) };
  const unprotected = protect(owned.removals, tenant, input.limits.protect);
  const nameOf = (key: GroupKey) => groups.get(key)?.name ?? key;
  const going = quarantine(
    unprotected.removals,
    ledger,
    key => groups.get(key),
    input.limits.quarantine,
    input.released,
  );
  const taken = takenAway(owned.vanished, matches.deleted);
  const putsBack = input.limits.takenAway === 'put-back';
  const additions = [
    ...[...matches.pairs].flatMap(([group, found]) =>
      groupAdditions(
        group,
        found,
        found && comparisons.get(found.id)?.missing,
        ownersFor(group.key, neededBy(group.key)),
      ),
    ),
    ...attachments(served, present, idOf),
  ];
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
        nameOf,
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
