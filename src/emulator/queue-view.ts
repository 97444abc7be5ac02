import { type Db, type QueueRow, ringsOf } from './db.ts';
import type { Knobs } from './knobs.ts';
import { countsOf } from './membership.ts';

export const divisionRef = (db: Db, id: string) => ({
  id,
  name: db.divisions.get(id)?.name ?? '',
  selfUri: `/api/v2/authorization/divisions/${id}`,
});

/** A queue as the API shows it: what was sent, with the server's own fields and the groups' names (§3.2). */
export function queueView(db: Db, knobs: Knobs, queue: QueueRow): Record<string, unknown> {
  const { settings } = queue;
  const rings = ringsOf(settings);
  return {
    id: queue.id,
    name: queue.name,
    division: divisionRef(db, queue.divisionId),
    dateCreated: queue.dateCreated,
    dateModified: queue.modified,
    ...(queue.modifiedBy ? { modifiedBy: queue.modifiedBy } : {}),
    ...settings,
    ...(rings.length > 0
      ? {
          bullseye: {
            ...(settings.bullseye as object),
            rings: rings.map(ring => ({ ...ring, memberGroups: memberGroupViews(db, ring.memberGroups) })),
          },
        }
      : {}),
    memberGroups: memberGroupViews(db, settings.memberGroups),
    ...countsOf(db, knobs, queue),
    selfUri: `/api/v2/routing/queues/${queue.id}`,
  };
}

/** The simplified object of the division views: enough to find an id by name (§3.1). */
export const queueDigest = (db: Db, queue: QueueRow) => ({
  id: queue.id,
  name: queue.name,
  division: divisionRef(db, queue.divisionId),
  selfUri: `/api/v2/routing/queues/${queue.id}`,
});

function memberGroupViews(db: Db, list: unknown): unknown[] {
  if (!Array.isArray(list)) return [];
  return list.map(({ id, type }) => {
    const group = type === 'GROUP' ? db.groups.get(id) : undefined;
    if (!group) return { id, type };
    return {
      id,
      name: group.name,
      type,
      memberCount: group.seenByQueues.size,
      selfUri: `/api/v2/groups/${id}`,
    };
  });
}
