import type { Entry } from './entry.ts';

/** Some of the values of one attribute, as Active Directory hands them out: `member;range=0-1499`. */
export interface Piece {
  readonly from: number;
  /** Where the next piece begins; missing in the last one. */
  readonly next?: number;
  readonly values: readonly Buffer[];
}

/** A piece of the attribute `name` (lower case) in an entry. */
export function pieceOf(entry: Entry, name: string): Piece | undefined {
  for (const [attribute, values] of entry.attributes) {
    const range = /^(.+);range=(\d+)-(\d+|\*)$/u.exec(attribute);
    if (range?.[1] !== name) continue;
    const from = Number(range[2]);
    return range[3] === '*' ? { from, values } : { from, next: Number(range[3]) + 1, values };
  }
  return undefined;
}
