import type { GroupId, PersonKey, QueueId } from './keys.ts';
import type { LinkKey } from './mapping.ts';

/** What a run needs to know of the tenant; made from mappings, directories and ledger, and nothing beyond. */
export interface TenantScope {
  /** Queue texts of the mappings, holes filled. */
  readonly queueTexts: readonly string[];
  /** Queues that the ledger knows: whatever became of their names. */
  readonly queueIds: readonly QueueId[];
  /** Genesys groups that should exist, by name and anchor, and as the ledger knows them. */
  readonly groups: readonly GroupWish[];
  /** Genesys groups that the ledger knows. */
  readonly groupIds: readonly GroupId[];
  /** Queues whose people must be read one by one. */
  readonly memberQueues: 'none' | 'selected';
  readonly people: readonly LinkWish[];
  readonly match: readonly LinkKey[];
}

export interface GroupWish {
  readonly name: string;
  readonly externalId: string;
  /** The groups that we wrote to for it; none for a group that was never placed. */
  readonly recorded: readonly GroupId[];
}

/** What may identify one person; see `desired/link-people`, which decides. */
export interface LinkWish {
  readonly person: PersonKey;
  readonly emails: readonly string[];
  readonly userName?: string | undefined;
  readonly externalId?: string | undefined;
  readonly userId?: string | undefined;
}
