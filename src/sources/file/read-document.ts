import type { z } from 'zod';
import type { Mistakes } from './mistakes.ts';
import type { FileOptions } from './options.ts';
import { type Path, type PlaceOf, parseYaml } from './parse-document.ts';
import { parseJson } from './parse-json.ts';
import type { FileRecords, GroupRecord, PersonRecord, Place } from './records.ts';
import { entryShape, fileShape, type GroupShape, type PersonShape } from './schema.ts';
import { endsWithNewline, type FileSnapshot } from './snapshot.ts';

/**
 * A YAML or JSON file: either `{ people: […], groups: […] }` or a list of `{ person: … }` and `{ group: … }`.
 * What is wrong with it goes to `mistakes`, each with line and column.
 */
export function readDocument(
  file: FileSnapshot,
  format: 'yaml' | 'json',
  options: Pick<FileOptions, 'endsWithNewline'>,
  mistakes: Mistakes,
): FileRecords {
  const { value, placeOf } = format === 'json' ? parseJson(file, 0, mistakes) : parseYaml(file, mistakes);
  // JSON has an end of its own.
  const mayBeCut = format === 'yaml' && options.endsWithNewline && !endsWithNewline(file.text);
  const cuts = mayBeCut ? [noNewline(file.path)] : [];
  if (value === null || value === undefined) return { people: [], groups: [], cuts };
  return Array.isArray(value)
    ? { ...readList(value, placeOf, mistakes), cuts }
    : { ...readObject(value, placeOf, mistakes), cuts };
}

/**
 * JSON Lines: one `{ "person": … }` or `{ "group": … }` a line. A last line without its line break that is no whole
 * JSON is what a cut file ends with: it is left out, and the file counts as cut.
 */
export function readLines(file: FileSnapshot, mistakes: Mistakes): FileRecords {
  const people: PersonRecord[] = [];
  const groups: GroupRecord[] = [];
  const lines = file.text.split(/\r?\n/u);
  const last = lines.length - 1;
  const partial = lines[last]!.trim() !== '' && !isJson(lines[last]!);
  for (const [index, text] of (partial ? lines.slice(0, last) : lines).entries()) {
    if (text.trim() === '') continue;
    const { value, placeOf } = parseJson({ ...file, text }, index, mistakes);
    if (value === undefined) continue;
    const records = readEntry(value, [], placeOf, mistakes);
    people.push(...records.people);
    groups.push(...records.groups);
  }
  const cuts = partial
    ? [`${file.path} ends in the middle of line ${lines.length}; that line was left out`]
    : [];
  return { people, groups, cuts };
}

const noNewline = (path: string): string =>
  `${path} has no line break at its end, as a file that was cut off; end its last line if it is whole`;

function readObject(value: unknown, placeOf: PlaceOf, mistakes: Mistakes): Omit<FileRecords, 'cuts'> {
  const parsed = fileShape.safeParse(value);
  if (!parsed.success) {
    tell(parsed.error, placeOf, mistakes);
    return { people: [], groups: [] };
  }
  const { people, groups } = parsed.data;
  return {
    people: (people ?? []).map((person, index) => personOf(person, placeOf(['people', index]))),
    groups: (groups ?? []).map((group, index) => groupOf(group, ['groups', index], placeOf)),
  };
}

function readList(
  values: readonly unknown[],
  placeOf: PlaceOf,
  mistakes: Mistakes,
): Omit<FileRecords, 'cuts'> {
  const records = values.map((value, index) => readEntry(value, [index], placeOf, mistakes));
  return {
    people: records.flatMap(({ people }) => people),
    groups: records.flatMap(({ groups }) => groups),
  };
}

/** One entry, which stands at `path`. */
function readEntry(
  value: unknown,
  path: Path,
  placeOf: PlaceOf,
  mistakes: Mistakes,
): Omit<FileRecords, 'cuts'> {
  const parsed = entryShape.safeParse(value);
  if (!parsed.success) {
    tell(parsed.error, placeOf, mistakes, path);
    return { people: [], groups: [] };
  }
  const { person, group } = parsed.data;
  return {
    people: person ? [personOf(person, placeOf([...path, 'person']))] : [],
    groups: group ? [groupOf(group, [...path, 'group'], placeOf)] : [],
  };
}

const personOf = ({ email, emails, ...person }: PersonShape, at: Place): PersonRecord => ({
  ...person,
  emails: emails ?? (email === undefined ? [] : [email]),
  at,
  from: 'entry',
});

function groupOf(group: GroupShape, path: Path, placeOf: PlaceOf): GroupRecord {
  const references = (key: 'members' | 'groups') => {
    const list = [...path, key];
    return group[key].map((text, index) => ({ text, at: placeOf(list, index) }));
  };
  return {
    ...group,
    members: references('members'),
    groups: references('groups'),
    rows: [],
    at: placeOf(path),
    from: 'entry',
  };
}

/** What is wrong below `path`. */
function tell(error: z.ZodError, placeOf: PlaceOf, mistakes: Mistakes, path?: Path): void {
  for (const issue of error.issues) {
    const at = [...(path ?? []), ...issue.path];
    const what = at.map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
    const subject = what.replace(/^\./u, '') || (path ? 'The line' : 'The file');
    mistakes.add(
      placeOf(at),
      `${subject}: ${issue.message}.`,
      'Write people as { id, name, email, userName } and groups as { name, members, groups }.',
    );
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
