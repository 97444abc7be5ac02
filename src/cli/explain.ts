import { MusterError } from '../errors.ts';
import { explanationText } from '../report/explain-text.ts';
import { textOf } from '../report/plan-text.ts';
import { explain } from '../run/explain/explain.ts';
import { withoutMappings } from '../run/explain/without.ts';
import { planRun } from '../run/sync.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { type SnapshotOptions, snapshotLine, withPlanning } from './planning.ts';
import { withProgress } from './progress.ts';
import { type CommonOptions, type LimitOptions, terminalOf } from './session.ts';

export type ExplainOptions = CommonOptions &
  SnapshotOptions &
  Pick<LimitOptions, 'fresh'> & { readonly without?: readonly string[] };

/**
 * Why is somebody on a queue, or not; who is on a queue; who would lose what without a mapping. With somebody and
 * `--without` it is told of them alone. Writes nothing.
 */
export function explainCommand(
  text: string | undefined,
  queue: string | undefined,
  options: ExplainOptions,
): Promise<ExitCode> {
  const terminal = terminalOf(options);
  return withPlanning(terminal, options, async ({ job, signal, taken }) => {
    if (taken) terminal.note(`${snapshotLine(taken)}\n`);
    const { paint } = terminal;
    const ids = options.without ?? [];
    const asked = withoutMappings(job, ids);
    if (text === undefined && ids.length === 0) {
      throw new MusterError('config.invalid', {
        happened: 'There is nobody and nothing to explain.',
        remedy: 'Name a person (mail address, login name, name) or a queue, or a mapping with --without.',
      });
    }
    if (ids.length > 0 && !terminal.json) terminal.out(`Without ${ids.join(', ')}:\n`);
    if (text === undefined) {
      const { plan, refusals } = await withProgress(terminal, 'Explain', onProgress =>
        planRun(asked, signal, onProgress),
      );
      if (terminal.json) terminal.document({ ...plan, refusals });
      else terminal.out(textOf(terminal.cleanData({ plan, refusals }), paint));
      return exitCode.fine;
    }
    const answer = await withProgress(terminal, 'Explain', onProgress =>
      explain(asked, text, queue, signal, onProgress),
    );
    if (terminal.json)
      terminal.document({
        kind: 'muster.explanation',
        version: 1,
        ...(ids.length > 0 ? { without: ids } : {}),
        ...answer,
      });
    else terminal.out(explanationText(terminal.cleanData(answer), paint));
    return exitCode.fine;
  });
}
