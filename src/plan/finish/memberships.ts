import type { Change } from '../../model/change.ts';
import type { UserId } from '../../model/keys.ts';
import { mostFullest, type UserGroups } from '../../model/plan.ts';
import type { Tenant } from '../../model/tenant.ts';

/**
 * Of those who come into a group, the ones who are then in the most groups. People come into groups before they leave
 * others, so what they leave does not count: at that moment they are in all of them.
 */
export function fullestAfter(changes: readonly Change[], tenant: Tenant): UserGroups[] {
  const counts = new Map<UserId, { gain: number; told: number | undefined; seen: number }>();
  for (const change of changes) {
    if (change.kind !== 'member.add') continue;
    const count = counts.get(change.user);
    if (count) count.gain += 1;
    else counts.set(change.user, { gain: 1, told: undefined, seen: 0 });
  }
  if (counts.size === 0) return [];
  for (const { id, groupCount } of tenant.users) {
    const count = counts.get(id);
    if (count) count.told = groupCount;
  }
  for (const { memberIds } of tenant.groups) {
    for (const user of memberIds) {
      const count = counts.get(user);
      if (count) count.seen += 1;
    }
  }
  let fullest: UserGroups[] = [];
  for (const [user, { gain, told, seen }] of counts) {
    // What the directory counts may lag behind the groups that we have just read.
    const groups = Math.max(told ?? 0, seen) + gain;
    const last = fullest.at(-1);
    const row = { user, groups, known: told !== undefined };
    if (fullest.length === mostFullest && last && fuller(last, row) < 0) continue;
    fullest = [...fullest, row].sort(fuller).slice(0, mostFullest);
  }
  return fullest;
}

const fuller = (a: UserGroups, b: UserGroups): number =>
  b.groups - a.groups || (a.user < b.user ? -1 : a.user > b.user ? 1 : 0);
