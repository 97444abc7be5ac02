import { hash } from 'node:crypto';

/** What a line of a chain says, whatever else it says. */
interface Link {
  readonly prev?: unknown;
}

/** What the first line of a journal names as the line before it. */
export const noLine = '0'.repeat(32);

/** SHA-256 of a line without its newline, its first 128 bits in hex. */
export const lineHash = (text: string): string => hash('sha256', text, 'hex').slice(0, 32);

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

export interface ChainOptions {
  /** A head of the same journal from earlier: where no line has it, the end was changed or cut off since. */
  readonly keptHead?: string | undefined;
  /** Hears each line when the one behind it has proven it, and the last one where nothing is broken. */
  readonly take?: (line: object) => void;
}

/** Walks the chain of a journal's text; `prev` of each line must be the hash of the line before. */
export function verifyChain(lines: readonly string[], { keptHead, take }: ChainOptions = {}): ChainReport {
  let head = noLine;
  let keptAt = 0;
  let last: Link | undefined;
  const kept = () => (keptHead === undefined ? {} : { keptAt });
  for (const [index, text] of lines.entries()) {
    const line = parsed(text);
    if (line?.prev !== head)
      return { lines: lines.length, head, brokenAt: index + 1, sound: Math.max(0, index - 1), ...kept() };
    if (last) take?.(last);
    last = line;
    head = lineHash(text);
    if (head === keptHead) keptAt = index + 1;
  }
  if (last) take?.(last);
  return { lines: lines.length, head, ...kept() };
}

function parsed(text: string): Link | undefined {
  try {
    return JSON.parse(text) as Link;
  } catch {
    return undefined;
  }
}
