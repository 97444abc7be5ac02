import { z } from 'zod';
import { attributeNames, dn } from '../entries/entry-options.ts';
import { vendors } from '../entries/layout.ts';
import { text } from '../web-options.ts';

/** What a CSV file may say of a person, a group and how they belong together; each is a column that may be there. */
export const csvColumns = [
  'group',
  'groupId',
  'id',
  'name',
  'email',
  'userName',
  'externalId',
  'userId',
  'status',
  'members',
  'groups',
] as const;
export type CsvColumn = (typeof csvColumns)[number];

const columns = z
  .strictObject({
    group: text.describe('Name of the group that a row is about.'),
    groupId: text.describe('Immutable id of that group.'),
    id: text.describe('Immutable id of the person in the row.'),
    name: text.describe('Name of the person.'),
    email: text.describe('Mail address of the person.'),
    userName: text.describe('Login name of the person.'),
    externalId: text.describe('Id by which another system knows the person.'),
    userId: text.describe('Genesys Cloud user id of the person.'),
    status: text.describe('active, suspended, deprovisioned or unknown.'),
    members: text.describe('Several members in one field, split by memberSeparator.'),
    groups: text.describe('Nested groups in one field, split by memberSeparator.'),
  } satisfies Record<CsvColumn, z.ZodType>)
  .partial();

const csv = z.strictObject({
  // Told, never guessed: a guess that is wrong once makes one long column, and everybody has left.
  delimiter: z.string().length(1).describe('Character between two fields.').default(','),
  memberSeparator: z.string().min(1).describe('Text between two members in one field.').default(';'),
  columns: columns.describe('Header of each column that has another name than ours.').default({}),
});

const ldif = z.strictObject({
  vendor: z
    .enum(['auto', ...vendors])
    .describe('Kind of server that the entries are from; auto goes by their attributes.')
    .default('auto'),
  attributes: attributeNames.describe('Attribute names that differ from the usual ones.').default({}),
  ignoreMembers: z
    .array(dn)
    .describe('Members that stand for nobody, as groupOfNames needs where a group is empty.')
    .default([]),
  ldifde: z
    .boolean()
    .describe('The file is a whole export of ldifde, which writes every entry as "changetype: add".')
    .default(false),
});

export const fileOptions = z.strictObject({
  path: z
    .union([text, z.array(text).min(1)])
    .transform(value => (typeof value === 'string' ? [value] : value))
    .describe('File or files, also as patterns (exports/*.csv), from the directory of the config.'),
  format: z
    .enum(['auto', 'yaml', 'json', 'jsonl', 'csv', 'ldif'])
    .describe('What is in the files; auto goes by the end of the name.')
    .default('auto'),
  csv: csv.prefault({}).describe('How the CSV files are written.'),
  ldif: ldif.prefault({}).describe('How the LDIF files are written.'),
  endsWithNewline: z
    .boolean()
    .describe('A whole file has a line break at its end (LDIF: an empty line); one without it was cut off.')
    .default(true),
  allowEmpty: z
    .boolean()
    .describe('A file without anybody in it is meant so, and not a mistake.')
    .default(false),
});

export type FileOptions = z.output<typeof fileOptions>;
export type CsvOptions = FileOptions['csv'];
export type FileFormat = Exclude<FileOptions['format'], 'auto'>;
