import type { BookRow } from './books-view.ts';
import { counted } from './counted.ts';
import { lengthOf, sharing } from './fitting.ts';
import {
  fold,
  isPerson,
  longest,
  lossesIn,
  noteItems,
  peopleCount,
  peopleItems,
  priceLines,
  queueRows,
  queueTable,
  refusalLines,
} from './markdown-parts.ts';
import { markdownRow, markdownText } from './markdown-text.ts';
import { outcomeMarkdown } from './outcome-markdown.ts';
import { outcomeView } from './outcome-view.ts';
import { type PlanView, viewOf } from './plan-view.ts';
import { basisText, type ToldPlan } from './told-plan.ts';

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
  // Headings and folds around the parts below are made of these last, and of nothing from outside.
  const take = sharing(most - lengthOf(head) - lengthOf(foot) - 1_200);
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

const groupItems = ({ groups }: PlanView): string[] =>
  groups.map(
    ({ name, what }) => `- **${markdownText(name)}**: ${what.map(each => markdownText(each)).join(', ')}`,
  );

const bookItems = (rows: readonly BookRow[]): string[] =>
  rows.map(({ name, what }) => `- **${markdownText(name)}**: ${markdownText(what)}`);

const footer = ({ contract, fingerprint }: PlanView, told: ToldPlan): string =>
  `Plan of ${basisText(told)}, ${markdownText(contract)}. Fingerprint \`${fingerprint}\`.`;
