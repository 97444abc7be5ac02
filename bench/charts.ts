import { type PlanningResult, planningGoal } from './planning.ts';
import type { ScenarioResult } from './results.ts';

/** Colours that are told apart in print, by the colour-blind, and on light and dark pages. */
const ink = {
  ours: '#0072b2',
  others: '#999999',
  bound: '#d55e00',
  text: '#666666',
  grid: '#cccccc',
} as const;
const font = 'font-family="system-ui, sans-serif" font-size="13"';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${round(x)}" y="${round(y)}" fill="${ink.text}" ${more}>${escaped(content)}</text>`;

const round = (value: number): string => String(Math.round(value * 10) / 10);

function svg(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" ${font}>`,
    `<title>${escaped(title)}</title>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

const runTitles = {
  first: 'First run: nothing is there',
  second: 'Second run: nothing to do',
  third: 'Third run: one person moved',
} as const;

/** Calls of every contender in each run, on a scale where ten times as many is one step further. */
export function callsChart({ results }: ScenarioResult): string {
  const [width, left, right, bar, gap, head] = [760, 290, 70, 16, 6, 34];
  const parts: string[] = [];
  const most = Math.max(...results.flatMap(({ runs }) => runs.map(run => run.calls)));
  const scale = (width - left - right) / Math.log10(most);
  const xOf = (calls: number) => left + Math.log10(Math.max(1, calls)) * scale;
  let y = 10;
  for (const run of ['first', 'second', 'third'] as const) {
    parts.push(text(0, y + 14, runTitles[run], 'font-weight="bold"'));
    const top = y + 22;
    y += head;
    for (const { name, title, part, runs } of results) {
      const each = runs.find(one => one.run === run);
      if (!each) continue;
      const colour = name.startsWith('muster') ? ink.ours : ink.others;
      const end = xOf(each.calls);
      parts.push(
        text(left - 8, y + 13, part === 1 ? title : `${title}, 1/${part}`, 'text-anchor="end"'),
        `<rect x="${left}" y="${y}" width="${round(end - left)}" height="${bar}" fill="${colour}"/>`,
        `<path d="M${round(xOf(each.bound))} ${y - 2}v${bar + 4}" stroke="${ink.bound}" stroke-width="3"/>`,
        text(end + 6, y + 13, each.calls.toLocaleString('en')),
      );
      y += bar + gap;
    }
    for (let power = 1; power <= most; power *= 10)
      parts.unshift(`<path d="M${round(xOf(power))} ${top}V${y}" stroke="${ink.grid}" stroke-width="0.5"/>`);
    y += 14;
  }
  parts.push(
    `<path d="M${left} ${y - 8}v${bar}" stroke="${ink.bound}" stroke-width="3"/>`,
    text(
      left + 10,
      y + 5,
      'the fewest calls that any program can do with; each line is ten times the one before',
    ),
  );
  return svg(width, y + 16, 'Calls of each contender in each run', parts);
}

/** Seconds of planning over memberships, with the line through them and the goal. */
export function curveChart({ rows, line }: PlanningResult): string {
  const [width, height, left, bottom, top, right] = [560, 300, 60, 40, 20, 30];
  const last = rows.at(-1)!.memberships / 1e6;
  const most = Math.max(...rows.map(row => row.seconds), line.from + line.perMillion * last) * 1.08;
  const x = (millions: number) => left + (millions / last) * (width - left - right);
  const y = (seconds: number) => height - bottom - (seconds / most) * (height - bottom - top);
  const ticks = [0, 1, 2, 3, 4, 5].map(step => (most / 5) * step).filter(value => value <= most);
  const parts = [
    ...ticks.map(
      value =>
        `<path d="M${left} ${round(y(value))}H${width - right}" stroke="${ink.grid}" stroke-width="0.5"/>`,
    ),
    ...ticks.map(value => text(left - 8, y(value) + 4, value.toFixed(1), 'text-anchor="end"')),
    ...rows.map(row =>
      text(
        x(row.memberships / 1e6),
        height - bottom + 18,
        `${row.memberships / 1e6}`,
        'text-anchor="middle"',
      ),
    ),
    text(left, 12, 'seconds'),
    text(width - right, height - 6, 'millions of memberships', 'text-anchor="end"'),
    `<path d="M${round(x(0))} ${round(y(Math.max(0, line.from)))}L${round(x(last))} ${round(y(line.from + line.perMillion * last))}" stroke="${ink.others}" stroke-width="1.5" stroke-dasharray="5 4"/>`,
    ...rows.map(
      row =>
        `<circle cx="${round(x(row.memberships / 1e6))}" cy="${round(y(row.seconds))}" r="4.5" fill="${ink.ours}"/>`,
    ),
    `<path d="M${round(x(planningGoal.memberships / 1e6) - 12)} ${round(y(planningGoal.seconds))}h24" stroke="${ink.bound}" stroke-width="3"/>`,
    text(x(planningGoal.memberships / 1e6) + 18, y(planningGoal.seconds) + 4, 'goal'),
  ];
  return svg(width, height, 'Seconds of planning over memberships', parts);
}
