import type { Directory } from '../model/directory.ts';
import type { GroupId, GroupKey, MappingId, QueueId } from '../model/keys.ts';
import { isUnmade, type Ledger } from '../model/ledger.ts';
import { bookOf } from '../model/ledger-book.ts';
import type { LinkKey, Mapping } from '../model/mapping.ts';
import { fillHoles } from '../model/select.ts';
import type { GroupWish, TenantScope } from '../model/tenant-scope.ts';
import { type Meant, whoIsMeant } from './who-is-meant.ts';

/** What must be read of the tenant for these mappings, directories and this ledger, and nothing beyond. Pure. */
export function scopeOf(
  directories: readonly Directory[],
  mappings: readonly Mapping[],
  ledger: Ledger,
  match: readonly LinkKey[],
  readsMembers: boolean,
  meant: Meant = whoIsMeant(directories, mappings),
): TenantScope {
  const groups = new Map<GroupKey, GroupWish>();
  const { queueIds, groupIds, groupsOf } = recorded(ledger);
  const queueTexts = new Set<string>();
  for (const { group, mapping, captures, key } of meant.selected) {
    groups.set(key, {
      name: fillHoles(mapping.displayName ?? group.name, captures),
      externalId: fillHoles(mapping.externalId ?? group.id, captures),
      recorded: [...(groupsOf.get(key) ?? [])],
    });
    for (const text of mapping.queues) queueTexts.add(fillHoles(text, captures));
  }
  return {
    queueTexts: [...queueTexts],
    queueIds,
    groups: [...groups.values()],
    groupIds,
    memberQueues: readsMembers ? 'selected' : 'none',
    people: meant.everybody
      .filter(({ status }) => status === 'active' || status === 'unknown')
      .map(({ key, emails, userName, externalId, userId }) => ({
        person: key,
        emails,
        userName,
        externalId,
        userId,
      })),
    match,
  };
}

interface Recorded {
  readonly queueIds: readonly QueueId[];
  readonly groupIds: readonly GroupId[];
  readonly groupsOf: ReadonlyMap<GroupKey, ReadonlySet<GroupId>>;
}

function recorded(ledger: Ledger): Recorded {
  const book = bookOf(ledger);
  const queueIds = new Set<QueueId>();
  const groupIds = new Set<GroupId>();
  const groupsOf = new Map<GroupKey, Set<GroupId>>();
  const add = (group: GroupId, key: GroupKey) => {
    groupIds.add(group);
    const ids = groupsOf.get(key);
    if (ids) ids.add(group);
    else groupsOf.set(key, new Set([group]));
  };
  for (const { edge, key } of book.others()) {
    if (edge.kind === 'attachment') queueIds.add(edge.queue);
    if (edge.kind !== 'queue-member' && !isUnmade(edge.group)) add(edge.group, key);
  }
  for (const [group, people] of book.members())
    if (!isUnmade(group)) for (const { holding } of people.ways()) add(group, holding.key);
  for (const [queue] of book.queueMembers()) queueIds.add(queue);
  return { queueIds: [...queueIds], groupIds: [...groupIds], groupsOf };
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
  for (const { edge, mapping, also = [] } of book.others()) {
    if (edge.kind !== 'attachment') continue;
    for (const owner of [{ mapping }, ...also]) put(owner.mapping, edge.queue);
  }
  for (const [queue, people] of book.queueMembers())
    for (const { holding, also = [] } of people.ways())
      for (const owner of [holding, ...also]) put(owner.mapping, queue);
  return served;
}
