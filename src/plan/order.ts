import type { Change } from '../model/change.ts';
import { isRemoval } from '../model/change.ts';
import type { StrategyName } from '../model/mapping.ts';
import type { Phase, Step, StepKind } from '../model/plan.ts';

/** Which request carries a change of a queue: see `assignment/strategy.ts`. */
export type Carriers = Readonly<Record<StrategyName, 'queue' | 'members' | 'group'>>;

const rank: Readonly<Record<Change['kind'], number>> = {
  'group.create': 0,
  'group.rename': 1,
  'group.anchor': 2,
  'member.add': 3,
  'queue.attach': 4,
  'queue.detach': 5,
  'member.remove': 6,
};

/** Additions before removals; within a kind by group, queue and user, so that equal worlds give equal plans. */
export function inOrder(changes: readonly Change[]): Change[] {
  const key = (change: Change) =>
    [
      rank[change.kind],
      change.group,
      'queue' in change ? `${change.queue} ${change.how} ${change.ring ?? ''}` : '',
      'user' in change ? change.user : '',
    ].join('\u0000');
  return changes
    .map(change => ({ change, key: key(change) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ change }) => change);
}

/**
 * Changes become steps: everything for one group in one, everything that one queue PUT says in one. A group or
 * queue that only gains comes before one that loses, so that nobody is taken off before others came on.
 */
export function stepsOf(changes: readonly Change[], carriers: Carriers, documented: boolean): Step[] {
  const buckets = new Map<string, { kind: StepKind; group?: string; queue?: string; changes: number[] }>();
  for (const [index, change] of changes.entries()) {
    const byQueue = change.kind === 'queue.attach' || change.kind === 'queue.detach';
    const carrier = byQueue ? carriers[change.how] : 'group';
    const id = carrier === 'group' ? `group ${change.group}` : `${carrier} ${byQueue ? change.queue : ''}`;
    const bucket = buckets.get(id);
    if (bucket) bucket.changes.push(index);
    else if (carrier === 'group')
      buckets.set(id, { kind: groupKind(change, documented), group: change.group, changes: [index] });
    else if (byQueue) {
      buckets.set(id, {
        kind: carrier === 'queue' ? 'queue.groups' : 'queue.members',
        queue: change.queue,
        changes: [index],
      });
    }
  }
  const steps = [...buckets.values()].map((bucket): Step => ({ ...bucket, phase: phaseOf(bucket, changes) }));
  return steps.sort((a, b) => a.phase - b.phase || a.changes[0]! - b.changes[0]!);
}

const groupKind = (first: Change, documented: boolean): StepKind =>
  documented ? 'group.write' : first.kind === 'group.create' ? 'group.create' : 'group.update';

function phaseOf(bucket: { kind: StepKind; changes: readonly number[] }, changes: readonly Change[]): Phase {
  const mine = bucket.changes.map(index => changes[index]!);
  if (bucket.kind.startsWith('group.')) return mine.some(isRemoval) ? 4 : 1;
  return mine.every(isRemoval) ? 3 : 2;
}
