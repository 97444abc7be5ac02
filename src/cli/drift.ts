import { MusterError } from '../errors.ts';
import { movedIn } from '../model/drift.ts';
import { type DriftFormatName, driftFormats } from '../report/registry.ts';
import { type ApplyCommandOptions, applyPlanned } from './apply.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { withProgress } from './progress.ts';
import { checkReports, tellResult } from './reports.ts';
import { type CommonOptions, type Session, terminalOf, withSession } from './session.ts';
import { tellPlan } from './tell-plan.ts';

export interface DriftCommandOptions extends CommonOptions {
  readonly since?: string;
  /** False where the audit trail is not to be asked. */
  readonly audit?: boolean;
  readonly format?: DriftFormatName;
  readonly report?: readonly string[];
  readonly detailedExitcode?: boolean;
  readonly putBack?: boolean;
  readonly yes?: boolean;
  readonly out?: string;
}

/** `drift`: what moved on either side since the last run, and who did it; put back only if asked. */
export function driftCommand({ format, ...options }: DriftCommandOptions): Promise<ExitCode> {
  const terminal = terminalOf({ ...options, ...(format === 'json' ? { format } : {}) });
  return withSession(terminal, options, async session => {
    if (options.putBack) return putBack(session, options);
    if (options.yes || options.out !== undefined) throw withoutPutBack(options.yes ? '--yes' : '--out');
    const { muster, stopping } = session;
    await checkReports(options);
    const signal = AbortSignal.any([stopping.stop, stopping.signal]);
    const { since, audit } = options;
    const drift = await withProgress(terminal, 'Drift', onProgress =>
      muster.drift({ signal, onProgress, since, audit }),
    );
    await tellResult(terminal, drift, {
      formats: driftFormats,
      loadText: async () => (await import('../report/drift-text.ts')).driftText,
      format,
      report: options.report,
    });
    return options.detailedExitcode && movedIn(drift) > 0 ? exitCode.pending : exitCode.fine;
  });
}

async function putBack(session: Session, options: DriftCommandOptions): Promise<ExitCode> {
  const { terminal, muster, stopping } = session;
  const files: ApplyCommandOptions = options;
  await checkReports(files);
  const signal = AbortSignal.any([stopping.stop, stopping.signal]);
  const planned = await withProgress(terminal, 'Put back', onProgress =>
    muster.planPutBack({ signal, onProgress }),
  );
  if (options.out === undefined)
    return applyPlanned(session, planned, { agreed: options.yes === true, files });
  await tellPlan(terminal, planned, { ...files, out: options.out, nowMs: muster.job.clock.now() });
  return planned.refusals.length > 0 ? exitCode.refused : exitCode.fine;
}

const withoutPutBack = (option: string) =>
  new MusterError('config.invalid', {
    happened: 'Drift alone writes nothing, so there is nothing to agree to and no plan to save.',
    subject: option,
    remedy: `Add --put-back, or leave ${option} out.`,
  });
