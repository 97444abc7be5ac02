import type { Entry } from '../entries/entry.ts';
import type { Layout } from '../entries/layout.ts';
import { type Piece, pieceOf } from '../entries/piece.ts';

/**
 * An entry without the options of its attributes: the values of `cn;lang-de` are further values of `cn`, behind those
 * without an option, and pieces of a membership (`member;range=0-1499`) are put together. Where pieces are missing,
 * `doubts` says so.
 */
export function withoutOptions(
  entry: Entry,
  layout: Layout,
): { readonly entry: Entry; readonly doubts: readonly string[] } {
  if (![...entry.attributes.keys()].some(name => name.includes(';'))) return { entry, doubts: [] };
  const attributes = new Map<string, readonly Buffer[]>();
  for (const [name, values] of entry.attributes) if (!name.includes(';')) attributes.set(name, values);
  for (const [written, values] of entry.attributes) {
    const [name = '', ...options] = written.split(';');
    if (options.length === 0 || isRange(written)) continue;
    attributes.set(name, [...(attributes.get(name) ?? []), ...values]);
  }
  const doubts: string[] = [];
  for (const name of layout.members.map(member => member.toLowerCase())) {
    const pieces = piecesOf(entry, name);
    if (pieces.length === 0) continue;
    const values = [...(attributes.get(name) ?? [])];
    let next: number | undefined = 0;
    for (const piece of pieces) {
      for (const value of piece.values) values.push(value);
      next = piece.from === next ? piece.next : Number.NaN;
    }
    if (next !== undefined)
      doubts.push(
        `the file has only ${values.length} values of ${name}, the server handed them out in pieces`,
      );
    attributes.set(name, values);
  }
  return { entry: { dn: entry.dn, attributes }, doubts };
}

const isRange = (written: string): boolean => /;range=/u.test(written);

/** In the order in which they follow one another. */
function piecesOf(entry: Entry, name: string): Piece[] {
  const pieces = [...entry.attributes].flatMap(
    ([written, values]) => pieceOf({ dn: entry.dn, attributes: new Map([[written, values]]) }, name) ?? [],
  );
  return pieces.sort((a, b) => a.from - b.from);
}
