import { z } from 'zod';
import type { PersonStatus } from '../../model/directory.ts';
import { lazily } from '../../model/lazily.ts';
import { attributeNames, dn } from '../entries/entry-options.ts';
import { vendors } from '../entries/layout.ts';
import { isSafe, text, webOptions } from '../web-options.ts';
import { isEncoding } from './encodings.ts';

export const statuses = ['active', 'suspended', 'deprovisioned', 'unknown'] as const satisfies PersonStatus[];

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
  delimiter: z
    .string()
    .length(1)
    .describe(
      'Character between two fields; a comma where neither a line "sep=;" nor the end .tsv says otherwise.',
    )
    .optional(),
  skipLines: z.int().min(0).max(1000).describe('Lines above the header, such as a title.').default(0),
  memberSeparator: z.string().min(1).describe('Text between two members in one field.').default(';'),
  groupSeparator: z
    .string()
    .min(1)
    .describe('Text between two groups in the column of the group; without it, the field is one group.')
    .optional(),
  columns: columns.describe('Header of each column that has another name than ours.').default({}),
  statuses: z
    .record(text, z.enum(statuses))
    .describe('What the words in the column of the status mean, e.g. { Terminated: deprovisioned }.')
    .default({}),
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

/** The query may hold what an export needs, so it is allowed; it is never shown. */
const fileUrl = text.refine(isSafe, {
  error: 'must be a URL that begins with https:// (http:// only for this machine), without user and fragment',
  // What compares URLs further down needs URLs.
  abort: true,
});

const oneOrMore = <Value extends z.ZodType<string>>(value: Value) =>
  z.union([value, z.array(value).min(1)]).transform(given => (typeof given === 'string' ? [given] : given));

const { caFile, proxy, timeoutSeconds, attempts, deadlineSeconds } = webOptions;

export const fileOptions = lazily(() =>
  z
    .strictObject({
      path: oneOrMore(text)
        .describe('File or files, also as patterns (exports/*.csv), from the directory of the config.')
        .optional(),
      url: oneOrMore(fileUrl)
        .describe('Where the file is on a web server; or several, of one server.')
        .optional(),
      token: text.describe('For url: bearer token.').optional(),
      tokenHeader: text
        .regex(/^[\w-]+$/u, 'must be the name of a header such as X-Api-Key')
        .describe('For url: header that takes the token as it is, instead of Authorization: Bearer.')
        .optional(),
      username: text.describe('For url: user name for Basic authentication.').optional(),
      password: z
        .string()
        .describe('For url: password of username; take it from the environment.')
        .optional(),
      format: z
        .enum(['auto', 'yaml', 'json', 'jsonl', 'csv', 'ldif'])
        .describe(
          'What is in the files; auto goes by the end of the name, then by the type that a server tells.',
        )
        .default('auto'),
      encoding: text
        .refine(name => name === 'auto' || isEncoding(name), 'is no encoding such as windows-1252')
        .describe('Encoding of files without a byte order mark; auto is UTF-8, or what a server tells.')
        .default('auto'),
      maxMegabytes: z.int().min(1).max(500).describe('Longest file that is read, in MiB.').default(256),
      csv: csv.prefault({}).describe('How the CSV files are written.'),
      ldif: ldif.prefault({}).describe('How the LDIF files are written.'),
      endsWithNewline: z
        .boolean()
        .describe(
          'A whole file has a line break at its end (LDIF: an empty line); one without it was cut off.',
        )
        .default(true),
      allowEmpty: z
        .boolean()
        .describe('A file without anybody in it is meant so, and not a mistake.')
        .default(false),
      caFile,
      proxy,
      timeoutSeconds: timeoutSeconds.default(120),
      attempts,
      deadlineSeconds,
    })
    .superRefine((options, context) => {
      const mistake = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message });
      const { path, url, token, tokenHeader, username, password } = options;
      if (path === undefined && url === undefined)
        mistake('path', 'is missing; name the files in "path", or in "url"');
      if (path !== undefined && url !== undefined)
        mistake('url', 'stands beside "path"; give only one of the two');
      const given = Object.entries({ token, tokenHeader, username, password }).filter(
        ([, value]) => value !== undefined,
      );
      if (url === undefined) for (const [name] of given) mistake(name, 'is for "url" only');
      if (new Set(url?.map(each => URL.parse(each)?.origin)).size > 1)
        mistake('url', 'names several servers; make a source of each');
      const basic = username !== undefined || password !== undefined;
      if (basic && token !== undefined) mistake('token', 'give only one of: token; username and password');
      if (basic && username === undefined) mistake('username', 'is missing beside password');
      if (basic && !password) mistake('password', 'is missing or empty beside username');
      if (tokenHeader !== undefined && token === undefined) mistake('token', 'is missing beside tokenHeader');
    }),
);

export type FileOptions = z.output<ReturnType<typeof fileOptions>>;
export type CsvOptions = FileOptions['csv'];
export type FileFormat = Exclude<FileOptions['format'], 'auto'>;
