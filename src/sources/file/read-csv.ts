import type { PersonStatus } from '../../model/directory.ts';
import { columnsOf, parseRows, separated } from './csv-rows.ts';
import type { Mistakes } from './mistakes.ts';
import { type CsvColumn, type CsvOptions, type FileOptions, statuses } from './options.ts';
import type { FileRecords, PersonRecord, Place } from './records.ts';
import { RowContent } from './row-content.ts';
import { isAddress } from './schema.ts';
import type { FileSnapshot } from './snapshot.ts';

/** One row: its fields by our names, and the line on which it ends. */
interface Row {
  readonly get: (column: CsvColumn) => string | undefined;
  readonly at: Place;
}

/**
 * A CSV file (RFC 4180) with a header. Either one row for each (group, member), or one row a group with its members
 * in one field:
 *
 * ```
 * group,email,name                 group,members,groups
 * tier1,ana@example.com,Ana        tier1,ana@example.com;bo@example.com,evening
 * tier1,bo@example.com,Bo          evening,cy@example.com,
 * ```
 *
 * A row with a group and nobody states an empty group. A file that ends without a line break, or within quotes, has
 * been cut: its last row may be half a row, so it is left out.
 */
export function readCsv(
  file: FileSnapshot,
  { csv: options, endsWithNewline }: Pick<FileOptions, 'csv' | 'endsWithNewline'>,
  mistakes: Mistakes,
): FileRecords {
  const read = new RowContent();
  const form = separated(file, options.delimiter);
  let header: readonly string[] | undefined;
  let columns: ReadonlyMap<CsvColumn, number> | undefined;
  const cuts = parseRows(file, form, { ...options, endsWithNewline }, mistakes, ({ fields, line }) => {
    const at = { path: file.path, line };
    if (!header) {
      header = fields;
      columns = columnsOf(header, options, at, mistakes);
    } else if (columns && fields.length !== header.length) {
      mistakes.add(
        at,
        `The row has ${fields.length} columns and the header ${header.length}.`,
        `Add or take away a ${JSON.stringify(form.delimiter)}, or put quotes around a field that holds one.`,
      );
    } else if (columns) {
      const places = columns;
      const get = (column: CsvColumn) => fields[places.get(column) ?? -1]?.trim() || undefined;
      readRow({ get, at }, options, read, mistakes);
    }
  });
  return { people: read.people, groups: [...read.groups.values()], cuts };
}

function readRow(row: Row, options: CsvOptions, read: RowContent, mistakes: Mistakes): void {
  const person = personOf(row, options, mistakes);
  const names = split(row.get('group'), options.groupSeparator);
  const id = row.get('groupId');
  if (names.length === 0) {
    if (id !== undefined || row.get('members') !== undefined || row.get('groups') !== undefined || !person)
      mistakes.add(row.at, 'The row names no group.', 'Fill in the group, or take the row out.');
    else read.people.push(read.once(person));
    return;
  }
  if (names.length > 1 && id !== undefined)
    mistakes.add(row.at, 'The row has several groups and one id.', 'Leave out the column of the id.');
  const members = split(row.get('members'), options.memberSeparator);
  const nested = split(row.get('groups'), options.memberSeparator);
  for (const name of names) {
    const group = read.group(id, name, row.at);
    if (person) group.rows.push(read.once(person));
    for (const text of members) group.rows.push(read.once(memberOf(text, row.at, mistakes)));
    for (const text of nested) group.groups.push({ text, at: row.at });
  }
}

const split = (field: string | undefined, separator: string | undefined): string[] =>
  (separator === undefined ? [field ?? ''] : (field ?? '').split(separator))
    .map(text => text.trim())
    .filter(text => text !== '');

/** A member in a split field is all that there is to know of that person. */
function memberOf(text: string, at: Place, mistakes: Mistakes): PersonRecord {
  if (!text.includes('@')) return { userName: text, emails: [], at, from: 'row' };
  checkAddress(text, at, mistakes);
  return { emails: [text], at, from: 'row' };
}

/** A word such as "none" for an address would make one person of everybody who has none. */
function checkAddress(email: string, at: Place, mistakes: Mistakes): void {
  if (isAddress(email)) return;
  const told = email.length > 80 ? `${email.slice(0, 80)}…` : email;
  mistakes.add(at, `"${told}" is no mail address.`, 'Write one address alone, or leave the field empty.');
}

/** What the config says a word means; else one of ours. */
function statusOf(word: string, { statuses: meanings }: CsvOptions): PersonStatus | undefined {
  const fold = (text: string) => text.trim().toLowerCase();
  const told = Object.entries(meanings).find(([written]) => fold(written) === fold(word));
  return told?.[1] ?? statuses.find(status => status === fold(word));
}

const personColumns = ['id', 'name', 'userName', 'externalId', 'userId'] as const;

/** The person whom a row states; undefined where its columns for people are empty. */
function personOf(row: Row, options: CsvOptions, mistakes: Mistakes): PersonRecord | undefined {
  const given = personColumns.flatMap(column => {
    const value = row.get(column);
    return value === undefined ? [] : [[column, value] as const];
  });
  const email = row.get('email');
  const word = row.get('status');
  if (given.length === 0 && email === undefined && word === undefined) return undefined;
  const fields: Partial<Record<(typeof personColumns)[number], string>> = Object.fromEntries(given);
  if (fields.id === undefined && fields.userName === undefined && email === undefined)
    mistakes.add(row.at, 'The row describes somebody without id, email or userName.', 'Fill in one of them.');
  if (email !== undefined) checkAddress(email, row.at, mistakes);
  const status = word === undefined ? undefined : statusOf(word, options);
  if (word !== undefined && status === undefined)
    mistakes.add(
      row.at,
      `The status "${word}" is unknown.`,
      `Say in "csv.statuses" what it means: ${statuses.join(', ')}.`,
    );
  const emails = email === undefined ? [] : [email];
  return { ...fields, ...(status !== undefined && { status }), emails, at: row.at, from: 'row' };
}
