import type { Plan, QueueOutlook } from '../model/plan.ts';
import { type ChangeIndex, groupName, indexChanges, whyJoining, whyLeaving } from './reasons.ts';

/** One person who comes onto or goes off a queue, and why. */
export interface PersonRow {
  readonly name: string;
  readonly why: string;
}

/** One queue as a plan leaves it, ready to be told in any form. */
export interface QueueView {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  readonly joining: readonly PersonRow[];
  readonly leaving: readonly PersonRow[];
  /** Groups that come onto or go off the queue. */
  readonly attaching: readonly string[];
  readonly detaching: readonly string[];
}

/** One group as a plan changes it. */
export interface GroupView {
  readonly name: string;
  readonly what: readonly string[];
}

export interface PlanView {
  readonly queues: readonly QueueView[];
  readonly groups: readonly GroupView[];
}

/** From ids to what people recognise. Pure: the names travel with the plan. */
export function viewOf(plan: Plan): PlanView {
  const index = indexChanges(plan.changes);
  return { queues: plan.queues.map(outlook => queueView(plan, index, outlook)), groups: groupViews(plan) };
}

function queueView(plan: Plan, index: ChangeIndex, outlook: QueueOutlook): QueueView {
  const { names } = plan;
  const about = index.byQueue.get(outlook.queue) ?? [];
  const ring = (change: { readonly ring?: number }) =>
    change.ring === undefined ? '' : `, ring ${change.ring}`;
  const people = (users: readonly string[], why: (user: string) => string): PersonRow[] =>
    users
      .map(user => ({ name: names.users[user] ?? user, why: why(user) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  const attached = about.filter(change => change.kind === 'queue.attach' && change.user === undefined);
  const detached = about.filter(change => change.kind === 'queue.detach' && change.user === undefined);
  return {
    name: names.queues[outlook.queue] ?? outlook.queue,
    before: outlook.before,
    after: outlook.after,
    joining: people(outlook.joining, user => whyJoining(plan, index, outlook, user)),
    leaving: people(outlook.leaving, user => whyLeaving(plan, index, outlook, user)),
    attaching: attached.map(change => `${groupName(plan, change)}${ring(change)}`),
    detaching: detached.map(change => `${groupName(plan, change)}${ring(change)}`),
  };
}

function groupViews(plan: Plan): GroupView[] {
  const views = new Map<string, { name: string; what: string[]; adds: number; removes: number }>();
  for (const change of plan.changes) {
    if (change.kind === 'queue.attach' || change.kind === 'queue.detach') continue;
    const view = views.get(change.group) ?? {
      name: groupName(plan, change),
      what: [],
      adds: 0,
      removes: 0,
    };
    views.set(change.group, view);
    if (change.kind === 'group.create') view.what.push(`made, externalId ${change.externalId}`);
    else if (change.kind === 'group.rename') view.what.push(`renamed from ${change.from}`);
    else if (change.kind === 'group.anchor')
      view.what.push(`externalId ${change.from ?? '(none)'} → ${change.to}`);
    else if (change.kind === 'member.add') view.adds++;
    else view.removes++;
  }
  return [...views.values()].map(({ name, what, adds, removes }) => ({
    name,
    what: [
      ...what,
      ...(adds > 0 ? [`+${adds} member${adds === 1 ? '' : 's'}`] : []),
      ...(removes > 0 ? [`−${removes} member${removes === 1 ? '' : 's'}`] : []),
    ],
  }));
}
