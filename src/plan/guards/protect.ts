import type { GroupId, QueueId, UserId } from '../../model/keys.ts';
import type { Protection } from '../../model/limits.ts';
import { matchKey } from '../../model/match-key.ts';
import type { Note } from '../../model/note.ts';
import { matcher, selectorOf } from '../../model/select.ts';
import type { Tenant, TenantUser } from '../../model/tenant.ts';
import type { Removal } from '../weigh/keep-owned.ts';

export interface Protected {
  readonly removals: readonly Removal[];
  readonly kept: readonly Removal[];
  readonly notes: readonly Note[];
}

/**
 * Hands off: a protected person is never taken away, from a protected group or queue nobody is. Judged by what a
 * removal touches itself: a person who leaves a group leaves all its queues, so the group of a protected queue is to
 * be protected with it, which is done here.
 */
export function protect(removals: readonly Removal[], tenant: Tenant, protection: Protection): Protected {
  const isAsked = Object.values(protection).some(texts => texts.length > 0);
  if (removals.length === 0 || !isAsked) return { removals, kept: [], notes: [] };
  const isPerson = anyOf(protection.people);
  const users = new Map(tenant.users.map(user => [user.id, namesOf(user)]));
  const { groups: safeGroups, queues: safeQueues } = protectedPlaces(tenant, protection);
  const guarded =
    protection.people.length === 0
      ? new Set<string>()
      : new Set(
          tenant.groups
            .filter(group => group.memberIds.some(user => isPerson(users.get(user) ?? [user])))
            .map(group => group.id),
        );
  const isSafe = ({ owned: { edge } }: Removal): boolean => {
    if ('user' in edge && isPerson(users.get(edge.user) ?? [edge.user])) return true;
    if ('group' in edge && safeGroups.has(edge.group)) return true;
    // A group that goes off a queue takes everybody in it along.
    if (edge.kind === 'attachment' && guarded.has(edge.group)) return true;
    return 'queue' in edge && safeQueues.has(edge.queue);
  };
  const going = removals.filter(removal => !isSafe(removal));
  const kept = removals.length - going.length;
  if (kept === 0) return { removals, kept: [], notes: [] };
  return {
    removals: going,
    kept: removals.filter(isSafe),
    notes: [
      {
        code: 'removal.kept',
        level: 'info',
        subject: `${kept} assignment${kept === 1 ? '' : 's'}`,
        text: `${kept} assignment${kept === 1 ? '' : 's'} that this plan would take away ${kept === 1 ? 'stays' : 'stay'}: protected by limits.protect.`,
      },
    ],
  };
}

/** Everybody whom `protection.people` means. */
export function protectedUsers({ users }: Pick<Tenant, 'users'>, { people }: Protection): UserId[] {
  const isPerson = anyOf(people);
  return users.filter(user => isPerson(namesOf(user))).map(user => user.id);
}

export const namesOf = ({ id, name, email, userName }: TenantUser): Names => [id, name, email, userName];

/** Groups and queues that are named, and the groups of those queues: who leaves one of them leaves the queue. */
export function protectedPlaces(
  tenant: Tenant,
  protection: Pick<Protection, 'groups' | 'queues'>,
): { readonly groups: ReadonlySet<GroupId>; readonly queues: ReadonlySet<QueueId> } {
  const isGroup = anyOf(protection.groups);
  const isQueue = anyOf(protection.queues);
  const groups = new Set(
    tenant.groups.filter(group => isGroup([group.id, group.name])).map(group => group.id),
  );
  const queues = new Set<QueueId>();
  for (const queue of tenant.queues) {
    if (!isQueue([queue.id, queue.name])) continue;
    queues.add(queue.id);
    for (const group of [...queue.memberGroups, ...queue.rings.flatMap(ring => ring.memberGroups)])
      groups.add(group.id);
  }
  for (const group of tenant.groups) {
    if (group.routingQueueIds?.some(queue => queues.has(queue))) groups.add(group.id);
  }
  return { groups, queues };
}

/** Ids, names and addresses of one thing. */
export type Names = readonly (string | undefined)[];

/** Is one of these names meant by one of the texts? Case does not count; a pattern is asked of each name. */
export function anyOf(texts: readonly string[]): (names: Names) => boolean {
  const exact = new Set(texts.map(matchKey));
  const patterns = texts
    .map(selectorOf)
    .filter(selector => selector.kind !== 'exact')
    .map(matcher);
  return names => {
    const given = names.filter(name => name !== undefined);
    return (
      given.some(name => exact.has(matchKey(name))) || patterns.some(match => match(given) !== undefined)
    );
  };
}
