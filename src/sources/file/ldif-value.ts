import { isUtf8 } from 'node:buffer';
import type { LogicalLine } from './ldif-lines.ts';
import type { Mistakes } from './mistakes.ts';

/** `attribute;options: value`. */
export interface LdifValue {
  /** In lower case, with its options. */
  readonly name: string;
  readonly value: Buffer;
  readonly line: number;
}

/**
 * One line of a record; undefined where it is none, which `mistakes` then says. Values are never quoted: there are
 * password hashes among them.
 */
export function readLdifValue(
  { text, line }: LogicalLine,
  path: string,
  mistakes: Mistakes,
): LdifValue | undefined {
  const at = { path, line };
  const found = /^([a-z0-9][\w.-]*(?:;[^:;\s]+)*):([:<]?) *(.*)$/isu.exec(text);
  if (!found) {
    mistakes.add(
      at,
      text.startsWith(' ')
        ? 'The line begins with a space, and no line goes on there.'
        : 'The line is no "attribute: value".',
      'Export the file anew, or correct the line; in LDIF a long value goes on in a line that begins with a space.',
    );
    return undefined;
  }
  const [, written = '', kind, rest = ''] = found;
  const name = written.toLowerCase();
  if (kind === '<') {
    mistakes.add(
      at,
      `The value of ${written} is in another place (${written}:<), which is not followed.`,
      'Export with the values themselves in the file: ldapsearch without -t.',
    );
    return undefined;
  }
  if (kind === '') return { name, value: Buffer.from(rest), line };
  const base64 = rest.trim();
  const value = Buffer.from(base64, 'base64');
  const isBase64 = base64.length % 4 === 0 && /^[a-z0-9+/]*={0,2}$/iu.test(base64);
  if (isBase64 && (name !== 'dn' || isUtf8(value))) return { name, value, line };
  mistakes.add(
    at,
    `The value of ${written} is no ${isBase64 ? 'text in UTF-8' : 'base64, though it is called so (::)'}.`,
    'Export the file anew.',
  );
  return undefined;
}
