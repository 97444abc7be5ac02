import { isoNow } from '../../clock.ts';
import { MusterError } from '../../errors.ts';
import type { Directory } from '../../model/directory.ts';
import type { SourceId } from '../../model/keys.ts';
import type { Note } from '../../model/note.ts';
import { directoryOf, restrictTo } from '../directory-of.ts';
import { normalDn } from '../entries/dn.ts';
import type { Source, SourceTools } from '../source.ts';
import { credentialsText } from './download.ts';
import { eachFile } from './each-file.ts';
import { mapRecords } from './map.ts';
import { Mistakes } from './mistakes.ts';
import type { FileFormat, FileOptions } from './options.ts';
import { readCsv } from './read-csv.ts';
import { readDocument, readLines } from './read-document.ts';
import { readLdif } from './read-ldif.ts';
import type { FileRecords } from './records.ts';
import { shownUrl } from './shown-url.ts';
import type { FileSnapshot } from './snapshot.ts';

export function makeSource(id: SourceId, options: FileOptions, tools: SourceTools): Source {
  const readAll = async (signal: AbortSignal): Promise<Directory> => {
    const readAt = isoNow(tools.clock);
    const files: FileRecords[] = [];
    const notes: Note[] = [];
    const mistakes = new Mistakes();
    await eachFile(options, tools, signal, (file, format) => {
      files.push(readRecords(file, format, id, options, mistakes));
      notes.push(evidenceNote(file));
    });
    const placeholders = new Set(options.ldif.ignoreMembers.map(dn => normalDn(dn)!));
    const directory = mapRecords(files, { source: id, readAt, placeholders }, mistakes);
    mistakes.throwAny();
    return { ...directory, notes: [...notes, ...directory.notes] };
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
      const { groups, evidence } = directoryOf(await readAll(signal));
      const incomplete = groups.flatMap(group => group.evidence.reasons.map(why => `${group.name}: ${why}.`));
      const names = options.url?.map(shownUrl) ?? options.path ?? [];
      const who = credentialsText(options);
      return {
        server: `${names.length === 1 ? 'File' : 'Files'} ${names.join(', ')}${who && ` with ${who}`}`,
        groups: groups.length,
        warnings: evidence.complete ? incomplete : evidence.reasons.map(why => `${why}.`),
      };
    },
  };
}

/** Mistakes are gathered over all files; only an empty file is told at once, since nothing else can be said of it. */
function readRecords(
  file: FileSnapshot,
  format: FileFormat,
  source: SourceId,
  options: FileOptions,
  mistakes: Mistakes,
): FileRecords {
  const before = mistakes.count;
  const records = recordsOf(file, format, source, options, mistakes);
  const empty = records.people.length === 0 && records.groups.length === 0;
  if (empty && !options.allowEmpty && mistakes.count === before) throw emptyFile(file, records);
  return records;
}

function recordsOf(
  file: FileSnapshot,
  format: FileFormat,
  source: SourceId,
  options: FileOptions,
  mistakes: Mistakes,
): FileRecords {
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

/** An empty file is an export that failed far more often than a company without people. */
const emptyFile = (file: FileSnapshot, { cuts, listDoubts = [] }: FileRecords): MusterError =>
  new MusterError('source.file-invalid', {
    happened: `The file holds no people and no groups${[...cuts, ...listDoubts].map(why => `; ${why}`).join('')}.`,
    subject: file.path,
    remedy: 'See what became of the export; "allowEmpty: true" says that an empty file is meant.',
  });

/** Which file it was, so that a plan can be traced to it. */
const evidenceNote = ({ path, bytes, modifiedAt, sha256 }: FileSnapshot): Note => ({
  code: 'source.note',
  level: 'info',
  subject: path,
  text: `Read ${bytes} bytes,${modifiedAt === undefined ? '' : ` last changed ${modifiedAt},`} SHA-256 ${sha256}.`,
});
