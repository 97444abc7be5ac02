import type { Change } from '../../model/change.ts';
import type { GroupId, GroupKey } from '../../model/keys.ts';
import { type Edge, edgeId, type Ledger, type OwnedEdge } from '../../model/ledger.ts';

/** What is ours and still wanted, and what another hand took away: edges, and whole groups. */
export interface TakenAway {
  readonly edges: ReadonlySet<string>;
  /** Groups that have to be made anew, with the id that they had. */
  readonly groups: ReadonlyMap<GroupKey, GroupId>;
}

export const takenAway = (
  vanished: readonly OwnedEdge[],
  deleted: ReadonlyMap<GroupKey, GroupId>,
): TakenAway => ({ edges: new Set(vanished.map(({ edge }) => edgeId(edge))), groups: deleted });

/** Would this change give us back what was taken away, or go into a group that was? */
export function givesBack(change: Change, { edges, groups }: TakenAway): boolean {
  switch (change.kind) {
    case 'group.create':
      return groups.has(change.group);
    case 'member.add':
      return change.id === undefined
        ? groups.has(change.group)
        : edges.has(edgeId({ kind: 'member', group: change.id, user: change.user }));
    case 'queue.attach': {
      const { queue, user, id: group, how, ring } = change;
      if (user !== undefined) return edges.has(edgeId({ kind: 'queue-member', queue, user }));
      if (group === undefined) return groups.has(change.group);
      if (how === 'direct-members') return false;
      return edges.has(
        edgeId({ kind: 'attachment', queue, group, how, ...(ring === undefined ? {} : { ring }) }),
      );
    }
    default:
      return false;
  }
}

/**
 * Was it ours before it was taken away? A change that goes into a group that was deleted may also be for somebody who
 * is new: that is asked of what we had in the group before.
 */
export function wasOurs(change: Change, { groups }: TakenAway, ledger: Ledger): boolean {
  const before = groups.get(change.group);
  if (before === undefined || ('id' in change && change.id !== undefined)) return true;
  if (change.kind === 'member.add')
    return ledger.has(edgeId({ kind: 'member', group: before, user: change.user }));
  if (change.kind !== 'queue.attach' || change.user !== undefined || change.how === 'direct-members')
    return true;
  const { queue, how, ring } = change;
  return ledger.has(
    edgeId({ kind: 'attachment', queue, group: before, how, ...(ring === undefined ? {} : { ring }) }),
  );
}

/** Is it about a group that was deleted? Such entries are kept where it is not made anew. */
export const isInDeleted = (edge: Edge, groups: ReadonlySet<GroupId>): boolean =>
  'group' in edge && groups.has(edge.group);
