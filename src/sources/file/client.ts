import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { MusterError } from '../../errors.ts';

/** A file as it was at one moment, with what proves which one it was. */
export interface FileSnapshot {
  readonly path: string;
  /** Without a byte order mark. */
  readonly text: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly modifiedAt: string;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly sha256: string;
}

/** A directory of people is far smaller; a file of this size is a mistake that would eat the memory. */
const maxBytes = 256 * 1024 * 1024;

/**
 * Reads a whole file and refuses one that changed meanwhile: what somebody is still writing is a shorter list than
 * the one they mean. `readAll` gets the open file and returns its bytes.
 *
 * Throws `source.unreachable` where there is no such file, `source.read-failed` where it cannot be read or changed,
 * and `source.file-invalid` where it is neither UTF-8 nor UTF-16 with a byte order mark.
 */
export async function readSnapshot(
  path: string,
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
    if (before.size > maxBytes) throw tooLarge(path, before.size);
    const bytes = await readAll(file, signal);
    const after = await file.stat();
    const same = before.size === after.size && before.mtimeMs === after.mtimeMs;
    if (!same || bytes.length !== before.size) throw changed(path);
    return {
      path,
      text: decode(path, bytes),
      bytes: bytes.length,
      modifiedAt: before.mtime.toISOString(),
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
  } catch (error) {
    // Node wraps the signal's reason in an error of its own.
    signal.throwIfAborted();
    throw error;
  } finally {
    await file.close();
  }
}

/** By its byte order mark UTF-16 is known, as Excel and PowerShell write it; without one it is UTF-8 or a mistake. */
function decode(path: string, bytes: Buffer): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  try {
    // The decoder takes a byte order mark off by itself.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new MusterError('source.file-invalid', {
      happened: `The file is not ${encoding.toUpperCase()}: it has bytes that ${encoding.toUpperCase()} does not know.`,
      subject: path,
      remedy: 'Save it as UTF-8; in Excel choose "CSV UTF-8".',
      cause,
    });
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

const tooLarge = (path: string, size: number): MusterError =>
  new MusterError('source.read-failed', {
    happened: `The file has ${size} bytes, more than the ${maxBytes} that are read.`,
    subject: path,
    remedy: 'Split it and name the parts as a list in "path".',
  });

const changed = (path: string): MusterError =>
  new MusterError('source.read-failed', {
    happened: 'The file changed while it was read.',
    subject: path,
    remedy: 'Run again. Whoever writes the file should write another one and rename it over this one.',
  });

/** A text file that was written to its end has a line break there. */
export const endsWithNewline = (text: string): boolean => text === '' || /[\r\n]$/u.test(text);
