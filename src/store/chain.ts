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
  /** The first line, counted from 1, that does not follow the one before it: one of the two was changed, or lines between. */
  readonly brokenAt?: number;
  /** How many lines are proven: those whose hash the line behind them names. Only where the chain is broken. */
  readonly sound?: number;
  /** The line that has the hash that was kept elsewhere; 0 for none. Only where it was asked for. */
  readonly keptAt?: number;
}

/**
 * Walks the chain of a journal's text; `prev` of each line must be the hash of the line before. `keptHead` is a head of
 * the same journal from earlier: where no line has it, the end was changed or cut off since.
 */
export function verifyChain(lines: readonly string[], keptHead?: string): ChainReport {
  let head = noLine;
  let keptAt = 0;
  const kept = () => (keptHead === undefined ? {} : { keptAt });
  for (const [index, text] of lines.entries()) {
    if (prevOf(text) !== head)
      return { lines: lines.length, head, brokenAt: index + 1, sound: Math.max(0, index - 1), ...kept() };
    head = lineHash(text);
    if (head === keptHead) keptAt = index + 1;
  }
  return { lines: lines.length, head, ...kept() };
}

function prevOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { prev?: unknown }).prev;
  } catch {
    return undefined;
  }
}
