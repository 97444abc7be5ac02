import type { Change } from '../../model/change.ts';
import { edgeId } from '../../model/ledger.ts';
import type { Note } from '../../model/note.ts';
import type { Plan } from '../../model/plan.ts';
import type { Seen } from '../../model/seen.ts';
import { finishPlan } from '../finish/finish-plan.ts';
import { withoutOverlap } from '../finish/overlap.ts';
import { givesBack, isInDeleted, wasOurs } from '../weigh/taken-away.ts';
import { type PlanInput, type Weighed, weigh } from '../weigh/weigh.ts';

export interface PutBackInput extends PlanInput {
  /** How our runs left what is ours. */
  readonly seen: Seen;
}

/**
 * Puts back what other hands took away of what is ours and still wanted, whatever `limits.takenAway` says. Nothing of
 * theirs goes, and what the sources or the config ask for anew waits for the next run.
 *
 * ```
 * ours, gone, still wanted                  added again
 * our group, deleted                        made anew, with those who were in it and are still wanted
 * our group, renamed or anchored elsewhere  as we left it, if the config still says so
 * ours, gone, no longer wanted              forgotten; nothing in the target
 * ```
 */
export function putBackPlan(input: PutBackInput, weighed: Weighed = weigh(input)): Plan {
  const { tenant, present } = input;
  const { groups, matches, ledger, bind, owned } = weighed;
  const changes = comingBack(weighed, input.seen).map(change =>
    change.kind === 'member.add' || change.kind === 'queue.attach'
      ? { ...change, because: 'put-back' as const }
      : change,
  );
  const disjoint = withoutOverlap({ changes, tenant, present, ledger, tellable: input.tellable });
  return finishPlan(
    { ...input, seats: new Map() },
    {
      purpose: { kind: 'put-back' },
      changes: disjoint.changes,
      groups,
      ledger,
      bookkeeping: { bind, confirm: owned.confirm, forget: owned.forget, rehome: [] },
      notes: [...matches.notes, ...disjoint.notes, ...leftAlone(weighed)],
    },
  );
}

/** What of all that is missing was ours, in no order. */
export function comingBack({ additions, taken, ledger }: Weighed, seen: Seen): Change[] {
  return additions.filter(
    change =>
      (givesBack(change, taken) && wasOurs(change, taken, ledger)) ||
      (change.kind === 'group.rename' && seen.groups.get(change.id)?.name === change.to) ||
      (change.kind === 'group.anchor' && seen.groups.get(change.id)?.externalId === change.to),
  );
}

/** What is in a group that is made anew comes back under another id. */
function leftAlone({ owned, ledger, matches }: Weighed): Note[] {
  const remade = new Set(matches.deleted.values());
  const gone = owned.forget.filter(
    edge =>
      edge.kind !== 'group' && ledger.get(edgeId(edge))?.state === 'owned' && !isInDeleted(edge, remade),
  );
  if (gone.length === 0) return [];
  const one = gone.length === 1;
  return [
    {
      code: 'put-back.left-alone',
      level: 'info',
      subject: `${gone.length} thing${one ? '' : 's'}`,
      text: `${gone.length} thing${one ? '' : 's'} of ours ${one ? 'is' : 'are'} gone and no longer asked for: ${one ? 'it is' : 'they are'} not put back, and ours no longer.`,
    },
  ];
}
