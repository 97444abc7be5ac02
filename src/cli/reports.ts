import { access, constants, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MusterError } from '../errors.ts';
import type { Paint } from '../report/paint.ts';
import { type Format, formatAmong, formatNamed, formatOfFile } from '../report/registry.ts';
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
  const clean = terminal.cleanData(told);
  for (const { file, format } of filesOf(files)) {
    const tell = await format.load();
    await writePrivate(file, terminal.clean(tell(clean)));
    terminal.note(`Wrote ${file}.\n`);
  }
}

/** In which forms a result is told, and where. */
export interface Telling<Name extends string, Result> {
  readonly formats: readonly Format<Name, (result: Result) => string>[];
  /** The text that stands on a terminal, loaded when it is asked for. */
  readonly loadText: () => Promise<(result: Result, paint: Paint) => string>;
  /** Text where it is left out. */
  readonly format?: Name | undefined;
  readonly report?: readonly string[] | undefined;
}

/** Writes a result that is no plan to the files that were named, and tells it. */
export async function tellResult<Name extends string, Result>(
  terminal: Terminal,
  result: Result,
  { formats, loadText, format, report = [] }: Telling<Name, Result>,
): Promise<void> {
  const clean = terminal.cleanData(result);
  for (const file of report)
    await writePrivate(file, terminal.clean((await formatAmong(formats, file)!.load())(clean)));
  const chosen = format === 'text' ? undefined : formats.find(({ name }) => name === format);
  if (terminal.json) terminal.document(result);
  else if (chosen) terminal.verbatim((await chosen.load())(clean));
  else terminal.out((await loadText())(clean, terminal.paint));
  for (const file of report) terminal.note(`Wrote ${file}.\n`);
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
