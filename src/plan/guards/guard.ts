import type { Limits } from '../../model/limits.ts';
import type { GuardCode } from '../../model/plan.ts';
import { mostFullest, type Plan, type QueueOutlook, type Refusal } from '../../model/plan.ts';
import { underFloor } from './under-floor.ts';

/**
 * What a plan may not do. A guard returns refusals with a remedy and the caller decides; nothing is written while
 * there is one. Losses are people on queues, not edges: moving somebody between two groups of one queue is none.
 * `nowMs` decides which staffing hours hold.
 */
export function guard(plan: Plan, limits: Limits, nowMs: number): Refusal[] {
  return guards.flatMap(each => each(plan, limits, nowMs));
}

/**
 * Guards that ask how much a plan does. A part of what one of them let through, or somebody loosened for it, is not asked
 * again: half-way through, the share of the rest is measured by another whole.
 */
export const amountGuards: ReadonlySet<GuardCode> = new Set([
  'guard.removals-count',
  'guard.removals-percent',
  'guard.removals-queue',
  'guard.removals-mapping',
  'guard.additions-count',
  'guard.additions-percent',
]);

type Guard = (plan: Plan, limits: Limits, nowMs: number) => readonly Refusal[];

const removalCount: Guard = (plan, { removals }) =>
  plan.losses <= removals.count
    ? []
    : [
        {
          code: 'guard.removals-count',
          subject: `${plan.losses} removals`,
          text: `The plan takes ${plan.losses} people off queues; at most ${removals.count} are allowed in one run.`,
          remedy: `Look at the plan. If it is meant, run again with --max-removals ${plan.losses}, or raise limits.removals.count.`,
        },
      ];

const removalShare: Guard = (plan, { removals }) => {
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
};

const removalsOfQueue: Guard = (plan, { removals: { perQueuePercent } }) =>
  perQueuePercent === undefined
    ? []
    : plan.queues
        .filter(({ before, leaving }) => leaving.length * 100 > perQueuePercent * before)
        .map(queue => ({
          code: 'guard.removals-queue',
          subject: nameOf(plan, queue),
          text: `The queue would lose ${queue.leaving.length} of its ${queue.before} members; at most ${perQueuePercent} % are allowed in one run.`,
          remedy: 'Look at the plan. If it is meant, raise limits.removals.perQueuePercent for this run.',
        }));

const removalsOfMapping: Guard = (plan, { removals: { perMapping } }) =>
  perMapping === undefined
    ? []
    : Object.entries(plan.lossesByMapping ?? {})
        .filter(([, count]) => count > perMapping)
        .map(([mapping, count]) => ({
          code: 'guard.removals-mapping',
          subject: `mapping ${mapping}`,
          text: `The plan takes ${count} people off queues whom this mapping brought there; at most ${perMapping} are allowed in one run.`,
          remedy: 'Look at the plan. If it is meant, raise limits.removals.perMapping for this run.',
        }));

const additions: Guard = (plan, { additions: { count, percent }, removals: { percentFrom } }) => {
  const gains = plan.queues.reduce((sum, queue) => sum + queue.joining.length, 0);
  const refusals: Refusal[] = [];
  if (count !== undefined && gains > count) {
    refusals.push({
      code: 'guard.additions-count',
      subject: `${gains} additions`,
      text: `The plan puts ${gains} people on queues; at most ${count} are allowed in one run.`,
      remedy: 'Look at the plan. If it is meant, raise limits.additions.count for this run.',
    });
  }
  if (percent !== undefined && plan.held >= percentFrom && gains * 100 > percent * plan.held) {
    refusals.push({
      code: 'guard.additions-percent',
      subject: `${Math.ceil((gains * 100) / plan.held)} % of ${plan.held}`,
      text: `The plan puts ${gains} people on queues where our groups hold ${plan.held}; at most ${percent} % more are allowed in one run.`,
      remedy: 'Look at the plan. If it is meant, raise limits.additions.percent for this run.',
    });
  }
  return refusals;
};

const staffing: Guard = (plan, limits, nowMs) =>
  underFloor(plan, limits.staffing, nowMs).map(({ refusal }) => refusal);

const queueSize: Guard = (plan, limits) =>
  plan.queues
    .filter(queue => queue.joining.length > 0 && queue.after > limits.queueSize)
    .map(queue => ({
      code: 'guard.queue-size',
      subject: nameOf(plan, queue),
      text: `The queue would have ${queue.after} members; the platform allows ${limits.queueSize}.`,
      remedy:
        'Spread the group over several queues. If your organisation has another limit, set limits.queueSize.',
    }));

const groupsPerUser: Guard = (plan, limits) => {
  const over = plan.fullest.filter(each => each.groups > limits.groupsPerUser);
  if (over.length === 0) return [];
  const many = `${over.length === mostFullest ? 'at least ' : ''}${over.length}`;
  const named = over.slice(0, 5).map(({ user, groups }) => `${plan.names.users[user] ?? user} in ${groups}`);
  const rest = over.length > 5 ? ` and ${over.length - 5} more` : '';
  const unknown = over.some(each => !each.known)
    ? ' Of some, only the groups that this plan is about are known.'
    : '';
  return [
    {
      code: 'guard.groups-per-user',
      subject: over.length === 1 ? (plan.names.users[over[0]!.user] ?? over[0]!.user) : `${many} people`,
      text: `Too many groups: ${named.join(', ')}${rest}; the platform allows ${limits.groupsPerUser}. People come into new groups before they leave others.${unknown}`,
      remedy:
        'Serve several queues by one group, take them out of groups that they do not need, or use assign: direct-members. If your organisation has another limit, set limits.groupsPerUser.',
    },
  ];
};

const overlap: Guard = (plan, limits) =>
  limits.overlap !== 'refuse'
    ? []
    : plan.notes
        .filter(note => note.code === 'overlap.direct-and-group' && note.level === 'warning')
        .map(note => ({
          code: 'guard.overlap',
          subject: note.subject,
          text: note.text,
          remedy: 'Take them off the queue by hand, or set limits.overlap: note.',
        }));

const guards: readonly Guard[] = [
  removalCount,
  removalShare,
  removalsOfQueue,
  removalsOfMapping,
  additions,
  staffing,
  queueSize,
  groupsPerUser,
  overlap,
];

const nameOf = (plan: Plan, { queue }: QueueOutlook): string => plan.names.queues[queue] ?? queue;
