import type { SearchEntry } from 'ldapts';

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

/** All values as text, in the server's order; blank ones left out. */
export const textsOf = (entry: Entry, name: string): string[] =>
  bytesOf(entry, name)
    .map(value => value.toString('utf8').trim())
    .filter(value => value !== '');

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

/**
 * `objectGUID` as people write it: of the 16 bytes the first three fields are little-endian (identity sources
 * reference §4). Undefined for anything but 16 bytes.
 */
export function guidText(bytes: Buffer): string | undefined {
  if (bytes.length !== 16) return undefined;
  const part = (from: number, to: number, reversed: boolean) => {
    const slice = Buffer.from(bytes.subarray(from, to));
    return (reversed ? slice.reverse() : slice).toString('hex');
  };
  return [part(0, 4, true), part(4, 6, true), part(6, 8, true), part(8, 10, false), part(10, 16, false)].join(
    '-',
  );
}

/** The other way round, for filters; undefined where `text` is no UUID. */
export function guidBytes(text: string): Buffer | undefined {
  const hex = text.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/iu.test(hex)) return undefined;
  const bytes = Buffer.from(hex, 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** A Windows security id: the issuing domain and the number within it. Undefined for anything but a domain's SID. */
export function sidOf(bytes: Buffer | undefined): { domain: string; rid: number } | undefined {
  // Revision 1, five sub-authorities: S-1-5-21-a-b-c-rid. Built-in groups (S-1-5-32-rid) have two and no primary users.
  if (bytes?.length !== 28 || bytes[0] !== 1 || bytes[1] !== 5) return undefined;
  return { domain: bytes.subarray(2, 24).toString('hex'), rid: bytes.readUInt32LE(24) };
}
