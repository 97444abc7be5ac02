import type { GroupId, UserId } from '../model/keys.ts';
import type { Tenant, TenantGroup, TenantUser } from '../model/tenant.ts';
import type { LinkWish } from '../model/tenant-scope.ts';
import { keyed, UserIndex } from './link-keys.ts';
import { linkableUsers } from './linkable-users.ts';
import { inParallel } from './parallel.ts';
import type { Reading } from './reading.ts';
import { headOfRead, stamped } from './remembered.ts';
import { readExtensionGroup, readScimGroup } from './scim-groups.ts';
import { withMembersNamed } from './strangers.ts';
import { usersById } from './users.ts';

/** What is to be read itself, whatever is remembered of it. */
export interface Again {
  readonly groups: readonly GroupId[];
  readonly users: readonly UserId[];
  /** People whose user is looked for anew. */
  readonly people: readonly LinkWish[];
}

/** The same picture with these things read now. What is gone is no longer in it. */
export async function readAgain(reading: Reading, tenant: Tenant, again: Again): Promise<Tenant> {
  const [groups, users] = await Promise.all([
    groupsAgain(reading, tenant, again.groups),
    usersAgain(reading, tenant, again),
  ]);
  return { ...tenant, groups, users: await withMembersNamed(reading, groups, users) };
}

async function groupsAgain(
  { api, signal }: Reading,
  { choice, groups }: Tenant,
  ids: readonly GroupId[],
): Promise<TenantGroup[]> {
  const wanted = new Set(ids);
  const read = choice.contract === 'scim-extension' ? readExtensionGroup : readScimGroup;
  const found = await inParallel(groups, async group => {
    if (!wanted.has(group.id)) return group;
    const fresh = await read(api, group.id, signal);
    return fresh && { ...stamped(fresh, headOfRead(group)), dynamic: group.dynamic };
  });
  return found.filter(group => group !== undefined);
}

async function usersAgain(
  reading: Reading,
  tenant: Tenant,
  { users, people }: Again,
): Promise<Map<UserId, TenantUser>> {
  const { api, scope, nowMs, signal } = reading;
  const index = new UserIndex(scope.match);
  for (const user of tenant.users) index.add(user);
  const named = (wish: LinkWish) => index.named(keyed(wish, scope.match)).filter(user => user.remembered);
  const asked = people.filter(wish => named(wish).length > 0);
  const doubtful = new Set([...users, ...asked.flatMap(named).map(user => user.id)]);
  const found = new Map<UserId, TenantUser>();
  const linkable = await linkableUsers({ ...reading, known: undefined }, asked, scope.match);
  for (const [id, user] of linkable.users)
    if (linkable.linked.has(id) || doubtful.has(id)) found.set(id, user);
  const rest = [...doubtful].filter(id => !found.has(id));
  for (const user of await usersById(api, rest, signal)) found.set(user.id, { ...user, readAt: nowMs });
  const kept = tenant.users.filter(user => !doubtful.has(user.id));
  return new Map([...kept, ...found.values()].map(user => [user.id, user]));
}
