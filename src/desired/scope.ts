import type { Directory, Person } from '../model/directory.ts';
import type { GroupId, MappingId, PersonKey, QueueId } from '../model/keys.ts';
import { isUnmade, type Ledger } from '../model/ledger.ts';
import { bookOf } from '../model/ledger-book.ts';
import type { LinkKey, Mapping } from '../model/mapping.ts';
import { fillHoles } from '../model/select.ts';
import type { TenantScope } from '../model/tenant-scope.ts';
import { indexDirectory } from './flatten-nested.ts';
import { peopleFinder } from './people-of.ts';
import { selectGroups } from './select-groups.ts';

/** What must be read of the tenant for these mappings, directories and this ledger, and nothing beyond. Pure. */
export function scopeOf(
  directories: readonly Directory[],
  mappings: readonly Mapping[],
  ledger: Ledger,
  match: readonly LinkKey[],
  readsMembers: boolean,
): TenantScope {
  const { selected } = selectGroups(directories, mappings);
  const finders = new Map(directories.map(directory => [directory, peopleFinder(indexDirectory(directory))]));
  const people = new Map<PersonKey, Person>();
  const groups = new Map<string, { name: string; externalId: string }>();
  const queueTexts = new Set<string>();
  for (const { group, directory, mapping, captures, key } of selected) {
    for (const part of finders.get(directory)!({ group, mapping }).parts)
      for (const person of part.people)
        if (person.status === 'active' || person.status === 'unknown') people.set(person.key, person);
    groups.set(key, {
      name: fillHoles(mapping.displayName ?? group.name, captures),
      externalId: fillHoles(mapping.externalId ?? group.id, captures),
    });
    for (const text of mapping.queues) queueTexts.add(fillHoles(text, captures));
  }
  const { queueIds, groupIds } = recorded(ledger);
  return {
    queueTexts: [...queueTexts],
    queueIds,
    groups: [...groups.values()],
    groupIds,
    memberQueues: readsMembers ? 'selected' : 'none',
    people: [...people.values()].map(({ emails, userName, externalId, userId }) => ({
      emails,
      userName,
      externalId,
      userId,
    })),
    match,
  };
}

function recorded(ledger: Ledger): { queueIds: QueueId[]; groupIds: GroupId[] } {
  const book = bookOf(ledger);
  const queueIds = new Set<QueueId>();
  const groupIds = new Set<GroupId>();
  for (const { edge } of book.others()) {
    if (edge.kind === 'attachment') queueIds.add(edge.queue);
    if (edge.kind !== 'queue-member' && !isUnmade(edge.group)) groupIds.add(edge.group);
  }
  for (const [group] of book.members()) if (!isUnmade(group)) groupIds.add(group);
  for (const [queue] of book.queueMembers()) queueIds.add(queue);
  return { queueIds: [...queueIds], groupIds: [...groupIds] };
}

/** Queues that each mapping serves by our ledger: how a renamed queue is recognised. */
export function servedQueues(ledger: Ledger): Map<string, Set<QueueId>> {
  const book = bookOf(ledger);
  const served = new Map<string, Set<QueueId>>();
  const put = (mapping: MappingId, queue: QueueId) => {
    const queues = served.get(mapping);
    if (queues) queues.add(queue);
    else served.set(mapping, new Set([queue]));
  };
  for (const { edge, mapping } of book.others()) if (edge.kind === 'attachment') put(mapping, edge.queue);
  for (const [queue, people] of book.queueMembers())
    for (const { holding } of people.values()) put(holding.mapping, queue);
  return served;
}
