import type { Note } from '../model/note.ts';
import type { Plan, Price, Refusal } from '../model/plan.ts';
import { type Paint, plainPaint } from './paint.ts';
import { type PersonRow, type QueueView, viewOf } from './plan-view.ts';

export interface PlanTextOptions {
  readonly paint?: Paint;
  /** People shown for each queue and direction; the rest is counted. */
  readonly mostPeople?: number;
  readonly mostQueues?: number;
  readonly mostNotes?: number;
}

/** The plan as people read it: per queue heads before and after, names and reasons; groups, notes, price. */
export function planText(plan: Plan, options: PlanTextOptions = {}): string {
  const { paint = plainPaint, mostPeople = 12, mostQueues = 40, mostNotes = 20 } = options;
  const lines = [`${paint.bold('Plan')}  ${contractLine(plan)}`, ''];
  const view = viewOf(plan);
  if (plan.changes.length === 0)
    lines.push(
      plan.notes.some(note => note.level === 'warning')
        ? '  Nothing to do now; see the notes.'
        : '  Nothing to do: everybody is where they should be.',
      '',
    );
  for (const queue of view.queues.slice(0, mostQueues))
    lines.push(...queueLines(queue, paint, mostPeople), '');
  lines.push(...more(view.queues.length - mostQueues, 'queue', paint));
  if (view.groups.length > 0) {
    lines.push(`  ${paint.bold('Groups')}`);
    for (const group of view.groups.slice(0, mostQueues))
      lines.push(`    ${group.name}: ${group.what.join(', ')}`);
    lines.push(...more(view.groups.length - mostQueues, 'group', paint), '');
  }
  lines.push(...noteLines(plan.notes, paint, mostNotes));
  if (plan.changes.length > 0) {
    lines.push(`  ${paint.bold('Price')}   ${priceText(plan.price)}`);
    for (const { route, calls } of plan.price.byRoute)
      lines.push(paint.dim(`          ${String(calls).padStart(5)} × ${route}`));
    lines.push(`  ${paint.dim(`Fingerprint ${plan.fingerprint.slice(0, 16)}`)}`);
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

const contractLine = ({ choice }: Plan): string =>
  `${choice.contract} contract (${choice.by}: ${choice.reason})`;

function queueLines(queue: QueueView, paint: Paint, most: number): string[] {
  const heads = `${queue.before} → ${queue.after} member${queue.after === 1 ? '' : 's'}`;
  const lines = [`  ${paint.bold(queue.name)}  ${queue.after < queue.before ? paint.warn(heads) : heads}`];
  for (const group of queue.attaching) lines.push(paint.add(`    + group ${group} serves the queue`));
  for (const group of queue.detaching)
    lines.push(paint.remove(`    − group ${group} no longer serves the queue`));
  lines.push(...personLines(queue.joining, '+', paint.add, most, paint));
  lines.push(...personLines(queue.leaving, '−', paint.remove, most, paint));
  return lines;
}

function personLines(
  rows: readonly PersonRow[],
  sign: string,
  colour: Paint['add'],
  most: number,
  paint: Paint,
): string[] {
  const shown = rows.slice(0, most);
  const width = Math.max(0, ...shown.map(row => row.name.length));
  const lines = shown.map(row => `    ${colour(`${sign} ${row.name.padEnd(width)}`)}  ${paint.dim(row.why)}`);
  return [...lines, ...(rows.length > most ? [paint.dim(`      and ${rows.length - most} more`)] : [])];
}

function noteLines(notes: readonly Note[], paint: Paint, most: number): string[] {
  // What a source says in passing (which file, which server) is in --json; a person reads what needs an eye.
  const worth = notes.filter(note => note.level === 'warning' || note.code !== 'source.note');
  if (worth.length === 0) return [];
  const sorted = worth.toSorted((a, b) => Number(b.level === 'warning') - Number(a.level === 'warning'));
  const lines = [`  ${paint.bold('Notes')}`];
  for (const note of sorted.slice(0, most)) {
    lines.push(`    ${note.level === 'warning' ? paint.warn('!') : '·'} ${note.text}`);
    if (note.remedy) lines.push(paint.dim(`      → ${note.remedy}`));
  }
  return [...lines, ...more(worth.length - most, 'note', paint), ''];
}

const more = (count: number, noun: string, paint: Paint): string[] =>
  count > 0 ? [paint.dim(`    … and ${count} more ${noun}${count === 1 ? '' : 's'}: see --json`)] : [];

/** `12 calls, about 3 seconds at 300 calls a minute`. */
export function priceText(price: Price): string {
  const seconds = Math.max(1, Math.round(price.minutes * 60));
  const time =
    seconds < 90
      ? `${seconds} second${seconds === 1 ? '' : 's'}`
      : `${Math.round(price.minutes * 10) / 10} minutes`;
  return `${price.calls} call${price.calls === 1 ? '' : 's'}, at most about ${time} at ${price.perMinute} calls a minute`;
}

export function refusalText(refusals: readonly Refusal[], paint: Paint = plainPaint): string {
  const lines = [
    paint.remove(
      `Refused: ${refusals.length} guard${refusals.length === 1 ? '' : 's'} against this plan. Nothing was written.`,
    ),
  ];
  for (const refusal of refusals) {
    lines.push(
      `  ${refusal.code}  ${paint.bold(refusal.subject)}`,
      `    ${refusal.text}`,
      paint.dim(`    → ${refusal.remedy}`),
    );
  }
  return `${lines.join('\n')}\n`;
}
