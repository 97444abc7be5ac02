import type { Change } from '../../model/change.ts';
import type { Assignment, Desired, DesiredGroup, PresentAssignment } from '../../model/desired.ts';
import type { GroupId, GroupKey, MappingId, SourceId } from '../../model/keys.ts';
import type { Binding, Ledger, Partings } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import type { Limits } from '../../model/limits.ts';
import type { StrategyName } from '../../model/mapping.ts';
import type { Note } from '../../model/note.ts';
import type { Seats } from '../../model/seat.ts';
import type { Tenant } from '../../model/tenant.ts';
import type { Carriers } from '../finish/order.ts';
import type { Batches } from '../finish/price.ts';
import { type Comparison, compareGroups } from './compare-groups.ts';
import { attachments, groupAdditions } from './diff.ts';
import { keepOwned, type OwnedVerdicts } from './keep-owned.ts';
import { bindUnmade, type GroupMatches, matchGroups, servedNames } from './match-groups.ts';
import { ownersFor } from './owners.ts';
import { type Sights, sightsOf } from './sights.ts';
import { type TakenAway, takenAway } from './taken-away.ts';

/** Tokens of what is let go, as a plan's notes name them; or all that waits, for whoever wants to look at it. */
export type Released = ReadonlySet<string> | 'all';

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
  /** Quarantined removals that are let go. */
  readonly released: Released;
  /** Seats that earlier runs took away. */
  readonly seats: Seats;
  /** Notes of earlier stages, told with the plan. */
  readonly notes?: readonly Note[];
}

/** Both sides and the ledger held against one another; what is made of it is another matter. */
export interface Weighed {
  readonly groups: ReadonlyMap<GroupKey, DesiredGroup>;
  readonly matches: GroupMatches;
  /** The Genesys group of a source group, where there is one. */
  readonly idOf: (key: GroupKey) => GroupId | undefined;
  /** With the groups bound that a run made and died over. */
  readonly ledger: Ledger;
  readonly bind: readonly Binding[];
  /** What is wanted of groups that are not left alone. */
  readonly served: readonly Assignment[];
  readonly comparisons: ReadonlyMap<GroupId, Comparison>;
  readonly sights: Sights;
  readonly owned: OwnedVerdicts;
  readonly taken: TakenAway;
  /** What is wanted and not there, whatever the reason. */
  readonly additions: readonly Change[];
}

/** Pure; the part that every plan, and what is told of drift, begins with. */
export function weigh(input: PlanInput): Weighed {
  const { desired, tenant, present } = input;
  const groups = new Map(desired.groups.map(group => [group.key, group]));
  const matches = matchGroups(
    desired.groups.filter(group => input.groupsNeeded.has(group.key)),
    tenant,
    input.ledger,
    { queuesOf: servedNames(input.wanted, tenant) },
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
  const taken = takenAway(owned.vanished, matches.deleted);
  return {
    groups,
    matches,
    idOf,
    ledger,
    bind,
    served,
    comparisons,
    sights,
    owned,
    taken,
    additions,
  };
}
