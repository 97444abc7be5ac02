import { type Change, isRemoval, type RemovalCause } from '../model/change.ts';
import type { QueueId, UserId } from '../model/keys.ts';
import type { Plan, QueueOutlook } from '../model/plan.ts';

type MemberChange = Extract<Change, { kind: 'member.add' | 'member.remove' }>;
type QueueChange = Extract<Change, { kind: 'queue.attach' | 'queue.detach' }>;

/** The changes of a plan by the person and by the queue they are about; made once, however large the plan. */
export interface ChangeIndex {
  readonly byUser: ReadonlyMap<UserId, readonly MemberChange[]>;
  readonly byQueue: ReadonlyMap<QueueId, readonly QueueChange[]>;
}

export function indexChanges(changes: readonly Change[]): ChangeIndex {
  const byUser = new Map<UserId, MemberChange[]>();
  const byQueue = new Map<QueueId, QueueChange[]>();
  for (const change of changes) {
    if (change.kind === 'member.add' || change.kind === 'member.remove') push(byUser, change.user, change);
    else if (change.kind === 'queue.attach' || change.kind === 'queue.detach')
      push(byQueue, change.queue, change);
  }
  return { byUser, byQueue };
}

/** Why somebody comes onto a queue: the chain from the group that lists them up to the mapped one. */
export function whyJoining(plan: Plan, index: ChangeIndex, outlook: QueueOutlook, user: UserId): string {
  for (const change of index.byUser.get(user) ?? []) {
    const serves = change.kind === 'member.add' && outlook.groups.includes(change.id ?? change.group);
    if (!serves) continue;
    return change.because !== undefined
      ? `put back into ${groupName(plan, change)}`
      : `via ${change.path.toReversed().join(' ← ')}`;
  }
  const placed = index.byQueue.get(outlook.queue)?.find(change => change.user === user);
  if (placed)
    return `${placed.because !== undefined ? 'put back' : 'placed'} directly, for ${groupName(plan, placed)}`;
  return 'in a group that now serves the queue';
}

export function whyLeaving(plan: Plan, index: ChangeIndex, outlook: QueueOutlook, user: UserId): string {
  const name = (change: Change) => groupName(plan, change);
  const left = (change: MemberChange | QueueChange) =>
    isRemoval(change) ? leavingText[change.because](name(change)) : '';
  for (const change of index.byUser.get(user) ?? []) {
    if (change.kind === 'member.remove' && outlook.groups.includes(change.id)) return left(change);
  }
  const onQueue = index.byQueue.get(outlook.queue)?.filter(change => change.kind === 'queue.detach') ?? [];
  const direct = onQueue.find(change => change.user === user);
  if (direct) return left(direct);
  const group = onQueue.find(change => change.user === undefined);
  return group ? `${name(group)} no longer serves the queue` : '';
}

const leavingText: Readonly<Record<RemovalCause, (group: string) => string>> = {
  left: group => `left ${group}`,
  relinked: group => `stands for nobody in ${group} any more: the person is linked to another user`,
  unmapped: group => `no mapping asks for ${group} any more`,
  undone: group => `put there for ${group} by the run that is undone`,
};

/** By its source key, else by its Genesys id: a group that no mapping asks for any more has only that. */
export const groupName = ({ names }: Plan, change: Change): string =>
  names.groups[change.group] ?? names.groups[('id' in change && change.id) || ''] ?? change.group;

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
