import { type ApplyCommandOptions, applyCommand } from './apply.ts';
import type { ExitCode } from './exit-code.ts';

/** `apply` without a saved plan: the command for a timer. */
export const syncCommand = (options: ApplyCommandOptions): Promise<ExitCode> =>
  applyCommand(undefined, options);
