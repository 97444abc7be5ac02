import { type ApplyCommandOptions, applyPlanned } from './apply.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { withProgress } from './progress.ts';
import { checkReports } from './reports.ts';
import { terminalOf, withSession } from './session.ts';
import { tellPlan } from './tell-plan.ts';

export interface UndoCommandOptions extends ApplyCommandOptions {
  readonly out?: string;
}

/** `undo RUN`: what takes that run back, a plan like any other; saved, or asked for, applied and read back. */
export function undoCommand(run: string, options: UndoCommandOptions): Promise<ExitCode> {
  const terminal = terminalOf(options);
  return withSession(terminal, options, async session => {
    await checkReports(options);
    const { muster, stopping } = session;
    const signal = AbortSignal.any([stopping.stop, stopping.signal]);
    const planned = await withProgress(terminal, 'Undo', onProgress =>
      muster.planUndo(run, { signal, onProgress }),
    );
    if (options.out === undefined)
      return applyPlanned(session, planned, { agreed: options.yes === true, files: options });
    await tellPlan(terminal, planned, { ...options, nowMs: muster.job.clock.now() });
    return planned.refusals.length > 0 ? exitCode.refused : exitCode.fine;
  });
}
