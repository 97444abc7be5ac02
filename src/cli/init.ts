import { writeFile } from 'node:fs/promises';
import { sourceTemplates, type TemplateKind } from '../config/source-templates.ts';
import { configTemplate, variablesOf } from '../config/template.ts';
import { MusterError } from '../errors.ts';
import { type ExitCode, exitCode } from './exit-code.ts';

/** Writes a config that loads as it is, once the environment holds the credentials. Never over one that is there. */
export async function initCommand(
  file: string | undefined,
  options: { readonly source: TemplateKind; readonly force?: boolean },
): Promise<ExitCode> {
  const path = file ?? 'muster.yaml';
  const text = configTemplate(options.source);
  try {
    await writeFile(path, text, { flag: options.force ? 'w' : 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new MusterError('config.invalid', {
      happened: 'There is a config file already.',
      subject: path,
      remedy: 'Name another file, or overwrite it with --force.',
      cause,
    });
  }
  const variables = variablesOf(text);
  const named = `${variables.slice(0, -1).join(', ')} and ${variables.at(-1)}`;
  process.stdout.write(
    `Wrote ${path}. Put in your region, source and mappings (${sourceTemplates[options.source].page}), export ${named}, then run \`muster check\`.\n`,
  );
  return exitCode.fine;
}
