import { LineCounter, parseDocument } from 'yaml';
import type { Mistakes } from './mistakes.ts';
import { type Parsed, type Path, type PlaceOf, placeFinder } from './parse-document.ts';
import type { Place } from './records.ts';
import type { FileSnapshot } from './snapshot.ts';

/**
 * Parses JSON that begins `lineOffset` lines into its file. `value` is undefined where that failed; the mistakes say
 * why. Where something stands is looked for only when somebody asks, with a parser that takes ten times the memory.
 */
export function parseJson(file: FileSnapshot, lineOffset: number, mistakes: Mistakes): Parsed {
  const { path, text } = file;
  let finder: PlaceOf | undefined;
  const find: PlaceOf = (at, index) => {
    if (!finder) {
      const counter = new LineCounter();
      const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: false });
      finder = placeFinder(document, counter, path, lineOffset);
    }
    return finder(at, index);
  };
  const placeOf: PlaceOf = (at, index) => new LatePlace(path, find, at, index);
  const offsetPlace = (offset: number): Place => {
    const before = text.slice(0, offset).split('\n');
    return { path, line: before.length + lineOffset, column: before.at(-1)!.length + 1 };
  };
  let value: unknown;
  try {
    value = JSON.parse(text || 'null');
  } catch (error) {
    const { message } = error as Error;
    const [, line, column] = /line (\d+) column (\d+)/u.exec(message) ?? [];
    mistakes.add(
      line
        ? { path, line: Number(line) + lineOffset, column: Number(column) }
        : offsetPlace(Math.max(0, text.length - 1)),
      `The file is no JSON: ${message.replace(/ at position.*$/u, '')}.`,
      'Correct the file there; where its end is missing, it was cut off.',
    );
    return { value: undefined, placeOf };
  }
  // The parser lets the last of two equal keys win, and one of the two lists of members would be gone.
  const repeated = repeatedKeys(text);
  for (const offset of repeated)
    mistakes.add(offsetPlace(offset), 'Map keys must be unique.', 'Correct the file there.');
  return { value: repeated.length > 0 ? undefined : value, placeOf };
}

/** A place that is found when it is told. */
class LatePlace implements Place {
  readonly path: string;
  readonly #find: PlaceOf;
  readonly #at: Path;
  readonly #index: number | undefined;

  constructor(path: string, find: PlaceOf, at: Path, index: number | undefined) {
    this.path = path;
    this.#find = find;
    this.#at = at;
    this.#index = index;
  }

  get line(): number {
    return this.#find(this.#at, this.#index).line;
  }

  get column(): number {
    return this.#find(this.#at, this.#index).column ?? 1;
  }
}

/** Offsets of the keys that their object has already; of a text that is JSON. */
function repeatedKeys(text: string): number[] {
  const found: number[] = [];
  /** The keys of each object around, and nothing for an array. */
  const around: (Set<string> | undefined)[] = [];
  let keyNext = false;
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/gu)) {
    if (token === '{' || token === '[') around.push(token === '{' ? new Set() : undefined);
    else if (token === '}' || token === ']') around.pop();
    const keys = around.at(-1);
    if (token.startsWith('"') && keyNext && keys) {
      const key = JSON.parse(token) as string;
      if (keys.has(key)) found.push(index);
      keys.add(key);
    }
    keyNext = token === '{' || token === ',';
  }
  return found;
}
