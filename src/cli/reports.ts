import { access, constants, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MusterError } from '../errors.ts';
import { formatNamed, formatOfFile } from '../report/registry.ts';
import type { ToldPlan } from '../report/told-plan.ts';
import type { Terminal } from './terminal.ts';

/** Files that a plan is written to, each in the form that the end of its name says; `html` whatever it is called. */
export interface ReportFiles {
  readonly report?: readonly string[];
  readonly html?: string;
}

const filesOf = ({ report = [], html }: ReportFiles) => [
  ...report.map(file => ({ file, format: formatOfFile(file)! })),
  ...(html === undefined ? [] : [{ file: html, format: formatNamed('html') }]),
];

/**
 * Rejects with `file.unwritable` for the first file that could not be written, and makes none. Whoever writes to the
 * target asks first: a report of what was done must not fail after it was done.
 */
export async function checkReports(files: ReportFiles): Promise<void> {
  for (const { file } of filesOf(files)) {
    const place = await access(file).then(
      () => file,
      () => dirname(file),
    );
    await access(place, constants.W_OK).catch(cause => {
      throw unwritable(file, cause);
    });
  }
}

export async function writeReports(terminal: Terminal, told: ToldPlan, files: ReportFiles): Promise<void> {
  for (const { file, format } of filesOf(files)) {
    const tell = await format.load();
    await writePrivate(file, terminal.clean(tell(terminal.cleanData(told))));
    terminal.note(`Wrote ${file}.\n`);
  }
}

/** Writes a file that the user asked for, readable by them alone: names of people are in it. */
export async function writePrivate(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 }).catch(cause => {
    throw unwritable(file, cause);
  });
}

const unwritable = (file: string, cause: NodeJS.ErrnoException) =>
  new MusterError('file.unwritable', {
    happened: `The file cannot be written (${cause.code ?? 'unknown reason'}).`,
    subject: file,
    remedy: 'Name a file in a directory that is there and that you may write to.',
    cause,
  });
