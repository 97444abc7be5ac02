import { type CsvError, parse } from 'csv-parse/sync';
import type { Mistakes } from './mistakes.ts';
import { type CsvColumn, type CsvOptions, csvColumns, type FileOptions } from './options.ts';
import type { Place } from './records.ts';
import { endsWithNewline, type FileSnapshot } from './snapshot.ts';

/** The longest record; a field of all members of a large group is long, a forgotten quote longer. */
const maxRecordBytes = 16 * 1024 * 1024;

export interface CsvRows {
  readonly records: readonly { readonly fields: readonly string[]; readonly line: number }[];
  readonly cuts: readonly string[];
}

/** The rows of a file, the header first. Rows of any length: the reader tells those that do not fit. */
export function parseRows(
  file: FileSnapshot,
  options: CsvOptions & Pick<FileOptions, 'endsWithNewline'>,
  mistakes: Mistakes,
): CsvRows {
  const broken: CsvError[] = [];
  const found = parse(file.text, {
    bom: true,
    delimiter: options.delimiter,
    info: true,
    max_record_size: maxRecordBytes,
    // Rows of another length are told with their line, all of them, instead of at the first one.
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: error => {
      if (error) broken.push(error);
      return undefined;
    },
  }) as unknown as { record: string[]; info: { lines: number } }[];
  const records = found.map(({ record, info }) => ({ fields: record, line: info.lines }));
  const lastLine = records.at(-1)?.line ?? 0;

  // An open quote at the end is what a cut file looks like, unless another quote went wrong before it.
  if (broken.length === 1 && broken[0]!.code === 'CSV_QUOTE_NOT_CLOSED') {
    const cut = `${file.path} ends within the quotes that open on line ${lastLine + 1} or after; what follows was left out`;
    return { records, cuts: [cut] };
  }
  for (const error of broken) {
    const line = Number((error as unknown as { lines?: number }).lines ?? lastLine);
    mistakes.add({ path: file.path, line }, `${error.message}.`, 'Double every quote within a quoted field.');
  }
  if (!options.endsWithNewline || endsWithNewline(file.text) || records.length === 0)
    return { records, cuts: [] };
  const cut = `${file.path} has no line break at its end, so line ${lastLine} may be half a row and was left out; end it if it is whole`;
  return { records: records.slice(0, -1), cuts: [cut] };
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
  const remedy = `Name the columns in "csv.columns" and the character between them in "csv.delimiter". ${told}`;
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
