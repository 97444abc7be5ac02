import type { FieldWrite, JournalEdge } from './journal.ts';
import type { Binding } from './ledger.ts';
import type { Purpose } from './purpose.ts';

/** One request that changed the target, as the journal has it. */
export interface WriteRecord {
  readonly id: number;
  readonly at: string;
  readonly route: string;
  readonly subject: string;
  readonly adds: readonly JournalEdge[];
  readonly drops: readonly JournalEdge[];
  readonly fields: readonly FieldWrite[];
  readonly preimage?: unknown;
  /** `open`: begun, and the run died before it was known what became of it. `lost`: no answer came. */
  readonly state: 'done' | 'refused' | 'lost' | 'open';
  /** Why it was not done. */
  readonly problem?: string;
  /** The group whose id came with the answer. */
  readonly made?: Binding;
}

/** The user of the operating system, and the host. */
export interface Author {
  readonly user: string;
  readonly host: string;
}

export interface RunRecord {
  readonly run: string;
  readonly at: string;
  /** Left out by older versions, and by a store in memory. */
  readonly by?: Author;
  readonly purpose?: Purpose;
  /** The run that it went on with. */
  readonly resumes?: string;
  readonly contract: string;
  readonly fingerprint: string;
  readonly changes: number;
  /** SHA-256 in hex of what is kept of its plan; left out by older versions, and where nothing is kept. */
  readonly planHash?: string;
  /** Undefined where the run died. */
  readonly state?: string;
  readonly endedAt?: string;
  readonly writes: readonly WriteRecord[];
  /** Groups that an earlier run made and whose ids this one learnt. */
  readonly bound: readonly Binding[];
  /** What it took into the ledger without a write, and what it gave back. */
  readonly adopted: readonly JournalEdge[];
  readonly released: readonly JournalEdge[];
  /** What changed hands without any request: other mappings want it now than those that were on record. */
  readonly rehomed: readonly JournalEdge[];
}
