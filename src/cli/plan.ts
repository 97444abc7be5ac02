import { type ExitCode, exitCode } from './exit-code.ts';
import { withProgress } from './progress.ts';
import { type CommonOptions, type LimitOptions, terminalOf, withSession } from './session.ts';
import { tellPlan } from './tell-plan.ts';

export interface PlanCommandOptions extends CommonOptions, LimitOptions {
  readonly out?: string;
  readonly detailedExitcode?: boolean;
}

/** Reads, plans, tells; writes nothing but the plan file. */
export function planCommand(options: PlanCommandOptions): Promise<ExitCode> {
  const terminal = terminalOf(options);
  return withSession(terminal, options, async ({ muster, stopping }) => {
    const signal = AbortSignal.any([stopping.stop, stopping.signal]);
    const planned = await withProgress(terminal, 'Plan', onProgress => muster.plan({ signal, onProgress }));
    await tellPlan(terminal, planned, options.out);
    if (planned.refusals.length > 0) return exitCode.refused;
    return options.detailedExitcode && planned.plan.changes.length > 0 ? exitCode.pending : exitCode.fine;
  });
}
