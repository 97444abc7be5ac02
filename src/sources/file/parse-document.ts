import { LineCounter, parseDocument } from 'yaml';
import type { Mistakes } from './mistakes.ts';
import type { Place } from './records.ts';
import type { FileSnapshot } from './snapshot.ts';

export type Path = readonly PropertyKey[];
/** Where the value at a path stands, or the nearest one above it that is there. */
export type PlaceOf = (path: Path) => Place;

export interface Parsed {
  readonly value: unknown;
  readonly placeOf: PlaceOf;
}

/**
 * Parses a text that begins `lineOffset` lines into its file. `value` is undefined where that failed; the mistakes say
 * why.
 */
export function parse(
  file: FileSnapshot,
  format: 'yaml' | 'json',
  lineOffset: number,
  mistakes: Mistakes,
): Parsed {
  const counter = new LineCounter();
  // JSON is read as YAML too, for the places, and because JSON's own parser lets the last of two equal keys win.
  const document = parseDocument(file.text, { lineCounter: counter, prettyErrors: false });
  const place = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { path: file.path, line: line + lineOffset, column: col };
  };
  const placeOf: PlaceOf = path => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
      if (node?.range) return place(node.range[0]!);
    }
    return place(document.contents?.range[0] ?? 0);
  };
  const nothing = { value: undefined, placeOf };
  const told = document.errors.filter(error => format === 'yaml' || error.code === 'DUPLICATE_KEY');
  for (const error of told) mistakes.add(place(error.pos[0]), `${error.message}.`, 'Correct the file there.');
  try {
    const value: unknown = format === 'json' ? JSON.parse(file.text || 'null') : document.toJS();
    return told.length > 0 ? nothing : { value, placeOf };
  } catch (error) {
    if (told.length > 0) return nothing;
    const { message } = error as Error;
    const [, line, column] = /line (\d+) column (\d+)/u.exec(message) ?? [];
    const end = place(Math.max(0, file.text.length - 1));
    const at = line ? { path: file.path, line: Number(line) + lineOffset, column: Number(column) } : end;
    mistakes.add(
      at,
      `The file is no ${format === 'json' ? 'JSON' : 'YAML'}: ${message.replace(/ at position.*$/u, '')}.`,
      'Correct the file there; where its end is missing, it was cut off.',
    );
    return nothing;
  }
}
