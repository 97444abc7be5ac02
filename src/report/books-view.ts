import type { JournalEdge } from '../model/journal.ts';
import type { Plan } from '../model/plan.ts';
import { counted } from './counted.ts';
import { shown } from './shown-text.ts';

/** What becomes ours, or ours no longer, at one group or queue, though nothing changes there. */
export interface BookRow {
  readonly name: string;
  readonly what: string;
}

const mostNames = 8;

/** By group, and by queue for people who stand there directly; in the order of their names. */
export function bookRows(plan: Plan, entries: readonly JournalEdge[]): BookRow[] {
  const { names } = plan;
  const places = new Map<string, { name: string; made: boolean; people: string[]; queues: string[] }>();
  const at = (id: string, name: string) => {
    const known = places.get(id) ?? { name: shown(name), made: false, people: [], queues: [] };
    places.set(id, known);
    return known;
  };
  const queueName = (id: string) => shown(names.queues[id] ?? id);
  for (const { edge } of entries) {
    const place =
      edge.kind === 'queue-member'
        ? at(edge.queue, `queue ${names.queues[edge.queue] ?? edge.queue}`)
        : at(edge.group, `group ${names.groups[edge.group] ?? edge.group}`);
    if (edge.kind === 'group') place.made = true;
    else if (edge.kind === 'attachment')
      place.queues.push(`${queueName(edge.queue)}${edge.ring === undefined ? '' : `, ring ${edge.ring}`}`);
    else place.people.push(shown(names.users[edge.user] ?? edge.user));
  }
  return [...places.values()]
    .map(({ name, made, people, queues }) => ({
      name,
      what: [
        ...(made ? ['the group'] : []),
        ...(people.length > 0 ? [`${counted(people.length, 'person')} (${some(people)})`] : []),
        ...(queues.length > 0 ? [`on ${some(queues)}`] : []),
      ].join(', '),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function some(names: readonly string[]): string {
  const sorted = names.toSorted();
  const rest = names.length - mostNames;
  return `${sorted.slice(0, mostNames).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
