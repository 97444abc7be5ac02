import type { Entry } from '../entries/entry.ts';
import type { Layout } from '../entries/layout.ts';
import { type Piece, pieceOf } from '../entries/piece.ts';
import type { LdapSession } from './client.ts';

export interface WholeEntry {
  readonly entry: Entry;
  /** Searches that it took. */
  readonly pages: number;
  readonly reasons: readonly string[];
}

/** Pieces of one attribute: at Active Directory's 1,500 values each, 15 million members. */
const maxPieces = 10_000;

/**
 * Puts a membership together that Active Directory hands out in pieces: an entry with more than `MaxValRange` values
 * shows an empty `member` beside `member;range=0-1499`, the next piece is asked for as `member;range=1500-*`, and
 * the last one says `*` as its end (identity sources reference §4). Other servers answer such a question with
 * nothing at all, which would read as an end, so they are never asked.
 */
export async function withAllMembers(
  entry: Entry,
  layout: Layout,
  session: LdapSession,
): Promise<WholeEntry> {
  if (layout.vendor !== 'active-directory') return { entry, pages: 0, reasons: [] };
  const attributes = new Map(entry.attributes);
  const reasons: string[] = [];
  let pages = 0;
  for (const name of layout.members.map(member => member.toLowerCase())) {
    let piece = pieceOf(entry, name);
    if (!piece) continue;
    const values = [...piece.values];
    for (let count = 0; piece?.next !== undefined && count < maxPieces; count++) {
      const asked = `${name};range=${piece.next}-*`;
      const answer = await session.search({ base: entry.dn, scope: 'base', attributes: [asked] });
      pages += 1;
      const [again] = answer.entries;
      const following: Piece | undefined = again && pieceOf(again, name);
      // Only the piece that begins where the last one ended goes on; anything else would leave a hole.
      if (answer.stopped || following?.from !== piece.next) break;
      for (const value of following.values) values.push(value);
      piece = following;
    }
    if (piece.next !== undefined)
      reasons.push(`only the first ${values.length} values of ${name} could be read`);
    attributes.set(name, values);
  }
  return { entry: { dn: entry.dn, attributes }, pages, reasons };
}
