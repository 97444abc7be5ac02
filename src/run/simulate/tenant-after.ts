import type { Change, Placement } from '../../model/change.ts';
import type { GroupId, QueueId } from '../../model/keys.ts';
import type { Plan, QueueOutlook } from '../../model/plan.ts';
import type { QueueGroup, QueueMember, Tenant, TenantGroup, TenantQueue } from '../../model/tenant.ts';
import type { IdOf } from './books-after.ts';

/** The tenant after this plan, had every request of it been answered well. Pure. */
export function tenantAfter(tenant: Tenant, plan: Plan, idOf: IdOf): Tenant {
  const groups = groupsAfter(tenant, plan.changes, idOf);
  const outlooks = new Map(plan.queues.map(outlook => [outlook.queue, outlook]));
  const placed = placedOn(plan.changes);
  const names = plan.names.users;
  return {
    ...tenant,
    groups: [...groups.values()],
    queues: tenant.queues.map(queue => {
      const attached = withGroups(queue, placed.get(queue.id) ?? [], groups, idOf);
      const outlook = outlooks.get(queue.id);
      return outlook ? withHeads(attached, outlook, placed.get(queue.id) ?? [], names, groups) : attached;
    }),
  };
}

type Placed = Extract<Change, { kind: 'queue.attach' | 'queue.detach' | 'queue.seat' }>;

function placedOn(changes: readonly Change[]): ReadonlyMap<QueueId, readonly Placed[]> {
  const placed = new Map<QueueId, Placed[]>();
  for (const change of changes) {
    if (!('queue' in change)) continue;
    const list = placed.get(change.queue);
    if (list) list.push(change);
    else placed.set(change.queue, [change]);
  }
  return placed;
}

interface Draft {
  group: TenantGroup;
  readonly members: Set<string>;
  readonly queues: Set<QueueId>;
}

function groupsAfter(
  { groups, choice }: Tenant,
  changes: readonly Change[],
  idOf: IdOf,
): ReadonlyMap<GroupId, TenantGroup> {
  const after = new Map(groups.map(group => [group.id, group]));
  const drafts = new Map<GroupId, Draft>();
  const draftOf = (group: TenantGroup): Draft => {
    const known = drafts.get(group.id);
    if (known) return known;
    const draft = { group, members: new Set(group.memberIds), queues: new Set(group.routingQueueIds) };
    drafts.set(group.id, draft);
    return draft;
  };
  for (const change of changes) {
    const id = idOf(change);
    if (id === undefined) continue;
    if (change.kind === 'group.create') {
      const { name, externalId } = change;
      draftOf({ id, name, externalId, memberIds: [], dynamic: false });
      continue;
    }
    const group = drafts.get(id)?.group ?? after.get(id);
    if (group) redraft(draftOf(group), change);
  }
  const documented = choice.contract === 'scim-extension';
  for (const [id, { group, members, queues }] of drafts)
    after.set(id, {
      ...group,
      memberIds: [...members],
      ...(documented ? { routingQueueIds: [...queues] } : {}),
    });
  return after;
}

function redraft(draft: Draft, change: Change): void {
  if (change.kind === 'group.rename') draft.group = { ...draft.group, name: change.to };
  else if (change.kind === 'group.anchor') draft.group = { ...draft.group, externalId: change.to };
  else if (change.kind === 'member.add') draft.members.add(change.user);
  else if (change.kind === 'member.remove') draft.members.delete(change.user);
  else if (change.kind === 'queue.attach' && change.how === 'scim-extension') draft.queues.add(change.queue);
  else if (change.kind === 'queue.detach' && change.how === 'scim-extension')
    draft.queues.delete(change.queue);
}

/** The same queue with the groups that stand on it now, each with as many members as it has. */
function withGroups(
  queue: TenantQueue,
  placed: readonly Placed[],
  groups: ReadonlyMap<GroupId, TenantGroup>,
  idOf: IdOf,
): TenantQueue {
  const listed = (rows: readonly QueueGroup[], isMeant: (change: Placement) => boolean): QueueGroup[] => {
    const found = new Map(rows.map(row => [row.id, row]));
    for (const change of placed) {
      if (change.kind === 'queue.seat' || change.user !== undefined || !isMeant(change)) continue;
      const id = idOf(change)!;
      if (change.kind === 'queue.detach') found.delete(id);
      else if (!found.has(id)) found.set(id, { id, type: 'GROUP' });
    }
    return [...found.values()].map(row => {
      const group = groups.get(row.id);
      return group ? { ...row, name: group.name, memberCount: group.memberIds.length } : row;
    });
  };
  return {
    ...queue,
    memberGroups: listed(queue.memberGroups, change => change.how === 'member-groups'),
    rings: queue.rings.map(ring => ({
      ...ring,
      memberGroups: listed(
        ring.memberGroups,
        change => change.how === 'ring-groups' && (change.ring ?? 1) === ring.number,
      ),
    })),
  };
}

/** The people of a queue as the plan foretells them; where only their number is known, that. */
function withHeads(
  queue: TenantQueue,
  { joining, leaving, after }: QueueOutlook,
  placed: readonly Placed[],
  names: Plan['names']['users'],
  groups: ReadonlyMap<GroupId, TenantGroup>,
): TenantQueue {
  const direct = new Set(
    placed.flatMap(change =>
      change.kind === 'queue.attach' && change.user !== undefined ? [change.user] : [],
    ),
  );
  if (!queue.members) {
    const more = joining.filter(user => direct.has(user)).length;
    return { ...queue, memberCount: after, userMemberCount: (queue.userMemberCount ?? 0) + more };
  }
  const gone = new Set(leaving);
  const byGroup = broughtTo(queue, groups);
  const undirected = new Set(
    placed.flatMap(change =>
      change.kind === 'queue.detach' && change.user !== undefined ? [change.user] : [],
    ),
  );
  // Somebody may stay, and stand there in another way; a row by group hides a direct one.
  const wayOf = ({ user, by }: QueueMember): QueueMember['by'] => {
    if (byGroup.has(user) || undirected.has(user)) return 'group';
    return direct.has(user) ? 'user' : by;
  };
  const seats = new Map(
    placed.flatMap(change => (change.kind === 'queue.seat' ? [[change.user, change] as const] : [])),
  );
  const rows = [
    ...queue.members.flatMap(row => (gone.has(row.user) ? [] : [{ ...row, by: wayOf(row) }])),
    ...joining.map(
      (user): QueueMember => ({
        user,
        ...(names[user] === undefined ? {} : { name: names[user] }),
        by: direct.has(user) ? 'user' : 'group',
      }),
    ),
  ];
  const members = rows.map((row): QueueMember => {
    const seat = seats.get(row.user);
    if (!seat) return row;
    return {
      ...row,
      ...(seat.joined === undefined ? {} : { joined: seat.joined }),
      ...(seat.ring === undefined ? {} : { ring: seat.ring }),
    };
  });
  return {
    ...queue,
    members,
    memberCount: members.length,
    userMemberCount: members.filter(member => member.by === 'user').length,
  };
}

/** Whom the groups that stand on the queue bring, as far as they are known. */
function broughtTo(queue: TenantQueue, groups: ReadonlyMap<GroupId, TenantGroup>): Set<string> {
  const standing = [...queue.memberGroups, ...queue.rings.flatMap(ring => ring.memberGroups)];
  const serving = [...groups.values()].filter(group => group.routingQueueIds?.includes(queue.id));
  const known = [...standing.flatMap(({ id }) => groups.get(id) ?? []), ...serving];
  return new Set(known.flatMap(group => group.memberIds));
}
