import { writeFile } from 'node:fs/promises';
import { planText, refusalText } from '../report/plan-text.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { withProgress } from './progress.ts';
import { type CommonOptions, type LimitOptions, terminalOf, withSession } from './session.ts';

export interface PlanCommandOptions extends CommonOptions, LimitOptions {
  readonly out?: string;
  readonly detailedExitcode?: boolean;
}

/** Reads, plans, tells; writes nothing but the plan file. */
export function planCommand(options: PlanCommandOptions): Promise<ExitCode> {
  const terminal = terminalOf(options);
  return withSession(terminal, options, async ({ muster, stopping }) => {
    const signal = AbortSignal.any([stopping.stop, stopping.signal]);
    const { plan, refusals } = await withProgress(terminal, 'Plan', onProgress =>
      muster.plan({ signal, onProgress }),
    );
    if (options.out) await writeFile(options.out, `${JSON.stringify(plan, undefined, 2)}\n`, { mode: 0o600 });
    if (terminal.json) terminal.document({ ...plan, refusals });
    else {
      terminal.out(planText(plan, { paint: terminal.paint }));
      if (refusals.length > 0) terminal.out(`\n${refusalText(refusals, terminal.paint)}`);
      if (options.out)
        terminal.note(`Saved to ${options.out}: \`muster apply ${options.out}\` applies exactly this.\n`);
    }
    if (refusals.length > 0) return exitCode.refused;
    return options.detailedExitcode && plan.changes.length > 0 ? exitCode.pending : exitCode.fine;
  });
}
