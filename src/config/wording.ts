import type { z } from 'zod';
import type { ConfigPath } from './mistake.ts';

/** How a value is told that must not be shown. */
export const hidden = 'a value that is not shown';

/** What a schema asks for, by the library's name for it. */
export const expectations: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of keys',
  record: 'a block of keys',
};

export const empty = 'must not be empty';

/** In words which bound a value is beyond. */
export function boundText(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const small = issue.code === 'too_small';
  const bound = small ? issue.minimum : issue.maximum;
  if (issue.origin === 'string' || issue.origin === 'array') {
    if (small && Number(bound) === 1) return empty;
    const unit = issue.origin === 'string' ? 'characters' : 'entries';
    return `must have at ${small ? 'least' : 'most'} ${bound} ${unit}`;
  }
  if (issue.inclusive === false) return `must be ${small ? 'more' : 'less'} than ${bound}`;
  return `must be at ${small ? 'least' : 'most'} ${bound}`;
}

/** `"concurrency: 4"` for the remedy, from the example that stands in the schema. */
export function example(path: ConfigPath, value: unknown): string | undefined {
  const key = path.at(-1);
  if (value === undefined || typeof key !== 'string') return undefined;
  const shown =
    typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '').replaceAll(',', ', ');
  return `"${key}: ${shown}"`;
}

/** Did whoever wrote the schema choose the words, or are they the library's own? */
export const isCustom = (message: string): boolean =>
  message !== '' && !/^(?:Invalid|Too (?:big|small)|Unrecognized|Expected|Input) ?/u.test(message);
