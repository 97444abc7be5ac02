import type { PersonKey, SourceId } from './keys.ts';
import type { Note } from './note.ts';

/** Whether a source lets somebody in today. Only `active` people are put on queues by default. */
export type PersonStatus = 'active' | 'suspended' | 'deprovisioned' | 'unknown';

/** Somebody in a directory. */
export interface Person {
  readonly key: PersonKey;
  /** Immutable id in the source (objectGUID, entryUUID, Okta id …), never a name. */
  readonly id: string;
  readonly name: string;
  readonly userName?: string;
  /** Every mail address, the primary one first, as the source wrote them. Linking normalises. */
  readonly emails: readonly string[];
  /** The id by which another system knows this person (employee number, IdP id). */
  readonly externalId?: string;
  /** The Genesys Cloud user id, for the rare source that knows it. */
  readonly userId?: string;
  readonly status: PersonStatus;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
}

/** A direct member, as the group states it; nesting is resolved by `desired/flatten-nested`. */
export interface MemberRef {
  readonly kind: 'person' | 'group';
  /** `Person.id` or `DirectoryGroup.id` in the same source. */
  readonly id: string;
}

/**
 * Proof of how much was read. Removals follow from complete reads only, so a source must say `complete: false` with
 * the reason whenever a page, a member or a permission was missing, and must never guess.
 */
export interface Evidence {
  readonly complete: boolean;
  /** Why it is not complete, one sentence each; empty when it is. */
  readonly reasons: readonly string[];
  /** Requests, pages or files that this took. */
  readonly pages: number;
  /** What the source itself announced as the total, where it does. */
  readonly expected?: number;
  /** ISO 8601. */
  readonly readAt: string;
  /** Filled in by muster, not by a source: what was there when a run was last carried out on a complete reading. */
  readonly lastGood?: LastGood;
  /** People at any depth, where they were counted beside `lastGood`. */
  readonly people?: number;
}

/** How many a group held at a complete reading that a run was carried out on. */
export interface LastGood {
  /** Direct members: people and nested groups. */
  readonly members: number;
  /** People at any depth. */
  readonly people: number;
  /** ISO 8601. */
  readonly readAt: string;
}

/** A group as the source states it: direct members only. */
export interface DirectoryGroup {
  /** Immutable id in the source. */
  readonly id: string;
  /** Display name, the one that mappings select by. */
  readonly name: string;
  /** Other exact names by which a mapping may select it: DN, path, mail, samAccountName. */
  readonly aliases: readonly string[];
  readonly members: readonly MemberRef[];
  /** Members that are no people (devices, contacts, foreign principals …), by type. */
  readonly skipped: readonly { readonly type: string; readonly count: number }[];
  readonly evidence: Evidence;
}

/** What a source says: the groups in scope, everything nested in them, and the people they hold. */
export interface Directory {
  readonly source: SourceId;
  /** Sorted by name, then id. */
  readonly groups: readonly DirectoryGroup[];
  /** Each person once, sorted by key. */
  readonly people: readonly Person[];
  /**
   * Evidence of the *list of groups*: is a selected group that is not here really gone? The evidence of each
   * group's membership travels with the group.
   */
  readonly evidence: Evidence;
  readonly notes: readonly Note[];
}

export const completeEvidence = (readAt: string, pages = 1, expected?: number): Evidence => ({
  complete: true,
  reasons: [],
  pages,
  readAt,
  ...(expected === undefined ? {} : { expected }),
});

export const incompleteEvidence = (readAt: string, pages: number, ...reasons: string[]): Evidence => ({
  complete: false,
  reasons,
  pages,
  readAt,
});
