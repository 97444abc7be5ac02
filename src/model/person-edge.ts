import type { Held } from './crowd.ts';
import type { GroupId, QueueId, UserId } from './keys.ts';
import type { Edge, OwnedEdge } from './ledger.ts';

/** Where somebody is: in a group or on a queue. */
export type Place = GroupId | QueueId;
export type PersonEdgeKind = 'member' | 'queue-member';

export function ownedEdge(
  kind: PersonEdgeKind,
  place: Place,
  user: UserId,
  { holding, person, again, also }: Held,
): OwnedEdge {
  const edge: Edge = kind === 'member' ? { kind, group: place, user } : { kind, queue: place, user };
  return {
    edge,
    ...holding,
    ...(person === undefined ? {} : { person }),
    ...(again === undefined ? {} : { again }),
    ...(also === undefined ? {} : { also }),
  };
}

export const placeOf = (edge: Edge): Place | undefined =>
  edge.kind === 'member' ? edge.group : edge.kind === 'queue-member' ? edge.queue : undefined;

/** `edgeId` read backwards. The place of a group to be made holds a source's key, which may have blanks: the user is last. */
export function partsOf(id: string): readonly [PersonEdgeKind | undefined, Place, UserId] {
  const kind = id.startsWith('member ')
    ? 'member'
    : id.startsWith('queue-member ')
      ? 'queue-member'
      : undefined;
  if (!kind) return [undefined, '', ''];
  const end = id.lastIndexOf(' ');
  return [kind, id.slice(kind.length + 1, end), id.slice(end + 1)];
}
