import type { Contract } from '../model/contract.ts';

/**
 * Every behaviour of the emulator that the vendor leaves open, or that a test wants to turn. The defaults are those of
 * the API reference, §11; docs/emulator-differences.md says which of them are guesses. All times are in the
 * emulator's own time, which runs `timeScale` times as fast as the clock that was handed in.
 */
export interface Knobs {
  // --- SCIM groups -------------------------------------------------------------------------------------------------
  /** What `POST` and `DELETE` of SCIM groups answer under the platform contract (§2.1: withdrawn; status unknown). */
  scimGroupCreateStatus: 403 | 404 | 405 | 501;
  /** A stale `If-Match`: 409 with a ScimError, 400 `invalidVers`, or 412 (§2.5, contradictory in the definition). */
  scimStaleStatus: 400 | 409 | 412;
  /** `GET …/groups` without a filter (§2.3: one operation marks the filter as required, its twin does not). */
  scimListWithoutFilter: 'all' | 'refuse';
  /** `count` above 25 without trimming by `attributes` or `excludedAttributes` (§2.3). */
  scimLargeCount: 'serve' | 'throttle';
  /** `externalId eq` on groups (§2.3, §12.2). The documented contract always serves it. */
  scimGroupExternalIdFilter: 'refuse' | 'serve';
  /** Whether SCIM lists owners and rule-derived people as members (§12.4). */
  scimMembers: 'individuals' | 'effective';
  /** Whether `meta.version` in the body has the quotes of the ETag (§2.2, §12.1). */
  scimVersionQuoted: boolean;
  /** Whether `displayName eq` and the queue parameter `name` tell upper from lower case (§12.8). */
  nameCase: 'insensitive' | 'sensitive';

  // --- the documented contract (scim-extension) --------------------------------------------------------------------
  /**
   * How far the documented contract is honoured: `yes`; `POST` answers 404 or 405 and the rest is the platform's; or
   * `routingQueueIds` are taken without a word and forgotten, by a tenant that does not know them, or by one that even
   * shows them in the answer of the write.
   */
  honour: 'yes' | 'not-found' | 'method-not-allowed' | 'drop-queues' | 'echo-queues';
  /** Whether the schema list names the extension; undefined: exactly under the documented contract. */
  advertiseExtension: boolean | undefined;
  /** Keys of the SCIM group list under the documented contract: the tutorial's, SCIM's, or both side by side. */
  extensionListShape: 'both' | 'entities' | 'resources';

  // --- people and groups -------------------------------------------------------------------------------------------
  /** A user id that nobody has, in a SCIM write or in `POST …/members` (§3.4). */
  unknownUser: 'refuse' | 'ignore';
  /** A stale `version` in the native groups API: 409 `general.conflict`, or 400 or 408 with a text about it (§4). */
  groupStaleStatus: 400 | 408 | 409;
  /** How long after its 202 a native membership write takes effect (§4). */
  groupMembersDelayMs: number;
  /** How many more reads by id a deleted group survives (§4: deletion is asynchronous and unreliable). */
  groupDeleteReads: number;
  /** Whether a deleted group stays in the `memberGroups` of its queues, as a dead reference. */
  deletedGroupsStayOnQueues: boolean;
  /** How long the search index and listings by membership lag behind (§5). */
  searchDelayMs: number;
  /** A user search that finds nobody: 200 with no results, or 404 `resource.not.found` (§5). */
  searchNoMatch: 'empty' | 'not-found';
  /** Bounds of a search; the codes are published, the numbers are not (§5). */
  searchMaxCriteria: number;
  searchMaxValues: number;
  searchMaxPageSize: number;
  /** `pageNumber × pageSize` of a search or of a listing of inactive users may not exceed this (§5). */
  searchMaxResults: number;

  // --- queues ------------------------------------------------------------------------------------------------------
  /** Adding somebody directly whom a group already brings (§3.4). */
  overlap: 'no-op' | 'add' | 'refuse';
  /** What the one row says of somebody who stands on a queue directly and by a group as well (§3.4, §11, §12.5). */
  overlapRow: 'group' | 'user';
  /** How long after a change of group or attachment the queue's members follow (§3.3: Terraform waits 10 s). */
  propagationMs: number;
  /** How long a created queue answers 404, and how long it is missing from listings (§3.3). */
  newQueueReadDelayMs: number;
  newQueueListDelayMs: number;
  /** Whether new rows start activated (§3.4, §12.6). */
  directMembersJoined: boolean;
  groupMembersJoined: boolean;
  /** How long after its answer a `PATCH …/members` takes effect (§3.4: asynchronous). */
  joinDelayMs: number;
  /** How long a new direct member's own `PATCH …/members/{memberId}` answers 404 (§3.4, Terraform retries). */
  newMemberDelayMs: number;
  /** Added to `memberCount`: the count may disagree with the rows (§3.4). */
  memberCountDrift: number;
  /** Whether a page of members names the next one (§3.4: only "may be used"). */
  memberNextUri: boolean;
  maxQueues: number;
  maxQueueMembers: number;

