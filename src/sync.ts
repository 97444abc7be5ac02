import { type ApplyProgress, applyPlan, newRunId } from './apply/apply-plan.ts';
import { defaultStrategy, strategies, strategyNamed } from './assignment/registry.ts';
import type { Clock } from './clock.ts';
import { inForce } from './desired/in-force.ts';
import { type Resolved, resolve } from './desired/resolve.ts';
import { scopeOf, servedQueues } from './desired/scope.ts';
import { isMusterError, MusterError, throwAll } from './errors.ts';
import type { GenesysApi } from './genesys/api.ts';
import { chooseContract } from './genesys/detect.ts';
import { queueProblemError } from './genesys/queue-problems.ts';
import { snapshot, withMembers } from './genesys/snapshot.ts';
import type { Contract, ContractChoice } from './model/contract.ts';
import type { Directory } from './model/directory.ts';
import type { Ledger } from './model/ledger.ts';
import type { Limits } from './model/limits.ts';
import type { LinkKey, Mapping, StrategyName } from './model/mapping.ts';
import type { Outcome } from './model/outcome.ts';
import type { Plan, Refusal } from './model/plan.ts';
import type { Tenant } from './model/tenant.ts';
import { guard } from './plan/guard.ts';
import { makePlan } from './plan/make-plan.ts';
import type { Carriers } from './plan/order.ts';
import { queuesToCount, queuesToRead } from './plan/outlook.ts';
import type { Batches } from './plan/price.ts';
import type { ReadProgress, Source } from './sources/source.ts';
import type { Store } from './store/store.ts';

/** Everything that a run works with. The parts are opened and closed by whoever calls; see `index.ts`. */
export interface Job {
  readonly sources: readonly Source[];
  readonly mappings: readonly Mapping[];
  readonly match: readonly LinkKey[];
  readonly missing: 'report' | 'fail';
  readonly limits: Limits;
  /** Tokens of quarantined removals that are let go; see `plan/quarantine`. */
  readonly released?: ReadonlySet<string>;
  readonly contract: Contract | 'auto';
  readonly batches: Batches;
  readonly settleMs: number;
  readonly concurrency: number;
  readonly api: GenesysApi;
  /** Where what is ours is read from; writing needs the whole, locked store. */
  readonly store: Pick<Store, 'ledger'>;
  readonly clock: Clock;
}

export interface Planned {
  readonly plan: Plan;
  /** Why the plan must not be applied as it is; empty where nothing stands against it. */
  readonly refusals: readonly Refusal[];
  readonly tenant: Tenant;
  readonly directories: readonly Directory[];
  /** See `LedgerView.mark`. */
  readonly mark: number;
  readonly ledger: Ledger;
  /** The mappings in force when it was made. */
  readonly mappings: readonly Mapping[];
}

/** How far a run has come, for people who wait. */
export type RunProgress =
  | { readonly stage: 'reading'; readonly source: string; readonly groups: number; readonly people: number }
  | { readonly stage: 'tenant' | 'planning' }
  | ApplyProgress;

export type OnProgress = (progress: RunProgress) => void;

/**
 * sources → desired → plan, and stop: a dry run is this and nothing else. Every read is complete or an error.
 * `contract` overrides the job's choice, for the run after a tenant turned out not to honour one.
 */
export async function planRun(
  job: Job,
  signal: AbortSignal,
  onProgress: OnProgress = () => {},
  switched?: ContractChoice,
): Promise<Planned> {
  const { ledger, mark } = await job.store.ledger();
  const { mappings, notes } = inForce(job.mappings, job.clock.now());
  const [directories, choice] = await Promise.all([
    readDirectories(job, mappings, signal, onProgress),
    switched ?? chooseContract(job.api, job.contract, signal).then(choice => stayWith(choice, ledger)),
  ]);
  checkStrategies(mappings, choice);
  onProgress({ stage: 'tenant' });
  const readsMembers = mappings.some(mapping => mapping.assign && strategyNamed(mapping.assign).readsMembers);
  const scope = scopeOf(directories, mappings, ledger, job.match, readsMembers || servesDirectly(ledger));
  let tenant: Tenant;
  try {
    tenant = await snapshot(job.api, choice, scope, signal);
  } catch (error) {
    const mayTurn =
      job.contract === 'auto' &&
      !switched &&
      isMusterError(error, 'genesys.contract-not-honoured') &&
      !waysOf(ledger).has('scim-extension');
    if (!mayTurn) throw error;
    // The tenant lists the documented contract and then does not know its look-up: the platform's way takes over. Not
    // where it knew it yesterday: then that is an outage, and no reason to tell every queue in another way.
    return planRun(job, signal, onProgress, { contract: 'platform', by: 'switched', reason: error.happened });
  }

  onProgress({ stage: 'planning' });
  const resolved = resolve({
    directories,
    mappings: mappings,
    tenant,
    match: job.match,
    defaultAssign: defaultStrategy[choice.contract],
    served: servedQueues(ledger),
  });
  throwAll(resolved.problems.map(problem => queueProblemError(problem, tenant)));
  if (job.missing === 'fail') throwAll(missingPeople(resolved));

  let plan = planOf({ job, mappings, notes, resolved, tenant, ledger });
  // A removal is never judged on counts, nor is who stands on a queue twice: such queues are read one by one first.
  const uncertain = [
    ...new Set([
      ...queuesToRead(plan.queues, tenant),
      ...queuesToCount(plan.queues, tenant, asksJoined(job.limits)),
    ]),
  ];
  if (uncertain.length > 0) {
    tenant = await withMembers(job.api, tenant, uncertain, signal);
    plan = planOf({ job, mappings, notes, resolved, tenant, ledger });
  }
  return {
    plan,
    refusals: guard(plan, job.limits, job.clock.now()),
    tenant,
    directories,
    mark,
    ledger,
    mappings,
  };
}

