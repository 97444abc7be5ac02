/**
 * muster as a library: the flow of the command line, for a program.
 *
 * ```ts
 * const muster = await openMuster(await loadConfig('muster.yaml', { env: process.env }));
 * try {
 *   const planned = await muster.plan();
 *   if (planned.refusals.length === 0) await muster.apply(planned);
 * } finally {
 *   await muster.close();
 * }
 * ```
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import packageJson from '../package.json' with { type: 'json' };
import { type Clock, systemClock } from './clock.ts';
import { createSources } from './config/compose.ts';
import type { LoadedConfig, OfflineConfig } from './config/load.ts';
import { type ConnectTools, connect } from './genesys/connect.ts';
import { queueMembers } from './genesys/queues.ts';
import { liveTenant } from './genesys/tenant-reader.ts';
import { type Log, silentLog } from './log.ts';
import type { Drift } from './model/drift.ts';
import type { QueueId } from './model/keys.ts';
import type { Outcome, Roster } from './model/outcome.ts';
import type { AdoptPurpose, Purpose } from './model/purpose.ts';
import type { WorldSnapshot } from './model/world-snapshot.ts';
import { planAdopt } from './run/adopt.ts';
import { batchesOf } from './run/batches.ts';
import { switchedChoice } from './run/contract-choice.ts';
import { type DriftWish, drift } from './run/drift.ts';
import type { Job, OnProgress, Planned } from './run/job.ts';
import { withoutSecrets } from './run/offline/hide-secrets.ts';
import { offlineJob } from './run/offline/offline-job.ts';
import { withoutPeople } from './run/offline/redact.ts';
import { type SnapshotWish, takeSnapshot } from './run/offline/take-snapshot.ts';
import { planPutBack } from './run/put-back.ts';
import { ownerOf } from './run/remember.ts';
import { planResume, type Resumed } from './run/resume.ts';
import { asApproved, type SavedPlan } from './run/saved-plan.ts';
import { applyRun, planRun } from './run/sync.ts';
import { planUndo } from './run/undo.ts';
import { openFileStore, readOnlyStore } from './store/file.ts';
import { journalReader } from './store/read-journal.ts';
import type { Store } from './store/store.ts';

export { configJsonSchema } from './config/json-schema.ts';
export {
  type LoadedConfig,
  loadConfig,
  loadOfflineConfig,
  type OfflineConfig,
  parseConfig,
} from './config/load.ts';
export { type ErrorCode, errorCodes, MusterError, MusterErrors } from './errors.ts';
export type { Change } from './model/change.ts';
export type { Directory, DirectoryGroup, Evidence, Person } from './model/directory.ts';
export type { ConfigDrift, Deed, Drift, SourceDrift, TargetDrift, Trail } from './model/drift.ts';
export type { RunRecord, WriteRecord } from './model/history.ts';
export type { KeptPlan } from './model/kept-plan.ts';
export type { Limits } from './model/limits.ts';
export type { Mapping } from './model/mapping.ts';
export type { Note } from './model/note.ts';
export type { Outcome, Roster } from './model/outcome.ts';
export type { Plan, Price, QueueOutlook, Refusal, Step } from './model/plan.ts';
export type { AdoptPurpose, Purpose, PutBackPurpose, UndoPurpose } from './model/purpose.ts';
export type { Simulation } from './model/simulation.ts';
export type { WorldSnapshot } from './model/world-snapshot.ts';
export {
  driftFormats,
  formatNamed,
  type PlanFormat,
  planFormats,
  simulationFormats,
} from './report/registry.ts';
export type { ToldPlan } from './report/told-plan.ts';
export type { OnProgress, Planned, RunProgress } from './run/job.ts';
export { readSnapshot, writeSnapshot } from './run/offline/snapshot-file.ts';
export type { Resumed } from './run/resume.ts';
export { type SimulatedFile, type SimulationInput, simulate } from './run/simulate/simulate.ts';
export { PlanRefused } from './run/still-good.ts';
export type { Source, SourceKind, SourceTools } from './sources/source.ts';
export { memoryStore } from './store/memory.ts';
export type { Store } from './store/store.ts';

export interface OpenOptions {
  readonly clock?: Clock;
  readonly env?: ConnectTools['env'];
  readonly log?: Log;
  /** Hears of every request: route, status, milliseconds. */
  readonly onCall?: ConnectTools['onCall'];
  /** How requests reach Genesys Cloud, where it is not over the network: an emulator in the same process. */
  readonly transport?: ConnectTools['transport'];
  /** Tokens of quarantined removals that are let go, as a plan's notes name them; each holds for that plan alone. */
  readonly released?: ReadonlySet<string>;
  /** Reads everything of Genesys Cloud, whatever earlier runs remember; see docs/state.md. */
  readonly fresh?: boolean;
  /** Keeps ledger and journal elsewhere than in `state.dir`; it is not closed by `close()`. */
  readonly store?: Store;
}

