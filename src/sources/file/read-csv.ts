import type { PersonStatus } from '../../model/directory.ts';
import { columnsOf, parseRows } from './csv-rows.ts';
import type { Mistakes } from './mistakes.ts';
import type { CsvColumn, CsvOptions, FileOptions } from './options.ts';
import type { FileRecords, GroupRecord, PersonRecord, Place, Reference } from './records.ts';
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
  const { records, cuts } = parseRows(file, { ...options, endsWithNewline }, mistakes);
  const [header, ...rows] = records;
  const people: PersonRecord[] = [];
  const groups: GroupRecord[] = [];
  if (!header) return { people, groups, cuts };
  const columns = columnsOf(header.fields, options, { path: file.path, line: header.line }, mistakes);
  if (!columns) return { people, groups, cuts };
  for (const { fields, line } of rows) {
    const at = { path: file.path, line };
    if (fields.length !== header.fields.length) {
      mistakes.add(
        at,
        `The row has ${fields.length} columns and the header ${header.fields.length}.`,
        `Add or take away a "${options.delimiter}", or put quotes around a field that holds one.`,
      );
      continue;
    }
    const get = (column: CsvColumn) => fields[columns.get(column) ?? -1]?.trim() || undefined;
    readRow({ get, at }, options, people, groups, mistakes);
  }
  return { people, groups, cuts };
}

function readRow(
  row: Row,
  options: CsvOptions,
  people: PersonRecord[],
  groups: GroupRecord[],
  mistakes: Mistakes,
): void {
  const person = personOf(row, mistakes);
  const name = row.get('group');
  const id = row.get('groupId');
  if (name === undefined) {
    if (id !== undefined || row.get('members') !== undefined || row.get('groups') !== undefined || !person)
      mistakes.add(row.at, 'The row names no group.', 'Fill in the group, or take the row out.');
    else people.push(person);
    return;
  }
  const references = (column: 'members' | 'groups'): Reference[] =>
    (row.get(column) ?? '')
      .split(options.memberSeparator)
      .map(text => ({ text: text.trim(), at: row.at }))
      .filter(({ text }) => text !== '');
  groups.push({
    ...(id !== undefined && { id }),
    name,
    aliases: [],
    members: [],
    rows: [...(person ? [person] : []), ...references('members').map(memberOf)],
    groups: references('groups'),
    at: row.at,
    from: 'row',
  });
}

/** A member in a split field is all that there is to know of that person. */
const memberOf = ({ text, at }: Reference): PersonRecord =>
  text.includes('@') ? { emails: [text], at, from: 'row' } : { userName: text, emails: [], at, from: 'row' };

const statuses: readonly string[] = [
  'active',
  'suspended',
  'deprovisioned',
  'unknown',
] satisfies PersonStatus[];

/** The person whom a row states; undefined where its columns for people are empty. */
function personOf(row: Row, mistakes: Mistakes): PersonRecord | undefined {
  const given = (['id', 'name', 'userName', 'externalId', 'userId', 'status'] as const).flatMap(column => {
    const value = row.get(column);
    return value === undefined ? [] : [[column, column === 'status' ? value.toLowerCase() : value] as const];
  });
  const email = row.get('email');
  if (given.length === 0 && email === undefined) return undefined;
  const fields: Partial<Record<CsvColumn, string>> = Object.fromEntries(given);
  if (fields.id === undefined && fields.userName === undefined && email === undefined)
    mistakes.add(row.at, 'The row describes somebody without id, email or userName.', 'Fill in one of them.');
  if (fields.status !== undefined && !statuses.includes(fields.status))
    mistakes.add(row.at, `The status "${fields.status}" is unknown.`, `Write one of ${statuses.join(', ')}.`);
  const emails = email === undefined ? [] : [email];
  return { ...(fields as Omit<PersonRecord, 'emails' | 'at' | 'from'>), emails, at: row.at, from: 'row' };
}