/** A floor of activated members can only be judged where the people were read. */
const asksJoined = ({ staffing }: Limits): boolean =>
  staffing.minJoined !== undefined || staffing.queues.some(rule => rule.minJoined !== undefined);

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
export async function applyRun(
  job: Job,
  { plan, tenant, mark }: Planned,
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
    stop: options.stop,
    signal: options.signal,
    ...(options.onProgress ? { progress: options.onProgress } : {}),
  });
}

/** Nothing to write anywhere, not even in our own books: a run every minute leaves no trace. */
export const isSettled = ({ changes, bookkeeping }: Plan): boolean =>
  changes.length === 0 && Object.values(bookkeeping).every(entries => entries.length === 0);

const nothingToDo = (run: string): Outcome => ({
  run,
  state: 'nothing-to-do',
  steps: [],
  calls: 0,
  seconds: 0,
  made: {},
  unseen: [],
});

/** Did the tenant drop what the documented contract promised? Then, under `auto`, the platform's way takes over. */
export function switchedChoice(job: Job, outcome: Outcome): ContractChoice | undefined {
  if (job.contract !== 'auto') return undefined;
  const broken = outcome.steps.find(step => step.problem?.code === 'genesys.contract-not-honoured');
  return broken?.problem && { contract: 'platform', by: 'switched', reason: broken.problem.happened };
}

export interface Pieces {
  readonly job: Pick<Job, 'limits' | 'batches' | 'released'>;
  /** Those in force. */
  readonly mappings: readonly Mapping[];
  readonly notes: Plan['notes'];
  readonly resolved: Resolved;
  readonly tenant: Tenant;
  readonly ledger: Ledger;
}

/** The pure part of planning, once everything has been read. */
export function planOf({ job, mappings, notes, resolved: { desired }, tenant, ledger }: Pieces): Plan {
  const groups = new Map(desired.groups.map(group => [group.key, group]));
  const withGroup = desired.services.filter(service => strategyNamed(service.assign).needsGroup);
  return makePlan({
    desired,
    wanted: desired.services.flatMap(service =>
      strategyNamed(service.assign).express(service, groups.get(service.group)!),
    ),
    present: strategies.flatMap(each => each.present(tenant)),
    tellable: tellableIn(tenant.choice.contract),
    groupsNeeded: new Set(withGroup.map(service => service.group)),
    tenant,
    ledger,
    mappings: new Set(mappings.map(mapping => mapping.id)),
    carriers,
    batches: job.batches,
    limits: job.limits,
    released: job.released ?? new Set(),
    notes: [...switchNotes(tenant.choice), ...notes],
  });
}

/** The platform's ways are there beside the documented one, the documented one only where its contract is spoken. */
const tellableIn = (contract: Contract): ReadonlySet<StrategyName> =>
  new Set(
    strategies
      .filter(({ contracts }) => contract === 'scim-extension' || contracts.includes(contract))
      .map(({ name }) => name),
  );

/** The ways in which our attachments were told. */
const waysOf = (ledger: Ledger): ReadonlySet<StrategyName> =>
  new Set([...ledger.values()].flatMap(({ edge }) => (edge.kind === 'attachment' ? [edge.how] : [])));

/**
 * A tenant that lists the documented schema and does not honour it was switched to the platform's way; our ledger
 * shows that, and trying it anew in every run would write in every run.
 */
function stayWith(choice: ContractChoice, ledger: Ledger): ContractChoice {
  if (choice.by !== 'detected' || choice.contract === 'platform') return choice;
  const ways = waysOf(ledger);
  if (ways.size === 0 || ways.has('scim-extension')) return choice;
  return {
    contract: 'platform',
    by: 'switched',
    reason: "everything that was placed here so far was placed the platform's way",
  };
}

const carriers = Object.fromEntries(strategies.map(strategy => [strategy.name, strategy.via])) as Carriers;

const switchNotes = (choice: ContractChoice): Plan['notes'] =>
  choice.by === 'switched'
    ? [
        {
          code: 'contract.switched',
          level: 'warning',
          subject: 'contract',
          text: `The platform contract takes over: ${choice.reason}`,
        },
      ]
    : [];

/** Every group that a mapping must see: those it places and those it looks into. */
const selectorsOf = ({ group, only }: Mapping) => [
  group,
  ...(only ? [...only.anyOf, ...only.allOf, ...only.butNot.map(each => each.group)] : []),
];

const readDirectories = (
  job: Job,
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

const servesDirectly = (ledger: Ledger): boolean =>
  [...ledger.values()].some(({ edge }) => edge.kind === 'queue-member');

function checkStrategies(mappings: readonly Mapping[], { contract, reason }: ContractChoice): void {
  const wrong = mappings.filter(
    mapping => mapping.assign && !strategyNamed(mapping.assign).contracts.includes(contract),
  );
  throwAll(
    wrong.map(
      mapping =>
        new MusterError('strategy.not-in-contract', {
          happened: `assign: ${mapping.assign} does not exist under the ${contract} contract (${reason}).`,
          subject: `mapping ${mapping.id}`,
          remedy: `Leave \`assign\` out to use ${defaultStrategy[contract]}, or set genesys.contract.`,
        }),
    ),
  );
}

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
