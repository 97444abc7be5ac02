import type { GroupKey } from '../../model/keys.ts';
import { edgeId } from '../../model/ledger.ts';
import type { Note } from '../../model/note.ts';
import { fingerprint } from '../finish/fingerprint.ts';
import type { Removal } from '../weigh/keep-owned.ts';
import type { Released } from '../weigh/weigh.ts';
import type { Waiting } from './quarantine.ts';

export interface LetGo {
  /** Removals that waited, and go. */
  readonly removals: readonly Removal[];
  /** The tokens that stood for them. */
  readonly released: readonly string[];
  /** Source groups that wait on. */
  readonly groups: readonly GroupKey[];
  /** What waits on with each of them, and what is said of it. */
  readonly still: readonly { readonly removals: readonly Removal[]; readonly note: Note }[];
  readonly notes: readonly Note[];
}

/**
 * Lets go what is named by its token. A token stands for one plan: for all that is done while everything that is set
 * apart waits (`standing` is the fingerprint of that), and for what waits, with the runs that put it there. So neither
 * another plan nor the same people, back and gone once more, are let go by a token that somebody has kept.
 */
export function letGo(waiting: readonly Waiting[], standing: string, asked: Released): LetGo {
  const all = waiting.map(each => ({ ...each, token: tokenOf(each.removals, standing) }));
  const isLetGo = (token: string) => asked === 'all' || asked.has(token);
  const free = all.filter(({ token }) => isLetGo(token));
  const still = all
    .filter(({ token }) => !isLetGo(token))
    .map(each => ({ key: each.key, removals: each.removals, note: waits(each) }));
  return {
    removals: free.flatMap(({ removals }) => removals),
    released: free.map(({ token }) => token),
    groups: still.map(({ key }) => key),
    still,
    notes: [
      ...still.map(({ note }) => note),
      ...unknownTokens(
        asked,
        all.map(({ token }) => token),
      ),
    ],
  };
}

const waits = ({ name, why, token }: Waiting & { readonly token: string }): Note => ({
  code: 'group.quarantined',
  level: 'warning',
  subject: name,
  text: `${why} These removals wait; everything else goes on.`,
  remedy: `If it is meant, run again with --release ${token}. It holds for this plan alone.`,
});

/** Tokens that were given, and stand for nothing that is set apart in this plan. */
export function unknownTokens(asked: Released, known: readonly string[] = []): Note[] {
  if (asked === 'all') return [];
  return [...asked]
    .filter(token => !known.includes(token))
    .map(token => ({
      code: 'release.unknown',
      level: 'warning',
      subject: `--release ${token}`,
      text: `--release ${token} lets nobody go: it stands for nothing that waits in this plan. A token holds for one plan alone.`,
      remedy:
        known.length > 0
          ? 'Read this plan. If it is meant, run again with the token that it names.'
          : 'Nothing waits in this plan: leave --release out.',
    }));
}

const tokenOf = (removals: readonly Removal[], standing: string): string =>
  fingerprint({
    standing,
    removals: removals.map(({ owned: { edge, run } }) => `${edgeId(edge)} ${run}`).sort(),
  }).slice(0, 12);
