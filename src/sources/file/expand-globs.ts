import { glob } from 'node:fs/promises';
import { MusterError } from '../../errors.ts';
import { byText } from '../directory-of.ts';

/** Do these characters make a pattern of a path? */
const isPattern = (path: string): boolean => /[*?[{]/u.test(path);

/**
 * The files that a list of paths and patterns means, each once, patterns in the order of the names. A pattern that
 * finds nothing is an error: an export that did not come must not look like people who left.
 *
 * Throws `source.unreachable`.
 */
export async function expandGlobs(
  paths: readonly string[],
  baseDir: string,
  signal: AbortSignal,
): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    if (!isPattern(path)) {
      found.add(path);
      continue;
    }
    const files: string[] = [];
    for await (const file of glob(path, { cwd: baseDir })) {
      signal.throwIfAborted();
      files.push(file);
    }
    if (files.length === 0) throw nothing(path);
    for (const file of files.sort(byText)) found.add(file);
  }
  return [...found];
}

const nothing = (path: string): MusterError =>
  new MusterError('source.unreachable', {
    happened: 'No file fits the pattern.',
    subject: path,
    remedy:
      'See what became of the export, or correct "path" of this source; it starts from the directory of the config file.',
  });
