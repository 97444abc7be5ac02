import type { Plan } from '../model/plan.ts';
import type { ToldPlan } from './told-plan.ts';

export type PlanDocument = Plan & Pick<ToldPlan, 'refusals' | 'outcome' | 'snapshot'>;

/** The plan with its refusals and, once applied, its outcome; kind `muster.plan`: whole and unabridged, for programs. */
export const planDocument = ({ plan, refusals, outcome, snapshot }: ToldPlan): PlanDocument => ({
  ...plan,
  refusals,
  ...(outcome ? { outcome } : {}),
  ...(snapshot ? { snapshot } : {}),
});

export const jsonOf = (told: ToldPlan): string => `${JSON.stringify(planDocument(told), undefined, 2)}\n`;
