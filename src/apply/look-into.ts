import { isMusterError } from '../errors.ts';
import type { QueueId } from '../model/keys.ts';
import type { StepOutcome } from '../model/outcome.ts';
import type { Step } from '../model/plan.ts';
import type { Unproven } from './hand.ts';
import { problemOf } from './writer.ts';

/**
 * Queues do not show what they should: looks at the writes that rest on them, once each. One that came to nothing has
 * failed; its queues are told.
 */
export async function lookInto(
  unproven: Unproven[],
  queues: ReadonlySet<QueueId>,
  outcomes: Map<Step, StepOutcome>,
): Promise<QueueId[]> {
  const doubted = unproven.filter(each => each.queues.some(queue => queues.has(queue)));
  const failed = await Promise.all(
    doubted.map(async ({ step, queues, look }) => {
      unproven.splice(
        unproven.findIndex(each => each.step === step),
        1,
      );
      try {
        await look();
        return [];
      } catch (error) {
        if (!isMusterError(error)) throw error;
        outcomes.set(step, { step, state: 'failed', problem: problemOf(error) });
        return queues;
      }
    }),
  );
  return failed.flat();
}
