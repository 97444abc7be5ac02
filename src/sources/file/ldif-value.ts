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
 * One line of a record; undefined where it is none, which `mistakes` then says, and where the attribute is not to be
 * kept. Values are never quoted: there are password hashes among them.
 */
export function readLdifValue(
  { text, line }: LogicalLine,
  path: string,
  keep: ReadonlySet<string>,
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
  const kept = keep.has(name.split(';')[0]!);
  if (kind === '') return kept ? { name, value: Buffer.from(rest), line } : undefined;
  const base64 = rest.trim();
  const isBase64 = base64.length % 4 === 0 && /^[a-z0-9+/]*={0,2}$/iu.test(base64);
  const value = isBase64 && kept ? Buffer.from(base64, 'base64') : undefined;
  const isText = name !== 'dn' || value === undefined || isUtf8(value);
  if (isBase64 && isText) return value && { name, value, line };
  mistakes.add(
    at,
    `The value of ${written} is no ${isBase64 ? 'text in UTF-8' : 'base64, though it is called so (::)'}.`,
    'Export the file anew.',
  );
  return undefined;
}
