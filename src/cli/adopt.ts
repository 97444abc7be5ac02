import type { AdoptPurpose } from '../model/purpose.ts';
import { type ApplyCommandOptions, applyPlanned } from './apply.ts';
import type { ExitCode } from './exit-code.ts';
import { withProgress } from './progress.ts';
import { checkReports } from './reports.ts';
import { terminalOf, withSession } from './session.ts';

export interface AdoptCommandOptions extends ApplyCommandOptions {
  readonly everything?: boolean;
  readonly takeOver?: boolean;
}

/** `adopt [names…]`: what is there already and agrees becomes ours; shown, asked for, written into the journal. */
export function adoptCommand(names: readonly string[], options: AdoptCommandOptions): Promise<ExitCode> {
  const terminal = terminalOf(options);
  const purpose: AdoptPurpose = {
    kind: 'adopt',
    ...(names.length > 0 ? { names } : {}),
    ...(options.everything ? { everything: true } : {}),
    ...(options.takeOver ? { takeOver: true } : {}),
  };
  return withSession(terminal, options, async session => {
    await checkReports(options);
    const { muster, stopping } = session;
    const signal = AbortSignal.any([stopping.stop, stopping.signal]);
    const planned = await withProgress(terminal, 'Adopt', onProgress =>
      muster.planAdopt(purpose, { signal, onProgress }),
    );
    return applyPlanned(session, planned, { agreed: options.yes === true, files: options });
  });
}
