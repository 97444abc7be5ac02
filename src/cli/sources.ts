import { systemClock } from '../clock.ts';
import { createSources } from '../config/compose.ts';
import { loadConfig } from '../config/load.ts';
import { MusterError } from '../errors.ts';
import { silentLog } from '../log.ts';
import type { Directory } from '../model/directory.ts';
import type { Selector } from '../model/mapping.ts';
import { groupMatcher, nearest, selectorOf } from '../model/select.ts';
import { directoryText, treeText } from '../report/sources-text.ts';
import { withLastGood, withPeopleCounted } from '../run/last-good.ts';
import type { Source } from '../sources/source.ts';
import { loadReads } from '../store/reads-file.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { withProgress } from './progress.ts';
import { type CommonOptions, terminalOf } from './session.ts';
import { listenForStop } from './stopping.ts';
import type { Terminal } from './terminal.ts';

export interface SourcesCommandOptions extends CommonOptions {
  readonly group?: string;
  readonly tree?: boolean;
}

const everything: Selector = { kind: 'glob', text: '*' };

/** What the sources see, with counts and evidence; Genesys Cloud is not asked for anything. */
export async function sourcesCommand(
  id: string | undefined,
  options: SourcesCommandOptions,
): Promise<ExitCode> {
  const terminal = terminalOf(options);
  const { config, baseDir, secrets } = await loadConfig(options.config, { env: process.env });
  terminal.hide(secrets);
  const sources = createSources(config, { clock: systemClock, log: silentLog, baseDir, env: process.env });
  const wanted = id === undefined ? sources : sources.filter(source => source.id === id);
  if (wanted.length === 0) throw noSource(id!, sources);
  const stopping = listenForStop(terminal);
  try {
    const group = options.group === undefined ? everything : selectorOf(options.group);
    const directories = await withProgress(terminal, 'Sources', onProgress =>
      Promise.all(
        wanted.map(source =>
          source.read({ groups: [group] }, stopping.stop, progress =>
            onProgress({ stage: 'reading', source: source.id, ...progress }),
          ),
        ),
      ),
    );
    const known = (await loadReads(config.state.dir))?.sources;
    const counted = directories.map(directory => withPeopleCounted(withLastGood(directory, known)));
    tell(terminal, counted, group, options);
    return directories.every(
      directory => directory.evidence.complete && directory.groups.every(each => each.evidence.complete),
    )
      ? exitCode.fine
      : exitCode.partly;
  } finally {
    stopping.release();
    await Promise.all(sources.map(source => source.close?.()));
  }
}

function tell(
  terminal: Terminal,
  directories: readonly Directory[],
  selector: Selector,
  options: SourcesCommandOptions,
): void {
  if (terminal.json) {
    terminal.document({ kind: 'muster.sources', version: 1, directories });
    return;
  }
  const match = groupMatcher(selector);
  for (const directory of directories) {
    if (!options.tree) {
      terminal.out(directoryText(directory, terminal.paint));
      continue;
    }
    const roots = directory.groups.filter(group => match(group));
    for (const root of roots) terminal.out(treeText(directory, root, terminal.paint));
  }
  const found = directories.some(directory => directory.groups.some(group => match(group)));
  if (!found && options.group !== undefined) throw noGroup(options.group, directories);
}

const noSource = (id: string, sources: readonly Source[]) =>
  new MusterError('config.invalid', {
    happened: `No source is called "${id}".`,
    subject: id,
    remedy: `Name one of: ${sources.map(source => source.id).join(', ')}.`,
  });

function noGroup(text: string, directories: readonly Directory[]): MusterError {
  const near = nearest(
    text,
    directories.flatMap(directory => directory.groups.map(group => group.name)),
  );
  return new MusterError('group.not-found', {
    happened: `No source shows a group "${text}".`,
    subject: text,
    remedy:
      near.length > 0
        ? `Near it: ${near.join(', ')}.`
        : 'Run `muster sources` to see what there is, and check the rights of the reading account.',
  });
}
