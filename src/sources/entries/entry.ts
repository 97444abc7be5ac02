import { idReader } from './windows-ids.ts';

/**
 * An entry of an LDAP directory as it came, over the wire or in a file: names in lower case with their options
 * (`member;range=0-1499`), values as bytes.
 */
export interface Entry {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
}

export const bytesOf = (entry: Entry, name: string): readonly Buffer[] =>
  entry.attributes.get(name.toLowerCase()) ?? [];

/** All values as text, in the server's order; blank ones left out. GUIDs and SIDs come as people write them. */
export function textsOf(entry: Entry, name: string): string[] {
  const read = idReader(name) ?? (value => value.toString('utf8').trim());
  const texts: string[] = [];
  // A group may have a hundred thousand of them.
  for (const value of bytesOf(entry, name)) {
    const text = read(value);
    if (text) texts.push(text);
  }
  return texts;
}

/** The first text under the first of `names` that has one. */
export function textOf(entry: Entry, names: readonly string[]): string | undefined {
  for (const name of names) {
    const [first] = textsOf(entry, name);
    if (first !== undefined) return first;
  }
  return undefined;
}

/** Object classes in lower case. */
export const classesOf = (entry: Entry): ReadonlySet<string> =>
  new Set(textsOf(entry, 'objectClass').map(name => name.toLowerCase()));
