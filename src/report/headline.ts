import type { UserId } from '../model/keys.ts';
import type { Plan, QueueOutlook } from '../model/plan.ts';
import type { Purpose } from '../model/purpose.ts';
import { counted } from './counted.ts';

/** What a plan does, in one sentence: people are counted once, on however many queues they come or go. */
export function headline({ purpose, changes, queues, notes, bookkeeping }: Plan): string {
  const { adopt = [], release = [] } = bookkeeping;
  if (adopt.length + release.length > 0) return booked(adopt.length, release.length, changes.length);
  if (changes.length === 0 && purpose) return nothingLeft[purpose.kind];
  if (changes.length === 0)
    return notes.some(note => note.level === 'warning')
      ? 'Nothing to do now; see the notes.'
      : 'Nothing to do: everybody is where they should be.';
  const moves = movesText(queues);
  if (moves !== undefined) return moves;
  if (changes.every(change => change.kind === 'queue.seat'))
    return `Nobody comes onto a queue or goes off one; ${counted(changes.length, 'seat')} ${changes.length === 1 ? 'comes' : 'come'} back.`;
  return `Nobody comes onto a queue or goes off one; ${counted(changes.length, 'change')} of how that is told.`;
}

const nothingLeft: Readonly<Record<Purpose['kind'], string>> = {
  undo: 'Nothing is left to undo.',
  adopt: 'Nothing to adopt: what agrees is ours already.',
  'put-back': 'Nothing to put back.',
};

/** Of a queue, who comes and who goes. */
type Moves = Pick<QueueOutlook, 'joining' | 'leaving'>;

/** How many come and go; undefined where nobody does. */
export function movesText(queues: readonly Moves[]): string | undefined {
  const come = moved(queues, queue => queue.joining);
  const go = moved(queues, queue => queue.leaving);
  const coming = `${counted(come.people, 'person')} ${come.people === 1 ? 'comes' : 'come'} onto ${counted(come.queues, 'queue')}`;
  const going = `${counted(go.people, 'person')} ${go.people === 1 ? 'goes' : 'go'} off ${counted(go.queues, 'queue')}`;
  if (come.people > 0 && go.people > 0) return `${coming}, and ${going}.`;
  if (come.people > 0) return `${coming}; nobody goes off one.`;
  return go.people > 0 ? `${going}; nobody comes onto one.` : undefined;
}

function booked(adopted: number, released: number, changes: number): string {
  const parts = [
    ...(adopted > 0
      ? [
          `${counted(adopted, 'thing')} ${adopted === 1 ? 'becomes ours as it is' : 'become ours as they are'}`,
        ]
      : []),
    ...(released > 0
      ? [`${counted(released, 'thing')} ${released === 1 ? 'is' : 'are'} ours no longer`]
      : []),
  ];
  const writes =
    changes === 0 ? 'nothing changes in Genesys Cloud' : `${counted(changes, 'change')} in Genesys Cloud`;
  return `${parts.join(', ')}; ${writes}.`;
}

function moved(
  queues: readonly Moves[],
  of: (queue: Moves) => readonly UserId[],
): { readonly people: number; readonly queues: number } {
  const people = new Set<UserId>();
  for (const queue of queues) for (const user of of(queue)) people.add(user);
  return { people: people.size, queues: queues.filter(queue => of(queue).length > 0).length };
}
