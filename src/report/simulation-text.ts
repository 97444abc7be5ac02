import type { Simulation } from '../model/simulation.ts';
import { counted } from './counted.ts';
import { type Paint, plainPaint } from './paint.ts';
import { priceText, refusalText } from './plan-text.ts';
import { simulationView } from './simulation-view.ts';
import { more, noteLines, overview, queueLines } from './text-parts.ts';

/** People of a queue, queues person by person, lines of a table, notes of a kind. */
const most = { people: 12, queues: 12, lines: 60, notes: 8 };

/** Staffing under both configs, for a terminal; refusals below, where a reader's eye is when the command ends. */
export function simulationText(simulation: Simulation, paint: Paint = plainPaint): string {
  const view = simulationView(simulation);
  const { queues, same } = view;
  const lines = [
    `${paint.bold('Simulation')}  ${view.title}`,
    `  ${paint.dim(view.basis)}`,
    '',
    `  ${paint.bold(view.headline)}`,
    ...view.remarks.map(remark => `  ${remark}`),
    '',
  ];
  const many = queues.length > most.queues;
  if (many) lines.push(...overview(queues, paint, most.lines), '');
  const detailed = (many ? queues.filter(queue => queue.leaving.length > 0) : queues).slice(
    0,
    2 * most.queues,
  );
  for (const queue of detailed) {
    const [head, ...rest] = queueLines(queue, paint, most.people);
    lines.push(`${head}${queue.causes === '' ? '' : paint.dim(`  by ${queue.causes}`)}`, ...rest, '');
  }
  if (many) lines.push(...more(queues.length - detailed.length, 'queue', paint, ', person by person'), '');
  if (same.length > 0 && queues.length > 0)
    lines.push(
      `  ${counted(same.length, 'queue')} ${same.length === 1 ? 'stays as it is' : 'stay as they are'}.`,
      '',
    );
  lines.push(...noteLines(view.notes, paint, most.notes));
  if (view.changes > 0)
    lines.push(`  ${paint.bold('Price')}   ${counted(view.changes, 'change')}, ${priceText(view.price)}`);
  const text = `${lines.join('\n').trimEnd()}\n`;
  if (view.refusals.length === 0) return text;
  const head = `${counted(view.refusals.length, 'guard')} would refuse to go over.`;
  return `${text}\n${refusalText(view.refusals, paint, head)}`;
}