  // --- audits ------------------------------------------------------------------------------------------------------
  /** How long after a write the audit trail shows it. */
  auditDelayMs: number;
  /** How far back the realtime query goes (§10: about 14 days). */
  auditRetentionMs: number;
  auditPageSizeMax: number;
  /** How the trail names an OAuth client: by its id where a user's would stand, in `client`, or not at all. */
  auditAuthor: 'as-user' | 'as-client' | 'nobody';

  // --- pages -------------------------------------------------------------------------------------------------------
  /** Larger pages are capped, not refused. 100 for members is published; the others are Terraform's (§3.1, §3.4). */
  queuePageSizeMax: number;
  memberPageSizeMax: number;
  groupPageSizeMax: number;
  userPageSizeMax: number;

  // --- tokens and limits -------------------------------------------------------------------------------------------
  /** Seconds a token lives; undefined: 86,400 under the platform contract (§1.2), 1,800 under the documented one. */
  tokenSeconds: number | undefined;
  /** The ways to hand in a client's secret; both are accepted by default (§1.1). */
  tokenStyles: readonly ('basic' | 'form')[];
  /** Tokens that may be minted in a window before the 400 with `rate limit exceeded;` (§1.4); undefined: off. */
  mintLimit: { readonly count: number; readonly windowSeconds: number } | undefined;
  /** Requests in a window, per token (platform) or per client (documented contract) (§6.1). */
  rateLimit: number;
  rateWindowSeconds: number;
  /** Further limits on single routes, told by `limit.namespace` in the 429 (§3.5, §6.3). */
  routeLimits: readonly RouteLimit[];
  /**
   * Unit of every number of seconds on the wire (`Retry-After`, `inin-ratelimit-reset`, `expires_in`): `wall` is what
   * a real sleeper needs, `emulated` is what a client needs whose own clock runs as fast as ours. Both are
   * rounded up to whole seconds, at least 1, as §6.2 has integers.
   */
  headerSeconds: 'wall' | 'emulated';
  /** Largest request body; 413 beyond (§6.1). */
  requestBytesMax: number;
  /** Milliseconds from a request to its answer, what the emulator takes to make it included. */
  latencyMs: number | { readonly from: number; readonly to: number };
}

export interface RouteLimit {
  /** As in a fault: `PUT /api/v2/routing/queues/{id}`. */
  readonly route: string;
  readonly requests: number;
  readonly windowSeconds: number;
  readonly key: string;
  readonly namespace: string;
}

export const defaultKnobs: Readonly<Knobs> = {
  scimGroupCreateStatus: 405,
  scimStaleStatus: 409,
  scimListWithoutFilter: 'all',
  scimLargeCount: 'serve',
  scimGroupExternalIdFilter: 'refuse',
  scimMembers: 'individuals',
  scimVersionQuoted: false,
  nameCase: 'insensitive',
  honour: 'yes',
  advertiseExtension: undefined,
  extensionListShape: 'both',
  unknownUser: 'refuse',
  groupStaleStatus: 409,
  groupMembersDelayMs: 0,
  groupDeleteReads: 0,
  deletedGroupsStayOnQueues: false,
  searchDelayMs: 0,
  searchNoMatch: 'empty',
  searchMaxCriteria: 25,
  searchMaxValues: 50,
  searchMaxPageSize: 100,
  searchMaxResults: 10_000,
  overlap: 'no-op',
  overlapRow: 'group',
  propagationMs: 0,
  newQueueReadDelayMs: 0,
  newQueueListDelayMs: 0,
  directMembersJoined: true,
  groupMembersJoined: true,
  joinDelayMs: 0,
  newMemberDelayMs: 0,
  memberCountDrift: 0,
  memberNextUri: true,
  maxQueues: 5_000,
  maxQueueMembers: 5_000,
  auditDelayMs: 0,
  auditRetentionMs: 14 * 86_400_000,
  auditPageSizeMax: 500,
  auditAuthor: 'as-user',
  queuePageSizeMax: 500,
  memberPageSizeMax: 100,
  groupPageSizeMax: 500,
  userPageSizeMax: 500,
  tokenSeconds: undefined,
  tokenStyles: ['basic', 'form'],
  mintLimit: undefined,
  rateLimit: 300,
  rateWindowSeconds: 60,
  routeLimits: [],
  headerSeconds: 'wall',
  requestBytesMax: 512_000,
  latencyMs: 0,
};

/** Seconds a new token lives under this contract. */
export const tokenLifetime = (knobs: Knobs, contract: Contract): number =>
  knobs.tokenSeconds ?? (contract === 'platform' ? 86_400 : 1_800);

/** Does the schema list name the queue extension? */
export const advertisesExtension = (knobs: Knobs, contract: Contract): boolean =>
  knobs.advertiseExtension ?? contract === 'scim-extension';
