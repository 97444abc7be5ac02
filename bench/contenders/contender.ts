import type { Clock } from '../../src/clock.ts';
import type { Team } from '../work.ts';

/** One run's work: bring the tenant to where the teams say it should be. */
export interface Task {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Every wait goes by it; see `skipping-clock.ts`. */
  readonly clock: Clock;
  readonly teams: readonly Team[];
  /** Empty before the first run, and kept from run to run. */
  readonly dir: string;
}

/** What is known before the program is started. */
export type Input = Omit<Task, 'clock'>;

/** Resolves when it thinks that it is done. */
export type Work = (task: Task) => Promise<void>;
