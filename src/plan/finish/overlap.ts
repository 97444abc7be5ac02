import type { Change } from '../../model/change.ts';
import type { PresentAssignment } from '../../model/desired.ts';
import type { GroupId, GroupKey, QueueId, UserId } from '../../model/keys.ts';
import type { Ledger } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import type { StrategyName } from '../../model/mapping.ts';
import type { Note } from '../../model/note.ts';
import type { Tenant, TenantQueue } from '../../model/tenant.ts';
import { heads, type Supply, supplyAfter, supplyBefore } from './supply.ts';

export interface OverlapInput {
  /** All changes of a plan, in any order. */
  readonly changes: readonly Change[];
  readonly tenant: Tenant;
  readonly present: readonly PresentAssignment[];
  readonly ledger: Ledger;
  /** The ways in which a queue can be told under the contract of this run. */
  readonly tellable: ReadonlySet<StrategyName>;
}

export interface Disjoint {
  /** The changes without those that would put a person on a queue a second time. */
  readonly changes: readonly Change[];
  /** What is left out: people who are on the queue through a group when all is done. */
  readonly dropped: readonly Change[];
  readonly notes: readonly Note[];
  readonly after: Supply;
}

type Placing = Extract<Change, { kind: 'queue.attach' }>;
interface Directly extends Placing {
  readonly user: UserId;
}

/**
 * A person may be on a queue directly or through a group, never both (API reference, fact 5 and §3.4). The group
 * wins: whoever is on the queue through one *when the plan is done* is not added directly. Whoever is there through
 * one now and not then, comes directly right after the group has let go of them: sooner, the platform may pass it over.
 *
 * ```
 * through a group  before  after  →  wanted directly
 *                  no      no        added
 *                  –       yes       not added
 *                  yes     no        added `insteadOf` the group: see handover.ts
 * ```
 */
export function withoutOverlap({ changes, tenant, present, ledger, tellable }: OverlapInput): Disjoint {
  const before = supplyBefore(tenant, present);
  const after = supplyAfter(before, changes);
  const additions = changes.filter(isDirectly);
  if (additions.length === 0) return { changes, dropped: [], notes: [], after };
  const byId = new Map(tenant.queues.map(queue => [queue.id, queue]));
  const judges = new Map<QueueId, Judge>();
  const judgeOf = (id: QueueId): Judge => {
    const judge = judges.get(id) ?? judgeOn(byId.get(id), id, { before, after, changes, ledger, tellable });
    judges.set(id, judge);
    return judge;
  };
  const kept: Change[] = [];
  const dropped: Change[] = [];
  const handedOver = new Map<QueueId, Directly[]>();
  for (const change of changes) {
    const verdict = isDirectly(change) ? judgeOf(change.queue)(change.user) : 'alone';
    if (verdict === 'twice') dropped.push(change);
    else if (verdict === 'alone') kept.push(change);
    else {
      const later = { ...(change as Directly), insteadOf: verdict };
      kept.push(later);
      handedOver.set(later.queue, [...(handedOver.get(later.queue) ?? []), later]);
    }
  }
  const names = new Map(tenant.queues.map(queue => [queue.id, queue.name]));
  return {
    changes: kept,
    dropped,
    after,
    notes: [
      ...droppedNotes(dropped.length),
      ...[...handedOver]
        .map(([queue, those]) => handoverNote(names.get(queue) ?? queue, those, tenant))
        .sort((a, b) => (a.subject < b.subject ? -1 : 1)),
    ],
  };
}

const isDirectly = (change: Change): change is Directly =>
  change.kind === 'queue.attach' && change.user !== undefined;

/** Somebody on this queue: through a group as well in the end, there in no other way, or until now by these groups. */
type Judge = (user: UserId) => 'twice' | 'alone' | readonly GroupId[];

function judgeOn(
  queue: TenantQueue | undefined,
  id: QueueId,
  {
    before,
    after,
    changes,
    ledger,
    tellable,
  }: Pick<OverlapInput, 'changes' | 'ledger' | 'tellable'> & Readonly<Record<'before' | 'after', Supply>>,
): Judge {
  const willBe = throughGroups(id, after);
  // Who comes into a group that is about to leave the queue is on it through that group in between.
  const was = new Map<UserId, GroupId[]>();
  for (const group of new Set(
    [before, after].flatMap(({ attached }) => [...(attached.get(id)?.values() ?? [])]),
  ))
    for (const user of new Set([before, after].flatMap(({ membersOf }) => [...(membersOf(group) ?? [])])))
      was.set(user, [...(was.get(user) ?? []), group]);
  const shown = new Set(queue?.members?.filter(({ by }) => by === 'group').map(({ user }) => user));
  // People whom no group that we know of brings: one of other hands may, if any group stays at all.
  const anyStays =
    (after.attached.get(id)?.size ?? 0) > 0 ||
    hasOtherGroups(queue, changes) ||
    hasUntellable(id, ledger, tellable);
  return user => {
    if (willBe.has(user)) return 'twice';
    const groups = was.get(user);
    if (groups) return groups.toSorted();
    if (!shown.has(user)) return 'alone';
    return anyStays ? 'twice' : [];
  };
}

