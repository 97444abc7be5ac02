import type { Note } from '../model/note.ts';
import { counted } from './counted.ts';
import type { Paint } from './paint.ts';
import type { PersonRow, QueueView } from './plan-view.ts';

/** One line a queue. Who loses somebody stands above, so nothing that is cut off takes anybody away. */
export function overview(queues: readonly QueueView[], paint: Paint, most: number): string[] {
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

/** One queue person by person, those who go first. */
export function queueLines(queue: QueueView, paint: Paint, most: number): string[] {
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

/** `most` of each code. */
export function noteLines(notes: readonly Note[], paint: Paint, most: number): string[] {
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

/** What was left out: it is in the JSON. */
export const more = (count: number, noun: string, paint: Paint, what = ''): string[] =>
  count > 0 ? [paint.dim(`    … and ${count} more ${noun}${count === 1 ? '' : 's'}${what}: see --json`)] : [];
