import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';
import type { ConfigPath, Mistake, Place } from './mistake.ts';
import { aliasesMax, syntaxMistakes } from './syntax.ts';

/** A text in the config, as an object of its own so that what is found out about it can be kept beside it. */
export interface TextNode {
  readonly place: Place;
  /** As written, quotes and escapes of YAML resolved, `${…}` not. */
  readonly written: string;
  /** What it means: `written` until something else was set; empty where it is left out. */
  readonly text: string;
  /** What it shall mean instead; `undefined` leaves it out. */
  set(value: string | undefined): void;
}

/** The text of a config with its positions: what every later message points into. */
export interface ConfigDocument {
  readonly mistakes: readonly Mistake[];
  /** Every text that is a value; keys are never rewritten. */
  readonly texts: readonly TextNode[];
  /** Plain data after all `set`s. Ask only where there are no mistakes. */
  value(): unknown;
  /** Position of a value or its key; where it is not written, of the nearest thing around it. */
  place(path: ConfigPath, at: 'key' | 'value'): Place;
  /** The text at a path, through aliases. */
  textAt(path: ConfigPath): TextNode | undefined;
  /** Every text at a path or below it. */
  textsUnder(path: ConfigPath): readonly TextNode[];
  /** A scalar as it stands in the file (`007`), for telling how to quote it. */
  sourceAt(path: ConfigPath): string | undefined;
}

// Inside `{ … }` YAML reads the brace of an unquoted `${NAME}` as the begin of a block, so
// `{ kind: ldap, password: ${LDAP_PASSWORD} }` would be a syntax error that nobody understands. While YAML looks at
// the text, the braces of references stand masked by characters of the private use area: one for one, so that
// every position stays true.
const open = '\uE0F0';
const close = '\uE0F1';
const mask = (text: string): string => text.replace(/\$\{([^{}\n]*)\}/gu, `$$${open}$1${close}`);
const unmask = (text: string): string => text.replaceAll(`$${open}`, '${').replaceAll(close, '}');

/** Reads YAML 1.2 or JSON, which is a part of it. Never throws: what is wrong is in `mistakes`. */
export function readDocument(text: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(mask(text.replace(/^\uFEFF/u, '')), {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const placeOf = (node: unknown): Place | undefined => {
    const range = (node as Node | null)?.range;
    return range ? placeAt(range[0]) : undefined;
  };
  const nodes = collectTexts(document, placeOf);
  const through = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);

  return {
    mistakes: syntaxMistakes(document, placeAt),
    texts: [...nodes.values()],
    value: () => withoutLeftOut(document.toJS({ maxAliasCount: aliasesMax })),
    place(path, at) {
      let place: Place = { line: 1, column: 1 };
      let node: unknown = document.contents;
      for (const [depth, part] of path.entries()) {
        const found = step(through(node), part);
        if (!found) break;
        const last = depth === path.length - 1;
        const own = last && at === 'value' ? placeOf(found.value) : undefined;
        place = own ?? placeOf(found.key) ?? placeOf(found.value) ?? place;
        node = found.value;
      }
      return place;
    },
    textAt(path) {
      const node = through(nodeAt(document, path, through));
      return isScalar(node) ? nodes.get(node) : undefined;
    },
    textsUnder(path) {
      const node = through(nodeAt(document, path, through));
      const found: TextNode[] = [];
      if (isScalar(node) || isMap(node) || isSeq(node)) {
        visit(node, { Scalar: (_, scalar) => void found.push(...[nodes.get(scalar) ?? []].flat()) });
      }
      return found;
    },
    sourceAt(path) {
      const node = through(nodeAt(document, path, through));
      return isScalar(node) && node.source !== undefined ? unmask(node.source) : undefined;
    },
  };
}

/** Takes the mask off every scalar and lists the texts among the values. */
function collectTexts(
  document: Document,
  placeOf: (node: unknown) => Place | undefined,
): ReadonlyMap<Scalar, TextNode> {
  const nodes = new Map<Scalar, TextNode>();
  visit(document, {
    Scalar(key, scalar) {
      if (typeof scalar.value !== 'string') return;
      const written = unmask(scalar.value);
      scalar.value = written;
      if (key === 'key') return;
      const set = (value: string | undefined) => {
        scalar.value = value;
      };
      const place = placeOf(scalar) ?? { line: 1, column: 1 };
      nodes.set(scalar, {
        place,
        written,
        set,
        get text() {
          return typeof scalar.value === 'string' ? scalar.value : '';
        },
      });
    },
  });
  return nodes;
}

/** Keys whose text was left out are not there at all; entries of a list stay, so that positions do. */
function withoutLeftOut(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLeftOut);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutLeftOut(each)]));
}

/** One step down: the pair of a key, or the entry of a list. */
function step(node: unknown, part: string | number): { key?: unknown; value: unknown } | undefined {
  if (isMap(node))
    return node.items.find(pair => isScalar(pair.key) && String(pair.key.value) === String(part));
  if (isSeq(node) && typeof part === 'number') {
    const value = node.items[part];
    return value === undefined ? undefined : { value };
  }
  return undefined;
}

function nodeAt(document: Document, path: ConfigPath, through: (node: unknown) => unknown): unknown {
  let node: unknown = document.contents;
  for (const part of path) {
    node = step(through(node), part)?.value;
    if (node === undefined) return undefined;
  }
  return node;
}
