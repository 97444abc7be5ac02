import { lazySource } from '../lazy-source.ts';
import type { SourceKind } from '../source.ts';
import { type FileOptions, fileOptions } from './options.ts';

/** People and groups in files that somebody, or an export, writes. */
export const fileSource: SourceKind<FileOptions> = {
  kind: 'file',
  title: 'CSV, LDIF, YAML or JSON files',
  get options() {
    return fileOptions();
  },
  secrets: ['token', 'password'],
  create: (id, options, tools) =>
    lazySource(id, 'file', async () => (await import('./make-source.ts')).makeSource(id, options, tools)),
};
