import type { Change } from '../model/change.ts';
import type { PlanNames } from '../model/plan.ts';
import { shown } from './shown-text.ts';

/** One change in a few words: `Ana Souza into group support`. */
export function changeText(change: Change, names: PlanNames): string {
  const name = names.groups[change.group] ?? names.groups[('id' in change && change.id) || ''];
  const group = `group ${shown(name ?? change.group)}`;
  const person =
    'user' in change && change.user !== undefined ? shown(names.users[change.user] ?? change.user) : group;
  const queue = 'queue' in change ? `queue ${shown(names.queues[change.queue] ?? change.queue)}` : '';
  const ring = 'ring' in change && change.ring !== undefined ? `, ring ${change.ring}` : '';
  switch (change.kind) {
    case 'group.create':
      return `${group} made`;
    case 'group.rename':
      return `${group} renamed to ${shown(change.to)}`;
    case 'group.anchor':
      return `${group} anchored to ${shown(change.to ?? '(none)')}`;
    case 'member.add':
      return `${person} into ${group}`;
    case 'member.remove':
      return `${person} out of ${group}`;
    case 'queue.attach':
      return `${person} onto ${queue}${ring}`;
    case 'queue.detach':
      return `${person} off ${queue}${ring}`;
    case 'queue.seat':
      return `${person} on ${queue} as before`;
  }
}
