import type { DrainOutcome, Outcome, Problem, StepOutcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';

/** What the run came to, in one word. */
export function stateOf(
  { bookkeeping: { adopt = [], release = [] } }: Plan,
  steps: readonly StepOutcome[],
  unseen: readonly Problem[],
  drain: DrainOutcome | undefined,
  stopped: boolean,
): Outcome['state'] {
  const done = steps.filter(step => step.state === 'done').length;
  if (stopped && done < steps.length) return 'interrupted';
  if (steps.length === 0) return adopt.length + release.length > 0 ? 'done' : 'nothing-to-do';
  if (done === steps.length) return unseen.length + (drain?.problems.length ?? 0) === 0 ? 'done' : 'partly';
  return done === 0 && !steps.every(step => step.problem?.code.startsWith('guard.')) ? 'failed' : 'partly';
}
