import { writeFile } from 'node:fs/promises';
import { MusterError } from '../errors.ts';

/** Writes a file that the user asked for, readable by them alone: names of people are in it. */
export async function writePrivate(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600 });
  } catch (cause) {
    throw new MusterError('file.unwritable', {
      happened: `The file cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'}).`,
      subject: file,
      remedy:
        'Name a file in a directory that is there and that you may write to. Nothing was written to Genesys Cloud.',
      cause,
    });
  }
}
