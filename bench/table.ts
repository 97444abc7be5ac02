import { type BoundLine, callsOf } from './lower-bound.ts';
import type { Result, RunResult } from './results.ts';
import { distanceMs, type ScenarioName } from './scenarios.ts';

/** Lines of text under a rule. `align` has an `l` or an `r` for each column. */
export function columns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: string,
): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map(row => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        align[column] === 'r' ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map(width => '─'.repeat(width)).join('  ');
  return [line(head), rule, ...rows.map(line)].join('\n');
}

interface Column {
  readonly head: string;
  readonly align: 'l' | 'r';
  readonly cell: (run: RunResult, result: Result) => string;
}

const whole = (value: number | undefined): string =>
  value === undefined ? '–' : Math.round(value).toLocaleString('en');
const tenths = (value: number | undefined): string =>
  value === undefined
    ? '–'
    : value.toLocaleString('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const times = (value: number | undefined): string => (value === undefined ? '–' : `${value.toFixed(2)} ×`);
const percent = (share: number | undefined): string =>
  share === undefined ? '–' : `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`;

const run: Column = { head: 'run', align: 'l', cell: each => each.run };
const calls: Column = { head: 'calls', align: 'r', cell: each => whole(each.calls) };
const bound: Column = { head: 'bound', align: 'r', cell: each => whole(each.bound) };
const aboveBound: Column = { head: '÷ bound', align: 'r', cell: each => times(each.calls / each.bound) };
const throttled: Column = { head: '429s', align: 'r', cell: each => whole(each.throttled) };
const refusedIn: Column = { head: 'in windows', align: 'r', cell: each => whole(each.allowance?.refusedIn) };
const used: Column = { head: 'used', align: 'r', cell: each => percent(each.allowance?.least) };
const seconds: Column = { head: 'seconds', align: 'r', cell: each => tenths(each.seconds) };
const ideal: Column = { head: 'ideal s', align: 'r', cell: (each, result) => tenths(idealOf(each, result)) };
const aboveIdeal: Column = {
  head: '÷ ideal',
  align: 'r',
  cell: (each, result) => times(each.seconds && each.seconds / idealOf(each, result)),
};
const cpu: Column = { head: 'CPU s', align: 'r', cell: each => tenths(each.cpuSeconds) };
const peak: Column = { head: 'peak MB', align: 'r', cell: each => whole(each.peakMb) };
const end: Column = { head: 'end state', align: 'l', cell: endState };

const columnsOf: Readonly<Record<ScenarioName, readonly Column[]>> = {
  limited: [run, calls, bound, aboveBound, throttled, used, seconds, peak, end],
  distant: [run, calls, throttled, seconds, ideal, aboveIdeal, cpu, peak, end],
  halved: [calls, throttled, refusedIn, used, seconds, peak, end],
  shared: [calls, throttled, refusedIn, used, seconds, peak, end],
  routed: [calls, throttled, refusedIn, used, seconds, peak, end],
  unhindered: [run, calls, bound, aboveBound, end],
};

/** Calls one after another, as many at a time as the contender sends, and nothing but the way there and back. */
const idealOf = ({ calls: count }: RunResult, { inFlight }: Result): number =>
  (count * distanceMs) / 1_000 / inFlight;

export interface Cells {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly align: string;
}

/** One row a run: what is printed, and what stands in the documentation. */
export function cellsOf(scenario: ScenarioName, results: readonly Result[]): Cells {
  const shown = columnsOf[scenario];
  return {
    head: ['contender', ...shown.map(({ head }) => head)],
    align: `l${shown.map(({ align }) => align).join('')}`,
    rows: results.flatMap(result =>
      result.runs.map((each, index) => [
        index === 0 ? titleOf(result) : '',
        ...shown.map(({ cell }) => cell(each, result)),
      ]),
    ),
  };
}

const titleOf = ({ title, part }: Result): string => (part === 1 ? title : `${title}, 1/${part} of the job`);

export function table(scenario: ScenarioName, results: readonly Result[]): string {
  const { head, rows, align } = cellsOf(scenario, results);
  return columns(head, rows, align);
}

function endState({ failed, missing, surplus }: RunResult): string {
  if (failed !== undefined) return `FAILED: ${failed}`;
  return missing === 0 && surplus === 0 ? 'right' : `WRONG: ${missing} pairs missing, ${surplus} too many`;
}

/** A bound, term by term. */
export const boundText = (title: string, lines: readonly BoundLine[]): string =>
  [
    title,
    ...lines.map(({ calls: count, what }) => `${count.toLocaleString('en').padStart(8)}  ${what}`),
    `${callsOf(lines).toLocaleString('en').padStart(8)}  altogether`,
  ].join('\n');
