import type { Contract } from './contract.ts';
import type { Directory } from './directory.ts';
import type { GroupId, SourceId, UserId } from './keys.ts';
import type { OwnedEdge, Parting } from './ledger.ts';
import type { LinkKey, Selector } from './mapping.ts';
import type { KeptSeat } from './seat.ts';
import type { Tenant } from './tenant.ts';

/**
 * Both sides and the ledger at one instant: all that a plan is made of. Plain data, so that it can be kept in a file
 * and planned on where no credentials are.
 */
export interface WorldSnapshot {
  readonly kind: 'muster.snapshot';
  readonly version: 1;
  /** Version of muster. */
  readonly writtenBy: string;
  /** ISO 8601; a plan on the snapshot is made as of then, unless told otherwise. */
  readonly takenAt: string;
  /** Are people named, or do pseudonyms stand for their names, addresses and ids? */
  readonly people: 'names' | 'pseudonyms';
  readonly asked: Asked;
  readonly directories: readonly Directory[];
  /** Every queue; the groups of `asked` with their members; the users behind the people of the directories. */
  readonly tenant: Tenant;
  /** Every group of the tenant, read or not. The documented contract has no listing: there it is empty. */
  readonly groupNames: readonly { readonly id: GroupId; readonly name: string }[];
  /** Users whom `limits.protect.people` named: behind pseudonyms that could not be found out any more. */
  readonly protectedUsers: readonly UserId[];
  readonly ledger: readonly OwnedEdge[];
  readonly seats: readonly KeptSeat[];
  /** `Partings`, as a list. */
  readonly partings: readonly (Parting & { readonly id: string })[];
  /** See `LedgerView.mark`. */
  readonly mark: number;
}

/** What was asked of both sides. What was not asked for is unknown, which is not the same as not there. */
export interface Asked {
  readonly contract: Contract | 'auto';
  readonly match: readonly LinkKey[];
  /** Groups of each source. */
  readonly groups: Readonly<Record<SourceId, readonly Selector[]>>;
  /** Attributes of people that were kept, in lower case. */
  readonly attributes: 'all' | readonly string[];
  /** Documented contract: the `externalId`s that were looked up. */
  readonly anchors: readonly string[];
}
