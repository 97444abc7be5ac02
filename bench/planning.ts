import { nextMessage, startChild } from './child.ts';
import type { PlanningReport, PlanningTask } from './planning-process.ts';
import { type Cells, columns } from './table.ts';

/** The curve: a quarter of the size that the goal is about, up to five times as much. */
export const planningSizes = [250_000, 500_000, 1_000_000, 2_000_000, 3_000_000, 5_000_000] as const;
/** The goal is about this one: so many memberships in the sources against as many in the target. */
export const planningGoal = { memberships: 1_000_000, seconds: 1, peakMb: 600 } as const;

/** Each size so many times, each time in a new process; the median counts. */
const repeats = 3;

export interface PlanningRow extends PlanningReport {
  readonly memberships: number;
}

export interface Line {
  /** seconds = from + perMillion × millions, by least squares. */
  readonly from: number;
  readonly perMillion: number;
  /** Share of the variance that the line explains: 1 is a perfect line. */
  readonly fit: number;
}

export interface PlanningResult {
  readonly rows: readonly PlanningRow[];
  readonly line: Line;
}

export async function measurePlanning(sizes: readonly number[] = planningSizes): Promise<PlanningResult> {
  const rows: PlanningRow[] = [];
  for (const memberships of sizes) {
    const reports: PlanningReport[] = [];
    for (let turn = 0; turn < repeats; turn++) reports.push(await planOnce(memberships));
    const [, median] = reports.toSorted((a, b) => a.seconds - b.seconds);
    rows.push({ memberships, ...median! });
  }
  return { rows, line: lineThrough(rows.map(row => [row.memberships / 1e6, row.seconds] as const)) };
}

async function planOnce(memberships: number): Promise<PlanningReport> {
  const child = startChild('planning-process.ts', process.cwd(), { memberships } satisfies PlanningTask, [
    '--expose-gc',
  ]);
  try {
    return await nextMessage<PlanningReport>(child);
  } finally {
    child.kill();
  }
}

/** Least squares. */
export function lineThrough(points: readonly (readonly [number, number])[]): Line {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const perMillion =
    mean(points.map(([at, value]) => (at - x) * (value - y))) / mean(points.map(([at]) => (at - x) ** 2));
  const from = y - perMillion * x;
  const left = mean(points.map(([at, value]) => (value - from - perMillion * at) ** 2));
  const all = mean(points.map(([, value]) => (value - y) ** 2));
  return { from, perMillion, fit: all === 0 ? 1 : 1 - left / all };
}

export const planningCells = ({ rows }: PlanningResult): Cells => ({
  head: ['memberships', 'seconds', 'µs each', 'CPU s', 'MB before', 'peak MB', 'changes'],
  align: 'lrrrrrr',
  rows: rows.map(row => [
    row.memberships.toLocaleString('en'),
    row.seconds.toFixed(2),
    ((row.seconds * 1e6) / row.memberships).toFixed(2),
    row.cpuSeconds.toFixed(2),
    row.readMb.toFixed(0),
    row.peakMb.toFixed(0),
    String(row.changes),
  ]),
});

export function planningLine({ line }: PlanningResult): string {
  const from = `${line.from < 0 ? '−' : ''}${Math.abs(line.from).toFixed(2)}`;
  return `seconds ≈ ${from} + ${line.perMillion.toFixed(2)} × millions of memberships (R² ${line.fit.toFixed(3)})`;
}

export function planningText(result: PlanningResult): string {
  const goal = result.rows.find(row => row.memberships === planningGoal.memberships);
  const { head, rows, align } = planningCells(result);
  return [
    columns(head, rows, align),
    '',
    planningLine(result),
    ...(goal
      ? [
          `goal at 1,000,000: under ${planningGoal.seconds} s and under ${planningGoal.peakMb} MB; ` +
            `here ${goal.seconds.toFixed(2)} s and ${goal.peakMb.toFixed(0)} MB`,
        ]
      : []),
  ].join('\n');
}

if (import.meta.main) {
  const sizes = process.argv.slice(2).map(Number);
  console.log(planningText(await measurePlanning(sizes.length > 0 ? sizes : planningSizes)));
}
