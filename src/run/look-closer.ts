import type { QueueId } from '../model/keys.ts';
import type { Limits } from '../model/limits.ts';
import type { Plan } from '../model/plan.ts';
import type { Tenant, TenantQueue } from '../model/tenant.ts';
import { graceOf } from '../plan/drain.ts';
import { queuesToCount, queuesToRead } from '../plan/outlook.ts';
import type { PlanJob } from './job.ts';

export interface Looked {
  readonly plan: Plan;
  readonly tenant: Tenant;
}

/**
 * A removal is never judged on counts, nor is who stands on a queue twice: such queues are read one by one, and those
 * in `owed` in any case; then it is planned again on that.
 */
export async function lookCloser(
  job: Pick<PlanJob, 'tenant' | 'limits'>,
  tenant: Tenant,
  planOn: (tenant: Tenant) => Plan,
  owed: readonly QueueId[],
  signal: AbortSignal,
): Promise<Looked> {
  const plan = planOn(tenant);
  const uncertain = [
    ...new Set([
      ...queuesToRead(plan.queues, tenant),
      ...queuesToCount(plan.queues, tenant, asksJoined(job.limits)),
      ...unread(owed, tenant),
    ]),
  ];
  if (uncertain.length === 0) return { plan, tenant };
  const closer = await job.tenant.withMembers(tenant, uncertain, signal);
  return { plan: planOn(closer), tenant: closer };
}

/**
 * A floor of activated members can only be judged where the people were read, and only who has activated a queue is
 * unjoined before they go.
 */
function asksJoined({ staffing, drain }: Limits): (queue: TenantQueue) => boolean {
  const floors =
    staffing.minJoined !== undefined || staffing.queues.some(rule => rule.minJoined !== undefined);
  const graceFor = graceOf(drain);
  return queue => floors || graceFor(queue) > 0;
}

const unread = (ids: readonly QueueId[], tenant: Tenant): QueueId[] => {
  const read = new Set(tenant.queues.filter(queue => queue.members).map(queue => queue.id));
  return ids.filter(id => !read.has(id));
};
