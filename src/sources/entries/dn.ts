/** One `type=value` of a name, unescaped. */
interface Ava {
  readonly type: string;
  readonly value: string;
}

/**
 * The form in which two distinguished names are compared; undefined where `text` is none. Types and values in lower
 * case, spaces collapsed, escapes undone, the parts of a multi-valued RDN in one order:
 *
 * ```
 * sn=Kroker + CN=Amy  Wong,OU=People , dc=x      cn=amy wong+sn=kroker,ou=people,dc=x
 * cn=M\C3\BCller\, Eva,dc=x                      cn=müller\2c eva,dc=x
 * ```
 *
 * Values fold case whatever the attribute's own rule: no directory names two entries alike but for case.
 */
export function normalDn(text: string): string | undefined {
  if (plainDn.test(text)) return text.toLowerCase();
  const rdns = parseDn(text);
  return rdns?.map(rdn => rdn.map(normalAva).sort().join('+')).join(',');
}

/**
 * `normalDn` for one read: a directory names everybody once for each of their groups, and the same text has the same
 * form. The form is also one text for all, which is found in a map sooner than an equal one.
 */
export function dnReader(): (text: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return text => {
    const form = known.get(text);
    if (form !== undefined) return form;
    const made = normalDn(text);
    known.set(text, made);
    return made;
  };
}

/**
 * A name that is its own normal form but for case: printable ASCII, nothing that is special in names, single spaces
 * within values only. Nearly all names are, and a directory has one for every membership.
 */
const plainDn = ((): RegExp => {
  const word = String.raw`[!$-*\--:?-[\]-~]+`;
  const rdn = `[A-Za-z][A-Za-z0-9-]*=${word}(?: ${word})*`;
  return new RegExp(`^${rdn}(?:,${rdn})*$`, 'u');
})();

/** Is the normal name `dn` the normal name `base` or below it? Commas within values are escaped in normal names. */
export const isUnder = (dn: string, base: string): boolean =>
  dn === base || base === '' || dn.endsWith(`,${base}`);

/**
 * Does the normal name `dn` stand in the container where Active Directory keeps the members from trusted domains? What
 * they are is told by where they are.
 */
export const isForeignPrincipal = (dn: string): boolean => /(?:^|,)cn=foreignsecurityprincipals,/u.test(dn);

/** Value of `type` in the first RDN, as written: of several `cn` values the one that names the entry. */
export function namingValue(dn: string, type: string): string | undefined {
  const first = parseDn(dn)?.[0];
  return first?.find(ava => ava.type === type.toLowerCase())?.value;
}

/** `uniqueMember` may carry a bit string behind the name: `cn=Amy,dc=x#'0101'B` (RFC 4517 §3.3.21). */
export const withoutUid = (value: string): string => value.replace(/#'[01]*'B$/u, '');

const normalAva = ({ type, value }: Ava): string => {
  const folded = value.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
  return `${type}=${folded.replace(/[\\,+=]/gu, char => `\\${char.charCodeAt(0).toString(16)}`)}`;
};

/** The RDNs of a name, RFC 4514 and the older ways of RFC 2253 §4 (quotes, semicolons, spaces around separators). */
function parseDn(text: string): Ava[][] | undefined {
  if (text.trim() === '') return [];
  const rdns: Ava[][] = [[]];
  let at = 0;
  while (at < text.length) {
    const equals = text.indexOf('=', at);
    if (equals < 0) return undefined;
    const type = typeName(text.slice(at, equals));
    const read = type === undefined ? undefined : readValue(text, equals + 1);
    if (type === undefined || read === undefined) return undefined;
    rdns.at(-1)!.push({ type, value: read.value });
    at = read.end;
    if (at >= text.length) return rdns;
    if (text[at] !== '+') rdns.push([]);
    at += 1;
  }
  return undefined;
}

/** The short names of RFC 4514 §3 for their numbers: servers may write either. */
const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'cn',
  '2.5.4.4': 'sn',
  '2.5.4.6': 'c',
  '2.5.4.7': 'l',
  '2.5.4.8': 'st',
  '2.5.4.9': 'street',
  '2.5.4.10': 'o',
  '2.5.4.11': 'ou',
  '0.9.2342.19200300.100.1.1': 'uid',
  '0.9.2342.19200300.100.1.25': 'dc',
};

function typeName(text: string): string | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/^oid\./u, '');
  return /^(?:[a-z][a-z0-9-]*|\d+(?:\.\d+)+)$/u.test(name) ? (shortNames[name] ?? name) : undefined;
}

const ends = new Set([',', ';', '+']);
// Names are read by the hundred thousand, so that whole runs of letters are taken at once.
const plainOutside = /[^,;+\\]*/uy;
const plainInQuotes = /[^"\\]*/uy;
const escapedBytes = /(?:\\[0-9a-f]{2})+/iuy;

function readValue(text: string, from: number): { value: string; end: number } | undefined {
  let at = from;
  while (text[at] === ' ') at += 1;
  if (text[at] === '#') return readHexValue(text, at + 1);
  const quoted = text[at] === '"';
  if (quoted) at += 1;
  const plain = quoted ? plainInQuotes : plainOutside;
  const parts: string[] = [];
  while (at < text.length) {
    plain.lastIndex = at;
    const run = plain.exec(text)![0];
    parts.push(run);
    at += run.length;
    if (text[at] !== '\\') break;
    // Letters beyond ASCII may be written as several escaped bytes.
    escapedBytes.lastIndex = at;
    const bytes = escapedBytes.exec(text)?.[0];
    if (bytes !== undefined) {
      parts.push(Buffer.from(bytes.replaceAll('\\', ''), 'hex').toString('utf8'));
      at += bytes.length;
    } else if (at + 1 < text.length) {
      const char = String.fromCodePoint(text.codePointAt(at + 1)!);
      parts.push(char);
      at += 1 + char.length;
    } else return undefined;
  }
  if (quoted) {
    if (text[at] !== '"') return undefined;
    at += 1;
    while (text[at] === ' ') at += 1;
    if (at < text.length && !ends.has(text[at]!)) return undefined;
  }
  return { value: parts.join(''), end: at };
}

/** `#04024869`: the value as BER. Short strings are undone; anything else stays what it says. */
function readHexValue(text: string, from: number): { value: string; end: number } | undefined {
  const hex = /^[0-9a-f]*/iu.exec(text.slice(from))![0];
  const end = from + hex.length + /^ */u.exec(text.slice(from + hex.length))![0].length;
  if (hex.length < 4 || hex.length % 2 !== 0 || (end < text.length && !ends.has(text[end]!)))
    return undefined;
  const bytes = Buffer.from(hex, 'hex');
  const isString = [0x04, 0x0c, 0x13, 0x16].includes(bytes[0]!) && bytes[1] === bytes.length - 2;
  return { value: isString ? bytes.subarray(2).toString('utf8') : `#${hex.toLowerCase()}`, end };
}
