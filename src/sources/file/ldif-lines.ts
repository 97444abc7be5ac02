/** A line of an LDIF file as it is meant: folded lines put together (RFC 2849 §2). */
export interface LogicalLine {
  readonly text: string;
  /** Where it begins; counts from 1. */
  readonly line: number;
}

/** Lines without an empty one between them, as a rule one entry; and the comments, which some tools fill with facts. */
export interface LdifBlock {
  readonly lines: readonly LogicalLine[];
  readonly comments: readonly string[];
  /** An empty line stands behind it. Without one, the file ended there, or was cut there. */
  readonly ended: boolean;
}

/** The blocks of a file, one after the other; a block may have comments alone. */
export function* ldifBlocks(text: string): Generator<LdifBlock> {
  let lines: LogicalLine[] = [];
  let comments: string[] = [];
  for (const logical of logicalLines(text)) {
    if (logical.text.startsWith('#')) comments.push(logical.text.slice(1).trim());
    else if (logical.text !== '') lines.push(logical);
    else {
      if (lines.length > 0 || comments.length > 0) yield { lines, comments, ended: true };
      lines = [];
      comments = [];
    }
  }
  if (lines.length > 0 || comments.length > 0) yield { lines, comments, ended: false };
}

function* logicalLines(text: string): Generator<LogicalLine> {
  // Pieces are put together once: adding to a text piece by piece takes long for a photograph of 10,000 lines.
  let pieces: string[] = [];
  let begun = 1;
  let line = 0;
  for (const physical of physicalLines(text)) {
    line += 1;
    if (physical.startsWith(' ') && pieces.length > 0) pieces.push(physical.slice(1));
    else {
      if (pieces.length > 0) yield { text: pieces.join(''), line: begun };
      pieces = [physical];
      begun = line;
    }
  }
  if (pieces.length > 0) yield { text: pieces.join(''), line: begun };
}

/** Without what is behind the last line break, if that is nothing. */
function* physicalLines(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    yield text.slice(at, end > at && text[end - 1] === '\r' ? end - 1 : end);
    at = end + 1;
  }
}