/** Everybody whom groups bring to the queue. */
function throughGroups(queue: QueueId, { attached, membersOf }: Supply): Set<UserId> {
  const groups = new Map(attached.get(queue));
  return new Set(heads(queue, { attached: new Map([[queue, groups]]), direct: new Map(), membersOf }).keys());
}

/** Does a group stand there whose people are never known, a team or one that is named by a condition? */
function hasOtherGroups(queue: TenantQueue | undefined, changes: readonly Change[]): boolean {
  if (!queue) return false;
  const gone = new Set(
    changes.flatMap(change =>
      change.kind === 'queue.detach' && change.queue === queue.id && change.user === undefined
        ? [change.id]
        : [],
    ),
  );
  const groups = [...queue.memberGroups, ...queue.rings.flatMap(ring => ring.memberGroups)];
  return queue.otherGroups.length > 0 || groups.some(group => group.type !== 'GROUP' && !gone.has(group.id));
}

/** Does a group of ours serve it the way of another contract, of which the queue shows nothing? */
const hasUntellable = (queue: QueueId, ledger: Ledger, tellable: OverlapInput['tellable']): boolean =>
  [...bookOf(ledger).others()].some(
    ({ edge }) => edge.kind === 'attachment' && edge.queue === queue && !tellable.has(edge.how),
  );

const droppedNotes = (count: number): Note[] =>
  count === 0
    ? []
    : [
        {
          code: 'overlap.direct-and-group',
          level: 'info',
          subject: `${count} assignment${count === 1 ? '' : 's'}`,
          text: `${count} ${count === 1 ? 'person is' : 'people are'} on ${count === 1 ? 'the' : 'their'} queue through a group and ${count === 1 ? 'is' : 'are'} not added directly.`,
        },
      ];

function handoverNote(queue: string, those: readonly Directly[], tenant: Tenant): Note {
  const names = new Map(tenant.groups.map(group => [group.id, group.name]));
  const groups = [...new Set(those.flatMap(change => change.insteadOf ?? []))]
    .map(id => names.get(id) ?? id)
    .sort();
  const who = those.length === 1 ? '1 person' : `${those.length} people`;
  const brought =
    groups.length === 0 ? 'a group that has left it' : groups.map(name => `"${name}"`).join(', ');
  return {
    code: 'queue.handover',
    level: 'warning',
    subject: queue,
    text: `${who} on "${queue}" whom ${brought} brought until now come directly, once that has let go of them: the platform takes nobody both ways. In between they may be off the queue for as long as two requests take.`,
    remedy: 'Nothing, or apply it at a quiet hour. If the run dies in between, run again at once.',
  };
}

/**
 * Who stands on a queue directly when the plan is done and comes through one of our groups as well is told (or
 * refused, `limits.overlap`): what the platform does with both is not documented. `ours` are the queues that groups
 * are wanted on, with those groups.
 */
export function bothWays(
  ours: ReadonlyMap<QueueId, ReadonlySet<GroupId | GroupKey>>,
  after: Supply,
  tenant: Tenant,
): Note[] {
  const notes: Note[] = [];
  for (const queue of tenant.queues) {
    const groups = ours.get(queue.id);
    const direct = (queue.members ?? []).filter(
      member => member.by === 'user' && after.direct.get(queue.id)?.has(member.user),
    );
    if (!groups || direct.length === 0) continue;
    const coming = new Set([...groups].flatMap(group => [...(after.membersOf(group) ?? [])]));
    const both = direct.filter(member => coming.has(member.user));
    if (both.length === 0) continue;
    notes.push({
      code: 'overlap.direct-and-group',
      level: 'warning',
      subject: queue.name,
      text: `${both.length} of the people who come through a group also stand on "${queue.name}" directly: ${both.map(member => member.name ?? member.user).join(', ')}.`,
      remedy:
        'Take them off the queue by hand once the group serves it, or set limits.overlap: refuse to stop such plans.',
    });
  }
  return notes;
}
