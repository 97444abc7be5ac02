import type { Drift } from '../model/drift.ts';
import { type DriftPlace, driftView } from './drift-view.ts';
import { fitting } from './fitting.ts';
import { longest } from './markdown-parts.ts';
import { markdownText } from './markdown-text.ts';

/** Drift for a ticket: what does not fit is counted. */
export function driftMarkdown(drift: Drift, most = longest): string {
  const { since, headline, sections, unknown, stops, trail, next } = driftView(drift);
  const head = [`## Drift: ${markdownText(headline)}`, '', `${markdownText(since)}.`, ''];
  const foot = [
    ...(trail === undefined ? [] : [markdownText(trail), '']),
    ...next.map(text => `- ${text}`),
    '',
  ];
  const body = [
    ...sections.flatMap(({ title, places }) => [`### ${title}`, '', ...places.flatMap(placeItems), '']),
    ...warnings('Stops the next run', stops),
    ...warnings('Not known', unknown),
  ];
  const room = most - [...head, ...foot].join('\n').length - 200;
  const told = fitting(body, room, rest => `\n… and ${rest.length} more lines: see \`--json\`.\n`);
  return [...head, ...told, ...foot].join('\n');
}

const warnings = (title: string, texts: readonly string[]): string[] =>
  texts.length === 0 ? [] : [`### ${title}`, '', ...texts.map(text => `- ⚠️ ${markdownText(text)}`), ''];

const placeItems = ({ title, detail, rows }: DriftPlace): string[] => [
  `- **${markdownText(title)}**${detail === undefined ? '' : ` ${markdownText(detail)}`}`,
  ...rows.flatMap(row => [
    `  - **${row.sign}** ${markdownText(row.text)}${row.detail === undefined ? '' : `: ${markdownText(row.detail)}`}`,
    ...row.deeds.map(deed => `    - ${markdownText(deed)}`),
  ]),
];
