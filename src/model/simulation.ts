import type { ContractChoice } from './contract.ts';
import type { MappingId, QueueId, UserId } from './keys.ts';
import type { Note } from './note.ts';
import type { Price, Refusal } from './plan.ts';
import type { WorldSnapshot } from './world-snapshot.ts';

/**
 * Two configs on one snapshot: who would be on each queue had the one been applied, and the other after it. Plain data,
 * and the document of `muster simulate --json`.
 */
export interface Simulation {
  readonly kind: 'muster.simulation';
  readonly version: 1;
  readonly snapshot: Pick<WorldSnapshot, 'takenAt' | 'people' | 'writtenBy'>;
  /** ISO 8601: mappings, windows and staffing hours are those of this instant. */
  readonly at: string;
  readonly before: SimulatedConfig;
  readonly after: SimulatedConfig;
  readonly choice: ContractChoice;
  /** Queues on which somebody else stands afterwards, or whose groups change; those that lose somebody first. */
  readonly queues: readonly SimulatedQueue[];
  /** Queues that the second config serves, and that stay as they are; by name. */
  readonly same: readonly SameQueue[];
  /** Guards, with the limits of the second config, against going over from the first. */
  readonly refusals: readonly Refusal[];
  /** What the second config gives rise to and the first does not, and what had to be assumed. */
  readonly notes: readonly Note[];
  /** Changes and price of going over, all runs together. */
  readonly changes: number;
  readonly price: Price;
  /** Runs that going over takes; more than one where people go over from one way of being placed to another. */
  readonly runs: number;
}

export interface SimulatedConfig {
  /** The file. */
  readonly path: string;
  /** Changes that it makes on the snapshot; for the second config, on what the first one leaves. */
  readonly changes: number;
  /** Guards against that. For the first config they are told, and passed over: what it comes to is the question. */
  readonly refusals: readonly Refusal[];
  /** False where one run after the other would find something to do. */
  readonly isSteady: boolean;
}

export interface SimulatedQueue {
  readonly queue: QueueId;
  readonly name: string;
  /** Heads, each person once, had the first config been applied. */
  readonly before: number;
  /** Had the second one been applied after it. */
  readonly after: number;
  readonly joining: readonly SimulatedMove[];
  readonly leaving: readonly SimulatedMove[];
  /** Names of groups that come onto or go off the queue. */
  readonly attaching: readonly string[];
  readonly detaching: readonly string[];
  /** Which mappings cause it, the busiest first. */
  readonly causes: readonly Cause[];
  /** The least members that the limits of the second config ask for at this instant. */
  readonly floor: number;
  /** False where the snapshot holds only the number of some of its people. */
  readonly exact: boolean;
}

export interface SimulatedMove {
  readonly user: UserId;
  readonly name: string;
  readonly mapping?: MappingId;
  readonly why: string;
}

export interface Cause {
  readonly mapping: MappingId;
  readonly joining: number;
  readonly leaving: number;
}

export interface SameQueue {
  readonly queue: QueueId;
  readonly name: string;
  readonly heads: number;
}
