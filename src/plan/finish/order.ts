import type { Change } from '../../model/change.ts';
import { isRemoval } from '../../model/change.ts';
import type { QueueId, UserId } from '../../model/keys.ts';
import type { StrategyName } from '../../model/mapping.ts';
import type { Phase, Step, StepKind } from '../../model/plan.ts';

/** Which request carries a change of a queue: see `assignment/strategy.ts`. */
export type Carriers = Readonly<Record<StrategyName, 'queue' | 'members' | 'group'>>;

const rank: Readonly<Record<Change['kind'], number>> = {
  'group.create': 0,
  'group.rename': 1,
  'group.anchor': 2,
  'member.add': 3,
  'queue.attach': 4,
  'queue.seat': 5,
  'queue.detach': 6,
  'member.remove': 7,
};

/** Who comes only when a group has let go of them; see `handover.ts`. */
const lastRank = 8;

/** Additions before removals, but for handovers; within a kind by group, queue and user, so that equal worlds give equal plans. */
export function inOrder(changes: readonly Change[]): Change[] {
  const key = (change: Change) =>
    [
      change.kind === 'queue.attach' && change.insteadOf ? lastRank : rank[change.kind],
      change.group,
      'queue' in change ? `${change.queue} ${'how' in change ? change.how : ''} ${change.ring ?? ''}` : '',
      'user' in change ? change.user : '',
    ].join('\u0000');
  return changes
    .map(change => ({ change, key: key(change) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ change }) => change);
}

/**
 * Whom a change brings or takes, and the queues whose heads it moves where others come or go at the same time; see
 * `stepsOf`.
 */
export type ConcernsOf = (change: Change) => readonly (UserId | QueueId)[];

interface Bucket {
  readonly kind: StepKind;
  readonly group?: string;
  readonly queue?: string;
  readonly changes: readonly number[];
}

/**
 * Changes become steps: everything for one group in one, everything that one queue PUT says in one. A group or
 * queue that only gains comes before one that loses, so that nobody is taken off before others came on.
 *
 * ```
 * phase   groups           queues
 * 1       that gain
 * 2                        that gain, or gain and lose
 * 3                        that are handed over
 * 4       that do both     that lose
 * 5       that lose
 * ```
 *
 * Phase 6 gives seats back to those who came.
 *
 * A step that does both is parted where something moves between it and another one that would not wait: somebody (two
 * people who swap their groups), or the heads of a queue (who comes by one group, and who goes by another). It is
 * parted as well where it takes away somebody in `drained`, who goes only after a grace for which those who come
 * shall not wait. It costs a request more, and nobody is without a queue in between, and no queue with fewer people
 * than before and afterwards. What is in `handovers` stays together: see `handover.ts`.
 */
export function stepsOf(
  changes: readonly Change[],
  carriers: Carriers,
  documented: boolean,
  concernsOf: ConcernsOf,
  drained: ReadonlySet<UserId> = new Set(),
  handovers: readonly (readonly number[])[] = [],
): Step[] {
  const buckets = bucketsOf(changes, carriers, documented, handovers);
  return phased(
    // Where nothing leaves, nothing is parted: a first run need not know of everybody where else they come.
    changes.some(isRemoval) ? parted(buckets, changes, concernsOf, drained) : buckets,
    changes,
  );
}

function parted(
  buckets: readonly Bucket[],
  changes: readonly Change[],
  concernsOf: ConcernsOf,
  drained: ReadonlySet<UserId>,
): Bucket[] {
  const coming = new Map<UserId | QueueId, Bucket[]>();
  const leaving = new Map<UserId | QueueId, Bucket[]>();
  const usersOf = (indexes: readonly number[]) => indexes.flatMap(index => concernsOf(changes[index]!));
  for (const bucket of buckets) {
    if (bucket.kind === 'queue.seats') continue;
    for (const user of usersOf(gainsOf(bucket, changes))) put(coming, user, bucket);
    for (const user of usersOf(lossesOf(bucket, changes))) put(leaving, user, bucket);
  }
  return buckets.flatMap(bucket => {
    const gains = gainsOf(bucket, changes);
    const losses = lossesOf(bucket, changes);
    if (losses.length === 0 || gains.length === 0 || bucket.kind === 'queue.handover') return [bucket];
    const phase = phaseOf(bucket, changes);
    const isElsewhere = (where: typeof coming, when: (other: Phase) => boolean) => (user: UserId | QueueId) =>
      where.get(user)?.some(other => other !== bucket && when(phaseOf(other, changes)));
    const isDrained = usersOf(losses).some(user => drained.has(user));
    const isMove =
      usersOf(gains).some(isElsewhere(leaving, other => other <= phase)) ||
      usersOf(losses).some(isElsewhere(coming, other => other >= phase));
    // Direct members come and go by requests of their own in any case.
    if (!isMove && !isDrained && bucket.kind !== 'queue.members') return [bucket];
    return [
      { ...bucket, changes: gains },
      { ...bucket, changes: losses },
    ];
  });
}

