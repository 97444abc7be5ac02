import type { Outcome, Roster } from '../model/outcome.ts';
import type { Purpose } from '../model/purpose.ts';
import { counted } from './counted.ts';
import { outcomeView } from './outcome-view.ts';
import { type Paint, plainPaint } from './paint.ts';
import { shown } from './shown-text.ts';

/** How a run ended: what was done, what was not and why, what to do next. */
export function outcomeText(
  outcome: Outcome,
  paint: Paint = plainPaint,
  purpose?: Purpose,
  most = 50,
): string {
  const { good, headline, facts, drained, problems, next } = outcomeView(outcome, purpose);
  const lines = [`${(good ? paint.add : paint.warn)(headline)} ${paint.dim(facts)}`];
  if (drained !== undefined) lines.push(`  ${drained}`);
  for (const { state, subject, code, text, remedy, correlationId } of problems.slice(0, most)) {
    lines.push(
      `  ${paint.remove(state)}  ${paint.bold(subject)}  ${code}`,
      `    ${text}${correlationId ? paint.dim(`  (correlation id ${correlationId})`) : ''}`,
      paint.dim(`    → ${remedy}`),
    );
  }
  const rest = problems.length - most;
  if (rest > 0) lines.push(paint.dim(`  … and ${counted(rest, 'more problem')}: see --json`));
  if (next !== undefined) lines.push(next);
  return `${lines.join('\n')}\n`;
}

/** Who is on each queue, as it was read back. */
export function rosterText(rosters: readonly Roster[], paint: Paint = plainPaint, most = 30): string {
  const lines: string[] = [];
  for (const { name, members } of rosters) {
    lines.push(`  ${paint.bold(shown(name))}  ${members.length} member${members.length === 1 ? '' : 's'}`);
    const told = members
      .slice(0, most)
      .map(({ name: called, user, by }) => ({ by, called: shown(called ?? user) }));
    const width = Math.max(0, ...told.map(({ called }) => called.length));
    for (const { by, called } of told)
      lines.push(
        `    ${called.padEnd(width)}  ${paint.dim(by === 'group' ? 'through a group' : 'directly')}`,
      );
    if (members.length > most) lines.push(paint.dim(`    … and ${members.length - most} more`));
  }
  return `${lines.join('\n')}\n`;
}
