import type { Contract } from './contract.ts';
import type { LastGood } from './directory.ts';
import type { GroupId, GroupKey, UserId } from './keys.ts';
import type { TenantGroup, TenantTotals, TenantUser } from './tenant.ts';

/**
 * What earlier runs read and saw, so that a run need not ask again for what has not changed. A cache and nothing
 * more: without any of it everything is read, and nobody is taken away on its account (`plan/doubts.ts`).
 */
export interface Reads {
  /** How many each source group held when it was last read completely and the run was let go on. */
  readonly sources: ReadonlyMap<GroupKey, LastGood>;
  readonly tenant?: TenantReads | undefined;
}

/** Groups and users are marked as `remembered`: nothing of this was asked for in the run that makes use of it. */
export interface TenantReads {
  /** Whose they are: see `run/remember.ts`. Those of another organisation are worth nothing. */
  readonly owner: string;
  readonly contract: Contract;
  /** As last read, or as the answer of a write said that they are now. */
  readonly groups: ReadonlyMap<GroupId, TenantGroup>;
  /** Those whom people were linked to, and other members of the groups; each with `readAt`. */
  readonly users: ReadonlyMap<UserId, TenantUser>;
  /** See `Tenant.absent`. */
  readonly absent: ReadonlyMap<string, number>;
  readonly totals: TenantTotals;
}
