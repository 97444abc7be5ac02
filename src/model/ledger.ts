import type { GroupId, GroupKey, MappingId, PersonKey, QueueId, UserId } from './keys.ts';
import type { StrategyName } from './mapping.ts';

/**
 * One thing that we added to the target and may therefore take away: a group that we made, one membership, one
 * attachment. The ids are the target's, so an edge stays true when names change.
 */
export type Edge =
  | { readonly kind: 'group'; readonly group: GroupId; readonly key: GroupKey }
  | { readonly kind: 'member'; readonly group: GroupId; readonly user: UserId }
  | {
      readonly kind: 'attachment';
      readonly queue: QueueId;
      readonly group: GroupId;
      readonly how: Exclude<StrategyName, 'direct-members'>;
      readonly ring?: number;
    }
  | { readonly kind: 'queue-member'; readonly queue: QueueId; readonly user: UserId };

/** A mapping that wants something of ours. */
export interface Owner {
  readonly mapping: MappingId;
  /** The source group that it wants it for. */
  readonly key: GroupKey;
  /** The person behind the user, for edges about one user. */
  readonly person?: PersonKey;
}

/** Owners are told apart by who wants it and for what; the person may be linked anew. */
export const ownerId = ({ mapping, key }: Owner): string => `${mapping}\u0000${key}`;

export interface OwnedEdge extends Owner {
  readonly edge: Edge;
  /**
   * `claimed` is written before the request, `owned` after the answer. A claim that a crash left behind counts as
   * ours as soon as the target shows the edge, and is forgotten when it does not. `leaving` is written before the
   * request that takes it away: should it be gone, it is gone by us.
   */
  readonly state: 'claimed' | 'owned' | 'leaving';
  /**
   * Other mappings that want the same thing: it goes when the last of all of them lets go. Where they mean the same
   * person, that is left out.
   */
  readonly also?: readonly Owner[];
  readonly run: string;
  /** ISO 8601. */
  readonly at: string;
  /** How often we had to add it anew, because it was gone without us; left out for never. */
  readonly again?: number;
}

/** How often we took something away that we had added, and when last (ISO 8601). */
export interface Parting {
  readonly times: number;
  readonly at: string;
}

/** By `edgeId`; what was taken away longest ago is forgotten first, see `store/parting-fold.ts`. */
export type Partings = ReadonlyMap<string, Parting>;

/** The ledger folded: what is ours now, by `edgeId`. */
export type Ledger = ReadonlyMap<string, OwnedEdge>;

/** One text for one edge: the key of the ledger. */
export function edgeId(edge: Edge): string {
  switch (edge.kind) {
    case 'group':
      return `group ${edge.group}`;
    case 'member':
      return `member ${edge.group} ${edge.user}`;
    case 'attachment':
      return `attachment ${edge.queue} ${edge.group} ${edge.how}${edge.ring === undefined ? '' : ` ${edge.ring}`}`;
    case 'queue-member':
      return `queue-member ${edge.queue} ${edge.user}`;
  }
}

/**
 * Stands for the Genesys id of a group that is being made: a claim has to be on disk before the request whose answer
 * tells the id. Bound to the real id with the answer, or by the next run if a crash swallowed that.
 */
export const unmadeGroup = (key: GroupKey): GroupId => `@${key}`;

export const isUnmade = (group: GroupId): boolean => group.startsWith('@');

/** A group that was made: what `unmadeGroup(key)` stood for. */
export interface Binding {
  readonly key: GroupKey;
  readonly group: GroupId;
}

/** The edge with the real id, where it spoke of a group that was not made yet. */
export function bound(edge: Edge, { key, group }: Binding): Edge {
  return edge.kind !== 'queue-member' && edge.group === unmadeGroup(key) ? { ...edge, group } : edge;
}
