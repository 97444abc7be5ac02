import type { DesiredGroup, DesiredMember } from '../model/desired.ts';
import type { GroupId, UserId } from '../model/keys.ts';
import type { TenantGroup } from '../model/tenant.ts';

/** One source group beside the Genesys group that stands for it. */
export interface Comparison {
  readonly group: DesiredGroup;
  readonly found: TenantGroup;
  readonly wanted: ReadonlyMap<UserId, DesiredMember>;
  /** Wanted and not there. */
  readonly missing: ReadonlySet<UserId>;
  /** There and not wanted: ours to take away, or somebody else's. */
  readonly strangers: ReadonlySet<UserId>;
}

/**
 * Each pair walked once, because everything else asks the same two questions of it: who is missing, who is a
 * stranger. Nearly always nobody is, so only one index a group is made, however many people are in it.
 */
export function compareGroups(
  pairs: ReadonlyMap<DesiredGroup, TenantGroup | undefined>,
): ReadonlyMap<GroupId, Comparison> {
  const comparisons = new Map<GroupId, Comparison>();
  for (const [group, found] of pairs) if (found) comparisons.set(found.id, compare(group, found));
  return comparisons;
}

function compare(group: DesiredGroup, found: TenantGroup): Comparison {
  const wanted = new Map<UserId, DesiredMember>();
  for (const member of group.members) wanted.set(member.user, member);
  const strangers = new Set<UserId>();
  let met = 0;
  for (const user of found.memberIds) {
    if (wanted.has(user)) met += 1;
    else strangers.add(user);
  }
  return { group, found, wanted, missing: met < wanted.size ? absent(wanted, found) : nobody, strangers };
}

const nobody: ReadonlySet<UserId> = new Set();

function absent(wanted: ReadonlyMap<UserId, unknown>, { memberIds }: TenantGroup): Set<UserId> {
  const there = new Set(memberIds);
  const missing = new Set<UserId>();
  for (const user of wanted.keys()) if (!there.has(user)) missing.add(user);
  return missing;
}
