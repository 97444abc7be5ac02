import { MusterError } from '../errors.ts';
import { personText, queueText } from '../report/explain-text.ts';
import { planText, refusalText } from '../report/plan-text.ts';
import { explain, explainWithout } from '../run/explain.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { type SnapshotOptions, snapshotLine, withPlanning } from './planning.ts';
import { withProgress } from './progress.ts';
import { type CommonOptions, terminalOf } from './session.ts';

/** Why is somebody on a queue, or not; who is on a queue; who would lose what without a mapping. Writes nothing. */
export function explainCommand(
  text: string | undefined,
  queue: string | undefined,
  options: CommonOptions & SnapshotOptions & { readonly without?: readonly string[] },
): Promise<ExitCode> {
  const terminal = terminalOf(options);
  return withPlanning(terminal, options, async ({ job, signal, taken }) => {
    if (taken) terminal.note(`${snapshotLine(taken)}\n`);
    const { paint } = terminal;
    if (options.without) {
      const ids = options.without;
      const { plan, refusals } = await withProgress(terminal, 'Explain', onProgress =>
        explainWithout(job, ids, signal, onProgress),
      );
      if (terminal.json) terminal.document({ ...plan, refusals });
      else
        terminal.out(
          `Without ${ids.join(', ')}:\n${planText(plan, { paint })}${refusals.length > 0 ? `\n${refusalText(refusals, paint)}` : ''}`,
        );
      return exitCode.fine;
    }
    if (text === undefined) {
      throw new MusterError('config.invalid', {
        happened: 'There is nobody and nothing to explain.',
        remedy: 'Name a person (mail address, login name, name) or a queue, or a mapping with --without.',
      });
    }
    const answer = await withProgress(terminal, 'Explain', onProgress =>
      explain(job, text, queue, signal, onProgress),
    );
    if (terminal.json) terminal.document({ kind: 'muster.explanation', version: 1, ...answer });
    else if (answer.about === 'queue') terminal.out(queueText(answer.queue, paint));
    else for (const person of answer.people) terminal.out(personText(person, paint));
    return exitCode.fine;
  });
}
