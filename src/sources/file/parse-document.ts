import { type Document, LineCounter, parseDocument } from 'yaml';
import type { Mistakes } from './mistakes.ts';
import type { Place } from './records.ts';
import type { FileSnapshot } from './snapshot.ts';

export type Path = readonly PropertyKey[];
/** Where the value at a path stands, or an item of the list there; or the nearest thing around it that is there. */
export type PlaceOf = (path: Path, index?: number) => Place;

export interface Parsed {
  readonly value: unknown;
  readonly placeOf: PlaceOf;
}

/** Parses YAML. `value` is undefined where that failed; the mistakes say why. */
export function parseYaml(file: FileSnapshot, mistakes: Mistakes): Parsed {
  const counter = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: counter, prettyErrors: false });
  const placeOf = placeFinder(document, counter, file.path, 0);
  const at = (offset: number): Place => placeAt(offset, counter, file.path, 0);
  const nothing = { value: undefined, placeOf };
  for (const error of document.errors)
    mistakes.add(at(error.pos[0]), `${error.message}.`, 'Correct the file there.');
  if (document.errors.length > 0) return nothing;
  try {
    return { value: document.toJS() as unknown, placeOf };
  } catch (error) {
    mistakes.add(
      at(Math.max(0, file.text.length - 1)),
      `The file is no YAML: ${(error as Error).message}.`,
      'Correct the file there; where its end is missing, it was cut off.',
    );
    return nothing;
  }
}

/** Finds places in a text that begins `lineOffset` lines into its file. */
export function placeFinder(
  document: Document.Parsed,
  counter: LineCounter,
  path: string,
  lineOffset: number,
): PlaceOf {
  return (steps, index) => {
    const all = index === undefined ? steps : [...steps, index];
    for (let length = all.length; length > 0; length--) {
      const node = document.getIn(all.slice(0, length), true) as { range?: readonly number[] } | undefined;
      if (node?.range) return placeAt(node.range[0]!, counter, path, lineOffset);
    }
    return placeAt(document.contents?.range[0] ?? 0, counter, path, lineOffset);
  };
}

function placeAt(offset: number, counter: LineCounter, path: string, lineOffset: number): Place {
  const { line, col } = counter.linePos(offset);
  return { path, line: line + lineOffset, column: col };
}
