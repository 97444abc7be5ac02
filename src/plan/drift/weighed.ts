import { withoutOverlap } from '../finish/overlap.ts';
import { type PlanInput, type Weighed, weigh } from '../weigh/weigh.ts';

/** As a run weighs it; whoever is on a queue through a group anyway is not missing there. */
export function weighedForDrift(input: PlanInput): Weighed {
  const weighed = weigh(input);
  const { tenant, present, tellable } = input;
  const { additions: changes, ledger } = weighed;
  return { ...weighed, additions: withoutOverlap({ changes, tenant, present, ledger, tellable }).changes };
}
