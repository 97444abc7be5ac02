import type { Db, GroupRow } from './db.ts';

/** A group as the native API shows it (API reference §4). */
export const groupView = (db: Db, group: GroupRow): Record<string, unknown> => ({
  id: group.id,
  name: group.name,
  ...(group.description ? { description: group.description } : {}),
  dateModified: group.modified,
  memberCount: db.membersOf(group).size,
  state: 'active',
  version: group.version,
  type: group.type,
  rulesVisible: group.rulesVisible,
  visibility: group.visibility,
  rolesEnabled: group.rolesEnabled,
  includeOwners: group.includeOwners,
  callsEnabled: group.callsEnabled,
  owners: group.owners.map(id => ({
    id,
    name: db.users.get(id)?.name ?? id,
    version: db.users.get(id)?.version ?? 1,
    selfUri: `/api/v2/users/${id}`,
  })),
  selfUri: `/api/v2/groups/${group.id}`,
});
