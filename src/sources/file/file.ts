import path from 'node:path';
import { isoNow } from '../../clock.ts';
import { MusterError } from '../../errors.ts';
import type { Directory } from '../../model/directory.ts';
import type { SourceId } from '../../model/keys.ts';
import type { Note } from '../../model/note.ts';
import { directoryOf, restrictTo } from '../directory-of.ts';
import { normalDn } from '../entries/dn.ts';
import type { Source, SourceKind, SourceTools } from '../source.ts';
import { type FileSnapshot, readSnapshot } from './client.ts';
import { expandGlobs } from './expand-globs.ts';
import { mapRecords } from './map.ts';
import { Mistakes } from './mistakes.ts';
import { type FileFormat, type FileOptions, fileOptions } from './options.ts';
import { readCsv } from './read-csv.ts';
import { readDocument, readLines } from './read-document.ts';
import { readLdif } from './read-ldif.ts';
import type { FileRecords } from './records.ts';

/** People and groups in files that somebody, or an export, writes. */
export const fileSource: SourceKind<FileOptions> = {
  kind: 'file',
  title: 'CSV, LDIF, YAML or JSON files',
  options: fileOptions,
  secrets: [],
  create: (id, options, tools) => makeSource(id, options, tools),
};

function makeSource(id: SourceId, options: FileOptions, tools: SourceTools): Source {
  const readAll = async (signal: AbortSignal): Promise<Directory> => {
    const readAt = isoNow(tools.clock);
    const files: FileRecords[] = [];
    const notes: Note[] = [];
    const mistakes = new Mistakes();
    for (const name of await expandGlobs(options.path, tools.baseDir, signal)) {
      const snapshot = await readSnapshot(path.resolve(tools.baseDir, name), signal);
      files.push(readRecords({ ...snapshot, path: name }, id, options, mistakes));
      notes.push(evidenceNote(name, snapshot));
    }
    const placeholders = new Set(options.ldif.ignoreMembers.map(dn => normalDn(dn)!));
    const directory = mapRecords(files, { source: id, readAt, placeholders }, mistakes);
    mistakes.throwAny();
    return directoryOf({ ...directory, notes: [...notes, ...directory.notes] });
  };

  return {
    id,
    kind: 'file',

    async read(scope, signal, progress) {
      const directory = restrictTo(scope, await readAll(signal));
      signal.throwIfAborted();
      progress?.({ groups: directory.groups.length, people: directory.people.length });
      return directory;
    },

    async check(signal) {
      const { groups, evidence } = await readAll(signal);
      const incomplete = groups.flatMap(group => group.evidence.reasons.map(why => `${group.name}: ${why}.`));
      return {
        server: `${options.path.length === 1 ? 'File' : 'Files'} ${options.path.join(', ')}`,
        groups: groups.length,
        warnings: evidence.complete ? incomplete : evidence.reasons.map(why => `${why}.`),
      };
    },
  };
}

/** Mistakes are gathered over all files; only an empty file is told at once, since nothing else can be said of it. */
function readRecords(
  file: FileSnapshot,
  source: SourceId,
  options: FileOptions,
  mistakes: Mistakes,
): FileRecords {
  const before = mistakes.count;
  const records = recordsOf(file, source, options, mistakes);
  const empty = records.people.length === 0 && records.groups.length === 0;
  if (empty && !options.allowEmpty && mistakes.count === before) throw emptyFile(file, records);
  return records;
}

function recordsOf(
  file: FileSnapshot,
  source: SourceId,
  options: FileOptions,
  mistakes: Mistakes,
): FileRecords {
  const format = formatOf(file.path, options);
  switch (format) {
    case 'csv':
      return readCsv(file, options, mistakes);
    case 'jsonl':
      return readLines(file, mistakes);
    case 'ldif':
      return readLdif(file, source, options, mistakes);
    default:
      return readDocument(file, format, options, mistakes);
  }
}

const formats: Readonly<Record<string, FileFormat>> = {
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.json': 'json',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.ldif': 'ldif',
  '.ldf': 'ldif',
};

function formatOf(name: string, { format }: FileOptions): FileFormat {
  const found = format === 'auto' ? formats[path.extname(name).toLowerCase()] : format;
  if (found) return found;
  throw new MusterError('source.file-invalid', {
    happened: 'The end of the name does not tell what is in the file.',
    subject: name,
    remedy: 'Set "format" of this source to yaml, json, jsonl, csv or ldif.',
  });
}

/** An empty file is an export that failed far more often than a company without people. */
const emptyFile = (file: FileSnapshot, { cuts, listDoubts = [] }: FileRecords): MusterError =>
  new MusterError('source.file-invalid', {
    happened: `The file holds no people and no groups${[...cuts, ...listDoubts].map(why => `; ${why}`).join('')}.`,
    subject: file.path,
    remedy: 'See what became of the export; "allowEmpty: true" says that an empty file is meant.',
  });

/** Which file it was, so that a plan can be traced to it. */
const evidenceNote = (name: string, { bytes, modifiedAt, sha256 }: FileSnapshot): Note => ({
  code: 'source.note',
  level: 'info',
  subject: name,
  text: `Read ${bytes} bytes, last changed ${modifiedAt}, SHA-256 ${sha256}.`,
});
