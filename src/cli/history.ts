import { loadConfig } from '../config/load.ts';
import { historyText, runText } from '../report/history-text.ts';
import { readHistory } from '../store/history.ts';
import { readKeptPlan } from '../store/kept-plans.ts';
import { runNamed } from '../store/runs.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { type CommonOptions, terminalOf } from './session.ts';

/** What was done, by which run, when; from the journal alone. */
export async function historyCommand(
  id: string | undefined,
  options: CommonOptions & { readonly verify?: boolean },
): Promise<ExitCode> {
  const terminal = terminalOf(options);
  const { config, secrets } = await loadConfig(options.config, { env: process.env });
  terminal.hide(secrets);
  const { runs, chain } = await readHistory(config.state.dir);
  const run = id === undefined ? undefined : runNamed(runs, id);
  const kept = run && (await readKeptPlan(config.state.dir, run.run));
  const planned = kept ? { planned: { changes: kept.changes, names: kept.names } } : {};
  if (terminal.json)
    terminal.document({ kind: 'muster.history', version: 1, chain, runs: run ? [run] : runs, ...planned });
  else if (!options.verify)
    terminal.out(run ? runText(run, terminal.paint, kept) : historyText(runs, terminal.paint));
  if (!options.verify) return exitCode.fine;
  if (!terminal.json) {
    terminal.out(
      chain.brokenAt === undefined
        ? `${terminal.paint.add('The journal is whole.')} ${chain.lines} lines, head ${chain.head}. Keep the head elsewhere to prove later that nothing was cut off.\n`
        : `${terminal.paint.remove('The journal was changed')} at line ${chain.brokenAt}: what follows cannot be trusted.\n`,
    );
  }
  return chain.brokenAt === undefined ? exitCode.fine : exitCode.failed;
}
