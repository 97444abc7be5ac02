import type { SourceKind } from '../sources/source.ts';
import type { Reading } from './check-section.ts';
import type { TextNode } from './document.ts';
import { type ConfigPath, type Doubt, type Place, pathText } from './mistake.ts';
import { isBlock } from './raw-data.ts';

/** Where secrets stand in this config: our own, and those that each kind of source names. */
export function secretPaths(raw: unknown, kinds: readonly SourceKind[]): readonly ConfigPath[] {
  const paths: ConfigPath[] = [['genesys', 'clientSecret']];
  const sources = isBlock(raw) ? raw.sources : undefined;
  for (const [id, entry] of isBlock(sources) ? Object.entries(sources) : []) {
    const kind = isBlock(entry) ? kinds.find(each => each.kind === entry.kind) : undefined;
    for (const name of kind?.secrets ?? []) paths.push(['sources', id, ...name.split('.')]);
  }
  return paths;
}

/** Is this the place of a secret, or something inside one (a key file as a block)? */
export const secretAt =
  (paths: readonly ConfigPath[]) =>
  (path: ConfigPath): boolean =>
    paths.some(secret => secret.every((part, at) => String(part) === String(path[at])));

/**
 * Every value that must never be printed: what stands in the place of a secret, the parts that `${…}` put into it,
 * all that came out of `${file:…}`, and passwords inside URLs. The longest first, so that replacing one does not
 * break up another.
 */
export function secretValues(paths: readonly ConfigPath[], { document, filled }: Reading): string[] {
  const values = new Set<string>();
  for (const path of paths) {
    for (const node of document.textsUnder(path)) {
      values.add(node.text);
      for (const value of filled.get(node)?.values ?? []) values.add(value);
    }
  }
  for (const node of document.texts) {
    const facts = filled.get(node);
    if (facts?.fromFile) for (const value of facts.values) values.add(value);
    const password = urlPassword(node.text);
    if (password) for (const form of [password, decoded(password)]) values.add(form);
  }
  return [...values]
    .filter(value => value.trim() !== '')
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

const urlPassword = (text: string): string | undefined =>
  /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s:]*:([^/?#@\s]+)@/iu.exec(text.trim())?.[1];

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Secrets that work and should not stay as they are. */
export function secretDoubts(paths: readonly ConfigPath[], { document, filled }: Reading): Doubt[] {
  const inUrls = document.texts
    .filter(node => !filled.has(node) && urlPassword(node.text))
    .map(node => plain([], 'A password inside a URL', node.place));
  const inPlace = paths.flatMap(path => {
    const nodes = document.textsUnder(path);
    const name = pathText(path);
    const doubts: Doubt[] = [];
    if (nodes.some(node => isPlain(node, filled.get(node)))) doubts.push(plain(path, name));
    if (nodes.some(node => hasStraySpace(node.text))) {
      doubts.push({
        code: 'secret-with-space',
        path,
        text: `${name} begins or ends with white space.`,
        remedy: 'Take it away unless the secret has it.',
      });
    }
    return doubts;
  });
  return [...inUrls, ...inPlace];
}

const plain = (path: ConfigPath, name: string, place?: Place): Doubt => ({
  code: 'secret-in-plain',
  path,
  ...(place ? { place } : {}),
  text: `${name}: secret written in plain.`,
  remedy: `Write \${NAME} for an environment variable or \${file:path} for a file, and change the secret.`,
});

/** White space around one line; a key of several lines ends with one more by rights. */
const hasStraySpace = (text: string): boolean => text !== text.trim() && !text.trim().includes('\n');

/** Nothing of it came from elsewhere, or what came is a default that stands in the config. */
const isPlain = (node: TextNode, facts: { readonly fromDefault: boolean } | undefined): boolean =>
  facts ? facts.fromDefault : node.written !== '';
