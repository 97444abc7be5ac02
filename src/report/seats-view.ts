import type { Plan } from '../model/plan.ts';
import { counted } from './counted.ts';
import { shown } from './shown-text.ts';

/** Who gets the ring number and the activation back that they had on a queue, one line each. */
export function seatTexts({ changes, names }: Plan): string[] {
  return changes.flatMap(change => {
    if (change.kind !== 'queue.seat') return [];
    const { user, queue, joined, ring, because } = change;
    const what = [
      ...(joined === undefined ? [] : [joined ? 'activated' : 'not activated']),
      ...(ring === undefined ? [] : [`ring ${ring}`]),
    ].join(', ');
    const why = because === 'owed' ? ' (a run that did not end owes it)' : '';
    return [`${shown(names.users[user] ?? user)} on ${shown(names.queues[queue] ?? queue)}: ${what}${why}`];
  });
}

/** How many are unjoined before they go, and for how long the run waits then; undefined where nobody is. */
export function drainText({ drain }: Plan): string | undefined {
  if (!drain) return undefined;
  const people = new Set(drain.queues.flatMap(({ seats }) => seats.map(seat => seat.user))).size;
  const minutes = Math.floor(drain.graceSeconds / 60);
  const seconds = drain.graceSeconds % 60;
  const grace = [
    ...(minutes > 0 ? [`${minutes} min`] : []),
    ...(seconds > 0 || minutes === 0 ? [`${seconds} s`] : []),
  ];
  return `${counted(people, 'person')} ${people === 1 ? 'is' : 'are'} unjoined first; the run then waits ${grace.join(' ')} before it takes anybody off`;
}
