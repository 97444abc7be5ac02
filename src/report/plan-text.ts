import { isToApply, type Plan, type Price, type Refusal } from '../model/plan.ts';
import type { BookRow } from './books-view.ts';
import { counted } from './counted.ts';
import { outcomeText } from './outcome-text.ts';
import { type Paint, plainPaint } from './paint.ts';
import { viewOf } from './plan-view.ts';
import { shown } from './shown-text.ts';
import { more, noteLines, overview, queueLines } from './text-parts.ts';
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

/** `12 calls, at most about 3 seconds at 300 calls a minute`. */
export const priceText = (price: Price): string =>
  `${counted(price.calls, 'call')}, at most about ${durationText(price)} at ${price.perMinute} calls a minute`;

export function durationText({ minutes }: Pick<Price, 'minutes'>): string {
  const seconds = Math.max(1, Math.round(minutes * 60));
  return seconds < 90 ? counted(seconds, 'second') : `${Math.round(minutes * 10) / 10} minutes`;
}

export function refusalText(
  refusals: readonly Refusal[],
  paint: Paint = plainPaint,
  head = `Refused: ${counted(refusals.length, 'guard')} against this plan. Nothing was written.`,
): string {
  const lines = [paint.remove(head)];
  for (const refusal of refusals) {
    lines.push(
      `  ${refusal.code}  ${paint.bold(shown(refusal.subject))}`,
      `    ${refusal.text}`,
      paint.dim(`    → ${refusal.remedy}`),
    );
  }
  return `${lines.join('\n')}\n`;
}
