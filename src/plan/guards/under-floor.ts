import type { QueueId } from '../../model/keys.ts';
import type { Limits } from '../../model/limits.ts';
import type { Plan, Refusal } from '../../model/plan.ts';
import { floorAt } from './floors.ts';

/** A queue that a plan takes under one of its floors, and what is to be said of it. */
export interface UnderFloor {
  readonly queue: QueueId;
  readonly refusal: Refusal;
}

/**
 * The queues that a plan takes under the floors that hold at one instant. Of all that guards ask, this alone depends on
 * the hour, so it is asked again whenever time has passed.
 */
export function underFloor(
  plan: Pick<Plan, 'queues' | 'names'>,
  staffing: Limits['staffing'],
  nowMs: number,
): UnderFloor[] {
  const floorOf = floorAt(staffing, nowMs);
  return plan.queues
    .filter(queue => queue.leaving.length > 0)
    .flatMap(({ queue, before, after, joinedBefore, joinedAfter }): UnderFloor[] => {
      const name = plan.names.queues[queue] ?? queue;
      const floor = floorOf({ id: queue, name });
      const found: UnderFloor[] = [];
      if (after < floor.minMembers && after < before) {
        found.push({
          queue,
          refusal: {
            code: 'guard.staffing-floor',
            subject: name,
            text: `The queue would go from ${before} to ${after} members; the floor is ${floor.minMembers}.`,
            remedy:
              'Put somebody on the queue first. If it is meant, run again with --min-members, or lower limits.staffing.minMembers.',
          },
        });
      }
      // Nobody has to be at work at night: only who goes can bring a queue under this floor.
      const isLowered = joinedAfter !== undefined && joinedBefore !== undefined && joinedAfter < joinedBefore;
      if (isLowered && floor.minJoined !== undefined && joinedAfter < floor.minJoined) {
        found.push({
          queue,
          refusal: {
            code: 'guard.staffing-joined',
            subject: name,
            text: `Of the ${joinedBefore} who have activated the queue now only ${joinedAfter} would stay; the floor is ${floor.minJoined}.`,
            remedy: 'Wait until more people are at work, or lower limits.staffing.minJoined.',
          },
        });
      }
      return found;
    });
}

/** Those of them that nobody has seen: whoever applies a plan that was refused already means it. */
export const unseenAmong = (found: readonly UnderFloor[], seen: readonly Refusal[]): UnderFloor[] => {
  const known = new Set(seen.map(refusalId));
  return found.filter(({ refusal }) => !known.has(refusalId(refusal)));
};

/** Answers for the moment, and works it out once a minute: hours turn on the minute. */
export function eachMinute<Out>(now: () => number, work: (nowMs: number) => Out): () => Out {
  let last: { readonly minute: number; readonly out: Out } | undefined;
  return () => {
    const nowMs = now();
    const minute = Math.floor(nowMs / 60_000);
    if (last?.minute !== minute) last = { minute, out: work(nowMs) };
    return last.out;
  };
}

const refusalId = ({ code, subject, text }: Refusal): string => [code, subject, text].join('\u0000');
