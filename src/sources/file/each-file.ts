import path from 'node:path';
import type { SourceTools } from '../source.ts';
import { withSession } from '../with-session.ts';
import { openDownloads } from './download.ts';
import { downloadFailure } from './download-failures.ts';
import { expandGlobs } from './expand-globs.ts';
import { formatOf } from './format-of.ts';
import type { FileFormat, FileOptions } from './options.ts';
import { readSnapshot } from './read-file.ts';
import type { FileSnapshot } from './snapshot.ts';

type Take = (file: FileSnapshot, format: FileFormat) => void;

/** Hands every file of the options to `take`, one after the other, from the disk or from a server. */
export const eachFile = (
  options: FileOptions,
  tools: SourceTools,
  signal: AbortSignal,
  take: Take,
): Promise<void> =>
  options.url
    ? eachDownload(options.url, options, tools, signal, take)
    : eachOnDisk(options.path!, options, tools, signal, take);

async function eachOnDisk(
  paths: readonly string[],
  options: FileOptions,
  { baseDir }: SourceTools,
  signal: AbortSignal,
  take: Take,
): Promise<void> {
  for (const name of await expandGlobs(paths, baseDir, signal)) {
    const snapshot = await readSnapshot(path.resolve(baseDir, name), options, signal);
    take({ ...snapshot, path: name }, formatOf(name, undefined, options));
  }
}

const eachDownload = (
  urls: readonly string[],
  options: FileOptions,
  tools: SourceTools,
  signal: AbortSignal,
  take: Take,
): Promise<void> =>
  withSession(
    signal,
    () => openDownloads(options, tools, signal),
    error => downloadFailure(error, options.maxMegabytes),
    async session => {
      for (const url of new Set(urls)) {
        const file = await session.fetch(url);
        take(file, formatOf(file.path, file.mediaType, options));
      }
    },
  );
