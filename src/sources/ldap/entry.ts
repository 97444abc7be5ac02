import type { SearchEntry } from 'ldapts';
import { idReader } from './windows-ids.ts';

/** An entry as it came: names in lower case with their options (`member;range=0-1499`), values as bytes. */
export interface Entry {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
}

/**
 * The bytes are taken from the parser as they stood on the wire: its decoded values are strings or buffers
 * depending on whether the bytes happen to be UTF-8, and an `objectGUID` sometimes is.
 */
export function entryOf(found: SearchEntry): Entry {
  const attributes = new Map<string, readonly Buffer[]>();
  for (const attribute of found.attributes)
    attributes.set(attribute.type.toLowerCase(), attribute.parsedBuffers);
  return { dn: found.name, attributes };
}

export const bytesOf = (entry: Entry, name: string): readonly Buffer[] =>
  entry.attributes.get(name.toLowerCase()) ?? [];

/** All values as text, in the server's order; blank ones left out. GUIDs and SIDs come as people write them. */
export function textsOf(entry: Entry, name: string): string[] {
  const read = idReader(name) ?? (value => value.toString('utf8').trim());
  return bytesOf(entry, name).flatMap(value => read(value) || []);
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
