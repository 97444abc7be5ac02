import type { Change } from '../model/change.ts';
import { isRemoval } from '../model/change.ts';
import type { PresentAssignment } from '../model/desired.ts';
import type { QueueId } from '../model/keys.ts';
import type { Problem, StepOutcome } from '../model/outcome.ts';
import type { Plan, QueueOutlook, Step } from '../model/plan.ts';
import type { Tenant } from '../model/tenant.ts';
import { heads, type Supply, supplyAfter, supplyBefore } from '../plan/finish/supply.ts';
import { queueSubject } from './told-names.ts';

/** The fewest people that a queue may have while a plan is carried out. */
export type FloorOf = (queue: { readonly id: QueueId; readonly name: string }) => number;

export interface Staffing {
  readonly plan: Plan;
  readonly tenant: Tenant;
  readonly present: readonly PresentAssignment[];
  readonly floorOf: FloorOf;
}

/**
 * Steps that must take nobody away, because people whom the plan counts on have not come: with those who go, a queue
 * would be under its floor. No fewer than the plan itself leaves are asked for, nor more than there were before.
 *
 * The plan's order sees to it that those who come are there before others go, so there is nothing to look at as long
 * as everything went well. Of a step that failed the worse is taken: nobody came by it, and everybody went.
 */
export function understaffing(
  { plan, tenant, present, floorOf }: Staffing,
  outcomes: ReadonlyMap<Step, StepOutcome>,
): (step: Step) => Problem | undefined {
  if ([...outcomes.values()].every(({ state }) => state === 'done')) return () => undefined;
  const floors = new Map(
    plan.queues
      .filter(({ leaving }) => leaving.length > 0)
      .map(outlook => [outlook, leastOn(outlook, plan, floorOf)] as const),
  );
  const changesOf = (step: Step) => step.changes.map(index => plan.changes[index]!);
  const start = supplyBefore(tenant, present);
  const before = new Map([...floors.keys()].map(({ queue }) => [queue, heads(queue, start)]));
  const countOn = ({ queue, before: count, joining }: QueueOutlook, supply: Supply): number => {
    const is = heads(queue, supply);
    const gone = [...before.get(queue)!.keys()].filter(user => !is.has(user)).length;
    return count + joining.filter(user => is.has(user)).length - gone;
  };
  const happened: Change[] = [...outcomes.values()].flatMap(({ step, state }) => {
    if (state === 'done') return changesOf(step);
    return state === 'failed' ? changesOf(step).filter(isRemoval) : [];
  });
  const held = new Map<Step, Problem>();
  const ahead = Map.groupBy(
    plan.steps.filter(step => !outcomes.has(step)),
    step => step.phase,
  );
  for (const steps of ahead.values()) {
    const going: Change[] = [];
    for (const step of steps) {
      const changes = changesOf(step);
      const takes = changes.filter(isRemoval);
      // Who goes by other steps of the phase goes at the same time; who comes by them may be late.
      const then = takes.length > 0 ? supplyAfter(start, [...happened, ...changes]) : start;
      const short = [...floors].find(
        ([outlook, floor]) => takes.some(change => isOn(outlook, change)) && countOn(outlook, then) < floor,
      );
      if (short) held.set(step, tooFewOn(short[0], short[1], plan));
      else happened.push(...takes);
      going.push(...changes.filter(change => !isRemoval(change)));
    }
    happened.push(...going);
  }
  return step => held.get(step);
}

const isOn = ({ queue, groups }: QueueOutlook, change: Change): boolean =>
  change.kind === 'queue.detach'
    ? change.queue === queue
    : change.kind === 'member.remove' && groups.includes(change.id);

const leastOn = ({ queue, before, after }: QueueOutlook, plan: Plan, floorOf: FloorOf): number =>
  Math.min(before, after, floorOf({ id: queue, name: plan.names.queues[queue] ?? queue }));

const tooFewOn = ({ queue }: QueueOutlook, floor: number, plan: Plan): Problem => ({
  code: 'run.interrupted',
  happened: `Nobody is taken away here: others have not come, and fewer than ${floor} would be left.`,
  subject: queueSubject(plan, queue),
  remedy: 'Mend what kept them from coming, then run again.',
});
