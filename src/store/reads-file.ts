import { createHash } from 'node:crypto';
import { readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reads } from '../model/reads.ts';
import { readsOf, readsText } from './reads-lines.ts';

const fileName = 'reads.jsonl';

/** Raise it whenever a line comes to mean something else: what another version wrote is not read. */
const version = 1;

/**
 * `.muster/reads.jsonl`: what earlier runs read; see `model/reads.ts`. The first line has the hash of the rest, so that a
 * file that was cut, changed or damaged is known for it. Such a file, one of another version and a missing one are the
 * same: nothing is remembered.
 */
export async function loadReads(dir: string): Promise<Reads | undefined> {
  const text = await textOf(join(dir, fileName));
  if (text === undefined) return undefined;
  const end = text.indexOf('\n') + 1;
  const body = text.slice(end);
  return text.slice(0, end) === headOf(body) ? readsOf(body) : undefined;
}

/** Written beside and renamed, so that nobody ever sees half of it; not written where it is there already. */
export async function saveReads(dir: string, reads: Reads): Promise<void> {
  const path = join(dir, fileName);
  const body = readsText(reads);
  const text = headOf(body) + body;
  if ((await textOf(path)) === text) return;
  const beside = `${path}.${process.pid}`;
  try {
    await writeFile(beside, text, { mode: 0o600 });
    await rename(beside, path);
  } catch (error) {
    await unlink(beside).catch(() => {});
    throw error;
  }
}

const textOf = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

const headOf = (body: string): string =>
  `${JSON.stringify({ kind: 'muster.reads', version, sha256: createHash('sha256').update(body).digest('hex') })}\n`;
