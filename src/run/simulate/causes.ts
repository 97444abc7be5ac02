import type { Change } from '../../model/change.ts';
import type { GroupId, MappingId, QueueId, UserId } from '../../model/keys.ts';
import type { Plan, QueueOutlook } from '../../model/plan.ts';
import type { SimulatedMove } from '../../model/simulation.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';
import { indexChanges, whyJoining, whyLeaving } from '../../report/reasons.ts';
import { idToBe } from './after-plan.ts';

/** One plan of a simulation, and the worlds on both sides of it. */
export interface SimulatedRun {
  readonly plan: Plan;
  readonly before: WorldSnapshot;
  readonly after: WorldSnapshot;
}

type QueueChange = Extract<Change, { kind: 'queue.attach' | 'queue.detach' }>;

/**
 * Who comes and goes, each with why, and with the mapping that causes it: the one that puts their group on the queue, or
 * takes it off; else the one by which the group serves the queue.
 */
export function movesOf({ plan, before, after }: SimulatedRun) {
  const index = indexChanges(plan.changes);
  const isInAfter = membershipIn(after);
  const isInBefore = membershipIn(before);
  const server = serversIn(after);
  const about = (outlook: QueueOutlook, user: UserId, kind: QueueChange['kind'], isIn: IsIn) =>
    index.byQueue
      .get(outlook.queue)
      ?.find(
        change =>
          change.kind === kind &&
          (change.user === undefined ? isIn(groupOf(change), user) : change.user === user),
      )?.mapping;
  const inGroup = (outlook: QueueOutlook, user: UserId, kind: 'member.add' | 'member.remove') =>
    index.byUser
      .get(user)
      ?.find(change => change.kind === kind && outlook.groups.includes(change.id ?? change.group));
  const move = (user: UserId, mapping: MappingId | undefined, why: string): SimulatedMove => ({
    user,
    name: plan.names.users[user] ?? user,
    ...(mapping === undefined ? {} : { mapping }),
    why,
  });
  return {
    joining: (outlook: QueueOutlook): SimulatedMove[] =>
      outlook.joining.map(user => {
        const added = inGroup(outlook, user, 'member.add');
        const mapping =
          about(outlook, user, 'queue.attach', isInAfter) ??
          (added && (server(outlook.queue, groupOf(added)) ?? added.mapping));
        return move(user, mapping, whyJoining(plan, index, outlook, user));
      }),
    leaving: (outlook: QueueOutlook): SimulatedMove[] =>
      outlook.leaving.map(user => {
        const mapping =
          inGroup(outlook, user, 'member.remove')?.mapping ??
          about(outlook, user, 'queue.detach', isInBefore);
        return move(user, mapping, whyLeaving(plan, index, outlook, user));
      }),
  };
}

const groupOf = ({ id, group }: { readonly id?: GroupId; readonly group: string }): GroupId =>
  id ?? idToBe(group);

type IsIn = (group: GroupId, user: UserId) => boolean;

function membershipIn({ tenant }: WorldSnapshot): IsIn {
  const groups = new Map(tenant.groups.map(group => [group.id, group]));
  const known = new Map<GroupId, ReadonlySet<UserId>>();
  return (id, user) => {
    const members = known.get(id) ?? new Set(groups.get(id)?.memberIds);
    known.set(id, members);
    return members.has(user);
  };
}

/** By which mapping a group of ours serves a queue. */
function serversIn({ ledger }: WorldSnapshot): (queue: QueueId, group: GroupId) => MappingId | undefined {
  const servers = new Map(
    ledger.flatMap(({ edge, mapping }) =>
      edge.kind === 'attachment' ? [[`${edge.queue} ${edge.group}`, mapping] as const] : [],
    ),
  );
  return (queue, group) => servers.get(`${queue} ${group}`);
}
