import type { GroupId, QueueId, UserId } from '../../model/keys.ts';
import type { Note } from '../../model/note.ts';
import type { PlanNames, QueueOutlook } from '../../model/plan.ts';
import type { QueueGroup, Tenant, TenantQueue } from '../../model/tenant.ts';

/** What has to be read to know who stays on a queue by a group of another hand. */
export interface BystanderWish {
  readonly groups: readonly GroupId[];
  /** Documented contract: the groups name the queues, so the groups of whoever leaves have to be found first. */
  readonly users: readonly UserId[];
}

/** The groups that the queue itself names, as a whole or in its rings. */
export const groupsOn = ({ memberGroups, rings }: TenantQueue): readonly QueueGroup[] => [
  ...memberGroups,
  ...rings.flatMap(ring => ring.memberGroups),
];

/**
 * The groups beside ours on the queues that lose somebody, as far as they have not been read. What rules fill has to be
 * read the same way, whether it bears a name of ours or not.
 */
export function bystandersToRead(
  queues: readonly Pick<QueueOutlook, 'queue' | 'leaving'>[],
  tenant: Tenant,
): BystanderWish {
  const losing = queues.filter(({ leaving }) => leaving.length > 0);
  if (losing.length === 0) return { groups: [], users: [] };
  const known = new Set([
    ...tenant.groups.filter(group => !group.dynamic).map(group => group.id),
    ...(tenant.bystanders ?? []).map(group => group.id),
  ]);
  const byId = new Map(tenant.queues.map(queue => [queue.id, queue]));
  const groups = losing
    .flatMap(({ queue }) => groupsOn(byId.get(queue)!))
    .filter(group => group.type === 'GROUP' && !known.has(group.id));
  const users = new Set(
    tenant.choice.contract === 'scim-extension' ? losing.flatMap(({ leaving }) => leaving) : [],
  );
  const isElsewhere = inOtherGroups(tenant);
  return {
    groups: [...new Set(groups.map(group => group.id))],
    users: [...users].filter(user => isElsewhere(user, 'now')),
  };
}

/** All that could be asked for on these queues, whoever leaves them: for a picture on which other plans are made. */
export function bystandersOn(queues: readonly QueueId[], tenant: Tenant): BystanderWish {
  const members = new Map(tenant.queues.map(queue => [queue.id, queue.members ?? []]));
  const everybody = queues.map(queue => ({
    queue,
    leaving: (members.get(queue) ?? []).filter(member => member.by === 'group').map(member => member.user),
  }));
  return bystandersToRead(everybody, tenant);
}

/**
 * May somebody who comes to a queue be there already, by a group that was not read? Only asked to count, so what is
 * remembered of them will do.
 */
export function thereByOthers(tenant: Tenant): (queue: TenantQueue, user: UserId) => boolean {
  const isElsewhere = inOtherGroups(tenant);
  const read = new Set(tenant.groups.map(group => group.id));
  return (queue, user) => {
    const unread = groupsOn(queue).filter(group => !read.has(group.id) && group.memberCount !== 0);
    if (tenant.choice.contract === 'scim-extension') return isElsewhere(user, 'ever');
    return unread.some(group => group.type !== 'GROUP') || (unread.length > 0 && isElsewhere(user, 'ever'));
  };
}

/**
 * Is somebody in more groups than those that were read? The directory says in how many they are. `now`: what is only
 * remembered says nothing.
 */
function inOtherGroups(tenant: Tenant): (user: UserId, asOf: 'now' | 'ever') => boolean {
  let counts: Map<UserId, number> | undefined;
  let users: ReadonlyMap<UserId, Tenant['users'][number]> | undefined;
  return (id, asOf) => {
    users ??= new Map(tenant.users.map(user => [user.id, user]));
    const user = users.get(id);
    if (user?.groupCount === undefined || (asOf === 'now' && user.remembered)) return true;
    counts ??= membershipsIn(tenant);
    return user.groupCount > (counts.get(id) ?? 0);
  };
}

function membershipsIn({ groups }: Tenant): Map<UserId, number> {
  const counts = new Map<UserId, number>();
  for (const { memberIds } of groups)
    for (const user of memberIds) counts.set(user, (counts.get(user) ?? 0) + 1);
  return counts;
}

/** Says of whom it is not known whether they go. */
export function mayStayNotes(
  queues: readonly QueueOutlook[],
  tenant: Tenant,
  names: Pick<PlanNames, 'users'>,
): Note[] {
  const byId = new Map(tenant.queues.map(queue => [queue.id, queue]));
  return queues.flatMap(({ queue: id, mayStay = [] }): Note[] => {
    const queue = byId.get(id);
    if (!queue || mayStay.length === 0) return [];
    const named = mayStay.slice(0, 3).map(user => names.users[user] ?? user);
    const who =
      mayStay.length === 1
        ? named[0]!
        : `${mayStay.length} people (${named.join(', ')}${mayStay.length > 3 ? ' …' : ''})`;
    const kinds = new Set(groupsOn(queue).map(group => kindOf[group.type] ?? ''));
    const kind = ['a team', 'a skill group'].find(each => kinds.has(each));
    return [
      {
        code: 'queue.may-stay',
        level: 'info',
        subject: queue.name,
        text: kind
          ? `${who} may stay on "${queue.name}": ${kind} stands there, whose people are not read.`
          : `${who} may stay on "${queue.name}": it could not be read which other groups they are in.`,
      },
    ];
  });
}

const kindOf: Readonly<Record<string, string>> = { TEAM: 'a team', SKILLGROUP: 'a skill group' };
