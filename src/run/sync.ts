import { applyPlan, newRunId } from '../apply/apply-plan.ts';
import { defaultStrategy, strategyNamed } from '../assignment/registry.ts';
import { inForce } from '../desired/in-force.ts';
import { type Resolved, resolve } from '../desired/resolve.ts';
import { scopeOf, servedQueues } from '../desired/scope.ts';
import { whoIsMeant } from '../desired/who-is-meant.ts';
import { MusterError, throwAll } from '../errors.ts';
import { queueProblemError } from '../genesys/queue-problems.ts';
import type { ContractChoice } from '../model/contract.ts';
import type { Directory } from '../model/directory.ts';
import type { GroupId } from '../model/keys.ts';
import type { Ledger } from '../model/ledger.ts';
import { bookOf } from '../model/ledger-book.ts';
import type { Mapping } from '../model/mapping.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { forTheRecord } from '../model/purpose.ts';
import type { Tenant, TenantGroup } from '../model/tenant.ts';
import { guard } from '../plan/guard.ts';
import { makePlan, type PlanInput } from '../plan/make-plan.ts';
import { openQueues } from '../plan/seats.ts';
import type { ReadProgress } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import { inputOf } from './compose-plan.ts';
import { checkStrategies, placesOf, stayWith, turnedChoice, waysOf } from './contract-choice.ts';
import type { Job, OnProgress, PlanJob, Planned } from './job.ts';
import { keepingLast, lookAgain } from './look-again.ts';
import { lookCloser, type Made } from './look-closer.ts';
import { readsAfter, usableReads } from './remember.ts';

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
  const [{ ledger, mark, seats = new Map(), partings }, reads] = await Promise.all([
    job.store.ledger(),
    job.store.reads?.(),
  ]);
  const { mappings, notes } = inForce(job.mappings, job.clock.now());
  const [directories, choice] = await Promise.all([
    readDirectories(job, mappings, signal, onProgress),
    switched ??
      job.tenant.contract(job.contract, signal).then(choice => stayWith(choice, waysOf(placesOf(ledger)))),
  ]);
  checkStrategies(mappings, choice);
  onProgress({ stage: 'tenant' });
  const readsMembers = mappings.some(mapping => mapping.assign && strategyNamed(mapping.assign).readsMembers);
  const meant = whoIsMeant(directories, mappings);
  const asked = scopeOf(
    directories,
    mappings,
    ledger,
    job.match,
    readsMembers || servesDirectly(ledger),
    meant,
  );
  const owed = openQueues(seats);
  const scope = { ...asked, queueIds: [...new Set([...asked.queueIds, ...owed])] };
  let first: Tenant;
  try {
    first = await job.tenant.read(choice, scope, signal, {
      known: usableReads(reads, job.remember, choice.contract, job.clock.now()),
      say: how => {
        job.log?.debug('reads', { how });
        onProgress({ stage: 'tenant', how });
      },
    });
  } catch (error) {
    const turned = turnedChoice(job, choice, waysOf(placesOf(ledger)), error);
    if (!turned) throw error;
    return planWith(job, make, signal, onProgress, turned);
  }

  onProgress({ stage: 'planning' });
  const makeOn = keepingLast((tenant: Tenant): Made => {
    const resolved = resolve({
      directories,
      mappings: mappings,
      tenant,
      match: job.match,
      defaultAssign: defaultStrategy[choice.contract],
      served: servedQueues(ledger),
      meant,
    });
    throwAll(resolved.problems.map(problem => queueProblemError(problem, tenant)));
    if (job.missing === 'fail') throwAll(missingPeople(resolved));
    const pieces = { job, mappings, notes, resolved, tenant, ledger, seats, partings };
    const made = make(inputOf(pieces), directories);
    return { plan: made.plan, reads: [...owed, ...made.reads] };
  });
  const sure = await lookAgain(job.tenant, first, scope, at => makeOn(at).plan, signal);
  const { plan, tenant } = await lookCloser(job, sure, makeOn, signal);
  return {
    plan,
    refusals: guard(plan, job.limits, job.clock.now()),
    tenant,
    directories,
    mark,
    ledger,
    mappings,
    reads,
  };
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
 * plan → apply. Refusals are the caller's matter: this applies what it is given. Throws `plan.world-moved` where
 * another run has written to the ledger since the plan was made.
 */
export async function applyRun(job: Job, planned: Planned, options: ApplyOptions): Promise<Outcome> {
  const { plan, tenant } = planned;
  const seen = new Map(tenant.groups.map(group => [group.id, group]));
  const outcome = await carryOut(job, planned, seen, options);
  if (job.remember && 'reads' in planned) {
    const reads = readsAfter({ how: job.remember, before: planned.reads, plan, tenant, outcome, seen });
    await options.store.keepReads?.(reads);
  }
  return outcome;
}

async function carryOut(
  job: Job,
  { plan, tenant, mark }: Planned,
  seen: Map<GroupId, TenantGroup>,
  options: ApplyOptions,
): Promise<Outcome> {
  if ((await options.store.ledger()).mark !== mark) {
    throw new MusterError('plan.world-moved', {
      happened: 'Another run has changed the ledger since this plan was made.',
      subject: `plan ${plan.fingerprint.slice(0, 12)}`,
      remedy: 'Nothing was written. Plan again.',
    });
  }
  if (isSettled(plan)) return nothingToDo(newRunId(job.clock, options.random ?? Math.random));
  const journal = await options.store.openRun({
    run: newRunId(job.clock, options.random ?? Math.random),
    fingerprint: plan.fingerprint,
    contract: plan.choice.contract,
    changes: plan.changes.length,
    ...(plan.purpose ? { purpose: forTheRecord(plan.purpose) } : {}),
  });
  return applyPlan({
    plan,
    tenant,
    api: job.api,
    journal,
    batches: job.batches,
    clock: job.clock,
    settleMs: job.settleMs,
    concurrency: job.concurrency,
    seen,
    stop: options.stop,
    signal: options.signal,
    ...(options.onProgress ? { progress: options.onProgress } : {}),
  });
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

/** Every group that a mapping must see: those it places and those it looks into. */
export const selectorsOf = ({ group, only }: Mapping) => [
  group,
  ...(only ? [...only.anyOf, ...only.allOf, ...only.butNot.map(each => each.group)] : []),
];

const readDirectories = (
  job: PlanJob,
  mappings: readonly Mapping[],
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Directory[]> =>
  Promise.all(
    job.sources.map(source => {
      const groups = mappings.filter(mapping => mapping.from === source.id).flatMap(selectorsOf);
      return source.read({ groups }, signal, (progress: ReadProgress) =>
        onProgress({ stage: 'reading', source: source.id, ...progress }),
      );
    }),
  );

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

const servesDirectly = (ledger: Ledger): boolean => !bookOf(ledger).queueMembers().next().done;
