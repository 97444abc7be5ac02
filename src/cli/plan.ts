import { type ExitCode, exitCode } from './exit-code.ts';
import { type SnapshotOptions, snapshotLine, withPlanning } from './planning.ts';
import { withProgress } from './progress.ts';
import { checkReports } from './reports.ts';
import { type CommonOptions, type LimitOptions, terminalOf } from './session.ts';
import { type ReportOptions, tellPlan } from './tell-plan.ts';

export interface PlanCommandOptions extends CommonOptions, LimitOptions, SnapshotOptions, ReportOptions {
  readonly out?: string;
  readonly detailedExitcode?: boolean;
}

/** Reads, plans, tells; writes nothing but the files that are named. */
export function planCommand(options: PlanCommandOptions): Promise<ExitCode> {
  const terminal = terminalOf(options);
  return withPlanning(terminal, options, async ({ job, taken, plan }) => {
    await checkReports(options);
    const planned = await withProgress(terminal, 'Plan', plan);
    if (taken) terminal.note(`${snapshotLine(taken)}\n`);
    await tellPlan(terminal, planned, { ...options, nowMs: job.clock.now(), taken });
    if (planned.refusals.length > 0) return exitCode.refused;
    return options.detailedExitcode && planned.plan.changes.length > 0 ? exitCode.pending : exitCode.fine;
  });
}
