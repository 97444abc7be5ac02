import type { DesiredGroup, DesiredMember } from '../../model/desired.ts';
import type { GroupId, UserId } from '../../model/keys.ts';
import type { LedgerBook } from '../../model/ledger-book.ts';
import type { TenantGroup } from '../../model/tenant.ts';

/** One source group beside the Genesys group that stands for it. */
export interface Comparison {
  readonly group: DesiredGroup;
  readonly found: TenantGroup;
  /** Wanted and not there. */
  readonly missing: ReadonlySet<UserId>;
  /** There and not wanted: ours to take away, or somebody else's. */
  readonly strangers: ReadonlySet<UserId>;
  /** Whom we put there and who is not wanted any more, or not there any more. */
  readonly unsettled: ReadonlySet<UserId>;
}

/**
 * Each pair walked once, because everything else asks the same questions of it. Nearly always the answer is nobody,
 * so one index a group is made and forgotten, however many people are in it.
 */
export function compareGroups(
  pairs: ReadonlyMap<DesiredGroup, TenantGroup | undefined>,
  book: LedgerBook,
): ReadonlyMap<GroupId, Comparison> {
  const comparisons = new Map<GroupId, Comparison>();
  for (const [group, found] of pairs) if (found) comparisons.set(found.id, compare(group, found, book));
  return comparisons;
}

function compare(group: DesiredGroup, found: TenantGroup, book: LedgerBook): Comparison {
  const wanted = membersByUser(group);
  const strangers = new Set<UserId>();
  let met = 0;
  for (const user of found.memberIds) {
    if (wanted.has(user)) met += 1;
    else strangers.add(user);
  }
  const missing = met < wanted.size ? absent(wanted, found) : nobody;
  const unsettled = new Set<UserId>();
  for (const user of book.membersOf(found.id))
    if (!wanted.has(user) || missing.has(user)) unsettled.add(user);
  return { group, found, missing, strangers, unsettled };
}

export function membersByUser({ members }: DesiredGroup): ReadonlyMap<UserId, DesiredMember> {
  const wanted = new Map<UserId, DesiredMember>();
  for (const member of members) wanted.set(member.user, member);
  return wanted;
}

const nobody: ReadonlySet<UserId> = new Set();

function absent(wanted: ReadonlyMap<UserId, unknown>, { memberIds }: TenantGroup): Set<UserId> {
  const there = new Set(memberIds);
  const missing = new Set<UserId>();
  for (const user of wanted.keys()) if (!there.has(user)) missing.add(user);
  return missing;
}
