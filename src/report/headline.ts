import type { UserId } from '../model/keys.ts';
import type { Plan, QueueOutlook } from '../model/plan.ts';
import { counted } from './counted.ts';

/** What a plan does, in one sentence: people are counted once, on however many queues they come or go. */
export function headline({ purpose, changes, queues, notes }: Plan): string {
  if (changes.length === 0 && purpose) return 'Nothing is left to undo.';
  if (changes.length === 0)
    return notes.some(note => note.level === 'warning')
      ? 'Nothing to do now; see the notes.'
      : 'Nothing to do: everybody is where they should be.';
  const come = moved(queues, queue => queue.joining);
  const go = moved(queues, queue => queue.leaving);
  const coming = `${counted(come.people, 'person')} ${come.people === 1 ? 'comes' : 'come'} onto ${counted(come.queues, 'queue')}`;
  const going = `${counted(go.people, 'person')} ${go.people === 1 ? 'goes' : 'go'} off ${counted(go.queues, 'queue')}`;
  if (come.people > 0 && go.people > 0) return `${coming}, and ${going}.`;
  if (come.people > 0) return `${coming}; nobody goes off one.`;
  if (go.people > 0) return `${going}; nobody comes onto one.`;
  if (changes.every(change => change.kind === 'queue.seat'))
    return `Nobody comes onto a queue or goes off one; ${counted(changes.length, 'seat')} ${changes.length === 1 ? 'comes' : 'come'} back.`;
  return `Nobody comes onto a queue or goes off one; ${counted(changes.length, 'change')} of how that is told.`;
}

function moved(
  queues: readonly QueueOutlook[],
  of: (queue: QueueOutlook) => readonly UserId[],
): { readonly people: number; readonly queues: number } {
  const people = new Set<UserId>();
  for (const queue of queues) for (const user of of(queue)) people.add(user);
  return { people: people.size, queues: queues.filter(queue => of(queue).length > 0).length };
}
