import { shown } from './shown-text.ts';

/**
 * Text from outside as Markdown of the GitHub and GitLab kind: it stays one line, formats nothing, links nothing, calls
 * nobody, and fits a table cell. The bar becomes a character reference, because not every reader takes `\|`.
 */
export const markdownText = (text: string, most = 2_000): string =>
  shown(text, most)
    .trim()
    // "@somebody", "#12" and "!12" call people and link tickets after all Markdown is done: an unseen joiner parts them.
    .replace(/(?<![\p{L}\p{N}])([@#!])(?=[\p{L}\p{N}])/gu, '$1\u2060')
    .replace(/[\\`*[\]{}~$]/gu, '\\$&')
    .replace(/[&<>|]/gu, char => references[char]!)
    // Between letters an underscore is an underscore, and queue names are full of them.
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/^[-+=#:]/u, '\\$&')
    .replace(/^(\d{1,9})([.)])/u, '$1\\$2')
    .replace(/:\/\//gu, '\\://')
    .replace(/\bwww\./giu, match => `${match.slice(0, -1)}\\.`);

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
};

export type Alignment = 'left' | 'right';

/** The cells are Markdown already. `right` is for numbers. */
export function markdownTable(
  columns: readonly { readonly title: string; readonly align?: Alignment }[],
  rows: readonly (readonly string[])[],
): string {
  return [
    markdownRow(columns.map(({ title }) => title)),
    markdownRow(columns.map(({ align }) => (align === 'right' ? '--:' : '---'))),
    ...rows.map(markdownRow),
  ].join('\n');
}

export const markdownRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
