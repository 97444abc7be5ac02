import type { Change } from '../model/change.ts';
import type { PresentAssignment } from '../model/desired.ts';
import type { GroupId, GroupKey, QueueId, UserId } from '../model/keys.ts';
import { edgeId, isUnmade, type Ledger } from '../model/ledger.ts';
import { bookOf } from '../model/ledger-book.ts';
import { type Seen, type SeenChange, type SeenGroup, type SeenQueue, wayText } from '../model/seen.ts';
import type { Tenant, TenantGroup, TenantQueue } from '../model/tenant.ts';

export interface SeenInput {
  /** What the run looked at before it wrote. */
  readonly tenant: Tenant;
  readonly present: readonly PresentAssignment[];
  /** After the run. */
  readonly ledger: Ledger;
  /** What the run has done. */
  readonly done: readonly Change[];
  /** Groups that the run made. */
  readonly made: Readonly<Record<GroupKey, GroupId>>;
  /** Queues as they were read back after the writes. */
  readonly shown?: ReadonlyMap<QueueId, TenantQueue>;
}

/** How a run leaves what is ours, by what it saw and what it did. Of what it did not look at, nothing is said. */
export function seenAfter(input: SeenInput): Seen {
  const { tenant, ledger, done, made } = input;
  const { groups: ourGroups, queues: ourQueues } = placesIn(ledger);
  const taken = new Set<string>();
  const fields = new Map<GroupId, { name?: string; externalId?: string }>();
  for (const change of done) {
    if (change.kind === 'member.remove')
      taken.add(edgeId({ kind: 'member', group: change.id, user: change.user }));
    else if (change.kind === 'queue.detach' && change.user !== undefined)
      taken.add(edgeId({ kind: 'queue-member', queue: change.queue, user: change.user }));
    else if (change.kind === 'queue.detach')
      taken.add(`${change.queue} ${wayText({ ...change, group: change.id! })}`);
    else if (change.kind === 'group.rename') field(fields, change.id).name = change.to;
    else if (change.kind === 'group.anchor' && change.to !== undefined)
      field(fields, change.id).externalId = change.to;
  }
  const isForeign = (edge: Parameters<typeof edgeId>[0]) => {
    const id = edgeId(edge);
    return !ledger.has(id) && !taken.has(id);
  };
  const groups = new Map<GroupId, SeenGroup>();
  for (const group of tenant.groups) {
    if (!ourGroups.has(group.id)) continue;
    const strangers = strangersIn(group, ledger).filter(user =>
      isForeign({ kind: 'member', group: group.id, user }),
    );
    groups.set(group.id, { ...told(group), ...fields.get(group.id), strangers: strangers.sort() });
  }
  for (const change of done) {
    const id = change.kind === 'group.create' ? made[change.group] : undefined;
    if (change.kind !== 'group.create' || id === undefined || !ourGroups.has(id)) continue;
    groups.set(id, { name: change.name, externalId: change.externalId, strangers: [] });
  }
  const rows = Map.groupBy(input.present, row => row.queue);
  const turned = turnedQueues(done, input.present, made);
  const queues = new Map<QueueId, SeenQueue>();
  for (const queue of tenant.queues) {
    if (!ourQueues.has(queue.id)) continue;
    const ways = foreignWays(queue.id, rows.get(queue.id) ?? [], ledger);
    const ours = ourQueues.get(queue.id)!;
    const isStranger = (user: UserId) => isForeign({ kind: 'queue-member', queue: queue.id, user });
    // Whoever comes through a group is no longer counted as standing there directly, and the other way round.
    const direct = turned.has(queue.id)
      ? directBy(input.shown?.get(queue.id) ?? { id: queue.id }, ours, isStranger)
      : directBy(queue, ours, isStranger);
    queues.set(queue.id, {
      name: queue.name,
      groups: ways.filter(way => !taken.has(`${queue.id} ${way}`)).sort(),
      ...(direct === undefined ? {} : { direct }),
    });
  }
  return { groups, queues };
}

