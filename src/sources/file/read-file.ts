import { type FileHandle, open } from 'node:fs/promises';
import { MusterError } from '../../errors.ts';
import { type FileSnapshot, snapshotOf } from './snapshot.ts';

export interface ReadingRules {
  readonly encoding: string;
  readonly maxMegabytes: number;
}

/**
 * Reads a whole file and refuses one that changed meanwhile: what somebody is still writing is a shorter list than
 * the one they mean. `readAll` gets the open file and returns its bytes.
 *
 * Throws `source.unreachable` where there is no such file, `source.read-failed` where it cannot be read or changed,
 * and `source.file-invalid` where it is no text in its encoding.
 */
export async function readSnapshot(
  path: string,
  { encoding, maxMegabytes }: ReadingRules,
  signal: AbortSignal,
  readAll: (file: FileHandle, signal: AbortSignal) => Promise<Buffer> = (file, stop) =>
    file.readFile({ signal: stop }),
): Promise<FileSnapshot> {
  signal.throwIfAborted();
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw openFailure(path, error);
  });
  try {
    const before = await file.stat();
    if (!before.isFile()) throw notAFile(path);
    if (before.size > maxMegabytes * 1024 * 1024) throw tooLarge(path, before.size, maxMegabytes);
    const bytes = await readAll(file, signal);
    const after = await file.stat();
    const same = before.size === after.size && before.mtimeMs === after.mtimeMs;
    if (!same || bytes.length !== before.size) throw changed(path);
    return snapshotOf(path, bytes, encoding, before.mtime.toISOString());
  } catch (error) {
    // Node wraps the signal's reason in an error of its own.
    signal.throwIfAborted();
    throw error;
  } finally {
    await file.close();
  }
}

function openFailure(path: string, cause: NodeJS.ErrnoException): MusterError {
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') {
    return new MusterError('source.unreachable', {
      happened: 'There is no such file.',
      subject: path,
      remedy: 'Correct "path" of this source; it starts from the directory of the config file.',
      cause,
    });
  }
  return new MusterError('source.read-failed', {
    happened: `The file cannot be opened: ${cause.message}.`,
    subject: path,
    remedy: 'Let the account that runs muster read the file.',
    cause,
  });
}

const notAFile = (path: string): MusterError =>
  new MusterError('source.read-failed', {
    happened: 'This is no ordinary file.',
    subject: path,
    remedy: 'Name a file in "path"; several files are written as a list.',
  });

const tooLarge = (path: string, size: number, most: number): MusterError =>
  new MusterError('source.read-failed', {
    happened: `The file has ${size} bytes, more than the ${most} MiB that are read.`,
    subject: path,
    remedy: 'Raise "maxMegabytes" of this source, or split the file and name the parts as a list in "path".',
  });

const changed = (path: string): MusterError =>
  new MusterError('source.read-failed', {
    happened: 'The file changed while it was read.',
    subject: path,
    remedy: 'Run again. Whoever writes the file should write another one and rename it over this one.',
  });