export interface PlanOptions {
  /** Cuts the reads. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface OfflinePlanOptions {
  readonly signal?: AbortSignal;
  /** As of when; the moment of the snapshot where left out. */
  readonly now?: Date;
  /** As in `OpenOptions`. */
  readonly released?: ReadonlySet<string>;
}

/** What a snapshot holds beyond what the mappings need; see `docs/what-if.md`. */
export interface SnapshotOptions extends PlanOptions, Omit<SnapshotWish, 'writtenBy'> {
  /** Leaves names, addresses and ids of people as they are; otherwise pseudonyms stand for them. */
  readonly withNames?: boolean;
}

/** Since when drift is told, and whether the audit trail is asked; see `docs/drift.md`. */
export interface DriftOptions extends PlanOptions, DriftWish {}

export interface ApplyPlanOptions extends PlanOptions {
  /** Asks to stop between two writes; `signal` cuts the request in flight as well. */
  readonly stop?: AbortSignal;
}

export interface Muster {
  /**
   * Reads sources and tenant and plans; writes nothing. Rejects with a `MusterError`, or `MusterErrors` where
   * several names resolve to nothing; the codes are in `docs/errors.md`.
   */
  plan(options?: PlanOptions): Promise<Planned>;
  /**
   * Carries a plan out and reads back what it did. Resolves whatever became of single steps: look at `state`. A caller
   * that passes a plan with refusals means them. What time alone changes is asked again, without a request: rejects with
   * `plan.world-moved` where other mappings are in force by now, and with `PlanRefused` where a floor that holds by now
   * refuses it; nothing is written then.
   */
  apply(planned: Planned, options?: ApplyPlanOptions): Promise<Outcome>;
  /**
   * Plans anew and resolves only if the plan is the one with this fingerprint; otherwise rejects with
   * `plan.world-moved`: what was approved is what is applied.
   */
  planAgain(saved: SavedPlan, options?: PlanOptions): Promise<Planned>;
  /**
   * The plan that takes a run back, by its id or `last`; `apply` carries it out. Reads no source. Rejects with
   * `run.not-found`.
   */
  planUndo(run: string, options?: PlanOptions): Promise<Planned>;
  /**
   * What moved on either side since the last run that wrote anything, and who did it where the audit trail tells. Writes
   * nothing. Rejects with `run.not-found` for a `since` that is neither a run nor a time.
   */
  drift(options?: DriftOptions): Promise<Drift>;
  /**
   * The plan that puts back what other hands took away of what is ours and still wanted, and does nothing else; `apply`
   * carries it out.
   */
  planPutBack(options?: PlanOptions): Promise<Planned>;
  /**
   * The plan that takes what is there already, and agrees, into the ledger; `apply` writes it down. Rejects with
   * `name.not-found`.
   */
  planAdopt(purpose: AdoptPurpose, options?: PlanOptions): Promise<Planned>;
  /**
   * What is left of the last run, if it did not come to its end, and if that is a part of what it was given; rejects
   * with `plan.world-moved` where it is not. `apply` goes on with it.
   */
  planResume(options?: PlanOptions): Promise<Resumed>;
  /** The plan of the platform contract, if `outcome` shows that the documented one was not honoured and `auto` was set. */
  planSwitched(outcome: Outcome, options?: PlanOptions): Promise<Planned | undefined>;
  /** Both sides and the ledger as they are, to plan on elsewhere with `planOffline`. Writes nothing. */
  snapshot(options?: SnapshotOptions): Promise<WorldSnapshot>;
  /** Who is on these queues now, read one by one. */
  roster(
    queues: readonly { readonly queue: QueueId; readonly name: string }[],
    signal?: AbortSignal,
  ): Promise<Roster[]>;
  /** The parts, for commands that look at them one by one. */
  readonly job: Job;
  /** Requests so far, retries included. */
  readonly calls: number;
  close(): Promise<void>;
}

