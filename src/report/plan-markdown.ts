import type { Note } from '../model/note.ts';
import type { Refusal } from '../model/plan.ts';
import type { BookRow } from './books-view.ts';
import { counted } from './counted.ts';
import { fitting, lengthOf } from './fitting.ts';
import { markdownRow, markdownTable, markdownText } from './markdown-text.ts';
import { outcomeMarkdown } from './outcome-markdown.ts';
import { outcomeView } from './outcome-view.ts';
import { priceText } from './plan-text.ts';
import { type PlanView, type QueueView, viewOf } from './plan-view.ts';
import { basisText, type ToldPlan } from './told-plan.ts';

/** A comment on GitHub holds 65,536 characters, and that is the least of those who show Markdown. */
const longest = 65_536;

/**
 * A plan for a pull request or a ticket. What matters most keeps its place whatever the size: the sentence, refusals, price;
 * then the queues, those that lose somebody first; then notes; the people take what room is left.
 */
export function markdownOf(told: ToldPlan, most = longest): string {
  const view = viewOf(told.plan, told.refusals);
  const outcome = told.outcome && outcomeView(told.outcome, told.plan.purpose);
  const head = [
    marker,
    `## ${sentence(view)}`,
    '',
    ...outcomeMarkdown(outcome, most / 4),
    ...refusalLines(view.refusals),
  ];
  const foot = [...priceLines(view), footer(view, told), ''];
  let room = most - lengthOf(head) - lengthOf(foot);
  const take = (lines: string[], share: number, leftOut: (rest: readonly string[]) => string): string[] => {
    if (lines.length === 0) return [];
    const told = fitting(lines, Math.floor(room * share), leftOut);
    room -= lengthOf(told);
    return told;
  };
  // Headings and folds around the parts below are made of these, and of nothing from outside.
  room -= 1_200;
  const queues = take(queueRows(view), 0.5, rest =>
    markdownRow([`… and ${counted(rest.length, 'more queue')}, ${lossesIn(rest)}`, '', '', '', '']),
  );
  const more = (noun: string) => (rest: readonly string[]) =>
    `- … and ${counted(rest.length, `more ${noun}`)}`;
  const seats = take(
    view.seats.map(seat => `- ${markdownText(seat)}`),
    0.1,
    more('seat'),
  );
  const adopted = take(bookItems(view.adopted), 0.25, more('place'));
  const released = take(bookItems(view.released), 0.25, more('place'));
  const notes = take(noteItems(view.notes), 0.5, rest => `- … and ${counted(rest.length, 'more note')}`);
  const groups = take(groupItems(view), 0.25, rest => `- … and ${counted(rest.length, 'more group')}`);
  const people = take(peopleItems(view), 1, rest => `- … and ${rest.filter(isPerson).length} more people`);
  return [
    ...head,
    ...(queues.length === 0 ? [] : [queueTable(queues), '']),
    ...(view.drain === undefined ? [] : [`⏳ ${markdownText(view.drain)}.`, '']),
    ...fold(`Who comes and goes, and why (${peopleCount(view)})`, people),
    ...fold(`Changes to groups (${view.groups.length})`, groups),
    ...fold(`Becomes ours as it is (${view.adopted.length})`, adopted),
    ...fold(`No longer ours, and stays (${view.released.length})`, released),
    ...fold(`Ring and activation as they were (${view.seats.length})`, seats),
    ...(notes.length === 0 ? [] : ['### Notes', '', ...notes, '']),
    ...foot,
  ].join('\n');
}

/** By which a bot finds its comment again, to write the next plan over it. */
const marker = '<!-- muster plan -->';

function sentence({ title, headline, refusals }: PlanView): string {
  const refused = refusals.length > 0 ? `⛔ Refused by ${counted(refusals.length, 'guard')}: ` : '';
  const purpose = title === 'Plan' ? '' : `${markdownText(title)}. `;
  return `${refused}${purpose}${markdownText(headline)}`;
}

function refusalLines(refusals: readonly Refusal[]): string[] {
  if (refusals.length === 0) return [];
  const items = refusals.flatMap(({ code, subject, text, remedy }) => [
    `> - **${markdownText(subject)}** ${markdownText(text)} \`${code}\``,
    `>   → ${markdownText(remedy)}`,
  ]);
  return [
    '> [!CAUTION]',
    '> **Nothing is written while that is so.**',
    '>',
    ...fitting(
      items,
      longest / 4,
      rest => `> - … and ${counted(Math.ceil(rest.length / 2), 'more refusal')}`,
    ),
    '',
  ];
}

const queueTable = (rows: readonly string[]): string =>
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

const queueRows = (view: PlanView): string[] =>
  view.queues.map(({ name, before, after, joining, leaving }) =>
    markdownRow([
      markdownText(name),
      String(before),
      after < before ? `**${after}**` : String(after),
      joining.length > 0 ? `+${joining.length}` : '',
      leaving.length > 0 ? `**−${leaving.length}**` : '',
    ]),
  );

const lossesIn = (rows: readonly string[]): string => {
  const losing = rows.filter(row => row.includes('**−')).length;
  return losing > 0 ? `${losing} of which lose somebody` : 'none of which loses anybody';
};

const peopleItems = ({ queues }: PlanView): string[] =>
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

const isPerson = (line: string): boolean => /^ {2}- \*\*[−+]\*\* /u.test(line);

function peopleCount({ queues }: PlanView): string {
  const sum = (of: 'joining' | 'leaving') => queues.reduce((total, queue) => total + queue[of].length, 0);
  return `+${sum('joining')} −${sum('leaving')}`;
}

const groupItems = ({ groups }: PlanView): string[] =>
  groups.map(
    ({ name, what }) => `- **${markdownText(name)}**: ${what.map(each => markdownText(each)).join(', ')}`,
  );

const bookItems = (rows: readonly BookRow[]): string[] =>
  rows.map(({ name, what }) => `- **${markdownText(name)}**: ${markdownText(what)}`);

const noteItems = (notes: readonly Note[]): string[] =>
  notes.map(({ level, text, remedy }) => {
    const way = remedy ? ` → ${markdownText(remedy)}` : '';
    return `- ${level === 'warning' ? '⚠️ ' : ''}${markdownText(text)}${way}`;
  });

/** A part that is closed until somebody opens it. The blank lines let Markdown be Markdown again inside. */
const fold = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['<details>', `<summary>${title}</summary>`, '', ...lines, '', '</details>', ''];

function priceLines({ price, changes }: PlanView): string[] {
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

const footer = ({ contract, fingerprint }: PlanView, told: ToldPlan): string =>
  `Plan of ${basisText(told)}, ${markdownText(contract)}. Fingerprint \`${fingerprint}\`.`;
