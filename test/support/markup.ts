/** An element as a strict reader sees it; `text` is everything in it, references resolved. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

/**
 * Reads XML, or HTML that is written as strictly: every element closed, every attribute in double quotes, every `<` and
 * `&` of a text escaped. Throws with the place at the first thing that is not; so it proves that no text from outside
 * became markup.
 */
export function parseMarkup(markup: string, kind: 'xml' | 'html' = 'xml'): Element {
  const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(markup);
  if (illegal) throw new Error(`a character that markup cannot hold, at ${place(markup, illegal.index)}`);
  const tokens =
    /<!--.*?-->|<\?.*?\?>|<!doctype html>|<\/?[a-zA-Z][^\s/>]*(?:\s+[\w:-]+="[^"<]*")*\s*\/?>|[^<]+/gsy;
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [root];
  let at = 0;
  while (at < markup.length) {
    tokens.lastIndex = at;
    const token = tokens.exec(markup)?.[0];
    if (token === undefined) throw new Error(`no markup at ${place(markup, at)}`);
    at += token.length;
    const top = open.at(-1)!;
    if (!token.startsWith('<'))
      for (const each of open) each.text += top.name === 'style' ? '' : resolved(token);
    else if (token.startsWith('</')) {
      if (token.slice(2, -1).trim() !== top.name)
        throw new Error(`${token} closes ${top.name} at ${place(markup, at)}`);
      open.pop();
    } else if (!/^<[!?]/u.test(token)) {
      const element = opened(token);
      top.children.push(element);
      if (!token.endsWith('/>') && !(kind === 'html' && voids.has(element.name))) open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`${open.at(-1)!.name} is not closed`);
  if (kind === 'xml' && root.children.length !== 1) throw new Error(`${root.children.length} roots`);
  return kind === 'xml' ? root.children[0]! : root;
}

/** Every element of this name, in the order of the document. */
export const all = (element: Element, name: string): Element[] =>
  element.children.flatMap(child => [...(child.name === name ? [child] : []), ...all(child, name)]);

interface Open extends Element {
  text: string;
  readonly children: Open[];
}

const voids = new Set(['meta', 'br', 'hr', 'img', 'input', 'link', 'col', 'wbr']);

function opened(token: string): Open {
  const attributes: Record<string, string> = {};
  for (const [, name, value] of token.matchAll(/\s([\w:-]+)="([^"]*)"/gu)) {
    if (name! in attributes) throw new Error(`${name} twice in ${token}`);
    attributes[name!] = resolved(value!);
  }
  return { name: /^<([^\s/>]+)/u.exec(token)![1]!, attributes, children: [], text: '' };
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

const resolved = (text: string): string =>
  text.replace(/&(?:#(\d+);|#x([0-9a-f]+);|(\w+);)?/giu, (whole, decimal, hex, name) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (named[name] === undefined) throw new Error(`no reference: ${whole}`);
    return named[name];
  });

const place = (text: string, at: number): string =>
  `line ${text.slice(0, at).split('\n').length}: ${JSON.stringify(text.slice(at, at + 60))}`;
