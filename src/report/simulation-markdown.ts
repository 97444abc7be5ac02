import type { Simulation } from '../model/simulation.ts';
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
  refusalLines,
} from './markdown-parts.ts';
import { markdownRow, markdownTable, markdownText } from './markdown-text.ts';
import { type SimulatedQueueView, type SimulationView, simulationView } from './simulation-view.ts';

/**
 * A simulation for a pull request, in at most `most` characters: the sentence and what guards say first, then a line for
 * each queue that differs; the people, folded, take what room is left.
 */
export function simulationMarkdown(simulation: Simulation, most = longest): string {
  const view = simulationView(simulation);
  const head = [
    marker,
    `## ${view.refusals.length > 0 ? `⛔ ${counted(view.refusals.length, 'guard')} would refuse: ` : ''}${markdownText(view.headline)}`,
    '',
    ...refusalLines(view.refusals, 'A run with this config would write nothing.'),
    ...view.remarks.map(remark => `> ${markdownText(remark)}\n`),
  ];
  const foot = [...priceLines(view), footer(view), ''];
  // Headings and folds around the parts below are made of these last, and of nothing from outside.
  const take = sharing(most - lengthOf(head) - lengthOf(foot) - 600);
  const queues = take(view.queues.map(queueRow), 0.5, rest =>
    markdownRow([`… and ${counted(rest.length, 'more queue')}, ${lossesIn(rest)}`, '', '', '', '', '']),
  );
  const notes = take(noteItems(view.notes), 0.5, rest => `- … and ${counted(rest.length, 'more note')}`);
  const people = take(peopleItems(view), 1, rest => `- … and ${rest.filter(isPerson).length} more people`);
  return [
    ...head,
    ...(queues.length === 0 ? [] : [tableHead, ...queues, '']),
    ...sameLines(view),
    ...fold(`Who comes and goes, and why (${peopleCount(view)})`, people),
    ...(notes.length === 0 ? [] : ['### Notes', '', ...notes, '']),
    ...foot,
  ].join('\n');
}

/** By which a bot finds its comment again, to write the next simulation over it. */
const marker = '<!-- muster simulation -->';

const tableHead = markdownTable(
  [
    { title: 'Queue' },
    { title: 'Before', align: 'right' },
    { title: 'After', align: 'right' },
    { title: 'Come', align: 'right' },
    { title: 'Go', align: 'right' },
    { title: 'By mapping' },
  ],
  [],
);

const queueRow = ({ name, before, after, joining, leaving, causes }: SimulatedQueueView): string =>
  markdownRow([
    markdownText(name),
    String(before),
    after < before ? `**${after}**` : String(after),
    joining.length > 0 ? `+${joining.length}` : '',
    leaving.length > 0 ? `**−${leaving.length}**` : '',
    markdownText(causes, 300),
  ]);

const sameLines = ({ same, queues }: SimulationView): string[] =>
  same.length === 0 || queues.length === 0
    ? []
    : [`${counted(same.length, 'queue')} ${same.length === 1 ? 'stays as it is' : 'stay as they are'}.`, ''];

const footer = ({ title, basis }: SimulationView): string =>
  `Simulation of ${markdownText(title)}, ${markdownText(basis)}.`;
