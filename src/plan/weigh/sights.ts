import type { Assignment, PresentAssignment } from '../../model/desired.ts';
import type { JournalEdge } from '../../model/journal.ts';
import type { GroupId, GroupKey, MappingId, QueueId, UserId } from '../../model/keys.ts';
import { type Edge, edgeId, type Owner } from '../../model/ledger.ts';
import type { Tenant } from '../../model/tenant.ts';
import { type Comparison, membersByUser } from './compare-groups.ts';
import { joint, ownedBy, ownersFor } from './owners.ts';

/** Is a thing of the ledger wanted, and by whom; does the target show it? Asked of every edge of ours. */
export interface Sights {
  wish(edge: Edge): JournalEdge | undefined;
  shows(edge: Edge): boolean;
  /** Whom of ours in a group something has to be decided about; undefined for everybody. */
  unsettledIn(group: GroupId): ReadonlySet<UserId> | undefined;
  /** Who wants the people of a group in it; undefined where it stands for no source group. */
  ownersIn(group: GroupId): readonly Owner[] | undefined;
}

interface SightInput {
  readonly comparisons: ReadonlyMap<GroupId, Comparison>;
  readonly wanted: readonly Assignment[];
  readonly present: readonly PresentAssignment[];
  readonly tenant: Pick<Tenant, 'groups' | 'queues'>;
  readonly idOf: (key: GroupKey) => GroupId | undefined;
  /** The mappings that need a source group as a Genesys group. */
  readonly neededBy: (key: GroupKey) => readonly MappingId[];
}

/** What the config wants is answered for groups that exist, and with everybody who wants it. */
export function sightsOf(input: SightInput): Sights {
  const { comparisons } = input;
  const ownersIn = lastOnly((id: GroupId) => {
    const group = comparisons.get(id)?.group;
    return group && ownersFor(group.key, input.neededBy(group.key));
  });
  const placed = wishesOnQueues(input);
  const shown = shownOnQueues(input);
  const groups = new Map(input.tenant.groups.map(group => [group.id, group]));
  const members = lastOnly((id: GroupId) => new Set(groups.get(id)?.memberIds));
  const wanted = lastOnly((id: GroupId) => membersByUser(comparisons.get(id)!.group));
  return {
    wish: edge => {
      if (edge.kind === 'queue-member') return placed.people.get(edge.queue)?.get(edge.user);
      if (edge.kind === 'attachment') return placed.groups.get(edgeId(edge));
      const pair = comparisons.get(edge.group)?.group;
      if (!pair) return undefined;
      const { key, mapping } = pair;
      if (edge.kind === 'group') return { edge: { kind: 'group', group: edge.group, key }, key, mapping };
      const member = wanted(edge.group).get(edge.user);
      return member && ownedBy(edge, ownersIn(edge.group)!, { mapping, key, person: member.person });
    },
    shows: edge => {
      if (edge.kind === 'queue-member') return shown.people.get(edge.queue)?.has(edge.user) ?? false;
      if (edge.kind === 'attachment') return shown.groups.has(edgeId(edge));
      if (edge.kind === 'group') return groups.has(edge.group);
      return members(edge.group).has(edge.user);
    },
    unsettledIn: group => comparisons.get(group)?.unsettled,
    ownersIn,
  };
}

function wishesOnQueues({ wanted, idOf }: SightInput) {
  const people = new Map<QueueId, Map<UserId, JournalEdge>>();
  const groups = new Map<string, JournalEdge>();
  for (const { subject, queue, how, mapping, through, ring } of wanted) {
    if (subject.kind === 'user') {
      const { user, person } = subject;
      const onQueue = people.get(queue) ?? new Map<UserId, JournalEdge>();
      people.set(queue, onQueue);
      const edge = { kind: 'queue-member', queue, user } as const;
      onQueue.set(user, joint({ edge, key: through!, mapping, person }, onQueue.get(user)));
      continue;
    }
    const group = idOf(subject.group);
    if (!group || how === 'direct-members') continue;
    const edge = { kind: 'attachment', queue, group, how, ...(ring === undefined ? {} : { ring }) } as const;
    const id = edgeId(edge);
    groups.set(id, joint({ edge, key: subject.group, mapping }, groups.get(id)));
  }
  return { people, groups };
}

function shownOnQueues({ tenant, present }: SightInput) {
  const people = new Map<QueueId, Set<UserId>>();
  const groups = new Set<string>();
  // A row by group hides a direct one (§3.4); to take away one that is not there is harmless.
  for (const { id, members } of tenant.queues)
    if (members) people.set(id, new Set(members.map(member => member.user)));
  for (const { queue, user, group, how, ring } of present) {
    if (user !== undefined) {
      const onQueue = people.get(queue);
      if (onQueue) onQueue.add(user);
      else people.set(queue, new Set([user]));
    } else if (group !== undefined && how !== 'direct-members') {
      groups.add(edgeId({ kind: 'attachment', queue, group, how, ...(ring === undefined ? {} : { ring }) }));
    }
  }
  return { people, groups };
}

/** The ledger is walked group by group, so the index of the last one is all that is kept. */
function lastOnly<Index>(make: (group: GroupId) => Index): (group: GroupId) => Index {
  let last: { readonly group: GroupId; readonly index: Index } | undefined;
  return group => {
    if (last?.group !== group) last = { group, index: make(group) };
    return last.index;
  };
}
