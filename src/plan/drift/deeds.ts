import type { AuditEntry, AuditService } from '../../model/audit.ts';
import type { Actor, Deed, TargetDrift } from '../../model/drift.ts';
import type { UserId } from '../../model/keys.ts';

/** The groups and queues whose trail may tell who did this; none for what happened to a user. */
export function trailsOf(
  { kind, place, subject }: TargetDrift,
  groupsNameQueues: boolean,
): readonly { readonly service: AuditService; readonly entity: string }[] {
  if (place.kind === 'group') return [{ service: 'Groups', entity: place.id }];
  if (place.kind === 'user') return [];
  const queue = { service: 'ContactCenter', entity: place.id } as const;
  // Under the documented contract it is the group that says which queues it serves.
  return groupsNameQueues && subject && kind.startsWith('attachment.')
    ? [queue, { service: 'Groups', entity: subject.id }]
    : [queue];
}

/** `QueueMember/{queue}:{user}`, and whatever is said of the member behind that. */
const memberIn = (property: string): UserId | undefined => /^QueueMember\/[^:]+:([^:]+)/u.exec(property)?.[1];

/** Everybody of whom an entry speaks by id alone. */
export const peopleIn = ({ user, client, changes }: AuditEntry): UserId[] => [
  ...(user && user.name === undefined ? [user.id] : []),
  ...(!user && client && client.name === undefined ? [client.id] : []),
  ...changes.flatMap(({ property }) => memberIn(property) ?? []),
];

export interface DeedInput {
  /** The latest first. */
  readonly entries: readonly AuditEntry[];
  readonly userName: (user: UserId) => string | undefined;
}

/** What the trail says of something that moved: who did it last; for a number of people, everybody who had a part in it. */
export function deedsOf(drift: TargetDrift, { entries, userName }: DeedInput): Deed[] {
  const told = entries.filter(entry => tells(entry, drift));
  const isNumber = drift.kind === 'direct.came' || drift.kind === 'direct.went';
  if (!isNumber) return told.slice(0, 1).map(entry => deedOf(entry, userName));
  const deeds = new Map<string, Deed & { readonly whom: string[] }>();
  for (const entry of told) {
    const deed = deedOf(entry, userName);
    const by = deed.by?.id ?? '';
    const known = deeds.get(by) ?? { ...deed, whom: [] };
    deeds.set(by, known);
    for (const { property } of entry.changes) {
      const user = memberIn(property);
      const name = user && (userName(user) ?? user);
      if (name !== undefined && !known.whom.includes(name)) known.whom.push(name);
    }
  }
  return [...deeds.values()].map(deed => ({ ...deed, whom: deed.whom.sort() }));
}

function deedOf({ at, user, client, application }: AuditEntry, userName: DeedInput['userName']): Deed {
  const by = user ?? client;
  const name = by && (by.name ?? userName(by.id));
  const kind: Actor['kind'] = user ? (name === undefined ? 'unknown' : 'user') : 'client';
  return {
    at,
    ...(by ? { by: { kind, id: by.id, ...(name === undefined ? {} : { name }) } } : {}),
    ...(application ? { application } : {}),
  };
}

function tells(entry: AuditEntry, { kind, place, subject }: TargetDrift): boolean {
  const { entity, action, changes } = entry;
  const isHere = entity === place.id;
  const about = (name: string) => isHere && changes.some(({ property }) => property === name);
  switch (kind) {
    case 'group.renamed':
    case 'queue.renamed':
      return about('name');
    case 'group.anchored':
      return about('externalId');
    case 'group.deleted':
    case 'queue.deleted':
      return isHere && action === 'Delete';
    case 'member.gone':
    case 'member.came':
    case 'member.went':
      return isHere && changes.some(({ was, is }) => [...was, ...is].join(' ').includes(subject!.id));
    case 'queue-member.gone':
      return (
        isHere && action === 'MemberRemove' && changes.some(each => memberIn(each.property) === subject!.id)
      );
    case 'direct.came':
      return isHere && action === 'MemberAdd';
    case 'direct.went':
      return isHere && action === 'MemberRemove';
    case 'attachment.gone':
    case 'attachment.came':
    case 'attachment.went': {
      const other = isHere ? subject!.id : entity === subject!.id ? place.id : undefined;
      const has = (list: readonly string[]) => list.join(' ').includes(other ?? '');
      return other !== undefined && changes.some(({ was, is }) => has(was) !== has(is));
    }
    case 'group.dynamic':
    case 'user.inactive':
    case 'user.deleted':
      return false;
  }
}
