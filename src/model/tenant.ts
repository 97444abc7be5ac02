import type { ContractChoice } from './contract.ts';
import type { GroupId, QueueId, UserId } from './keys.ts';
import type { Note } from './note.ts';

export interface TenantUser {
  readonly id: UserId;
  readonly name: string;
  readonly email?: string;
  readonly userName?: string;
  /** Ids by which other systems know the user, where they were asked for. */
  readonly externalIds?: readonly string[];
  readonly state: 'active' | 'inactive' | 'deleted';
  /** Official groups that the user is in, where the directory was asked and told. */
  readonly groupCount?: number;
  /** When the target said so, in milliseconds since the epoch. */
  readonly readAt?: number;
  /** Not asked for in this run: an earlier one was told so. */
  readonly remembered?: true;
}

/** A Genesys Cloud group that the mappings or the ledger are about. */
export interface TenantGroup {
  readonly id: GroupId;
  readonly name: string;
  readonly externalId?: string;
  /** SCIM `meta.version` without quotes; what `If-Match` and `meta.version` want. */
  readonly version?: string;
  /** Everybody the server lists as a member, direct; each once. */
  readonly memberIds: readonly UserId[];
  /** Rule-driven: explicit edits and rules would mix, so its members are left alone. */
  readonly dynamic: boolean;
  /** Documented contract only: the queues that this group serves. */
  readonly routingQueueIds?: readonly QueueId[];
  /** When it was changed last, as the server writes it: `dateModified`, or `meta.lastModified` of SCIM. */
  readonly modified?: string;
  /** How many members the server counts; owners and people of a rule may be among them. */
  readonly memberCount?: number;
  /** Not read in this run: its version is still the one that was read earlier. */
  readonly remembered?: true;
}

/** A group that is no matter of the mappings or the ledger, and stands on a queue where a plan takes somebody away. */
export interface Bystander {
  readonly id: GroupId;
  /** Everybody whom it keeps there: explicit members, owners who count, and those whom a rule brings. */
  readonly memberIds: readonly UserId[];
  /** Documented contract only: the queues that it serves. */
  readonly routingQueueIds?: readonly QueueId[];
}

export interface QueueGroup {
  readonly id: GroupId;
  /** `GROUP`, `TEAM` or `SKILLGROUP`; only `GROUP` is ever ours. */
  readonly type: string;
  readonly name?: string;
  readonly memberCount?: number;
}

export interface QueueMember {
  readonly user: UserId;
  readonly name?: string;
  /** `group` when any group supplies this person; such a row cannot be removed one by one. */
  readonly by: 'user' | 'group';
  readonly joined?: boolean;
  readonly ring?: number;
}

export interface TenantQueue {
  readonly id: QueueId;
  readonly name: string;
  readonly memberGroups: readonly QueueGroup[];
  /** Bullseye rings in order; `number` counts from 1. */
  readonly rings: readonly { readonly number: number; readonly memberGroups: readonly QueueGroup[] }[];
  /** Groups named by conditional routing or activation: in use, never ours to take away. */
  readonly otherGroups: readonly GroupId[];
  /** The server's own counts; they may disagree with the rows found and are never a loop's bound. */
  readonly memberCount?: number;
  readonly userMemberCount?: number;
  readonly joinedMemberCount?: number;
  /** Everybody on the queue, where it was read (all pages, an empty one seen). */
  readonly members?: readonly QueueMember[];
}

/** How many there are altogether, where a listing told: what the next listing will cost. */
export interface TenantTotals {
  readonly queues?: number;
  readonly groups?: number;
  readonly users?: number;
}

/** What Genesys Cloud says now, as far as the mappings and the ledger need it. */
export interface Tenant {
  readonly choice: ContractChoice;
  readonly organization?: { readonly id: string; readonly name: string };
  readonly queues: readonly TenantQueue[];
  readonly groups: readonly TenantGroup[];
  readonly users: readonly TenantUser[];
  /** Read where a plan takes somebody off a queue, and they may stay there by one of these. */
  readonly bystanders?: readonly Bystander[];
  /** Of these it could not be learned which groups they are in besides. */
  readonly elsewhere?: readonly UserId[];
  /**
   * Link keys (`email bo@example.com`) of linked people that nobody in the tenant has, and when that was said, in
   * milliseconds since the epoch: who has two addresses is often known by one of them.
   */
  readonly absent?: ReadonlyMap<string, number>;
  readonly totals?: TenantTotals;
  /** Requests an hour-glass window allows and what is left of it, as the last answer said. */
  readonly budget: { readonly perMinute: number };
  /** What the reading had to leave open; told with the plan. */
  readonly notes?: readonly Note[];
}
