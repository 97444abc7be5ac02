import { createHash } from 'node:crypto';
import { MusterError } from '../../errors.ts';

/** A file as it was at one moment, with what proves which one it was. */
export interface FileSnapshot {
  /** Path or URL by which people know it; of a URL without its query, which may hold a secret. */
  readonly path: string;
  /** Without a byte order mark. */
  readonly text: string;
  readonly bytes: number;
  /** ISO 8601; missing where a server does not say. */
  readonly modifiedAt?: string;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly sha256: string;
}

/**
 * Throws `source.file-invalid` where the bytes are no text in `encoding`: a name that `TextDecoder` knows, or `auto`
 * for UTF-8. A byte order mark wins over both.
 */
export function snapshotOf(path: string, bytes: Buffer, encoding: string, modifiedAt?: string): FileSnapshot {
  return {
    path,
    text: decode(path, bytes, encoding),
    bytes: bytes.length,
    ...(modifiedAt !== undefined && { modifiedAt }),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** Excel and PowerShell begin UTF-16 with one, and Excel UTF-8 too. */
const marks: readonly (readonly [string, string])[] = [
  ['efbbbf', 'utf-8'],
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
];

function decode(path: string, bytes: Buffer, encoding: string): string {
  const start = bytes.subarray(0, 3).toString('hex');
  const marked = marks.find(([mark]) => start.startsWith(mark))?.[1];
  const name = marked ?? (encoding === 'auto' ? 'utf-8' : encoding);
  // To UTF-8 and its like, the zeros of UTF-16 are letters as any others.
  if (!name.toLowerCase().startsWith('utf-16') && bytes.includes(0)) {
    throw new MusterError('source.file-invalid', {
      happened: 'The file has zero bytes, as UTF-16 without a byte order mark or no text at all.',
      subject: path,
      remedy: 'Save it as UTF-8, or say "encoding: utf-16le".',
    });
  }
  try {
    // The decoder takes a byte order mark off by itself.
    return new TextDecoder(name, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new MusterError('source.file-invalid', {
      happened: `The file is not ${name.toUpperCase()}: it has bytes that ${name.toUpperCase()} does not know.`,
      subject: path,
      remedy:
        'Save it as UTF-8 (in Excel "CSV UTF-8"), or name its encoding in "encoding", e.g. windows-1252 for older Windows programs.',
      cause,
    });
  }
}

/** A text file that was written to its end has a line break there. */
export const endsWithNewline = (text: string): boolean => text === '' || /[\r\n]$/u.test(text);
