import type { Change } from '../../model/change.ts';
import type { PresentAssignment } from '../../model/desired.ts';
import type { FieldWrite, JournalEdge } from '../../model/journal.ts';
import type { GroupKey, MappingId, QueueId, UserId } from '../../model/keys.ts';
import { type Edge, edgeId, isUnmade, type Ledger, type OwnedEdge } from '../../model/ledger.ts';
import type { Limits } from '../../model/limits.ts';
import type { StrategyName } from '../../model/mapping.ts';
import type { Plan } from '../../model/plan.ts';
import type { Seats } from '../../model/seat.ts';
import type { Tenant } from '../../model/tenant.ts';
import { finishPlan, type NamedGroup } from '../finish/finish-plan.ts';
import type { Carriers } from '../finish/order.ts';
import { withoutOverlap } from '../finish/overlap.ts';
import type { Batches } from '../finish/price.ts';
import { heldBy } from '../finish/supply.ts';
import { protect } from '../guards/protect.ts';
import { removalChange } from '../weigh/diff.ts';
import type { Removal } from '../weigh/keep-owned.ts';
import { sightsOf } from '../weigh/sights.ts';
import { putBack } from './put-back.ts';
import type { RunEffects } from './run-effects.ts';
import { undoNotes } from './undo-notes.ts';

export interface UndoInput {
  /** The run that is undone. */
  readonly run: string;
  readonly effects: RunEffects;
  readonly tenant: Tenant;
  /** What the strategies see in the tenant. */
  readonly present: readonly PresentAssignment[];
  /** The ways in which a queue can be told under the contract of this run. */
  readonly tellable: ReadonlySet<StrategyName>;
  readonly ledger: Ledger;
  /** Those of the config in force. */
  readonly mappings: ReadonlySet<MappingId>;
  readonly carriers: Carriers;
  readonly batches: Batches;
  readonly limits: Pick<Limits, 'protect' | 'drain'>;
  /** Seats that earlier runs took away, on the queues that were read. */
  readonly seats: Seats;
}

/**
 * What takes a run back, as an ordinary plan. Only what is still as the run left it: what a later run or another hand
 * has changed since stays, and is told.
 *
 * ```
 * the run     now                                →
 * added       ours and there                     removed, "undone"
 *             ours and not there                 forgotten
 *             no longer ours                     stays
 * took away   not there, its ends are            added again, for the same mapping, group and person
 *             there, or one of its ends is gone  stays as it is
 * renamed     as the run named it                named as before
 * made        a group                            emptied, off its queues; it stays, and stays ours
 * adopted     ours                               ours no longer; it stays
 * ```
 */
