import { stillServed } from '../desired/still-served.ts';
import { nothingSeen, type Seen } from '../model/seen.ts';
import type { Tenant } from '../model/tenant.ts';
import { putBackPlan } from '../plan/drift/put-back-plan.ts';
import { guard } from '../plan/guards/guard.ts';
import { inputOf } from './compose-plan.ts';
import type { OnProgress, PlanJob, Planned } from './job.ts';
import { lookCloser } from './look-closer.ts';
import { survey } from './survey.ts';

/** What moved has to be seen, not remembered. */
export const readingAll = <Some extends Pick<PlanJob, 'remember'>>(job: Some): Some =>
  job.remember ? { ...job, remember: { ...job.remember, fresh: true } } : job;

/**
 * The plan that puts back what other hands took away of what is ours and still wanted, and does nothing else. Reads
 * what any plan reads. A queue that no
 * longer bears the name that a mapping has for it does not stop it.
 */
export async function planPutBack(
  job: PlanJob,
  signal: AbortSignal,
  onProgress: OnProgress = () => {},
): Promise<Planned> {
  const { view, mappings, directories, first, resolveOn } = await survey(readingAll(job), signal, onProgress);
  const seen: Seen = view.seen ?? nothingSeen;
  const planOn = (tenant: Tenant) => ({
    plan: putBackPlan({
      ...inputOf({
        job,
        mappings,
        notes: [],
        resolved: stillServed(resolveOn(tenant), tenant.queues, view.ledger),
        tenant,
        ...view,
      }),
      seen,
    }),
    reads: [],
  });
  const { plan, tenant } = await lookCloser(job, first, planOn, signal);
  return {
    plan,
    refusals: guard(plan, job.limits, job.clock.now()),
    tenant,
    directories,
    mark: view.mark,
    ledger: view.ledger,
    mappings,
  };
}
