/** What the emulator keeps. Rows change in place; after a change of a name or key, `put` files the row anew. */
export interface DivisionRow {
  readonly id: string;
  name: string;
}

export interface UserRow {
  readonly id: string;
  name: string;
  email: string;
  state: 'active' | 'inactive' | 'deleted';
  version: number;
  divisionId: string;
  /** ISO 8601. */
  modified: string;
  /** Emulated milliseconds; 0 for the seed. What was made later is hidden from the search index for a while. */
  created: number;
  department?: string;
  title?: string;
  employeeNumber?: string;
  managerId?: string;
  /** The SCIM attribute, chosen by the provisioning client. */
  externalId?: string;
  /** Ids by which other systems know the user: `GET /users/externalid/{authority}/{key}`. */
  externalIds: { readonly authority: string; readonly value: string }[];
}

export interface GroupRow {
  readonly id: string;
  name: string;
  description?: string;
  type: 'official' | 'social';
  visibility: 'public' | 'owners' | 'members';
  rulesVisible: boolean;
  includeOwners: boolean;
  rolesEnabled: boolean;
  callsEnabled: boolean;
  /** One counter for the native `version` and the SCIM ETag (API reference §2.2). */
  version: number;
  externalId?: string;
  owners: readonly string[];
  /** Explicit members: what SCIM and the native members API write. Replaced as a whole, never changed in place. */
  individuals: ReadonlySet<string>;
  /** Brought by a rule; a group with rules is a dynamic one. */
  ruleMembers?: ReadonlySet<string>;
  /** The documented contract only: the queues that this group serves. */
  routingQueueIds: readonly string[];
  /** Everybody in the group as queues see it: follows after the propagation delay. */
  seenByQueues: ReadonlySet<string>;
  /** Everybody in the group as the search index sees it. */
  seenBySearch: ReadonlySet<string>;
  modified: string;
  created: number;
  /** Set when the group was deleted: reads by id that it still survives. */
  readsLeft?: number;
}

export interface DirectMember {
  ring: number;
  joined: boolean;
  /** Emulated milliseconds; left out for the seed. */
  readonly added?: number;
}

export interface QueueRow {
  readonly id: string;
  name: string;
  divisionId: string;
  /** Every other field as it was sent, known or unknown; `memberGroups` and `bullseye` are in here. */
  settings: Record<string, unknown>;
  readonly direct: Map<string, DirectMember>;
  /** Activation of people whom a group brings. */
  readonly joinedOverrides: Map<string, boolean>;
  /** The groups from which members are derived, with their ring: follows `settings` after the propagation delay. */
  attached: readonly { readonly groupId: string; readonly ring: number }[];
  /** The documented contract: groups whose `routingQueueIds` name this queue, after the propagation delay. */
  readonly servedBy: Set<string>;
  dateCreated: string;
  modified: string;
  modifiedBy?: string;
  created: number;
}

export interface Grant {
  /** Names or patterns: `routing:queue:view`, `routing:*`, `*`. */
  readonly permissions: readonly string[];
  /** Division ids, or `*`. */
  readonly divisions: readonly string[];
}

export interface ClientRow {
  readonly id: string;
  name: string;
  secret: string;
  grants: Grant[];
  /** Id of the user whom audits name in its place: somebody at the administrator's desk, not a program. */
  actsFor?: string;
  /** Seconds; the client's own setting, before the knob. */
  tokenSeconds?: number;
}

export interface TokenRow {
  readonly token: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Emulated milliseconds. */
  readonly expiresAt: number;
}

/** One line of the audit trail, before it is told: who is behind it stays with the client that wrote. */
export interface AuditRow {
  readonly id: string;
  /** Emulated milliseconds. */
  readonly at: number;
  readonly service: 'ContactCenter' | 'Groups';
  readonly entityType: 'Queue' | 'DirectoryGroup';
  readonly entityId: string;
  /** Queues have it, groups do not. */
  readonly entityName?: string;
  readonly action: string;
  readonly clientId: string;
  /** What follows from a change, and not the change itself: no author is named but in the context. */
  readonly system: boolean;
  readonly changes: readonly PropertyChange[];
  readonly context: Readonly<Record<string, string>>;
}

export interface PropertyChange {
  readonly property: string;
  readonly oldValues: readonly string[];
  readonly newValues: readonly string[];
}
