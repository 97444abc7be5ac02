import type { QueueId } from '../../model/keys.ts';
import type { Decisions } from '../../plan/decisions.ts';
import { decidedPlan, type PlanInput } from '../../plan/make-plan.ts';
import { type Standings, standingsOf } from '../../plan/standings/standings.ts';
import type { Made } from '../look-closer.ts';

/** What an explanation is told from: what a run would plan now, and on what. */
export interface Told extends Made {
  readonly input: PlanInput;
  readonly decided: Decisions;
  readonly standings: Standings;
}

/** The plan, what was decided for it, and where everybody stands by it. */
export function tellOn(input: PlanInput, reads: readonly QueueId[]): Told {
  const { plan, decided } = decidedPlan(input);
  return { plan, reads, input, decided, standings: standingsOf({ input, decided, plan }) };
}
