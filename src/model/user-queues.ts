import type { QueueId } from './keys.ts';

/** The queues that one user is on, as the target tells it of the user. */
export interface UserQueues {
  readonly queues: readonly UserQueue[];
  /** Is that all? Else of what was not told, nothing is known. */
  readonly whole: boolean;
}

export interface UserQueue {
  readonly id: QueueId;
  readonly name: string;
  /** Has the user activated it? */
  readonly joined?: boolean;
}
