import type { Contender } from './contenders/list.ts';
import type { BoundLine } from './lower-bound.ts';
import { callsOf } from './lower-bound.ts';
import type { Measured } from './measure.ts';

export interface Result {
  readonly contender: Contender;
  /** 1, or by how much the job was made smaller for this contender. */
  readonly part: number;
  readonly runs: readonly Measured[];
}

const heads = ['contender', 'run', 'calls', '429s', 'seconds', 'wall s', 'peak MB', 'end state'] as const;

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

/** Lines of text, one a run. `≈` stands before what was measured smaller and multiplied. */
export function table(results: readonly Result[]): string {
  const rows = results.flatMap(({ contender, part, runs }) =>
    runs.map((run, index) => [index === 0 ? contender.title : '', ...cells(run, part)]),
  );
  return columns(heads, rows, 'llrrrrrl');
}

function cells(run: Measured, part: number): string[] {
  const about = (value: number | undefined, digits = 0) => {
    if (value === undefined) return '–';
    return part === 1 ? value.toFixed(digits) : `≈${(value * part).toFixed(0)}`;
  };
  return [
    run.run,
    about(run.calls),
    about(run.throttled),
    about(run.seconds, 1),
    run.wallSeconds.toFixed(1),
    run.peakMb?.toFixed(0) ?? '–',
    endState(run, part),
  ];
}

function endState({ failed, missing, surplus }: Measured, part: number): string {
  if (failed !== undefined) return `FAILED: ${failed}`;
  if (missing === 0 && surplus === 0) return 'right';
  const of = part === 1 ? '' : ' (in the part)';
  return `WRONG: ${missing} pairs missing, ${surplus} too many${of}`;
}

/** The reckoning and how far above it the contenders of the platform contract are. */
export function boundText(lines: readonly BoundLine[], results: readonly Result[]): string {
  const bound = callsOf(lines);
  const sums = lines.map(({ calls, what }) => `${String(calls).padStart(7)}  ${what}`);
  const ratios = results.flatMap(({ contender, part, runs }) =>
    contender.contract === 'platform' && runs[0] && runs[0].failed === undefined
      ? [`         ${contender.title}: ${((runs[0].calls * part) / bound).toFixed(2)} times as many`]
      : [],
  );
  return [
    'Fewest calls of a first run, platform contract',
    ...sums,
    `${String(bound).padStart(7)}  altogether`,
    ...ratios,
  ].join('\n');
}
