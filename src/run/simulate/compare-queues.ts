import type { QueueId, UserId } from '../../model/keys.ts';
import type { QueueOutlook } from '../../model/plan.ts';
import type { Cause, SameQueue, SimulatedMove, SimulatedQueue } from '../../model/simulation.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';
import { groupName } from '../../report/reasons.ts';
import { movesOf, type SimulatedRun } from './causes.ts';

type Floor = (queue: { readonly id: QueueId; readonly name: string }) => number;

/** What one run after the other comes to, queue by queue: those that lose somebody first, the most first. */
export function queuesThat(runs: readonly SimulatedRun[], floorOf: Floor): SimulatedQueue[] {
  const sums = new Map<QueueId, Sum>();
  for (const run of runs) {
    const moves = movesOf(run);
    for (const outlook of run.plan.queues) {
      const sum = sums.get(outlook.queue) ?? beginning(outlook, run);
      sums.set(outlook.queue, sum);
      for (const move of moves.joining(outlook)) put(sum.joining, sum.leaving, move);
      for (const move of moves.leaving(outlook)) put(sum.leaving, sum.joining, move);
      sum.after = outlook.after;
      sum.exact &&= outlook.exact;
      regroup(sum, outlook.queue, run);
    }
  }
  return [...sums]
    .map(([queue, sum]) => ended(queue, sum, floorOf))
    .filter(
      ({ joining, leaving, attaching, detaching }) =>
        joining.length + leaving.length + attaching.length + detaching.length > 0,
    )
    .sort((a, b) => b.leaving.length - a.leaving.length || (a.name < b.name ? -1 : 1));
}

interface Sum {
  readonly name: string;
  readonly before: number;
  after: number;
  exact: boolean;
  readonly joining: Map<UserId, SimulatedMove>;
  readonly leaving: Map<UserId, SimulatedMove>;
  readonly attaching: Set<string>;
  readonly detaching: Set<string>;
}

const beginning = ({ queue, before, after }: QueueOutlook, { plan }: SimulatedRun): Sum => ({
  name: plan.names.queues[queue] ?? queue,
  before,
  after,
  exact: true,
  joining: new Map(),
  leaving: new Map(),
  attaching: new Set(),
  detaching: new Set(),
});

/** Who goes with one run and comes with the next has not moved. */
function put(to: Map<UserId, SimulatedMove>, from: Map<UserId, SimulatedMove>, move: SimulatedMove): void {
  if (!from.delete(move.user)) to.set(move.user, move);
}

function regroup(sum: Sum, queue: QueueId, { plan }: SimulatedRun): void {
  for (const change of plan.changes) {
    if (change.kind !== 'queue.attach' && change.kind !== 'queue.detach') continue;
    if (change.queue !== queue || change.user !== undefined) continue;
    const ring = change.ring === undefined ? '' : `, ring ${change.ring}`;
    const name = `${groupName(plan, change)}${ring}`;
    const [to, from] =
      change.kind === 'queue.attach' ? [sum.attaching, sum.detaching] : [sum.detaching, sum.attaching];
    if (!from.delete(name)) to.add(name);
  }
}

function ended(queue: QueueId, sum: Sum, floorOf: Floor): SimulatedQueue {
  const { name, before, after, exact, attaching, detaching } = sum;
  const byName = (moves: Map<UserId, SimulatedMove>) =>
    [...moves.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const [joining, leaving] = [byName(sum.joining), byName(sum.leaving)];
  return {
    queue,
    name,
    before,
    after,
    joining,
    leaving,
    attaching: [...attaching].sort(),
    detaching: [...detaching].sort(),
    causes: causesOf(joining, leaving),
    floor: floorOf({ id: queue, name }),
    exact,
  };
}

function causesOf(joining: readonly SimulatedMove[], leaving: readonly SimulatedMove[]): Cause[] {
  const causes = new Map<string, { mapping: string; joining: number; leaving: number }>();
  const causeOf = (mapping: string) => {
    const cause = causes.get(mapping) ?? { mapping, joining: 0, leaving: 0 };
    causes.set(mapping, cause);
    return cause;
  };
  for (const { mapping } of joining) if (mapping !== undefined) causeOf(mapping).joining++;
  for (const { mapping } of leaving) if (mapping !== undefined) causeOf(mapping).leaving++;
  const size = (cause: Cause) => cause.joining + cause.leaving;
  return [...causes.values()].sort((a, b) => size(b) - size(a) || (a.mapping < b.mapping ? -1 : 1));
}

/** Queues on which a group or a person of ours stands, and that are not among those that differ. */
export function queuesAlike(world: WorldSnapshot, differing: readonly SimulatedQueue[]): SameQueue[] {
  const served = new Set(
    world.ledger.flatMap(({ edge }) =>
      edge.kind === 'attachment' || edge.kind === 'queue-member' ? [edge.queue] : [],
    ),
  );
  for (const { queue } of differing) served.delete(queue);
  return world.tenant.queues
    .filter(queue => served.has(queue.id))
    .map(({ id, name, members, memberCount }) => ({
      queue: id,
      name,
      heads: members?.length ?? memberCount ?? 0,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
