import type { Db, QueueRow } from './db.ts';
import type { Knobs } from './knobs.ts';
import { byNameThenId } from './table.ts';

export interface DerivedMember {
  readonly id: string;
  readonly name: string;
  readonly by: 'user' | 'group';
  readonly ring: number;
  readonly joined: boolean;
}

type View = 'seenByQueues' | 'seenBySearch';

/** The ids of everybody on the queue: direct members and everybody whom an attached group brings. */
export function memberIds(db: Db, queue: QueueRow, view: View = 'seenByQueues'): Set<string> {
  const ids = new Set(queue.direct.keys());
  for (const { groupId } of suppliersOf(queue)) {
    for (const id of db.groups.get(groupId)?.[view] ?? []) ids.add(id);
  }
  return ids;
}

/**
 * Everybody on the queue, one row a person: direct ∪ `memberGroups` ∪ ring groups (∪ groups whose `routingQueueIds`
 * name the queue). Whoever comes by any group is a `group` row (API reference §3.4, §11), unless `overlapRow` has them
 * be what they are directly. Unsorted.
 */
export function membersOf(db: Db, knobs: Knobs, queue: QueueRow): DerivedMember[] {
  const byGroup = new Map<string, number>();
  for (const { groupId, ring } of suppliersOf(queue)) {
    for (const id of db.groups.get(groupId)?.seenByQueues ?? []) {
      const known = byGroup.get(id);
      if (known === undefined || ring < known) byGroup.set(id, ring);
    }
  }
  const rows: DerivedMember[] = [];
  for (const [id, ring] of byGroup) {
    if (isShownDirect(knobs, queue, id)) continue;
    const joined = queue.joinedOverrides.get(id) ?? knobs.groupMembersJoined;
    rows.push({ id, name: db.users.get(id)?.name ?? id, by: 'group', ring, joined });
  }
  for (const [id, { ring, joined }] of queue.direct) {
    if (byGroup.has(id) && !isShownDirect(knobs, queue, id)) continue;
    rows.push({ id, name: db.users.get(id)?.name ?? id, by: 'user', ring, joined });
  }
  return rows;
}

/** Of somebody who stands both ways, the row shows the direct one. */
const isShownDirect = (knobs: Knobs, queue: QueueRow, id: string): boolean =>
  knobs.overlapRow === 'user' && queue.direct.has(id);

export const sortedMembers = (db: Db, knobs: Knobs, queue: QueueRow): DerivedMember[] =>
  membersOf(db, knobs, queue).sort(byNameThenId);

/** The row of one person, without building the list. */
export function memberOf(db: Db, knobs: Knobs, queue: QueueRow, userId: string): DerivedMember | undefined {
  const rings = suppliersOf(queue)
    .filter(({ groupId }) => db.groups.get(groupId)?.seenByQueues.has(userId))
    .map(({ ring }) => ring);
  const name = db.users.get(userId)?.name ?? userId;
  if (rings.length > 0 && !isShownDirect(knobs, queue, userId)) {
    const joined = queue.joinedOverrides.get(userId) ?? knobs.groupMembersJoined;
    return { id: userId, name, by: 'group', ring: Math.min(...rings), joined };
  }
  const direct = queue.direct.get(userId);
  return direct && { id: userId, name, by: 'user', ring: direct.ring, joined: direct.joined };
}

export interface Counts {
  readonly memberCount: number;
  readonly userMemberCount: number;
  readonly joinedMemberCount: number;
}

export function countsOf(db: Db, knobs: Knobs, queue: QueueRow): Counts {
  // A page of 500 queues is counted for one request, so that no rows are made for it.
  const byGroup = groupMemberIds(db, queue);
  let joined = 0;
  let through = 0;
  for (const id of byGroup) {
    if (isShownDirect(knobs, queue, id)) continue;
    through++;
    if (queue.joinedOverrides.get(id) ?? knobs.groupMembersJoined) joined++;
  }
  let direct = 0;
  for (const [id, member] of queue.direct) {
    if (byGroup.has(id) && !isShownDirect(knobs, queue, id)) continue;
    direct++;
    if (member.joined) joined++;
  }
  return {
    memberCount: Math.max(0, through + direct + knobs.memberCountDrift),
    userMemberCount: direct,
    joinedMemberCount: joined,
  };
}

/** Everybody whom a group brings; the group's own set where there is but one group. */
function groupMemberIds(db: Db, queue: QueueRow): ReadonlySet<string> {
  const sets = suppliersOf(queue).flatMap(({ groupId }) => db.groups.get(groupId)?.seenByQueues ?? []);
  if (sets.length === 1) return sets[0]!;
  const all = new Set<string>();
  for (const set of sets) for (const id of set) all.add(id);
  return all;
}

function suppliersOf(queue: QueueRow): readonly { readonly groupId: string; readonly ring: number }[] {
  if (queue.servedBy.size === 0) return queue.attached;
  return [...queue.attached, ...[...queue.servedBy].map(groupId => ({ groupId, ring: 1 }))];
}
