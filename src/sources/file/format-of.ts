import path from 'node:path';
import { MusterError } from '../../errors.ts';
import type { FileFormat, FileOptions } from './options.ts';

const byEnd: Readonly<Record<string, FileFormat>> = {
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

/** Registered names, and those that servers write without asking anybody. */
const byMediaType: Readonly<Record<string, FileFormat>> = {
  'application/yaml': 'yaml',
  'application/x-yaml': 'yaml',
  'text/yaml': 'yaml',
  'text/x-yaml': 'yaml',
  'application/json': 'json',
  'text/json': 'json',
  'application/jsonl': 'jsonl',
  'application/jsonlines': 'jsonl',
  'application/x-jsonlines': 'jsonl',
  'application/x-ndjson': 'jsonl',
  'application/ndjson': 'jsonl',
  'text/csv': 'csv',
  'application/csv': 'csv',
  'text/tab-separated-values': 'csv',
  'text/ldif': 'ldif',
  'text/x-ldif': 'ldif',
  'application/ldif': 'ldif',
  'application/x-ldif': 'ldif',
};

/** The media types to ask a server for. */
export const acceptOf = (format: FileFormat | undefined): string => {
  const types = Object.keys(byMediaType).filter(type => byMediaType[type] === format);
  return [...types, types.length === 0 ? '*/*' : '*/*;q=0.1'].join(', ');
};

/** By the option, else by the end of the name; undefined where neither tells. */
export const namedFormat = (name: string, { format }: Pick<FileOptions, 'format'>): FileFormat | undefined =>
  format === 'auto' ? byEnd[path.extname(name).toLowerCase()] : format;

/**
 * What is in a file: by the option, by the end of its name, else by the media type that a server gave it. Throws
 * `source.file-invalid` where none of them tells.
 */
export function formatOf(
  name: string,
  mediaType: string | undefined,
  options: Pick<FileOptions, 'format'>,
): FileFormat {
  const found = namedFormat(name, options) ?? byMediaType[mediaType ?? ''];
  if (found) return found;
  throw new MusterError('source.file-invalid', {
    happened: `The end of the name does not tell what is in the file${mediaType ? `, and neither does its type ${mediaType}` : ''}.`,
    subject: name,
    remedy: 'Set "format" of this source to yaml, json, jsonl, csv or ldif.',
  });
}
