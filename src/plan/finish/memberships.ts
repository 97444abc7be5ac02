import type { Change } from '../../model/change.ts';
import type { UserId } from '../../model/keys.ts';
import { mostFullest, type UserGroups } from '../../model/plan.ts';
import type { Tenant } from '../../model/tenant.ts';

/**
 * Of those who come into a group, the ones who are then in the most groups. People come into groups before they leave
 * others, so what they leave does not count: at that moment they are in all of them.
 */
export function fullestAfter(changes: readonly Change[], tenant: Tenant): UserGroups[] {
  const gains = new Map<UserId, number>();
  for (const change of changes)
    if (change.kind === 'member.add') gains.set(change.user, (gains.get(change.user) ?? 0) + 1);
  if (gains.size === 0) return [];
  const seen = new Map<UserId, number>();
  for (const { memberIds } of tenant.groups)
    for (const user of memberIds) if (gains.has(user)) seen.set(user, (seen.get(user) ?? 0) + 1);
  const told = new Map<UserId, number>();
  for (const { id, groupCount = 0 } of tenant.users)
    if (groupCount > 0 && gains.has(id)) told.set(id, groupCount);
  let fullest: Row[] = [];
  for (const [user, gain] of gains) {
    // What the directory counts may lag behind the groups that we have just read.
    const row = { user, groups: Math.max(told.get(user) ?? 0, seen.get(user) ?? 0) + gain };
    const last = fullest.at(-1);
    if (fullest.length === mostFullest && last && fuller(last, row) < 0) continue;
    fullest = [...fullest, row].sort(fuller).slice(0, mostFullest);
  }
  const few = new Set(fullest.map(({ user }) => user));
  const known = new Set<UserId>();
  for (const { id, groupCount } of tenant.users) if (groupCount !== undefined && few.has(id)) known.add(id);
  return fullest.map(row => ({ ...row, known: known.has(row.user) }));
}

type Row = Omit<UserGroups, 'known'>;

const fuller = (a: Row, b: Row): number =>
  b.groups - a.groups || (a.user < b.user ? -1 : a.user > b.user ? 1 : 0);
