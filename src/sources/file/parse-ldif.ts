import type { Entry } from '../entries/entry.ts';
import { ldifBlocks } from './ldif-lines.ts';
import { type LdifValue, readLdifValue } from './ldif-value.ts';
import type { Mistakes } from './mistakes.ts';
import { SearchTrailer } from './search-trailer.ts';
import type { FileSnapshot } from './snapshot.ts';

/** An entry, and the line on which it begins. */
export interface LdifEntry extends Entry {
  readonly line: number;
}

export interface LdifText {
  readonly cuts: readonly string[];
  /** Places that the server pointed to instead of answering for them. */
  readonly references: number;
}

export interface LdifReading {
  /** Attributes to keep, in lower case; photographs and passwords are not. */
  readonly keep: ReadonlySet<string>;
  /** `changetype: add` states an entry: ldifde writes every one so. */
  readonly ldifde: boolean;
  /** The file is whole even without an empty line at its end. */
  readonly unended: boolean;
}

/**
 * Hands the entries of an LDIF file (RFC 2849) to `take`, one by one: content records, not changes. An entry that no
 * empty line follows may be half an entry. It is left out, and the file counts as cut.
 */
export function parseLdif(
  file: FileSnapshot,
  reading: LdifReading,
  mistakes: Mistakes,
  take: (entry: LdifEntry) => void,
): LdifText {
  const cuts: string[] = [];
  const keep = new Set([...reading.keep, 'dn', 'changetype']);
  const trailer = new SearchTrailer();
  for (const block of ldifBlocks(file.text)) {
    for (const comment of block.comments) trailer.comment(comment);
    // At the top, and of paged exports again at the top of each page.
    const version = /^version: *(.*)$/iu.exec(block.lines[0]?.text ?? '')?.[1];
    const lines = version === undefined ? block.lines : block.lines.slice(1);
    if (version !== undefined && version.trim() !== '1')
      mistakes.add(
        { path: file.path, line: block.lines[0]!.line },
        `LDIF of the version "${version.slice(0, 20)}" is not known.`,
        'Export it anew as version 1, the only one that there is.',
      );
    const [first] = lines;
    if (!first) continue;
    const named = /^dn:/iu.test(first.text);
    // Without -L, ldapsearch closes with a record of its own, and writes one for every place to ask further.
    if (!named && trailer.record(lines.map(({ text }) => text))) continue;
    if (!block.ended && !reading.unended) {
      cuts.push(
        `${file.path} has no empty line behind its last entry, so what begins on line ${first.line} may be half an entry and was left out; end it with one if it is whole`,
      );
      continue;
    }
    if (!named) {
      mistakes.add(
        { path: file.path, line: first.line },
        'The record does not begin with its name (dn:).',
        'Begin every entry with "dn:", and put empty lines between entries only.',
      );
      continue;
    }
    trailer.entry();
    const values: LdifValue[] = [];
    for (const line of lines) {
      const value = readLdifValue(line, file.path, keep, mistakes);
      if (value) values.push(value);
    }
    const change = values
      .find(({ name }) => name === 'changetype')
      ?.value.toString()
      .trim();
    if (change !== undefined && !(reading.ldifde && change.toLowerCase() === 'add')) {
      mistakes.add({ path: file.path, line: first.line }, ...refusalOf(change));
      // Hundreds of them would say nothing more.
      return { cuts, references: 0 };
    }
    const second = values.slice(1).find(({ name }) => name === 'dn');
    if (second)
      mistakes.add(
        { path: file.path, line: second.line },
        'A second name (dn:) stands in the middle of an entry.',
        'Put an empty line, without even a space in it, between two entries.',
      );
    else if (values[0]?.name === 'dn') take(entryOf(values));
  }
  cuts.push(...trailer.cuts(file.path));
  return { cuts, references: trailer.references };
}

function entryOf(values: readonly LdifValue[]): LdifEntry {
  const [dn, ...rest] = values;
  const attributes = new Map<string, Buffer[]>();
  for (const { name, value } of rest) {
    const before = attributes.get(name);
    if (before) before.push(value);
    else attributes.set(name, [value]);
  }
  return { dn: dn!.value.toString('utf8'), attributes, line: dn!.line };
}

const refusalOf = (change: string): [happened: string, remedy: string] => [
  `The file holds changes (changetype: ${change.slice(0, 20)}), and not the entries themselves.`,
  change.toLowerCase() === 'add'
    ? 'Export the entries with slapcat or ldapsearch. Is it a whole export made by ldifde, which writes every entry so, say "ldif.ldifde: true".'
    : 'Export the entries with slapcat, ldapsearch or ldifde; a log of changes does not say who is in a group.',
];
