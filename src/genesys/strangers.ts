import type { UserId } from '../model/keys.ts';
import type { TenantGroup, TenantUser } from '../model/tenant.ts';
import { UserIndex } from './link-keys.ts';
import type { Reading } from './reading.ts';
import { usersById } from './users.ts';

/**
 * The users, and beside them whoever else is in one of the groups, as far as they are not `known` by id. One of these may
 * bear an address by which another user is remembered: then that one is asked for as well, because two users of one
 * address are nobody's link.
 */
export async function withMembersNamed(
  { api, scope, nowMs, signal }: Reading,
  groups: readonly TenantGroup[],
  users: ReadonlyMap<UserId, TenantUser>,
  known: ReadonlyMap<UserId, TenantUser> = users,
): Promise<TenantUser[]> {
  // Nearly everybody in the groups is one of the users: then there is nothing to add to them.
  const others = new Map<UserId, TenantUser>();
  const strangers = new Set<UserId>();
  for (const { memberIds } of groups) {
    for (let at = 0; at < memberIds.length; at++) {
      const id = memberIds[at]!;
      const user = users.get(id);
      const other = user ? undefined : known.get(id);
      if (other) others.set(id, other);
      else if (!user) strangers.add(id);
      inOneText(memberIds, at, user ?? other);
    }
  }
  if (strangers.size === 0) return [...users.values(), ...others.values()];
  const all = new Map([...users, ...others]);
  const read = async (ids: Iterable<UserId>) => {
    const found = await usersById(api, [...ids], signal);
    for (const user of found) all.set(user.id, { ...user, readAt: nowMs });
    return found;
  };
  const index = new UserIndex(scope.match);
  for (const user of all.values()) index.add(user);
  const doubtful = new Set<UserId>();
  for (const stranger of await read(strangers))
    for (const other of index.sharing(stranger)) if (other.remembered) doubtful.add(other.id);
  for (const id of doubtful) all.delete(id);
  await read(doubtful);
  return [...all.values()];
}

/**
 * Who is in ten groups came over the wire as ten texts, and one that is asked for after a million others is not in the
 * processor's cache any more. The same letters at the same place: nobody can tell but by the clock, so the list stays
 * the one that it was.
 */
function inOneText(memberIds: readonly UserId[], at: number, user: TenantUser | undefined): void {
  if (user) (memberIds as UserId[])[at] = user.id;
}
