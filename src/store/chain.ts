import { createHash } from 'node:crypto';

/** What the first line of a journal names as the line before it. */
export const noLine = '0'.repeat(32);

/** SHA-256 of a line without its newline, its first 128 bits in hex. */
export const lineHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 32);

/** The text of the next line: it names the line before it, so that none can be changed or taken out unnoticed. */
export const chained = (line: object, head: string): string => JSON.stringify({ ...line, prev: head });

export interface ChainReport {
  readonly lines: number;
  /** Hash of the last line. Kept elsewhere, it also proves that nothing was cut off the end. */
  readonly head: string;
  /** The first line, counted from 1, that does not follow the one before it. */
  readonly brokenAt?: number;
}

/** Walks the chain of a journal's text; `prev` of each line must be the hash of the line before. */
export function verifyChain(lines: readonly string[]): ChainReport {
  let head = noLine;
  for (const [index, text] of lines.entries()) {
    if (prevOf(text) !== head) return { lines: lines.length, head, brokenAt: index + 1 };
    head = lineHash(text);
  }
  return { lines: lines.length, head };
}

function prevOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { prev?: unknown }).prev;
  } catch {
    return undefined;
  }
}
