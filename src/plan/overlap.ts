import type { Assignment, DesiredGroup } from '../model/desired.ts';
import type { GroupKey, QueueId, UserId } from '../model/keys.ts';
import type { Note } from '../model/note.ts';
import type { Tenant } from '../model/tenant.ts';

export interface Disjoint {
  /** The wanted assignments without those that would put a person on a queue a second time. */
  readonly wanted: readonly Assignment[];
  readonly notes: readonly Note[];
}

/**
 * A person may be on a queue directly or through a group, never both (API reference, fact 5 and §3.4). The group
 * wins: such a person is not added directly. Somebody who stands on the queue directly *by hand* while we attach
 * their group is told (or refused, `limits.overlap`): what the platform does with both is not documented.
 */
export function withoutOverlap(
  wanted: readonly Assignment[],
  groups: ReadonlyMap<GroupKey, DesiredGroup>,
  tenant: Tenant,
): Disjoint {
  const throughGroup = new Map<QueueId, Set<UserId>>();
  const usersOf = (queue: QueueId) => {
    const known = throughGroup.get(queue);
    if (known) return known;
    const users = new Set<UserId>();
    throughGroup.set(queue, users);
    return users;
  };
  const withPeople = new Set([
    ...wanted.flatMap(({ queue, subject }) => (subject.kind === 'user' ? [queue] : [])),
    ...tenant.queues.filter(({ members }) => members?.some(({ by }) => by === 'user')).map(({ id }) => id),
  ]);
  for (const { queue, subject } of wanted) {
    if (subject.kind !== 'group' || !withPeople.has(queue)) continue;
    for (const { user } of groups.get(subject.group)?.members ?? []) usersOf(queue).add(user);
  }
  const comingByGroup = new Map([...throughGroup].map(([queue, users]) => [queue, new Set(users)]));
  for (const queue of tenant.queues) {
    for (const member of queue.members ?? []) if (member.by === 'group') usersOf(queue.id).add(member.user);
  }
  const kept = wanted.filter(
    ({ queue, subject }) => subject.kind === 'group' || !throughGroup.get(queue)?.has(subject.user),
  );
  const notes: Note[] = [];
  if (kept.length < wanted.length) {
    const dropped = wanted.length - kept.length;
    notes.push({
      code: 'overlap.direct-and-group',
      level: 'info',
      subject: `${dropped} assignment${dropped === 1 ? '' : 's'}`,
      text: `${dropped} people are on their queue through a group already and are not added directly.`,
    });
  }
  for (const queue of tenant.queues) {
    const coming = comingByGroup.get(queue.id);
    if (!coming) continue;
    const both = (queue.members ?? []).filter(member => member.by === 'user' && coming.has(member.user));
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
  return { wanted: kept, notes };
}
