import type { Note } from '../model/note.ts';
import { isToApply, type Plan, type Price, type Refusal } from '../model/plan.ts';
import type { BookRow } from './books-view.ts';
import { counted } from './counted.ts';
import { outcomeText } from './outcome-text.ts';
import { type Paint, plainPaint } from './paint.ts';
import { type PersonRow, type QueueView, viewOf } from './plan-view.ts';
import { shown } from './shown-text.ts';
import type { ToldPlan } from './told-plan.ts';

export interface PlanTextOptions {
  readonly paint?: Paint;
  /** People shown for each queue and direction; the rest is counted. */
  readonly mostPeople?: number;
  /**
   * Queues told person by person. With more than these a table with a line for each queue comes first, and of the queues
   * only those are told that lose somebody.
   */
  readonly mostQueues?: number;
  /** Lines of that table. */
  readonly mostLines?: number;
  /** Notes of one kind, so that five hundred of one do not hide the one of another. */
  readonly mostNotes?: number;
}

/** The text that stands on a terminal; refusals and outcome below, where a reader's eye is when the command ends. */
export const textOf = (
  { plan, refusals, outcome }: Pick<ToldPlan, 'plan' | 'refusals' | 'outcome'>,
  paint: Paint = plainPaint,
): string =>
  [
    planText(plan, { paint }),
    ...(refusals.length > 0 ? [refusalText(refusals, paint)] : []),
    ...(outcome ? [outcomeText(outcome, paint, plan.purpose)] : []),
  ].join('\n');

/** The plan as people read it: per queue heads before and after, names and reasons; groups, notes, price. */
export function planText(plan: Plan, options: PlanTextOptions = {}): string {
  const { paint = plainPaint, mostPeople = 12, mostQueues = 12, mostLines = 60, mostNotes = 8 } = options;
  const view = viewOf(plan);
  const lines = [`${paint.bold(view.title)}  ${view.contract}`, '', `  ${paint.bold(view.headline)}`, ''];
  const { queues, groups } = view;
  const many = queues.length > mostQueues;
  if (many) lines.push(...overview(queues, paint, mostLines), '');
  const detailed = (many ? queues.filter(queue => queue.leaving.length > 0) : queues).slice(
    0,
    2 * mostQueues,
  );
  for (const queue of detailed) lines.push(...queueLines(queue, paint, mostPeople), '');
  if (many) lines.push(...more(queues.length - detailed.length, 'queue', paint, ', person by person'), '');
  if (groups.length > 0) {
    lines.push(`  ${paint.bold('Groups')}`);
    for (const group of groups.slice(0, mostQueues))
      lines.push(`    ${group.name}: ${group.what.join(', ')}`);
    lines.push(...more(groups.length - mostQueues, 'group', paint), '');
  }
  lines.push(...bookLines('Becomes ours', view.adopted, mostLines, paint));
  lines.push(...bookLines('No longer ours', view.released, mostLines, paint));
  if (view.seats.length > 0) {
    lines.push(`  ${paint.bold('As they were')}`);
    for (const seat of view.seats.slice(0, mostQueues)) lines.push(`    ${seat}`);
    lines.push(...more(view.seats.length - mostQueues, 'seat', paint), '');
  }
  if (view.drain) lines.push(`  ${paint.bold('Drain')}   ${view.drain}`, '');
  lines.push(...noteLines(view.notes, paint, mostNotes));
  if (plan.changes.length > 0) {
    lines.push(`  ${paint.bold('Price')}   ${priceText(plan.price)}`);
    for (const { route, calls } of plan.price.byRoute)
      lines.push(paint.dim(`          ${String(calls).padStart(5)} × ${route}`));
  }
  if (isToApply(plan)) lines.push(`  ${paint.dim(`Fingerprint ${plan.fingerprint.slice(0, 16)}`)}`);
  return `${lines.join('\n').trimEnd()}\n`;
}

const bookLines = (title: string, rows: readonly BookRow[], most: number, paint: Paint): string[] =>
  rows.length === 0
    ? []
    : [
        `  ${paint.bold(title)}`,
        ...rows.slice(0, most).map(({ name, what }) => `    ${name}: ${what}`),
        ...more(rows.length - most, 'line', paint),
        '',
      ];

