import type { Change, Placement } from '../model/change.ts';
import { isRemoval } from '../model/change.ts';
import type { GroupId, GroupKey, QueueId, UserId } from '../model/keys.ts';
import type { Problem, StepOutcome } from '../model/outcome.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { TenantGroup } from '../model/tenant.ts';
import { type Staffing, understaffing } from './staffing.ts';
import { queueSubject } from './told-names.ts';

/** People and queues whose gains did not come true. */
interface Lost {
  readonly users: ReadonlySet<UserId>;
  readonly queues: ReadonlySet<QueueId>;
}

function lostSoFar(
  plan: Plan,
  outcomes: ReadonlyMap<Step, StepOutcome>,
  groups: ReadonlyMap<GroupId, TenantGroup>,
): Lost {
  const users = new Set<UserId>();
  const queues = new Set<QueueId>();
  for (const { step, state } of outcomes.values()) {
    if (state === 'done') continue;
    for (const index of step.changes) {
      const change = plan.changes[index]!;
      if (change.kind === 'member.add') users.add(change.user);
      if (change.kind !== 'queue.attach') continue;
      queues.add(change.queue);
      for (const user of [...membersOf(change, groups), ...comingTo(change.group, plan)]) users.add(user);
    }
  }
  return { users, queues };
}

/** Why a step cannot be done at all: none of the groups that it attaches could be made. */
export function unmade(
  changes: readonly Change[],
  made: ReadonlyMap<GroupKey, GroupId>,
  subject: string,
): Problem | undefined {
  if (changes.some(change => change.kind === 'group.create')) return undefined;
  const attaches = changes.filter(change => change.kind === 'queue.attach');
  const missing = attaches.filter(
    change => change.user === undefined && change.id === undefined && !made.has(change.group),
  );
  if (attaches.length === 0 || missing.length < attaches.length) return undefined;
  return {
    code: 'run.interrupted',
    happened: 'Its group could not be made.',
    subject,
    remedy: 'Mend what stopped the group, then run again.',
  };
}

/** Why a step must not take anybody away: somebody whom it would take has not arrived elsewhere. */
function heldBack(
  changes: readonly Change[],
  lost: Lost,
  groups: ReadonlyMap<GroupId, TenantGroup>,
  subject: string,
): Problem | undefined {
  const takesLost = changes.some(
    change =>
      (change.kind === 'member.remove' && lost.users.has(change.user)) ||
      (change.kind === 'queue.detach' &&
        (lost.queues.has(change.queue) || membersOf(change, groups).some(user => lost.users.has(user)))),
  );
  if (!takesLost) return undefined;
  return {
    code: 'run.interrupted',
    happened: 'Nobody is taken away here, because their coming elsewhere has failed.',
    subject,
    remedy: 'Mend that first, then run again.',
  };
}

/** Asked when a phase begins, with how the steps before it ended: why a step must take nobody away, if so. */
export function holdBack(
  staffing: Staffing,
  groups: ReadonlyMap<GroupId, TenantGroup>,
): (outcomes: ReadonlyMap<Step, StepOutcome>) => (step: Step) => Problem | undefined {
  const { plan } = staffing;
  return outcomes => {
    const lost = lostSoFar(plan, outcomes, groups);
    const tooFew = understaffing(staffing, outcomes);
    return step => heldBack(changesOf(step, plan), lost, groups, subjectOf(step, plan)) ?? tooFew(step);
  };
}

export const changesOf = (step: Step, plan: Plan): Change[] =>
  step.changes.map(index => plan.changes[index]!);

/**
 * What is done of a step that must take nobody away: who must not go yet keeps nobody else from coming. But people
 * whom a group does not let go of cannot come directly, so a handover is done as a whole or not at all.
 */
export const stillOf = (step: Step, plan: Plan): Change[] =>
  step.kind === 'queue.handover' ? [] : changesOf(step, plan).filter(change => !isRemoval(change));

export const subjectOf = (step: Step, plan: Plan): string =>
  step.queue === undefined
    ? `group ${plan.names.groups[step.group!] ?? step.group}`
    : queueSubject(plan, step.queue);

/** Whom a placement is about: one user, or everybody who was in the group when the plan was made. */
const membersOf = ({ user, id }: Placement, groups: ReadonlyMap<GroupId, TenantGroup>): readonly UserId[] =>
  user === undefined ? (groups.get(id ?? '')?.memberIds ?? []) : [user];

const comingTo = (group: GroupKey, plan: Plan): UserId[] =>
  plan.changes.flatMap(change =>
    change.kind === 'member.add' && change.group === group ? [change.user] : [],
  );
