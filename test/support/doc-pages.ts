import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface Page {
  /** From the root of the repository, e.g. `docs/errors.md`. */
  readonly name: string;
  readonly text: string;
}

/** A fenced block, or an HTML comment that tells the tests what to do before the next one. */
export type Part = Fence | { readonly kind: 'order'; readonly verb: string; readonly rest: string };

export interface Fence {
  readonly kind: 'fence';
  /** The words behind the opening quotes: `console run`. */
  readonly info: string;
  readonly body: string;
  /** Where the body begins in the text of the page. */
  readonly at: number;
}

export function readPage(name: string): Page {
  return { name, text: readFileSync(join(repository, name), 'utf8') };
}

/** Everything that a user reads: the two pages at the root and all of `docs/`. */
export function allPages(): Page[] {
  const docs = readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`);
  return ['README.md', 'CHANGELOG.md', ...docs].sort().map(readPage);
}

/** Fences in the order of the page, with `<!-- run: … -->` and `<!-- world: … -->` between them. */
export function partsOf({ text }: Page): Part[] {
  const pattern = /^```([^\n`]*)\n([\s\S]*?)^```$|^<!-- (run|world): ([\s\S]*?) -->$/gmu;
  return [...text.matchAll(pattern)].map(match => {
    const [, info, body, verb, rest] = match;
    return info === undefined
      ? { kind: 'order', verb: verb!, rest: rest! }
      : { kind: 'fence', info, body: body!, at: match.index + info.length + 4 };
  });
}

/** The page without its fenced blocks: a `#` or a bracket in code is neither heading nor link. */
export const prose = ({ text }: Page): string => text.replace(/^```[\s\S]*?^```$/gmu, '');

export interface Heading {
  readonly level: number;
  readonly title: string;
}

export const headingsOf = (page: Page): Heading[] =>
  [...prose(page).matchAll(/^(#{1,6}) (.+)$/gmu)].map(match => ({
    level: match[1]!.length,
    title: match[2]!.trim(),
  }));

/** The anchor that GitHub gives a heading. */
export const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/gu, '-');

/** The text below a heading, as far as the next one of its level or higher. */
export function below(page: Page, title: string): string {
  const found = [...page.text.matchAll(/^(#{1,6}) (.+)$/gmu)].find(match => match[2]!.trim() === title);
  if (!found) throw new Error(`${page.name} has no heading "${title}".`);
  const rest = page.text.slice(found.index + found[0].length);
  const end = rest.search(new RegExp(`^#{1,${found[1]!.length}} `, 'mu'));
  return end < 0 ? rest : rest.slice(0, end);
}

export const linksOf = (page: Page): string[] =>
  [...prose(page).matchAll(/\]\(([^)\s]+)\)/gu)].map(match => match[1]!);

/** The file of a relative link, from the root of the repository; undefined for links that leave it. */
export function targetOf(page: Page, link: string): { file: string; anchor: string } | undefined {
  if (/^[a-z]+:/u.test(link)) return undefined;
  const [path = '', anchor = ''] = link.split('#');
  const file = path === '' ? page.name : relative(repository, resolve(repository, dirname(page.name), path));
  return { file, anchor };
}

export const isThere = (file: string): boolean => existsSync(join(repository, file));
