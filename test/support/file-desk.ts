import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { isMusterError, type MusterError, MusterErrors } from '../../src/errors.ts';
import type { Directory } from '../../src/model/directory.ts';
import { fileFrom } from './file-rig.ts';

export const everything = { groups: [{ kind: 'glob', text: '*' } as const] };
export const never = new AbortController().signal;

type Options = Readonly<Record<string, unknown>>;

/** A directory of its own for each test, files in it, and what reading them says. */
export interface FileDesk {
  readonly directory: string;
  save(name: string, text: string | Buffer): Promise<void>;
  /** Saves one file and reads it. */
  reading(name: string, text: string | Buffer, options?: Options): Promise<Directory>;
}

export function fileDesk(): FileDesk {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'muster-file-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const save = (name: string, text: string | Buffer) => writeFile(path.join(directory, name), text);
  return {
    get directory() {
      return directory;
    },
    save,
    async reading(name, text, options = {}) {
      await save(name, text);
      return fileFrom(directory, { path: name, ...options }).read(everything, never);
    },
  };
}

/** What a read that fails says: place and sentence of each mistake. */
export async function mistakes(read: Promise<Directory>): Promise<string[]> {
  const error = await read.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const errors = error instanceof MusterErrors ? error.errors : [error];
  return errors.map(each => {
    expect(isMusterError(each, 'source.file-invalid'), String(each)).toBe(true);
    expect((each as MusterError).remedy).not.toBe('');
    return `${(each as MusterError).subject} ${(each as MusterError).happened}`;
  });
}

export const members = (found: Directory, group: string): string[] | undefined =>
  found.groups.find(({ name }) => name === group)?.members.map(({ kind, id }) => `${kind} ${id}`);

export const reasons = (found: Directory, group: string): readonly string[] | undefined =>
  found.groups.find(({ name }) => name === group)?.evidence.reasons;
