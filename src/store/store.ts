import type { RunRecord } from '../model/history.ts';
import type { Journal } from '../model/journal.ts';
import type { KeptPlan } from '../model/kept-plan.ts';
import type { Ledger, Partings } from '../model/ledger.ts';
import type { Purpose } from '../model/purpose.ts';
import type { Reads } from '../model/reads.ts';
import type { Seats } from '../model/seat.ts';
import type { Seen } from '../model/seen.ts';

/** Where ledger and journal live. One writer at a time: `openRun` is only had while the store is locked. */
export interface Store {
  /** What is ours now, claims of crashed runs included. */
  ledger(): Promise<LedgerView>;
  /** Every run with what it wrote, oldest first; one in progress as far as it has come. */
  history(): Promise<readonly RunRecord[]>;
  /**
   * What was ours when a run had ended, or at an instant (ISO 8601); after the `last` run. Throws `run.not-found` for a
   * text that is neither.
   */
  asOf(since: string): Promise<LedgerAsOf>;
  /** What is kept of the plan that a run was given; undefined where that is no more. Left out by a store that keeps none. */
  keptPlan?(run: Pick<RunRecord, 'run' | 'planHash'>): Promise<KeptPlan | undefined>;
  /** Starts a run: its id and what it was asked to do are on disk when this resolves. */
  openRun(info: RunInfo): Promise<Journal>;
  /**
   * What earlier runs read, or undefined where there is none that can be trusted to be whole. A store without memory
   * leaves both out: then every run reads everything.
   */
  reads?(): Promise<Reads | undefined>;
  /** Takes the place of what was kept before. Losing it costs calls and nothing else. */
  keepReads?(reads: Reads): Promise<void>;
  close(): Promise<void>;
}

export interface LedgerView {
  readonly ledger: Ledger;
  /** Left out by a store that keeps none. */
  readonly seats?: Seats;
  /** How the runs so far left what is ours; left out by a store that keeps none. */
  readonly seen?: Seen;
  /** How far the journal had come. A plan made at one mark must not be applied at another: somebody ran in between. */
  readonly mark: number;
  /** What we took away, as far back as it is remembered. */
  readonly partings?: Partings;
}

export interface RunInfo {
  readonly run: string;
  readonly fingerprint: string;
  readonly contract: string;
  /** How many changes the plan holds. */
  readonly changes: number;
  readonly purpose?: Purpose;
  /** The run that it goes on with. */
  readonly resumes?: string;
  /** Kept for a while, so that the run can be gone on with. */
  readonly plan?: KeptPlan;
}

/** The ledger as it was once. */
export interface LedgerAsOf extends Pick<LedgerView, 'ledger'> {
  /** The last run that it knows; undefined where there was none. */
  readonly run?: string;
  /** ISO 8601: when that run began, or the instant that was asked for. */
  readonly at: string;
  readonly seen: Seen;
}
