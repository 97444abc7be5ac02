/** Where the audit trail speaks of what we place: its services, as the vendor names them. */
export type AuditService = 'ContactCenter' | 'Groups';

/** One line of the trail, as far as it tells who did what to which group or queue. */
export interface AuditEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly action: string;
  /** The group or queue. */
  readonly entity: string;
  /** Whoever it names: an OAuth client may stand where a user's id would. */
  readonly user?: AuditActor;
  readonly client?: AuditActor;
  readonly application?: string;
  readonly changes: readonly AuditedChange[];
}

export interface AuditActor {
  readonly id: string;
  readonly name?: string;
}

export interface AuditedChange {
  /** `name`, `memberGroups`, `group-membership`, `QueueMember/{queue}:{user}` … */
  readonly property: string;
  readonly was: readonly string[];
  readonly is: readonly string[];
}
