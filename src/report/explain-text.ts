import type { PersonExplanation, QueueExplanation, QueuePerson } from '../model/explanation.ts';
import { type Paint, plainPaint } from './paint.ts';

/** Why somebody is on their queues, and why not on others. */
export function personText(explanation: PersonExplanation, paint: Paint = plainPaint): string {
  const { person, user, unlinked, places, absences } = explanation;
  const lines = [
    `${paint.bold(person.name)}  ${paint.dim(`${person.emails.join(', ')}  ${person.key}, ${person.status}`)}`,
    user
      ? `  linked to the user ${user.name}${user.email ? ` <${user.email}>` : ''}  ${paint.dim(user.id)}`
      : `  ${paint.warn('not linked:')} ${unlinked}`,
  ];
  for (const place of places) {
    const ring = place.ring === undefined ? '' : `, ring ${place.ring}`;
    const since = place.since
      ? `since ${place.since.at.slice(0, 16).replace('T', ' ')} (run ${place.since.run})`
      : place.state === 'there'
        ? 'there before us'
        : '';
    lines.push(
      `  ${place.state === 'there' ? paint.add('on') : paint.change('planned for')} ${paint.bold(place.queue.name)}  ${paint.dim(since)}`,
      `    ${person.name} ← ${place.path.toReversed().join(' ← ')} ← mapping ${place.mapping} (${place.how}${ring}) ← ${place.queue.name}`,
    );
  }
  if (absences.length > 0) lines.push('  not by:');
  for (const { mapping, why } of absences) lines.push(`    ${mapping}: ${paint.dim(why)}`);
  return `${lines.join('\n')}\n`;
}

/** Everybody on a queue with the reason, and who is coming. */
export function queueText(explanation: QueueExplanation, paint: Paint = plainPaint): string {
  const { queue, people, servedBy } = explanation;
  const lines = [`${paint.bold(queue.name)}  ${paint.dim(queue.id)}`];
  for (const { group, mapping, how } of servedBy)
    lines.push(`  served by ${group} ${paint.dim(`(mapping ${mapping}, ${how})`)}`);
  if (servedBy.length === 0) lines.push('  no mapping serves it');
  const width = Math.max(0, ...people.map(person => person.name.length));
  for (const person of people) lines.push(`    ${person.name.padEnd(width)}  ${reason(person, paint)}`);
  return `${lines.join('\n')}\n`;
}

function reason(person: QueuePerson, paint: Paint): string {
  const reasons = [person, ...(person.also ?? [])];
  const chain = reasons
    .flatMap(({ path, mapping }) => (path ? [`${path.toReversed().join(' ← ')} ← ${mapping}`] : []))
    .join('; also ');
  if (person.state === 'coming') return `${paint.change('comes with the next run')}  ${paint.dim(chain)}`;
  const joined = person.joined === false ? ', not activated' : '';
  const how = `${person.by === 'group' ? 'through a group' : 'directly'}${joined}`;
  return person.state === 'ours'
    ? `${how}  ${paint.dim(chain)}`
    : `${how}  ${paint.warn('no mapping asks for it')}`;
}