/** Queues whose groups changed, or whose groups' people did. */
function turnedQueues(
  done: readonly Change[],
  present: readonly PresentAssignment[],
  made: SeenInput['made'],
): ReadonlySet<QueueId> {
  const turned = new Set<QueueId>();
  const groups = new Set<GroupId>();
  for (const change of done) {
    const id = ('id' in change && change.id) || made[change.group];
    if (change.kind === 'member.add' || change.kind === 'member.remove') groups.add(id ?? '');
    else if ('queue' in change && !('user' in change && change.user !== undefined)) turned.add(change.queue);
  }
  for (const { queue, group } of present) if (group !== undefined && groups.has(group)) turned.add(queue);
  return turned;
}

const told = ({ name, externalId }: TenantGroup) => ({
  name,
  ...(externalId === undefined ? {} : { externalId }),
});

function field(fields: Map<GroupId, { name?: string; externalId?: string }>, id: GroupId) {
  const known = fields.get(id) ?? {};
  fields.set(id, known);
  return known;
}

/** The groups that we wrote to, and the queues that we serve with how many of ours stand on each directly. */
export function placesIn(ledger: Ledger): {
  readonly groups: ReadonlySet<GroupId>;
  readonly queues: ReadonlyMap<QueueId, number>;
} {
  const book = bookOf(ledger);
  const groups = new Set<GroupId>();
  const queues = new Map<QueueId, number>();
  for (const { edge } of book.others()) {
    if ('group' in edge && !isUnmade(edge.group)) groups.add(edge.group);
    if ('queue' in edge && !queues.has(edge.queue)) queues.set(edge.queue, 0);
  }
  for (const [group] of book.members()) if (!isUnmade(group)) groups.add(group);
  for (const [queue, people] of book.queueMembers()) queues.set(queue, people.size);
  return { groups, queues };
}

/** Who is in a group and not by us. */
export function strangersIn({ id, memberIds }: TenantGroup, ledger: Ledger): UserId[] {
  const ours = new Set(bookOf(ledger).membersOf(id));
  return memberIds.filter(user => !ours.has(user));
}

/** Groups on a queue that are not ours, as `wayText`. */
export const foreignWays = (queue: QueueId, rows: readonly PresentAssignment[], ledger: Ledger): string[] =>
  rows.flatMap(({ group, how, ring }) => {
    if (group === undefined || how === 'direct-members') return [];
    const edge = { kind: 'attachment', queue, group, how, ...(ring === undefined ? {} : { ring }) } as const;
    return ledger.has(edgeId(edge)) ? [] : [wayText({ group, how, ring })];
  });

/** How many stand on a queue directly and not by us; undefined where neither people nor their number is known. */
export function directBy(
  queue: Pick<TenantQueue, 'id' | 'members' | 'userMemberCount'>,
  ours: number,
  isForeign: (user: UserId) => boolean,
): number | undefined {
  if (queue.members) return queue.members.filter(({ by, user }) => by === 'user' && isForeign(user)).length;
  return queue.userMemberCount === undefined ? undefined : Math.max(0, queue.userMemberCount - ours);
}

/** What to write down so that `before` becomes `now`; undefined for nothing. What is not ours any more is let go. */
export function seenChange(before: Seen, now: Seen, ledger: Ledger): SeenChange | undefined {
  const { groups, queues } = placesIn(ledger);
  const change: SeenChange = {
    groups: differing(before.groups, now.groups, id => groups.has(id)),
    queues: differing(before.queues, now.queues, id => queues.has(id)),
  };
  return Object.keys(change.groups).length + Object.keys(change.queues).length > 0 ? change : undefined;
}

function differing<Of>(
  before: ReadonlyMap<string, Of>,
  now: ReadonlyMap<string, Of>,
  isOurs: (id: string) => boolean,
): Record<string, Of | null> {
  const change: Record<string, Of | null> = {};
  for (const [id, each] of now)
    if (JSON.stringify(before.get(id)) !== JSON.stringify(each)) change[id] = each;
  for (const id of before.keys()) if (!isOurs(id)) change[id] = null;
  return change;
}
