import { MusterError } from '../errors.ts';
import type { Db } from './db.ts';
import type { Knobs } from './knobs.ts';
import { queueDefaults } from './queue-settings.ts';
import { uuidOf } from './random.ts';
import type { Seed } from './seed.ts';

/** Date of everything in a seed: fixed, so that two runs give the same answers. */
const seeded = '2026-01-05T09:00:00.000Z';

/**
 * Fills the tenant from a seed. Ids that the seed leaves out are made from `salt` and the name, so that they are the
 * same in every run; a name that nothing has is `config.invalid`.
 */
export function plant(db: Db, seed: Seed, salt: string, knobs: Knobs): void {
  const unknown: string[] = [];
  for (const name of seed.divisions) db.divisions.put({ id: uuidOf(salt, 'division', name), name });
  const home = uuidOf(salt, 'division', seed.divisions[0]!);

  const divisionOf = (reference: string | undefined): string => {
    if (reference === undefined) return home;
    const found = db.divisions.get(reference) ?? db.divisions.by('name', reference)[0];
    if (!found) unknown.push(`division ${reference}`);
    return found?.id ?? home;
  };
  const usersOf = (references: readonly string[]): string[] =>
    references.flatMap(reference => {
      const found =
        db.users.get(reference) ?? db.users.by('email', reference)[0] ?? userByName.get(reference);
      if (!found) unknown.push(`user ${reference}`);
      return found ? [found.id] : [];
    });
  const idIn = (kind: 'group' | 'queue', reference: string): string[] => {
    const table = kind === 'group' ? db.groups : db.queues;
    const found = table.get(reference) ?? table.by('name', reference)[0];
    if (!found) unknown.push(`${kind} ${reference}`);
    return found ? [found.id] : [];
  };

  const userByName = new Map<string, { id: string }>();
  for (const entry of seed.users) {
    const { division, manager: _, ...fields } = entry;
    const id = entry.id ?? uuidOf(salt, 'user', entry.email.toLowerCase());
    const row = db.users.put({
      ...fields,
      id,
      divisionId: divisionOf(division),
      version: 1,
      modified: seeded,
      created: 0,
    });
    userByName.set(row.name, row);
  }
  for (const entry of seed.users) {
    if (!entry.manager) continue;
    const managerId = usersOf([entry.manager])[0];
    const row = db.users.get(entry.id ?? uuidOf(salt, 'user', entry.email.toLowerCase()))!;
    if (managerId) row.managerId = managerId;
  }

  const queueIds = seed.queues.map(entry => entry.id ?? uuidOf(salt, 'queue', entry.name));
  const served: { groupId: string; queues: readonly string[] }[] = [];
  for (const entry of seed.groups) {
    const { members, owners, ruleMembers, queues, id: given, ...fields } = entry;
    const id = given ?? uuidOf(salt, 'group', entry.name);
    db.addGroup({
      ...fields,
      id,
      rulesVisible: true,
      rolesEnabled: false,
      callsEnabled: false,
      owners: usersOf(owners),
      individuals: new Set(usersOf(members)),
      ...(ruleMembers ? { ruleMembers: new Set(usersOf(ruleMembers)) } : {}),
      routingQueueIds: [],
      seenByQueues: new Set(),
      seenBySearch: new Set(),
      modified: seeded,
      created: 0,
    });
    if (queues.length > 0) served.push({ groupId: id, queues });
  }

  seed.queues.forEach((entry, index) => {
    const memberGroups = (list: (typeof entry)['memberGroups']) =>
      list.flatMap(item => {
        if (typeof item === 'object' && 'type' in item) return [item];
        const found = idIn('group', typeof item === 'string' ? item : item.group);
        return found.map(id => ({ id, type: 'GROUP' as const }));
      });
    const settings: Record<string, unknown> = {
      ...queueDefaults(),
      ...structuredClone(entry.settings),
      memberGroups: memberGroups(entry.memberGroups),
      ...(entry.rings
        ? {
            bullseye: {
              rings: entry.rings.map(ring => ({
                expansionCriteria: [],
                memberGroups: memberGroups(ring.memberGroups),
              })),
            },
          }
        : {}),
    };
    const direct = entry.members.flatMap(member => {
      const item = typeof member === 'string' ? { user: member, ring: 1, joined: undefined } : member;
      return usersOf([item.user]).map(
        id => [id, { ring: item.ring, joined: item.joined ?? knobs.directMembersJoined }] as const,
      );
    });
    db.addQueue({
      id: queueIds[index]!,
      name: entry.name,
      divisionId: divisionOf(entry.division),
      settings,
      direct: new Map(direct),
      joinedOverrides: new Map(),
      attached: [],
      servedBy: new Set(),
      dateCreated: seeded,
      modified: seeded,
      created: 0,
    });
  });
  for (const entry of served) {
    const queues = entry.queues.flatMap(reference => idIn('queue', reference));
    db.serveQueues(db.groups.get(entry.groupId)!, queues);
  }
  // A seed is a world at rest: the delays are for what changes later.
  db.settle(true);

  for (const entry of seed.clients) {
    const divisions = (list: readonly string[]) => list.map(item => (item === '*' ? '*' : divisionOf(item)));
    db.clients.put({
      id: entry.id,
      name: entry.name ?? entry.id,
      secret: entry.secret,
      grants: [
        { permissions: entry.permissions, divisions: divisions(entry.divisions) },
        ...entry.grants.map(grant => ({ ...grant, divisions: divisions(grant.divisions) })),
      ],
      ...(entry.actsFor === undefined ? {} : { actsFor: usersOf([entry.actsFor])[0] ?? entry.actsFor }),
      ...(entry.tokenSeconds === undefined ? {} : { tokenSeconds: entry.tokenSeconds }),
    });
  }
  if (unknown.length > 0) {
    throw new MusterError('config.invalid', {
      happened: `The seed of the emulator names things that it does not define: ${[...new Set(unknown)].join(', ')}.`,
      subject: 'seed',
      remedy:
        'Define them in the same seed, or correct the names (people may be named by id, e-mail or name).',
    });
  }
}