/** Opens sources and target of a config. Nothing is sent until something is asked for. */
export async function openMuster(loaded: LoadedConfig, options: OpenOptions = {}): Promise<Muster> {
  const { config, baseDir } = loaded;
  const { clock = systemClock, env = process.env, log = silentLog } = options;
  const { genesys } = config;
  const ca = genesys.caFile === undefined ? {} : { ca: await readFile(genesys.caFile, 'utf8') };
  const api = connect(
    { ...genesys, ...ca },
    {
      clock,
      env,
      ...(options.onCall ? { onCall: options.onCall } : {}),
      ...(options.transport ? { transport: options.transport } : {}),
    },
  );
  const sources = createSources(config, { clock, log, baseDir, env });
  const readJournal = journalReader();
  const job: Job = {
    sources,
    mappings: config.mappings,
    match: config.people.match,
    missing: config.people.missing,
    limits: config.limits,
    ...(options.released ? { released: options.released } : {}),
    contract: genesys.contract,
    batches: batchesOf(genesys),
    settleMs: genesys.settleSeconds * 1000,
    concurrency: genesys.concurrency,
    client: genesys.clientId,
    api,
    tenant: liveTenant(api, clock.now),
    store: options.store ?? readOnlyStore(config.state.dir, readJournal),
    remember: {
      owner: ownerOf(api.baseUrl, genesys.clientId),
      hours: genesys.rememberHours,
      fresh: options.fresh ?? false,
    },
    clock,
    log,
  };
  const never = new AbortController().signal;
  const plan = (from: PlanOptions = {}) => planRun(job, from.signal ?? never, from.onProgress);
  const undo = (run: string, from: PlanOptions = {}) =>
    planUndo(job, run, from.signal ?? never, from.onProgress);
  const adopt = (purpose: AdoptPurpose, from: PlanOptions = {}) =>
    planAdopt(job, purpose, from.signal ?? never, from.onProgress);
  const back = (from: PlanOptions = {}) => planPutBack(job, from.signal ?? never, from.onProgress);
  const planFor = (purpose: Purpose | undefined, from: PlanOptions | undefined) => {
    switch (purpose?.kind) {
      case undefined:
        return plan(from);
      case 'undo':
        return undo(purpose.of, from);
      case 'put-back':
        return back(from);
      case 'adopt':
        return adopt(purpose, from);
    }
  };
  return {
    job,
    plan,
    planAdopt: adopt,
    planUndo: undo,
    planPutBack: back,
    drift: ({ signal = never, onProgress, ...wish } = {}) => drift(job, wish, signal, onProgress),
    planResume: (from = {}) => planResume(job, from.signal ?? never, from.onProgress),
    planAgain: async (saved, from) => asApproved(await planFor(saved.purpose, from), saved, job.released),
    planSwitched: async (outcome, from = {}) => {
      const choice = switchedChoice(job, outcome);
      return choice && planRun(job, from.signal ?? never, from.onProgress, choice);
    },
    apply: async (planned, from = {}) => {
      const store = options.store ?? (await openFileStore(config.state.dir, clock, readJournal));
      try {
        return await applyRun(job, planned, {
          store,
          stop: from.stop ?? never,
          signal: from.signal ?? never,
          ...(from.onProgress ? { onProgress: from.onProgress } : {}),
        });
      } finally {
        if (!options.store) await store.close();
      }
    },
    snapshot: async ({ withNames = false, signal = never, onProgress, ...wish } = {}) => {
      const taken = await takeSnapshot(job, { ...wish, writtenBy: packageJson.version }, signal, onProgress);
      const told = withoutSecrets(taken, loaded.secrets);
      return withNames ? told : withoutPeople(told, randomBytes(32));
    },
    roster: (queues, signal = never) =>
      Promise.all(
        queues.map(async ({ queue, name }) => ({
          queue,
          name,
          members: await queueMembers(api, queue, signal),
        })),
      ),
    get calls() {
      return api.sent;
    },
    close: async () => {
      await Promise.all([api.close(), ...sources.map(source => source.close?.())]);
    },
  };
}

/**
 * The plan of a config on a snapshot: the one that was made then, or would be. Calls nobody and needs no secrets. Rejects
 * with `snapshot.lacks` where the snapshot does not hold what the config needs.
 */
export async function planOffline(
  loaded: Pick<OfflineConfig, 'config'>,
  snapshot: WorldSnapshot,
  { signal = new AbortController().signal, now, released }: OfflinePlanOptions = {},
): Promise<Planned> {
  const job = offlineJob(loaded, snapshot, {
    ...(now ? { nowMs: now.getTime() } : {}),
    ...(released ? { released } : {}),
  });
  return planRun(job, signal);
}
