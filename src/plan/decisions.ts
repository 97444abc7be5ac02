import type { Change } from '../model/change.ts';
import type { Kept } from '../model/explanation.ts';
import type { Protected } from './guards/protect.ts';
import type { LetGo } from './guards/release.ts';
import type { OwnedVerdicts } from './weigh/keep-owned.ts';
import type { Weighed } from './weigh/weigh.ts';

/** What a plan does, and what it leaves, each with the reason: `explain` is told from nothing else. */
export interface Decisions extends Weighed {
  /** In any order, without those that give seats back. */
  readonly changes: readonly Change[];
  /** Ours, asked for by nobody, and they stay. */
  readonly kept: readonly Kept[];
  /** Wanted, and not done: another hand took it away, and that is only told (`limits.takenAway`). */
  readonly withheld: readonly Change[];
  /** Wanted directly, and not done: a group brings them. */
  readonly dropped: readonly Change[];
}

/** What stays although nobody asks for it: what is not proven, what is protected, what waits with its group. */
export const keptBy = (
  owned: Pick<OwnedVerdicts, 'kept'>,
  unprotected: Pick<Protected, 'kept'>,
  free: Pick<LetGo, 'still'>,
): Kept[] => [
  ...owned.kept.map(kept => ({ ...kept, cause: 'unproven' as const })),
  ...unprotected.kept.map(removal => ({
    owned: removal.owned,
    cause: 'protected' as const,
    why: 'protected by limits.protect',
  })),
  ...free.still.flatMap(({ removals, note: { text, remedy } }) =>
    removals.map(removal => ({
      owned: removal.owned,
      cause: 'quarantined' as const,
      why: text,
      ...(remedy === undefined ? {} : { remedy }),
    })),
  ),
];
