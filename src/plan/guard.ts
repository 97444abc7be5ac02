import type { Limits, Plan, Refusal } from '../model/plan.ts';

/**
 * What a plan may not do. A guard returns refusals with a remedy and the caller decides; nothing is written while
 * there is one. Losses are people on queues, not edges: moving somebody between two groups of one queue is none.
 */
export function guard(plan: Plan, limits: Limits): Refusal[] {
  return [
    ...removalCount(plan, limits),
    ...removalShare(plan, limits),
    ...staffingFloor(plan, limits),
    ...overlap(plan, limits),
  ];
}

function removalCount(plan: Plan, { removals }: Limits): Refusal[] {
  if (plan.losses <= removals.count) return [];
  return [
    {
      code: 'guard.removals-count',
      subject: `${plan.losses} removals`,
      text: `The plan takes ${plan.losses} people off queues; at most ${removals.count} are allowed in one run.`,
      remedy: `Look at the plan. If it is meant, run again with --max-removals ${plan.losses}, or raise limits.removals.count.`,
    },
  ];
}

function removalShare(plan: Plan, { removals }: Limits): Refusal[] {
  if (plan.held < removals.percentFrom || plan.losses * 100 <= removals.percent * plan.held) return [];
  const share = Math.ceil((plan.losses * 100) / plan.held);
  return [
    {
      code: 'guard.removals-percent',
      subject: `${share} % of ${plan.held}`,
      text: `The plan takes away ${plan.losses} of the ${plan.held} people that our groups put on queues (${share} %); at most ${removals.percent} % are allowed in one run.`,
      remedy: `Look at the plan. If it is meant, run again with --max-removals-percent ${share}, or raise limits.removals.percent.`,
    },
  ];
}

function staffingFloor(plan: Plan, { staffing }: Limits): Refusal[] {
  return plan.queues
    .filter(
      queue => queue.leaving.length > 0 && queue.after < staffing.minMembers && queue.after < queue.before,
    )
    .map(queue => ({
      code: 'guard.staffing-floor',
      subject: plan.names.queues[queue.queue] ?? queue.queue,
      text: `The queue would go from ${queue.before} to ${queue.after} members; the floor is ${staffing.minMembers}.`,
      remedy:
        'Put somebody on the queue first. If it is meant, run again with --min-members, or lower limits.staffing.minMembers.',
    }));
}

function overlap(plan: Plan, limits: Limits): Refusal[] {
  if (limits.overlap !== 'refuse') return [];
  return plan.notes
    .filter(note => note.code === 'overlap.direct-and-group' && note.level === 'warning')
    .map(note => ({
      code: 'guard.overlap',
      subject: note.subject,
      text: note.text,
      remedy: 'Take them off the queue by hand, or set limits.overlap: note.',
    }));
}
