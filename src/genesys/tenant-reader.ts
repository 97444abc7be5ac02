import type { Contract, ContractChoice } from '../model/contract.ts';
import type { QueueId, UserId } from '../model/keys.ts';
import type { LinkKey } from '../model/mapping.ts';
import type { TenantReads } from '../model/reads.ts';
import type { Tenant, TenantUser } from '../model/tenant.ts';
import type { LinkWish, TenantScope } from '../model/tenant-scope.ts';
import type { UserQueues } from '../model/user-queues.ts';
import type { GenesysApi } from './api.ts';
import { type BystandersAsked, withBystanders } from './bystanders.ts';
import { chooseContract } from './detect.ts';
import { linkableUsers } from './linkable-users.ts';
import { type Again, readAgain } from './read-again.ts';
import { snapshot, withMembers } from './snapshot.ts';
import { userQueues } from './user-queues.ts';

export interface ReadOptions {
  /** What earlier runs read, as far as it may be used; everything is read where it is left out. */
  readonly known?: TenantReads | undefined;
  /** Hears which ways were taken, for people who watch. */
  readonly say?: (what: string) => void;
}

/**
 * Where a plan's facts about the target come from: the API, or a snapshot of what it said once. What a reader gives is
 * complete as far as it was asked for, or it throws a `MusterError`.
 */
export interface TenantReader {
  /** The contract that the tenant speaks; see `chooseContract`. */
  contract(wanted: Contract | 'auto', signal: AbortSignal): Promise<ContractChoice>;
  read(
    choice: ContractChoice,
    scope: TenantScope,
    signal: AbortSignal,
    options?: ReadOptions,
  ): Promise<Tenant>;
  /** The same picture with what was only remembered of these things read; a reader that remembers nothing has none. */
  again?(tenant: Tenant, scope: TenantScope, what: Again, signal: AbortSignal): Promise<Tenant>;
  /** The same picture with everybody on these queues, one by one. */
  withMembers(tenant: Tenant, queues: readonly QueueId[], signal: AbortSignal): Promise<Tenant>;
  /** The same picture with these groups of other hands, and those that these people are in besides. */
  withBystanders(tenant: Tenant, asked: BystandersAsked, signal: AbortSignal): Promise<Tenant>;
  /** The users whom this person may be, looked for now. */
  usersLike(wish: LinkWish, match: readonly LinkKey[], signal: AbortSignal): Promise<TenantUser[]>;
  /** The queues that somebody is on now, whether a mapping is about them or not. */
  queuesOf(user: UserId, signal: AbortSignal): Promise<UserQueues>;
}

/** Reads the tenant as it is now; `now` says the time in milliseconds since the epoch. */
export const liveTenant = (api: GenesysApi, now: () => number): TenantReader => ({
  contract: (wanted, signal) => chooseContract(api, wanted, signal),
  read: (choice, scope, signal, { known, say = () => {} } = {}) =>
    snapshot(choice, { api, scope, known, nowMs: now(), signal, say }),
  again: (tenant, scope, what, signal) =>
    readAgain({ api, scope, known: undefined, nowMs: now(), signal, say: () => {} }, tenant, what),
  withMembers: (tenant, queues, signal) => withMembers(api, tenant, queues, signal),
  withBystanders: (tenant, asked, signal) => withBystanders(api, tenant, asked, signal),
  usersLike: async (wish, match, signal) => {
    const reading = { api, known: undefined, nowMs: now(), signal, say: () => {} };
    const { linked } = await linkableUsers(reading, [wish], match);
    return [...linked.values()];
  },
  queuesOf: (user, signal) => userQueues(api, user, signal),
});
