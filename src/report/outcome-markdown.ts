import { counted } from './counted.ts';
import { fitting } from './fitting.ts';
import { markdownText } from './markdown-text.ts';
import type { OutcomeView } from './outcome-view.ts';

/** What became of the plan, as a block above it; at most so many characters of problems. */
export function outcomeMarkdown(outcome: OutcomeView | undefined, room: number): string[] {
  if (!outcome) return [];
  const { good, headline, facts, drained, problems, next } = outcome;
  const items = problems.map(({ state, subject, code, text, remedy, correlationId }) => {
    const id = correlationId === undefined ? '' : ` (correlation id ${markdownText(correlationId)})`;
    return `> - **${state} ${markdownText(subject)}** ${markdownText(text)}${id} \`${code}\` → ${markdownText(remedy)}`;
  });
  return [
    good ? '> [!NOTE]' : '> [!WARNING]',
    `> **${headline}** ${markdownText(facts)}`,
    ...(drained === undefined ? [] : ['>', `> ${markdownText(drained)}`]),
    ...(items.length > 0
      ? ['>', ...fitting(items, room, rest => `> - … and ${counted(rest.length, 'more problem')}`)]
      : []),
    ...(next === undefined ? [] : ['>', `> ${next}`]),
    '',
  ];
}
