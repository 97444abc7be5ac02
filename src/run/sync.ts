import { applyPlan } from '../apply/apply-plan.ts';
import { newRunId } from '../apply/run-id.ts';
import { strategies } from '../assignment/registry.ts';
import type { Resolved } from '../desired/resolve.ts';
import { MusterError, throwAll } from '../errors.ts';
import { queueProblemError } from '../genesys/queue-problems.ts';
import type { ContractChoice } from '../model/contract.ts';
import type { Directory } from '../model/directory.ts';
import type { Journal } from '../model/journal.ts';
import { keptPlan } from '../model/kept-plan.ts';
import type { GroupId, QueueId } from '../model/keys.ts';
import type { Outcome } from '../model/outcome.ts';
import { isToApply, type Plan } from '../model/plan.ts';
import { forTheRecord } from '../model/purpose.ts';
import { nothingSeen } from '../model/seen.ts';
import type { Tenant, TenantGroup, TenantQueue } from '../model/tenant.ts';
import { floorAt } from '../plan/guards/floors.ts';
import { guard } from '../plan/guards/guard.ts';
import { hoursInUtc, unmatchedLimits } from '../plan/guards/limit-names.ts';
import { eachMinute, underFloor, unseenAmong } from '../plan/guards/under-floor.ts';
import { makePlan, type PlanInput } from '../plan/make-plan.ts';
import { seenAfter, seenChange } from '../plan/seen.ts';
import type { Store } from '../store/store.ts';
import { inputOf } from './compose-plan.ts';
import type { Job, OnProgress, PlanJob, Planned } from './job.ts';
import { keepingLast, lookAgain } from './look-again.ts';
import { lookCloser, type Made } from './look-closer.ts';
import { readsAfter } from './remember.ts';
import { assertStillGood } from './still-good.ts';
import { type Survey, survey } from './survey.ts';

/**
 * sources → desired → plan, and stop: a dry run is this and nothing else. Every read is complete or an error.
 * `contract` overrides the job's choice, for the run after a tenant turned out not to honour one.
 */
export const planRun = (
  job: PlanJob,
  signal: AbortSignal,
  onProgress?: OnProgress,
  switched?: ContractChoice,
): Promise<Planned> =>
  planWith(job, input => ({ plan: makePlan(input), reads: [] }), signal, onProgress, switched);

/** What kind of plan is made of all that was read. */
export type Make = (input: PlanInput, directories: readonly Directory[]) => Made;

/** As `planRun`, for a plan of another kind. */
export async function planWith(
  job: PlanJob,
  make: Make,
  signal: AbortSignal,
  onProgress: OnProgress = () => {},
  switched?: ContractChoice,
): Promise<Planned> {
  const seen = await survey(job, signal, onProgress, switched);
  const { makeOn, lookOn } = plannerOn(job, seen, make);
  const sure = await lookAgain(job.tenant, seen.first, seen.scope, at => lookOn(at).plan, signal);
  const { plan, tenant } = await lookCloser(job, sure, makeOn, signal, lookOn);
  const doubtful = plan.purpose ? [] : [...unmatchedLimits(tenant, job.limits), ...hoursInUtc(job.limits)];
  return {
    plan: { ...plan, notes: [...plan.notes, ...doubtful] },
    refusals: guard(plan, job.limits, job.clock.now()),
    tenant,
    directories: seen.directories,
    mark: seen.view.mark,
    ledger: seen.view.ledger,
    mappings: seen.mappings,
    remembered: seen.remembered,
  };
}

/** Makes plans, and whatever else, on one picture of the tenant after the other. */
export interface Planner<Out extends Made> {
  readonly makeOn: (tenant: Tenant) => Out;
  /** As if everything that is set apart went: what has to be read before anything is judged. */
  readonly lookOn: (tenant: Tenant) => Out;
}

/** Throws what stops a run: queues that are not found, people without a user where that is asked for. */
export function plannerOn<Out extends Made>(
  job: PlanJob,
  { resolveOn, view, mappings, notes, directories, owed }: Survey,
  make: (input: PlanInput, directories: readonly Directory[]) => Out,
): Planner<Out> {
  const inputOn = keepingLast((tenant: Tenant): PlanInput => {
    const resolved = resolveOn(tenant);
    throwAll(resolved.problems.map(problem => queueProblemError(problem, tenant)));
    if (job.missing === 'fail') throwAll(missingPeople(resolved));
    return inputOf({ job, mappings, notes, resolved, tenant, ...view });
  });
  const madeOf = (input: PlanInput): Out => {
    const made = make(input, directories);
    return { ...made, reads: [...owed, ...made.reads] };
  };
  const makeOn = keepingLast((tenant: Tenant) => madeOf(inputOn(tenant)));
  // What is set apart is looked at as if it went: so its token is the same before and after somebody lets it go.
  const lookOn = keepingLast((tenant: Tenant) =>
    makeOn(tenant).plan.quarantined ? madeOf({ ...inputOn(tenant), released: 'all' }) : makeOn(tenant),
  );
  return { makeOn, lookOn };
}