export function undoPlan(input: UndoInput): Plan {
  const { effects, tenant, ledger, present } = input;
  const { shows } = sightsOf({
    comparisons: new Map(),
    wanted: [],
    present,
    tenant,
    idOf: () => undefined,
    neededBy: () => [],
  });
  const left = new Map<string, number>();
  const leave = (why: string, count = 1) => {
    if (count > 0) left.set(why, (left.get(why) ?? 0) + count);
  };
  leave('a later run wrote there', effects.overtaken);

  const removals: Removal[] = [];
  const forget: Edge[] = [];
  const confirm: Edge[] = [];
  const made: Edge[] = [];
  for (const { edge } of effects.added) {
    const owned = ledger.get(edgeId(edge));
    if (edge.kind !== 'queue-member' && isUnmade(edge.group))
      leave('the run died before it learnt the id of the group; a sync settles that');
    else if (edge.kind === 'group') {
      if (shows(edge)) made.push(edge);
    } else if (!owned) leave('no longer ours');
    else if (!shows(edge)) forget.push(edge);
    else if (edge.kind === 'attachment' && !input.tellable.has(edge.how))
      leave(`told the way of another contract (${edge.how}), which alone can take it back`);
    else removals.push({ owned, because: 'undone' });
  }
  const going = protect(removals, tenant, input.limits.protect);

  const additions: Change[] = [];
  for (const entry of effects.dropped) {
    if (shows(entry.edge)) {
      const owned = ledger.get(edgeId(entry.edge));
      // There and not ours: somebody else put it there again. There and ours: it was never taken away, or an undo that
      // died has put it back. Who is there through a group may be there directly no more: see `withoutOverlap`.
      if (owned && owned.state !== 'owned') confirm.push(entry.edge);
      if (entry.edge.kind !== 'queue-member' || !comesByGroup(entry.edge, tenant)) {
        if (!owned) leave('put back by somebody else already');
        continue;
      }
    }
    const change = putBack(entry, tenant, input.tellable);
    if ('kind' in change) additions.push(change);
    else leave(change.whyNot);
  }

  const fields: Change[] = [];
  for (const field of effects.fields) {
    const change = fieldBack(field, tenant);
    if (change === 'as before') continue;
    if (typeof change === 'string') leave(change);
    else fields.push(change);
  }

  const release: JournalEdge[] = [];
  for (const { edge } of effects.adopted) {
    const owned = ledger.get(edgeId(edge));
    if (owned) release.push(entryOf(owned));
    else leave('no longer ours');
  }
  const adopt = effects.released.filter(({ edge }) => shows(edge) && !ledger.has(edgeId(edge)));
  leave('no longer there, or ours again', effects.released.length - adopt.length);

  const { changes, dropped, notes } = withoutOverlap({
    changes: [...fields, ...additions, ...going.removals.map(removalChange)],
    tenant,
    present,
    ledger,
    tellable: input.tellable,
  });
  const refused = dropped.filter(
    change =>
      change.kind === 'queue.attach' &&
      !ledger.has(edgeId({ kind: 'queue-member', queue: change.queue, user: change.user! })),
  );
  leave('on the queue through a group now, and nobody stands there twice', refused.length);
  const plan = finishPlan(input, {
    purpose: { kind: 'undo', of: input.run },
    changes,
    groups: comingGroups(additions, tenant),
    ledger,
    bookkeeping: {
      bind: [],
      confirm,
      forget,
      rehome: [],
      ...(adopt.length > 0 ? { adopt } : {}),
      ...(release.length > 0 ? { release } : {}),
    },
    notes: [
      ...undoNotes({
        run: input.run,
        left,
        made,
        changes,
        given: release.length,
        tenant,
        mappings: input.mappings,
      }),
      ...notes.filter(note => note.code !== 'overlap.direct-and-group'),
      ...going.notes,
    ],
  });
  // Only what the run touched was read: the share is measured by all that is ours, as in any other run.
  return { ...plan, held: Math.max(plan.held, heldBy(ledger)) };
}

const entryOf = ({ edge, mapping, key, person }: OwnedEdge): JournalEdge => ({
  edge,
  mapping,
  key,
  ...(person === undefined ? {} : { person }),
});

const comesByGroup = (edge: { queue: QueueId; user: UserId }, { queues }: Tenant): boolean =>
  queues.some(
    ({ id, members }) =>
      id === edge.queue && members?.some(row => row.user === edge.user && row.by === 'group'),
  );

/** Back to what a group was called, or anchored to, if it still is what the run made of it. */
function fieldBack(
  { field, group: id, from, to, mapping, key }: FieldWrite,
  tenant: Tenant,
): Change | string {
  const found = tenant.groups.find(group => group.id === id);
  if (!found) return 'the group is gone';
  const now = found[field];
  if (now === from) return 'as before';
  if (now !== to) return 'changed by somebody else since';
  if (field === 'name') return { kind: 'group.rename', group: key, id, from: found.name, to: from!, mapping };
  if (from === undefined && tenant.choice.contract === 'scim-extension')
    return 'under the documented contract a group cannot be without an externalId';
  return {
    kind: 'group.anchor',
    group: key,
    id,
    ...(now === undefined ? {} : { from: now }),
    ...(from === undefined ? {} : { to: from }),
    mapping,
  };
}

/** Who comes back into which group: who moves is told by that; see `finish/order.ts`. */
function comingGroups(additions: readonly Change[], tenant: Tenant): Map<GroupKey, NamedGroup> {
  const names = new Map(tenant.groups.map(group => [group.id, group.name]));
  const groups = new Map<GroupKey, { name: string; members: { user: UserId }[] }>();
  for (const change of additions) {
    if (change.kind !== 'member.add' || change.id === undefined) continue;
    const { group: key, id, user } = change;
    const known = groups.get(key) ?? { name: names.get(id) ?? key, members: [] };
    known.members.push({ user });
    groups.set(key, known);
  }
  return groups;
}
