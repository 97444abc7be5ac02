import { MusterError } from '../errors.ts';
import { isRemoval } from '../model/change.ts';
import type { RunRecord } from '../model/history.ts';
import { bookedIds, type KeptPlan } from '../model/kept-plan.ts';
import { edgeId } from '../model/ledger.ts';
import type { Limits } from '../model/limits.ts';
import { type Moved, movedSince } from '../plan/approved.ts';
import { amountGuards } from '../plan/guards/guard.ts';
import { changeText } from '../report/change-text.ts';
import { planAdopt } from './adopt.ts';
import type { Job, OnProgress, Planned } from './job.ts';
import { planPutBack } from './put-back.ts';
import { planRun } from './sync.ts';
import { planUndo } from './undo.ts';

export interface Resumed {
  /** The last run; left out where there is none. */
  readonly last?: RunRecord;
  /** What is left of it; left out where it came to its end. */
  readonly planned?: Planned;
}

/**
 * What is left of the last run, if it did not come to its end. It is planned anew, from the real state: what the
 * dead run did is seen by reading. Throws `plan.world-moved`, with a list, where that is not a part of what the run was
 * given, and `plan.unreadable` where that is not known any more.
 */
export async function planResume(job: Job, signal: AbortSignal, onProgress?: OnProgress): Promise<Resumed> {
  const runs = await job.store.history();
  const last = runs.at(-1);
  if (!last || last.state === 'done' || last.state === 'nothing-to-do') return last ? { last } : {};
  const kept = await job.store.keptPlan?.(last);
  if (!kept && (last.changes > 0 || last.purpose)) throw notKept(last);
  const made = [...last.writes.flatMap(write => write.made ?? []), ...last.bound];
  const moved = ({ plan, ledger }: Planned): Moved => {
    const { bind, forget } = plan.bookkeeping;
    const notThere = new Set(forget.map(edgeId));
    const isOurs = (id: string) => ledger.has(id) && !notThere.has(id);
    return movedSince(kept?.changes ?? [], plan.changes, [...made, ...bind], isOurs);
  };
  // What a quarantine let go once was let go by name: the rest of it needs no new name.
  const free = { ...job, limits: withoutQuarantine(job.limits), released: new Set<string>() };
  let planned = await planAs(free, kept, signal, onProgress);
  if (moved(planned).added.some(isRemoval)) planned = await planAs(job, kept, signal, onProgress);
  const { added, dropped } = moved(planned);
  const booked = new Set(kept?.booked);
  const more = bookedIds(planned.plan.bookkeeping).filter(id => !booked.has(id)).length;
  if (added.length + dropped.length + more > 0)
    throw worldMoved(last, planned, { added, dropped, more }, kept);
  const refusals = planned.refusals.filter(({ code }) => !amountGuards.has(code));
  return { last, planned: { ...planned, refusals, resumes: last.run } };
}

function planAs(
  job: Job,
  kept: KeptPlan | undefined,
  signal: AbortSignal,
  onProgress?: OnProgress,
): Promise<Planned> {
  const { purpose, choice } = kept ?? {};
  if (purpose?.kind === 'undo') return planUndo(job, purpose.of, signal, onProgress);
  if (purpose?.kind === 'put-back') return planPutBack(job, signal, onProgress);
  if (purpose?.kind === 'adopt') return planAdopt(job, purpose, signal, onProgress);
  // A tenant that did not honour the documented contract is not asked for it again.
  return planRun(job, signal, onProgress, choice?.by === 'switched' ? choice : undefined);
}

const withoutQuarantine = (limits: Limits): Limits => ({
  ...limits,
  quarantine: { percent: 100, from: Number.POSITIVE_INFINITY },
});

const notKept = ({ run }: RunRecord): MusterError =>
  new MusterError('plan.unreadable', {
    happened: 'The plan of this run is not kept any more, so it is not known what was approved.',
    subject: `run ${run}`,
    remedy: 'Run `muster plan`, and apply that: it goes on from the real state.',
  });

const mostTold = 5;

function worldMoved(
  { run }: RunRecord,
  { plan }: Planned,
  { added, dropped, more }: Moved & { readonly more: number },
  kept: KeptPlan | undefined,
): MusterError {
  const list = (changes: Moved['added'], names: KeptPlan['names']) => {
    const texts = changes.slice(0, mostTold).map(change => changeText(change, names));
    const rest = changes.length - texts.length;
    return `${texts.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
  };
  const parts = [
    ...(added.length > 0 ? [`New is: ${list(added, plan.names)}.`] : []),
    ...(dropped.length > 0 ? [`No longer asked for is: ${list(dropped, kept?.names ?? plan.names)}.`] : []),
    ...(more > 0 ? [`New is: ${more} more to be adopted or given back.`] : []),
  ];
  return new MusterError('plan.world-moved', {
    happened: `What would be done now is not the rest of what was approved. ${parts.join(' ')}`,
    subject: `run ${run}`,
    remedy: 'Nothing was written. Look at `muster plan`, and apply that: it goes on from the real state.',
  });
}
