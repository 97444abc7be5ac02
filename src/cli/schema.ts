import { writeFile } from 'node:fs/promises';
import { configJsonSchema } from '../config/json-schema.ts';
import { type ExitCode, exitCode } from './exit-code.ts';

/** The JSON Schema of the config, for editors. */
export async function schemaCommand(options: { readonly out?: string }): Promise<ExitCode> {
  const text = `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`;
  if (options.out) await writeFile(options.out, text);
  else process.stdout.write(text);
  return exitCode.fine;
}