const phased = (buckets: readonly Bucket[], changes: readonly Change[]): Step[] =>
  buckets
    .map((bucket): Step => ({ ...bucket, phase: phaseOf(bucket, changes) }))
    .sort((a, b) => a.phase - b.phase || a.changes[0]! - b.changes[0]!);

function bucketsOf(
  changes: readonly Change[],
  carriers: Carriers,
  documented: boolean,
  handovers: readonly (readonly number[])[],
): Bucket[] {
  const buckets = new Map<string, Bucket & { changes: number[] }>();
  const handedOver = new Set(handovers.flat());
  for (const [index, change] of changes.entries()) {
    if (handedOver.has(index)) continue;
    const byQueue = change.kind === 'queue.attach' || change.kind === 'queue.detach';
    const isSeat = change.kind === 'queue.seat';
    const carrier = byQueue ? carriers[change.how] : isSeat ? `${change.because} seats` : 'group';
    // By its own id where it has one: two Genesys groups may have stood for one source group, one after the other.
    const about = ('id' in change && change.id) || change.group;
    const id = carrier === 'group' ? `group ${about}` : `${carrier} ${byQueue || isSeat ? change.queue : ''}`;
    const bucket = buckets.get(id);
    if (bucket) bucket.changes.push(index);
    else if (carrier === 'group')
      buckets.set(id, { kind: groupKind(change, documented), group: change.group, changes: [index] });
    else if (byQueue || isSeat) {
      buckets.set(id, {
        kind: isSeat ? 'queue.seats' : carrier === 'queue' ? 'queue.groups' : 'queue.members',
        queue: change.queue,
        changes: [index],
      });
    }
  }
  const stepOf = (indexes: readonly number[]): Bucket => {
    const come = indexes.flatMap(index => (changes[index]!.kind === 'queue.attach' ? [changes[index]] : []));
    return {
      kind: 'queue.handover',
      queue: (come[0] as Extract<Change, { kind: 'queue.attach' }>).queue,
      changes: indexes,
    };
  };
  return [...buckets.values(), ...handovers.map(stepOf)];
}

const groupKind = (first: Change, documented: boolean): StepKind =>
  documented ? 'group.write' : first.kind === 'group.create' ? 'group.create' : 'group.update';

/** Each bucket once: they come one after the other. */
function put(map: Map<string, Bucket[]>, user: string, bucket: Bucket): void {
  const buckets = map.get(user);
  if (!buckets) map.set(user, [bucket]);
  else if (buckets.at(-1) !== bucket) buckets.push(bucket);
}

const gainsOf = (bucket: Bucket, changes: readonly Change[]): number[] =>
  bucket.changes.filter(index => !isRemoval(changes[index]!));

const lossesOf = (bucket: Bucket, changes: readonly Change[]): number[] =>
  bucket.changes.filter(index => isRemoval(changes[index]!));

function phaseOf(bucket: Bucket, changes: readonly Change[]): Phase {
  const first = changes[bucket.changes[0]!]!;
  if (first.kind === 'queue.seat') return first.because === 'returned' ? 6 : 1;
  const losses = lossesOf(bucket, changes).length;
  const only = losses === bucket.changes.length;
  if (bucket.kind === 'queue.handover') return losses === 0 ? 2 : 3;
  if (bucket.kind.startsWith('group.')) return losses === 0 ? 1 : only ? 5 : 4;
  return only ? 4 : 2;
}
