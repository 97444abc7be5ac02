import { MusterError } from '../errors.ts';

/** Where in the config's data: `['mappings', 0, 'from']`. */
export type ConfigPath = readonly (string | number)[];

/** A position in the text, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Something wrong with the config. `path` says where in the data, `place` where in the text; who finds a mistake in
 * the data gives the path alone and the document looks the place up.
 */
export interface Mistake {
  readonly code: 'config.invalid' | 'config.secret-missing';
  readonly path: ConfigPath;
  /** Is it the key that is wrong, or its value? Decides to which of the two the place points. */
  readonly at: 'key' | 'value';
  readonly place?: Place;
  /** One sentence, without any secret. */
  readonly happened: string;
  readonly remedy: string;
}

export type WarningCode =
  | 'secret-in-plain'
  | 'secret-with-space'
  | 'region-unknown'
  | 'source-unused'
  | 'no-mappings';

/** Something that works and should not stay so. */
export interface ConfigWarning extends Place {
  readonly code: WarningCode;
  /** `muster.yaml:4:17`. */
  readonly subject: string;
  readonly text: string;
  readonly remedy: string;
}

/** A warning before its place is known. */
export interface Doubt {
  readonly code: WarningCode;
  readonly path: ConfigPath;
  readonly place?: Place;
  readonly text: string;
  readonly remedy: string;
}

export const wrong = (path: ConfigPath, happened: string, remedy: string): Mistake => ({
  code: 'config.invalid',
  path,
  at: 'value',
  happened,
  remedy,
});

export const wrongKey = (path: ConfigPath, happened: string, remedy: string): Mistake => ({
  ...wrong(path, happened, remedy),
  at: 'key',
});

/** How people write a path: `mappings[0].from`. */
export function pathText(path: ConfigPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** `"a"`, `"a" or "b"`, `"a", "b" or "c"`. */
export function oneOf(names: readonly string[]): string {
  const quoted = names.map(name => `"${name}"`);
  const last = quoted.at(-1) ?? '';
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(', ')} or ${last}`;
}

const byPlace = (a: Place, b: Place): number => a.line - b.line || a.column - b.column;

/** Mistakes as errors in the order of the text, each told once. */
export function errorsOf(
  mistakes: readonly Mistake[],
  file: string,
  placeOf: (path: ConfigPath, at: 'key' | 'value') => Place,
): MusterError[] {
  const placed = mistakes.map(mistake => ({
    mistake,
    place: mistake.place ?? placeOf(mistake.path, mistake.at),
  }));
  placed.sort((a, b) => byPlace(a.place, b.place));
  const told = new Map<string, MusterError>();
  for (const { mistake, place } of placed) {
    const subject = `${file}:${place.line}:${place.column}`;
    const id = `${subject} ${mistake.happened}`;
    if (told.has(id)) continue;
    const { code, happened, remedy } = mistake;
    told.set(id, new MusterError(code, { happened, subject, remedy }));
  }
  return [...told.values()];
}

export function warningsOf(
  doubts: readonly Doubt[],
  file: string,
  placeOf: (path: ConfigPath, at: 'key' | 'value') => Place,
): ConfigWarning[] {
  const warnings = doubts.map(({ code, path, text, remedy, ...known }) => {
    const place = known.place ?? placeOf(path, 'value');
    return { code, subject: `${file}:${place.line}:${place.column}`, ...place, text, remedy };
  });
  return warnings.sort(byPlace);
}