export interface ApplyOptions {
  /** Ask to stop; see `ApplyInput.stop`. */
  readonly stop: AbortSignal;
  readonly signal: AbortSignal;
  readonly store: Store;
  readonly onProgress?: OnProgress;
  readonly random?: () => number;
}

/**
 * plan → apply. Refusals that the plan came with are the caller's matter: this applies what it is given. Throws
 * `plan.world-moved` where another run has written to the ledger since the plan was made, or another mapping is in force
 * now, and `plan.refused` where a floor that holds now refuses it.
 */
export async function applyRun(job: Job, planned: Planned, options: ApplyOptions): Promise<Outcome> {
  const { plan, tenant, remembered } = planned;
  const seen = new Map(tenant.groups.map(group => [group.id, group]));
  const outcome = await carryOut(job, planned, seen, options);
  if (job.remember && remembered) {
    const around = { how: job.remember, remembered, nowMs: job.clock.now() };
    const reads = readsAfter({ ...around, plan, tenant, outcome, seen });
    if (reads) await options.store.keepReads?.(reads);
  }
  return outcome;
}

async function carryOut(
  job: Job,
  planned: Planned,
  seen: Map<GroupId, TenantGroup>,
  options: ApplyOptions,
): Promise<Outcome> {
  const { plan, tenant, mark, resumes, refusals } = planned;
  if ((await options.store.ledger()).mark !== mark) {
    throw new MusterError('plan.world-moved', {
      happened: 'Another run has changed the ledger since this plan was made.',
      subject: `plan ${plan.fingerprint.slice(0, 12)}`,
      remedy: 'Nothing was written. Plan again.',
    });
  }
  if (isSettled(plan)) return nothingToDo(newRunId(job.clock, options.random ?? Math.random));
  assertStillGood(job, planned);
  const run = newRunId(job.clock, options.random ?? Math.random);
  const journal = await options.store.openRun({
    run,
    fingerprint: plan.fingerprint,
    contract: plan.choice.contract,
    changes: plan.changes.length,
    ...(plan.purpose ? { purpose: forTheRecord(plan.purpose) } : {}),
    ...(resumes === undefined ? {} : { resumes }),
    ...(isToApply(plan) ? { plan: keptPlan(run, plan) } : {}),
  });
  const floors = floorAt(job.limits.staffing, job.clock.now());
  const shown = new Map<QueueId, TenantQueue>();
  const outcome = await applyPlan({
    plan,
    tenant,
    api: job.api,
    journal,
    batches: job.batches,
    clock: job.clock,
    settleMs: job.settleMs,
    floorOf: queue => floors(queue).minMembers,
    concurrency: job.concurrency,
    underFloor: eachMinute(job.clock.now, nowMs =>
      unseenAmong(underFloor(plan, job.limits.staffing, nowMs), refusals),
    ),
    seen,
    shown,
    stop: options.stop,
    signal: options.signal,
    ...(options.onProgress ? { progress: options.onProgress } : {}),
  });
  if (outcome.state !== 'interrupted')
    await leaveWord(journal, options.store, { plan, tenant, outcome, shown });
  return outcome;
}

interface Left {
  readonly plan: Plan;
  /** As the plan was made on it. */
  readonly tenant: Tenant;
  readonly outcome: Outcome;
  /** Queues as they were read back. */
  readonly shown: ReadonlyMap<QueueId, TenantQueue>;
}

/** Writes down how the run leaves what is ours, as far as that is news: what moves from now on is drift. */
async function leaveWord(
  journal: Journal,
  store: Store,
  { plan, tenant, outcome: { steps, made }, shown }: Left,
): Promise<void> {
  const { ledger, seen = nothingSeen } = await store.ledger();
  const done = steps
    .filter(({ state }) => state === 'done')
    .flatMap(({ step }) => step.changes.map(index => plan.changes[index]!));
  const present = strategies.flatMap(each => each.present(tenant));
  const change = seenChange(seen, seenAfter({ tenant, present, ledger, done, made, shown }), ledger);
  if (change) await journal.seen(change);
}

/** Nothing to write anywhere, not even in our own books: a run every minute leaves no trace. */
export const isSettled = ({ changes, bookkeeping }: Plan): boolean => {
  const { bind, confirm, forget, rehome, adopt = [], release = [], seats } = bookkeeping;
  const booked = [bind, confirm, forget, rehome, adopt, release].some(entries => entries.length > 0);
  return changes.length === 0 && !seats && !booked;
};

const nothingToDo = (run: string): Outcome => ({
  run,
  state: 'nothing-to-do',
  steps: [],
  calls: 0,
  seconds: 0,
  made: {},
  unseen: [],
});

const missingPeople = ({ desired }: Resolved): MusterError[] =>
  desired.notes
    .filter(note => note.code === 'person.unlinked')
    .map(
      note =>
        new MusterError('person.missing', {
          happened: note.text,
          subject: note.subject,
          remedy: `${note.remedy ?? ''} Or set people.missing: report.`.trim(),
        }),
    );
