import { edgeId } from './ledger.ts';
import type { Plan } from './plan.ts';

/**
 * What is kept of the plan that a run was given, beside the journal: enough to go on with it, and to say later by name
 * what was done. Unlike the journal it holds names of people, so only that of the latest runs is kept.
 */
export interface KeptPlan extends Pick<Plan, 'choice' | 'purpose' | 'fingerprint' | 'names' | 'changes'> {
  readonly kind: 'muster.kept-plan';
  readonly version: 1;
  readonly run: string;
  /** `edgeId`s that it took into the ledger, or gave back. */
  readonly booked: readonly string[];
}

export const keptPlan = (
  run: string,
  { choice, purpose, fingerprint, names, changes, bookkeeping }: Plan,
): KeptPlan => ({
  kind: 'muster.kept-plan',
  version: 1,
  run,
  choice,
  ...(purpose ? { purpose } : {}),
  fingerprint,
  names,
  changes,
  booked: bookedIds(bookkeeping),
});

/** What becomes ours, or ours no longer, without a request. */
export const bookedIds = ({ adopt = [], release = [] }: Plan['bookkeeping']): string[] =>
  [...adopt, ...release].map(({ edge }) => edgeId(edge));
