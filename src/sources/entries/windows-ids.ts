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

/**
 * `objectSid` as people write it, `S-1-5-21-…-1104`: revision, authority (big-endian), then each sub-authority
 * (little-endian; MS-DTYP §2.4.2). Undefined for bytes that are none.
 */
export function sidText(bytes: Buffer): string | undefined {
  const count = bytes[1];
  if (bytes[0] !== 1 || count === undefined || count > 15 || bytes.length !== 8 + 4 * count) return undefined;
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + 4 * index));
  return ['S-1', bytes.readUIntBE(2, 6), ...parts].join('-');
}

/** The other way round, for filters; undefined where `text` is no SID. */
export function sidBytes(text: string): Buffer | undefined {
  if (!/^S-1-\d+(?:-\d+){1,15}$/iu.test(text)) return undefined;
  const [authority = 0, ...parts] = text.split('-').slice(2).map(Number);
  if (authority >= 2 ** 48 || parts.some(part => part >= 2 ** 32)) return undefined;
  const bytes = Buffer.alloc(8 + 4 * parts.length);
  bytes.set([1, parts.length]);
  bytes.writeUIntBE(authority, 2, 6);
  for (const [index, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + 4 * index);
  return bytes;
}

/** A Windows security id: the issuing domain and the number within it. Undefined for anything but a domain's SID. */
export function sidOf(bytes: Buffer | undefined): { domain: string; rid: number } | undefined {
  // Revision 1, five sub-authorities: S-1-5-21-a-b-c-rid. Built-in groups (S-1-5-32-rid) have two and no primary users.
  if (bytes?.length !== 28 || bytes[0] !== 1 || bytes[1] !== 5) return undefined;
  return { domain: bytes.subarray(2, 24).toString('hex'), rid: bytes.readUInt32LE(24) };
}

/** Attributes of Active Directory whose bytes are an id that people write as text. */
const textOfBytes: Readonly<Record<string, (bytes: Buffer) => string | undefined>> = {
  objectguid: guidText,
  'ms-ds-consistencyguid': guidText,
  objectsid: sidText,
  sidhistory: sidText,
};

/** Reads values of the attribute `name` as text; undefined where they are text already. */
export const idReader = (name: string): ((bytes: Buffer) => string | undefined) | undefined =>
  textOfBytes[name.toLowerCase()];

/** Bytes to ask for, where `attribute` holds bytes; undefined where `text` is no id of its kind. */
export function idBytes(attribute: string, text: string): Buffer | undefined {
  return idReader(attribute) === sidText ? sidBytes(text) : guidBytes(text);
}
