import pc from 'picocolors';
import { MusterError, MusterErrors } from '../errors.ts';
import { hiddenIn, hiding } from '../model/secret-forms.ts';
import type { Paint } from '../report/paint.ts';
import { shownLines } from '../report/shown-text.ts';

/** Where a command speaks: results to stdout, everything else to stderr. No TTY: no colour, no spinner, no question. */
export interface Terminal {
  readonly paint: Paint;
  /** A person is at the other end and may be asked. */
  readonly interactive: boolean;
  readonly json: boolean;
  out(text: string): void;
  /** One JSON document with its newline: what `--json` promises. */
  document(value: unknown): void;
  /** A document of another language than a terminal's: Markdown, XML, HTML. */
  verbatim(text: string): void;
  note(text: string): void;
  /** As `note`, under `--json` as well: what was asked for by `--verbose`. */
  log(line: string): void;
  error(error: unknown): void;
  /** The text without what was hidden, for what is written to a file. */
  clean(text: string): string;
  /**
   * Plain data without it, for what is yet to be told: a report writes it in a language of its own, and cuts a name that
   * is long, and what is left of a secret then would not be known for one.
   */
  cleanData<Data>(data: Data): Data;
  /** Values that never leave: replaced by `***` in everything that is printed from now on. */
  hide(secrets: readonly string[]): void;
  ask(question: string): Promise<boolean>;
}

export interface TerminalOptions {
  readonly json: boolean;
  readonly colour?: boolean;
}

/** What is never printed, and a text or plain data without it. */
export interface Hidden {
  add(values: readonly string[]): void;
  text(text: string): string;
  data<Data>(data: Data): Data;
}

export function hiddenValues(): Hidden {
  const secrets = new Set<string>();
  let hide = hiding(secrets);
  return {
    add: values => {
      for (const value of values) secrets.add(value);
      hide = hiding(secrets);
    },
    text: text => hide(text),
    data: data => hiddenIn(data, hide),
  };
}

/** One list for the process: an error is printed by another terminal than the one that learnt what is secret. */
const ofTheProcess = hiddenValues();

export function createTerminal({ json, colour }: TerminalOptions, hidden = ofTheProcess): Terminal {
  const colours = pc.createColors(colour ?? (process.stdout.isTTY === true && pc.isColorSupported));
  const paint: Paint = {
    add: colours.green,
    remove: colours.red,
    change: colours.yellow,
    warn: colours.yellow,
    dim: colours.dim,
    bold: colours.bold,
  };
  const lines = (text: string) => shownLines(hidden.text(text), colours.isColorSupported);
  // Of the data and not of their text: a secret that is a letter, or "true", would be part of how JSON is written.
  const document = (value: unknown) =>
    void process.stdout.write(`${JSON.stringify(hidden.data(value), undefined, 2)}\n`);
  const err = (text: string) => void process.stderr.write(lines(text));
  return {
    paint,
    json,
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true && !json,
    clean: text => hidden.text(text),
    cleanData: data => hidden.data(data),
    out: text => void process.stdout.write(lines(text)),
    document,
    verbatim: text => void process.stdout.write(hidden.text(text)),
    note: text => (json ? undefined : err(text)),
    log: err,
    error: error => {
      if (json) document(errorDocument(error));
      else err(errorText(error, paint));
    },
    hide: values => hidden.add(values),
    ask: async question => {
      const { createInterface } = await import('node:readline/promises');
      const answers = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return /^y(es)?$/iu.test((await answers.question(lines(`${question} [y/N] `))).trim());
      } finally {
        answers.close();
      }
    },
  };
}

const all = (error: unknown): readonly unknown[] => (error instanceof MusterErrors ? error.errors : [error]);

const errorDocument = (error: unknown) => ({
  kind: 'muster.error',
  version: 1,
  errors: all(error).map(each =>
    each instanceof MusterError
      ? each.toJSON()
      : { code: 'unexpected', happened: each instanceof Error ? each.message : String(each) },
  ),
});

/** Code and subject to find it, what happened, what to do; a stack only for mistakes of ours. */
function errorText(error: unknown, paint: Paint): string {
  const lines = all(error).map(each => {
    if (!(each instanceof MusterError))
      return `${paint.remove('error')}  ${each instanceof Error ? (each.stack ?? each.message) : String(each)}\n`;
    const id = each.correlationId ? paint.dim(`  (correlation id ${each.correlationId})`) : '';
    return `${paint.remove('error')}  ${each.code}${each.subject ? `  ${paint.bold(each.subject)}` : ''}\n  ${each.happened}${id}\n${paint.dim(`  → ${each.remedy}`)}\n`;
  });
  return lines.join('');
}
