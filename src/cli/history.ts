import { loadConfig } from '../config/load.ts';
import { chainText, historyText, runText } from '../report/history-text.ts';
import { readHistory } from '../store/history.ts';
import { readKeptPlan } from '../store/kept-plans.ts';
import { runNamed } from '../store/runs.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { type CommonOptions, terminalOf } from './session.ts';

export interface HistoryOptions extends CommonOptions {
  readonly verify?: boolean;
  /** A head that `--verify` printed once. */
  readonly head?: string;
}

/**
 * What was done, by which run, when; from the journal alone, and only as far as it is proven. A journal that was changed is
 * an answer of its own: it is told and ends with 1, whatever was asked.
 */
export async function historyCommand(id: string | undefined, options: HistoryOptions): Promise<ExitCode> {
  const terminal = terminalOf(options);
  const { config, secrets } = await loadConfig(options.config, { env: process.env });
  terminal.hide(secrets);
  const { runs, chain } = await readHistory(config.state.dir, options.head);
  const isVerifying = options.verify === true || options.head !== undefined;
  const isWhole = chain.brokenAt === undefined && chain.keptAt !== 0;
  if (!isWhole && !isVerifying) terminal.note(chainText(chain, terminal.paint));
  const run = id === undefined ? undefined : runNamed(runs, id);
  const kept = run && (await readKeptPlan(config.state.dir, run));
  const planned = kept ? { planned: { changes: kept.changes, names: kept.names } } : {};
  if (terminal.json)
    terminal.document({ kind: 'muster.history', version: 1, chain, runs: run ? [run] : runs, ...planned });
  else if (isVerifying) terminal.out(chainText(chain, terminal.paint));
  else
    terminal.out(
      run
        ? runText(terminal.cleanData(run), terminal.paint, terminal.cleanData(kept))
        : historyText(runs, terminal.paint),
    );
  return isWhole ? exitCode.fine : exitCode.failed;
}
