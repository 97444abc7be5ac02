import { createWaitingLine } from './waiting-line.ts';

/** At most so many pieces of work at once, the others in the order in which they came. */
export interface Lanes {
  /** Runs `work` when a lane is free; rejects with the signal's reason if that comes first. */
  run<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
}

/**
 * Genesys Cloud wants no more than four requests of one kind in flight (API reference §3.5). Work keeps its lane
 * while it waits to repeat itself: a server in trouble gets fewer callers, not other ones.
 */
export function createLanes(width: number): Lanes {
  const line = createWaitingLine();
  let free = width;
  return {
    async run(work, signal) {
      signal?.throwIfAborted();
      if (free > 0) free -= 1;
      else await line.join(signal);
      try {
        return await work();
      } finally {
        // The lane is handed over directly, so that nobody who comes just now can overtake.
        if (!line.callNext()) free += 1;
      }
    },
  };
}
