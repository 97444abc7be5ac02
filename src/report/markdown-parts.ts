import type { Note } from '../model/note.ts';
import type { Refusal } from '../model/plan.ts';
import { counted } from './counted.ts';
import { fitting } from './fitting.ts';
import { markdownRow, markdownTable, markdownText } from './markdown-text.ts';
import { priceText } from './plan-text.ts';
import type { PlanView, QueueView } from './plan-view.ts';

/** A comment on GitHub holds 65,536 characters, and that is the least of those who show Markdown. */
export const longest = 65_536;

/** The last thing that a reader may miss, so it stands first and in a box. */
export function refusalLines(
  refusals: readonly Refusal[],
  head = 'Nothing is written while that is so.',
): string[] {
  if (refusals.length === 0) return [];
  const items = refusals.flatMap(({ code, subject, text, remedy }) => [
    `> - **${markdownText(subject)}** ${markdownText(text)} \`${code}\``,
    `>   → ${markdownText(remedy)}`,
  ]);
  return [
    '> [!CAUTION]',
    `> **${head}**`,
    '>',
    ...fitting(
      items,
      longest / 4,
      rest => `> - … and ${counted(Math.ceil(rest.length / 2), 'more refusal')}`,
    ),
    '',
  ];
}

export const queueTable = (rows: readonly string[]): string =>
  [
    markdownTable(
      [
        { title: 'Queue' },
        { title: 'Before', align: 'right' },
        { title: 'After', align: 'right' },
        { title: 'Come', align: 'right' },
        { title: 'Go', align: 'right' },
      ],
      [],
    ),
    ...rows,
  ].join('\n');

export const queueRows = (view: Pick<PlanView, 'queues'>): string[] =>
  view.queues.map(({ name, before, after, joining, leaving }) =>
    markdownRow([
      markdownText(name),
      String(before),
      after < before ? `**${after}**` : String(after),
      joining.length > 0 ? `+${joining.length}` : '',
      leaving.length > 0 ? `**−${leaving.length}**` : '',
    ]),
  );

export const lossesIn = (rows: readonly string[]): string => {
  const losing = rows.filter(row => row.includes('**−')).length;
  return losing > 0 ? `${losing} of which lose somebody` : 'none of which loses anybody';
};

export const peopleItems = ({ queues }: Pick<PlanView, 'queues'>): string[] =>
  queues.flatMap(queue => [
    `- **${markdownText(queue.name)}** ${queue.before} → ${counted(queue.after, 'member')}`,
    ...queue.detaching.map(group => `  - group ${markdownText(group)} no longer serves the queue`),
    ...queue.attaching.map(group => `  - group ${markdownText(group)} serves the queue`),
    ...personItems(queue),
  ]);

const personItems = ({ joining, leaving }: QueueView): string[] => [
  ...leaving.map(row => `  - **−** ${markdownText(row.name)}: ${markdownText(row.why)}`),
  ...joining.map(row => `  - **+** ${markdownText(row.name)}: ${markdownText(row.why)}`),
];

export const isPerson = (line: string): boolean => /^ {2}- \*\*[−+]\*\* /u.test(line);

export function peopleCount({ queues }: Pick<PlanView, 'queues'>): string {
  const sum = (of: 'joining' | 'leaving') => queues.reduce((total, queue) => total + queue[of].length, 0);
  return `+${sum('joining')} −${sum('leaving')}`;
}

export const noteItems = (notes: readonly Note[]): string[] =>
  notes.map(({ level, text, remedy }) => {
    const way = remedy ? ` → ${markdownText(remedy)}` : '';
    return `- ${level === 'warning' ? '⚠️ ' : ''}${markdownText(text)}${way}`;
  });

/** A part that is closed until somebody opens it. The blank lines let Markdown be Markdown again inside. */
export const fold = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['<details>', `<summary>${title}</summary>`, '', ...lines, '', '</details>', ''];

export function priceLines({ price, changes }: Pick<PlanView, 'price' | 'changes'>): string[] {
  if (changes === 0) return [];
  const rows = price.byRoute.map(({ route, calls }) => [String(calls), `\`${route}\``]);
  return [
    '### Price',
    '',
    `${priceText(price)}.`,
    '',
    markdownTable([{ title: 'Calls', align: 'right' }, { title: 'Endpoint' }], rows),
    '',
  ];
}
