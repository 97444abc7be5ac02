import { type MusterError, throwAll } from '../errors.ts';
import type { QueueId } from '../model/keys.ts';
import type { Limits } from '../model/limits.ts';
import type { Plan } from '../model/plan.ts';
import type { Tenant, TenantQueue } from '../model/tenant.ts';
import { bystandersToRead } from '../plan/finish/bystanders.ts';
import { graceOf } from '../plan/finish/drain.ts';
import { queuesToCount, queuesToRead } from '../plan/finish/outlook.ts';
import type { PlanJob } from './job.ts';
import { lacksPeopleOf } from './offline/lacks.ts';

/** A plan, and the queues whose people it must see one by one, whatever it says. */
export interface Made {
  readonly plan: Plan;
  readonly reads: readonly QueueId[];
}

export interface Looked {
  readonly plan: Plan;
  readonly tenant: Tenant;
}

/**
 * A removal is never judged on counts, nor is who stands on a queue twice: such queues are read one by one, and it is
 * planned again on that. `lookOn` makes the plan by which it is looked, where that is another one.
 */
export async function lookCloser(
  job: Pick<PlanJob, 'tenant' | 'limits'>,
  tenant: Tenant,
  planOn: (tenant: Tenant) => Made,
  signal: AbortSignal,
  lookOn = planOn,
): Promise<Looked> {
  const { plan, reads } = lookOn(tenant);
  const uncertain = [
    ...new Set([
      ...queuesToRead(plan.queues, tenant),
      ...queuesToCount(plan.queues, tenant, asksJoined(job.limits)),
      ...unread(reads, tenant),
    ]),
  ];
  if (uncertain.length === 0) return besideOthers(job, { plan: planOn(tenant).plan, tenant }, planOn, signal);
  const closer = await job.tenant.withMembers(tenant, uncertain, signal);
  const looked = { plan: planOn(closer).plan, tenant: closer };
  throwAll(unjudged(looked, reads, job.limits));
  return besideOthers(job, looked, planOn, signal);
}

/** Who leaves a group of ours may stay on the queue by a group of another hand: that is read, and planned on again. */
async function besideOthers(
  job: Pick<PlanJob, 'tenant'>,
  { plan, tenant }: Looked,
  planOn: (tenant: Tenant) => Made,
  signal: AbortSignal,
): Promise<Looked> {
  const asked = bystandersToRead(plan.queues, tenant);
  if (asked.groups.length + asked.users.length === 0) return { plan, tenant };
  const closer = await job.tenant.withBystanders(tenant, asked, signal);
  return { plan: planOn(closer).plan, tenant: closer };
}

/** A snapshot may not hold the people of a queue: then no plan can tell what a removal there comes to. */
function unjudged({ plan, tenant }: Looked, owed: readonly QueueId[], limits: Limits): MusterError[] {
  const losing = plan.queues.filter(queue => queue.leaving.length > 0);
  const needed = new Set(
    unread(
      [...queuesToRead(losing, tenant), ...queuesToCount(losing, tenant, asksJoined(limits)), ...owed],
      tenant,
    ),
  );
  return tenant.queues.filter(queue => needed.has(queue.id)).map(({ name }) => lacksPeopleOf(name));
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
