import type { GroupId, GroupKey, QueueId } from './keys.ts';
import type { Step } from './plan.ts';
import type { QueueMember } from './tenant.ts';

/** How one step ended. */
export interface StepOutcome {
  readonly step: Step;
  readonly state: 'done' | 'failed' | 'skipped';
  /** Code, text and remedy of what stopped it; plain data. */
  readonly problem?: Problem;
}

export interface Problem {
  readonly code: string;
  readonly happened: string;
  readonly subject?: string;
  readonly remedy: string;
  readonly correlationId?: string;
}

/** What applying a plan came to. `done` means seen by reading back, not merely answered with 200. */
export interface Outcome {
  readonly run: string;
  readonly state: 'nothing-to-do' | 'done' | 'partly' | 'failed' | 'interrupted';
  readonly steps: readonly StepOutcome[];
  /** Requests made while applying and reading back. */
  readonly calls: number;
  readonly seconds: number;
  /** Groups that this run made, by source key. */
  readonly made: Readonly<Record<GroupKey, GroupId>>;
  /** Assignments that were written and not seen within the time allowed. */
  readonly unseen: readonly Problem[];
  /** Left out where nobody was unjoined. */
  readonly drain?: DrainOutcome;
}

/** What became of those who were unjoined before they were to go. */
export interface DrainOutcome {
  readonly people: number;
  readonly queues: number;
  /** How many of them stay after all (the run was stopped, or their removal failed) and were joined again. */
  readonly joinedAgain: number;
  /** Whoever could not be joined again: the next run does it, or takes them off. */
  readonly problems: readonly Problem[];
}

/** Who is on a queue, read back after a run. */
export interface Roster {
  readonly queue: QueueId;
  readonly name: string;
  readonly members: readonly QueueMember[];
}
