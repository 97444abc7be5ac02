import type { Plan } from '../model/plan.ts';
import type { ToldPlan } from './told-plan.ts';

export type PlanDocument = Plan & Pick<ToldPlan, 'refusals' | 'snapshot'>;

/** The plan with its refusals, kind `muster.plan`: whole and unabridged, for programs. */
export const planDocument = ({ plan, refusals, snapshot }: ToldPlan): PlanDocument => ({
  ...plan,
  refusals,
  ...(snapshot ? { snapshot } : {}),
});

export const jsonOf = (told: ToldPlan): string => `${JSON.stringify(planDocument(told), undefined, 2)}\n`;
