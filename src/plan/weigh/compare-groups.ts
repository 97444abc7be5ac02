import type { Crowd } from '../../model/crowd.ts';
import type { DesiredGroup, LinkedPerson } from '../../model/desired.ts';
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
 * Each pair walked once, because everything else asks the same questions of it. Nearly always the answer is nobody:
 * then what the ledger keeps of the group says so, and no index is made. Where one is, it is forgotten at once.
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
  const ours = book.peopleIn(found.id);
  if (ours && isSettled(group, found, ours))
    return { group, found, missing: nobody, strangers: nobody, unsettled: nobody };
  const wanted = membersByUser(group);
  const strangers = new Set<UserId>();
  let met = 0;
  for (const user of found.memberIds) {
    if (wanted.has(user)) met += 1;
    else strangers.add(user);
  }
  const missing = met < wanted.size ? absent(wanted, found) : nobody;
  const unsettled = new Set<UserId>();
  for (const user of ours?.users() ?? []) if (!wanted.has(user) || missing.has(user)) unsettled.add(user);
  return { group, found, missing, strangers, unsettled };
}

/** Those who are wanted, those who are there and those who are ours are the same: each list has everybody once. */
const isSettled = ({ members }: DesiredGroup, { memberIds }: TenantGroup, ours: Crowd): boolean =>
  members.length === ours.size &&
  memberIds.length === ours.size &&
  memberIds.every(user => ours.has(user)) &&
  members.every(({ user }) => ours.has(user));

export function membersByUser({ members }: DesiredGroup): ReadonlyMap<UserId, LinkedPerson> {
  const wanted = new Map<UserId, LinkedPerson>();
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
