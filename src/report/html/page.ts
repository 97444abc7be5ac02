import type { BookRow } from '../books-view.ts';
import { counted } from '../counted.ts';
import { htmlText } from '../html-text.ts';
import { outcomeView } from '../outcome-view.ts';
import { durationText } from '../plan-text.ts';
import { type PlanView, viewOf } from '../plan-view.ts';
import { basisText, type ToldPlan } from '../told-plan.ts';
import { drainBanner, quarantineBanner, refusalBanner } from './banners.ts';
import { flowsOf } from './flows.ts';
import { noteSection } from './note-section.ts';
import { outcomeBanner } from './outcome-banner.ts';
import { pictureSection } from './picture-section.ts';
import { priceSection } from './price-section.ts';
import { queueSection } from './queue-section.ts';
import { rowSection } from './row-section.ts';
import { pageStyle } from './style.ts';

/**
 * A plan as one page: everything in it, nothing loaded and nothing run, so that it can be mailed, kept with a ticket and
 * opened on a phone in a lift. What stands against the plan comes before what the plan would do.
 */
export function htmlOf(told: ToldPlan): string {
  const { plan, refusals } = told;
  const view = viewOf(plan, refusals);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="robots" content="noindex">',
    `<title>${refusals.length > 0 ? 'Refused: ' : ''}${htmlText(view.headline)} – muster plan</title>`,
    `<style>${pageStyle}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<p class="brand">muster ${htmlText(view.title[0]!.toLowerCase() + view.title.slice(1))}, ${htmlText(basisText(told))}</p>`,
    `<h1>${refusals.length > 0 ? '<span class="stamp">Refused</span> ' : ''}${htmlText(view.headline)}</h1>`,
    ...outcomeBanner(told.outcome && outcomeView(told.outcome, plan.purpose)),
    ...refusalBanner(view.refusals),
    ...quarantineBanner(view.notes),
    ...facts(view),
    ...drainBanner(view.drain),
    ...pictureSection(flowsOf(plan)),
    ...queueSection(view.queues),
    ...rowSections(view),
    ...noteSection(view.notes),
    ...priceSection(view),
    ...end(view, told),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** What the queues do not say. */
const rowSections = ({ groups, adopted, released, seats }: PlanView): string[] => {
  const booked = (rows: readonly BookRow[]) => rows.map(({ name, what }) => ({ name, what: [what] }));
  return [
    ...rowSection({
      id: 'groups',
      title: 'Groups in Genesys Cloud',
      noun: 'group',
      columns: ['Group', 'Change'],
      rows: groups,
    }),
    ...rowSection({
      id: 'adopted',
      title: 'Becomes ours as it is',
      noun: 'place',
      columns: ['Where', 'What'],
      rows: booked(adopted),
    }),
    ...rowSection({
      id: 'released',
      title: 'No longer ours, and stays',
      noun: 'place',
      columns: ['Where', 'What'],
      rows: booked(released),
    }),
    ...rowSection({
      id: 'seats',
      title: 'Ring and activation as they were',
      noun: 'seat',
      columns: ['Who, and where', 'What'],
      rows: seats.map(seat => ({
        name: seat.slice(0, seat.lastIndexOf(': ')),
        what: [seat.slice(seat.lastIndexOf(': ') + 2)],
      })),
    }),
  ];
};

function facts(view: PlanView): string[] {
  if (view.changes === 0) return [];
  const sum = (of: 'joining' | 'leaving') =>
    view.queues.reduce((total, queue) => total + queue[of].length, 0);
  const fact = (value: string, told: string, style = '') => `<li><b${style}>${value}</b>${told}</li>`;
  const moved = (people: number, sign: string, how: string) =>
    people > 0 ? fact(`${sign}${people}`, how, ` class="${how}"`) : fact('0', how);
  return [
    '<ul class="facts">',
    moved(sum('joining'), '+', 'come'),
    moved(sum('leaving'), '−', 'go'),
    fact(String(view.queues.length), view.queues.length === 1 ? 'queue' : 'queues'),
    fact(String(view.price.calls), view.price.calls === 1 ? 'API call' : 'API calls'),
    fact(htmlText(durationText(view.price)), 'at most, about'),
    '</ul>',
  ];
}

const end = (view: PlanView, told: ToldPlan): string[] => [
  '<dl class="end">',
  `<dt>Contract</dt><dd>${htmlText(view.contract)}</dd>`,
  `<dt>Made</dt><dd>${htmlText(basisText(told))}, ${counted(view.changes, 'change')}</dd>`,
  `<dt>Fingerprint</dt><dd><code>${htmlText(view.fingerprint)}</code></dd>`,
  '</dl>',
];
