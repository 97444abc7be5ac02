import { type CsvError, parse } from 'csv-parse/sync';
import type { Mistakes } from './mistakes.ts';
import { type CsvColumn, type CsvOptions, csvColumns, type FileOptions } from './options.ts';
import type { Place } from './records.ts';
import { endsWithNewline, type FileSnapshot } from './snapshot.ts';

/** The longest record; a field of all members of a large group is long, a forgotten quote longer. */
const maxRecordBytes = 16 * 1024 * 1024;

export interface CsvRow {
  readonly fields: readonly string[];
  /** On which it ends. */
  readonly line: number;
}

/**
 * Hands the rows of a file to `take`, one by one, the header first. Rows of any length: the reader tells those that do
 * not fit. Empty rows at the end, which spreadsheets write, are left out, and so is a last row that may be half a row.
 * Returns why the file may have been cut.
 */
export function parseRows(
  file: FileSnapshot,
  { text, delimiter }: Separated,
  options: Pick<CsvOptions, 'skipLines'> & Pick<FileOptions, 'endsWithNewline'>,
  mistakes: Mistakes,
  take: (row: CsvRow) => void,
): string[] {
  const broken: CsvError[] = [];
  // Whether a row is the last one, or the last one that is not empty, is known when there is no other behind it.
  let held: CsvRow | undefined;
  let empty: CsvRow[] = [];
  const flush = () => {
    if (held) take(held);
    for (const row of empty) take(row);
    held = undefined;
    empty = [];
  };
  parse(text, {
    bom: true,
    delimiter,
    from_line: options.skipLines + 1,
    max_record_size: maxRecordBytes,
    // Files that were put together from several have several.
    record_delimiter: ['\r\n', '\n', '\r'],
    // Rows of another length are told with their line, all of them, instead of at the first one.
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: error => {
      if (error) broken.push(error);
      return undefined;
    },
    on_record: (fields: string[], { lines }) => {
      const row = { fields, line: lines };
      if (fields.every(field => field.trim() === '')) empty.push(row);
      else {
        flush();
        held = row;
      }
      // The parser need not keep what has been taken.
      return null;
    },
  });
  const ended = !options.endsWithNewline || endsWithNewline(file.text);
  const last = empty.at(-1) ?? held;
  const lastLine = held?.line ?? 0;

  // An open quote at the end is what a cut file looks like, unless another quote went wrong before it.
  if (broken.length === 1 && broken[0]!.code === 'CSV_QUOTE_NOT_CLOSED') {
    if (held) take(held);
    return [
      `${file.path} ends within the quotes that open on line ${lastLine + 1} or after; what follows was left out`,
    ];
  }
  tellBroken(broken, file.path, lastLine, mistakes);
  if (held && (ended || empty.length > 0)) take(held);
  if (ended || !last) return [];
  return [
    `${file.path} has no line break at its end, so line ${last.line} may be half a row and was left out; end it if it is whole`,
  ];
}

/** A text without what it says of its own form, and the character between two fields. */
export interface Separated {
  readonly text: string;
  readonly delimiter: string;
}

/**
 * The character between two fields, as the config says it, else the first line (`sep=;`, which Excel writes and reads),
 * else the end of the name. The lines keep their numbers.
 */
export function separated({ path, text }: FileSnapshot, told: string | undefined): Separated {
  const line = /^sep=(.)(?=\r?\n)/u.exec(text);
  const byName = path.toLowerCase().endsWith('.tsv') ? '\t' : ',';
  return { text: line ? text.slice(line[0].length) : text, delimiter: told ?? line?.[1] ?? byName };
}

/** The parser's own words quote what stands there, and for one line it has several. */
function tellBroken(broken: readonly CsvError[], path: string, lastLine: number, mistakes: Mistakes): void {
  const told = new Set<number>();
  for (const error of broken) {
    const { lines, column } = error as unknown as { lines?: number; column?: number | string };
    const line = lines ?? lastLine;
    if (told.has(line)) continue;
    told.add(line);
    const where = typeof column === 'number' ? ` in column ${column + 1}` : '';
    const happened =
      error.code === 'CSV_MAX_RECORD_SIZE'
        ? `A row is longer than ${maxRecordBytes} bytes, as after a quote that nobody closed.`
        : `A quote stands in the wrong place${where}.`;
    mistakes.add({ path, line }, happened, 'Put quotes around the whole field, and double those within it.');
  }
}

/** Position of each of our columns. Headers compare without case; undefined where they do not make sense. */
export function columnsOf(
  header: readonly string[],
  options: CsvOptions,
  at: Place,
  mistakes: Mistakes,
): ReadonlyMap<CsvColumn, number> | undefined {
  const fold = (text: string) => text.trim().toLowerCase();
  const names = header.map(fold);
  const columns = new Map<CsvColumn, number>();
  const told = `The header has ${header.map(name => `"${name.trim()}"`).join(', ')}.`;
  const other = header.length === 1 ? /[;\t|,]/u.exec(header[0]!)?.[0] : undefined;
  const hint = other === undefined ? '' : ` Perhaps the character between them is ${JSON.stringify(other)}.`;
  const remedy = `Name the columns in "csv.columns" and the character between them in "csv.delimiter". ${told}${hint}`;
  let wrong = false;
  const mistake = (happened: string) => {
    wrong = true;
    mistakes.add(at, happened, remedy);
  };
  for (const column of csvColumns) {
    const wanted = options.columns[column] ?? column;
    const places = names.flatMap((name, index) => (name === fold(wanted) ? [index] : []));
    if (places.length > 1) mistake(`The header has "${wanted}" ${places.length} times.`);
    if (places.length === 0 && options.columns[column] !== undefined)
      mistake(`The header has no column "${wanted}".`);
    if (places.length === 1) columns.set(column, places[0]!);
  }
  if (wrong) return undefined;
  const someone = (['id', 'email', 'userName', 'members', 'groups'] as const).some(name => columns.has(name));
  if (!columns.has('group')) mistake('The header has no column for the group.');
  else if (!someone) mistake('The header has no column for members: id, email, userName or members.');
  return wrong ? undefined : columns;
}