/** One line a queue. Who loses somebody stands above, so nothing that is cut off takes anybody away. */
function overview(queues: readonly QueueView[], paint: Paint, most: number): string[] {
  const rows = queues.slice(0, most);
  const width = Math.max(5, ...rows.map(queue => queue.name.length));
  const cell = (text: string) => text.padStart(7);
  const lines = [
    paint.dim(`  ${'Queue'.padEnd(width)}${['before', 'after', 'come', 'go'].map(cell).join('')}`),
  ];
  for (const { name, before, after, joining, leaving } of rows) {
    const come = joining.length > 0 ? paint.add(cell(`+${joining.length}`)) : cell('');
    const go = leaving.length > 0 ? paint.remove(cell(`−${leaving.length}`)) : '';
    lines.push(`  ${name.padEnd(width)}${cell(String(before))}${cell(String(after))}${come}${go}`);
  }
  const rest = queues.slice(most);
  const losing = rest.filter(queue => queue.leaving.length > 0).length;
  const what = losing > 0 ? `, ${losing} of which lose somebody` : ', none of which loses anybody';
  return [...lines, ...more(rest.length, 'queue', paint, what)];
}

function queueLines(queue: QueueView, paint: Paint, most: number): string[] {
  const heads = `${queue.before} → ${counted(queue.after, 'member')}`;
  const lines = [`  ${paint.bold(queue.name)}  ${queue.after < queue.before ? paint.warn(heads) : heads}`];
  for (const group of queue.attaching) lines.push(paint.add(`    + group ${group} serves the queue`));
  for (const group of queue.detaching)
    lines.push(paint.remove(`    − group ${group} no longer serves the queue`));
  lines.push(...personLines(queue.leaving, '−', paint.remove, most, paint));
  lines.push(...personLines(queue.joining, '+', paint.add, most, paint));
  return lines;
}

function personLines(
  rows: readonly PersonRow[],
  sign: string,
  colour: Paint['add'],
  most: number,
  paint: Paint,
): string[] {
  const told = rows.slice(0, most);
  const width = Math.max(0, ...told.map(row => row.name.length));
  const lines = told.map(row => `    ${colour(`${sign} ${row.name.padEnd(width)}`)}  ${paint.dim(row.why)}`);
  return [...lines, ...(rows.length > most ? [paint.dim(`      and ${rows.length - most} more`)] : [])];
}

function noteLines(notes: readonly Note[], paint: Paint, most: number): string[] {
  if (notes.length === 0) return [];
  const lines = [`  ${paint.bold('Notes')}`];
  const counts = new Map<string, number>();
  const told = notes.filter(({ code }) => {
    counts.set(code, (counts.get(code) ?? 0) + 1);
    return counts.get(code)! <= most;
  });
  for (const [at, { level, text, remedy }] of told.entries()) {
    lines.push(`    ${level === 'warning' ? paint.warn('!') : '·'} ${text}`);
    // Said once below several with the same way out.
    if (remedy && told[at + 1]?.remedy !== remedy) lines.push(paint.dim(`      → ${remedy}`));
  }
  for (const [code, count] of counts) lines.push(...more(count - most, 'note', paint, ` of ${code}`));
  return [...lines, ''];
}

const more = (count: number, noun: string, paint: Paint, what = ''): string[] =>
  count > 0 ? [paint.dim(`    … and ${count} more ${noun}${count === 1 ? '' : 's'}${what}: see --json`)] : [];

/** `12 calls, at most about 3 seconds at 300 calls a minute`. */
export const priceText = (price: Price): string =>
  `${counted(price.calls, 'call')}, at most about ${durationText(price)} at ${price.perMinute} calls a minute`;

export function durationText({ minutes }: Pick<Price, 'minutes'>): string {
  const seconds = Math.max(1, Math.round(minutes * 60));
  return seconds < 90 ? counted(seconds, 'second') : `${Math.round(minutes * 10) / 10} minutes`;
}

export function refusalText(refusals: readonly Refusal[], paint: Paint = plainPaint): string {
  const lines = [
    paint.remove(`Refused: ${counted(refusals.length, 'guard')} against this plan. Nothing was written.`),
  ];
  for (const refusal of refusals) {
    lines.push(
      `  ${refusal.code}  ${paint.bold(shown(refusal.subject))}`,
      `    ${refusal.text}`,
      paint.dim(`    → ${refusal.remedy}`),
    );
  }
  return `${lines.join('\n')}\n`;
}
