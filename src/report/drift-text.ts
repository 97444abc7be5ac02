import type { Drift } from '../model/drift.ts';
import { counted } from './counted.ts';
import { type DriftPlace, type DriftRow, driftView } from './drift-view.ts';
import { type Paint, plainPaint } from './paint.ts';

/** What moved on either side, place by place; `most` places of a section and rows of a place. */
export function driftText(drift: Drift, paint: Paint = plainPaint, most = 40): string {
  const { since, headline, sections, unknown, stops, trail, next } = driftView(drift);
  const lines = [`${paint.bold('Drift')}  ${paint.dim(since)}`, '', `  ${headline}`, ''];
  for (const { title, places } of sections) {
    lines.push(`  ${paint.bold(title)}`);
    for (const place of places.slice(0, most)) lines.push(...placeLines(place, paint, most));
    if (places.length > most)
      lines.push(paint.dim(`    … and ${counted(places.length - most, 'more place')}: see --json`));
    lines.push('');
  }
  lines.push(...warnings('Stops the next run', stops, paint, most));
  lines.push(...warnings('Not known', unknown, paint, most));
  if (trail !== undefined) lines.push(`  ${trail}`);
  for (const text of next) lines.push(paint.dim(`  → ${text}`));
  while (lines.at(-1) === '') lines.pop();
  return `${lines.join('\n')}\n`;
}

function warnings(title: string, texts: readonly string[], paint: Paint, most: number): string[] {
  if (texts.length === 0) return [];
  const rest = texts.length - most;
  return [
    `  ${paint.bold(title)}`,
    ...texts.slice(0, most).map(text => `    ${paint.warn('!')} ${text}`),
    ...(rest > 0 ? [paint.dim(`    … and ${rest} more: see --json`)] : []),
    '',
  ];
}

function placeLines({ title, detail, rows }: DriftPlace, paint: Paint, most: number): string[] {
  const told = rows.slice(0, most);
  const width = Math.max(0, ...told.filter(row => row.detail !== undefined).map(row => row.text.length));
  return [
    `    ${title}${detail === undefined ? '' : `  ${paint.dim(detail)}`}`,
    ...told.flatMap(row => rowLines(row, Math.min(width, 60), paint)),
    ...(rows.length > most ? [paint.dim(`      … and ${rows.length - most} more: see --json`)] : []),
  ];
}

function rowLines({ sign, text, detail, deeds }: DriftRow, width: number, paint: Paint): string[] {
  const colour = sign === '+' ? paint.add : sign === '−' ? paint.remove : paint.change;
  const first = detail === undefined ? text : text.padEnd(width);
  return [
    `      ${colour(`${sign} ${first}`)}${detail === undefined ? '' : `  ${paint.dim(detail)}`}`,
    ...deeds.map(deed => `          ${deed}`),
  ];
}
