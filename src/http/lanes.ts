import { createWaitingLine } from './waiting-line.ts';

/** At most so many pieces of work at once, the others in the order in which they came. */
export interface Lanes {
  /** Runs `work` when a lane is free; rejects with the signal's reason if that comes first. */
  run<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** Resolves with the way to give the lane back, to be called once. */
  take(signal?: AbortSignal): Promise<() => void>;
}

/**
 * Genesys Cloud wants no more than four requests of one kind in flight (API reference §3.5). Work keeps its lane
 * while it waits to repeat itself: a server in trouble gets fewer callers, not other ones. Whoever waits for the limit
 * of a route gives it back: that is no trouble, and the other routes are open.
 */
export function createLanes(width: number): Lanes {
  const line = createWaitingLine();
  let free = width;
  // The lane is handed over directly, so that nobody who comes just now can overtake.
  const leave = () => {
    if (!line.callNext()) free += 1;
  };
  return {
    async take(signal) {
      signal?.throwIfAborted();
      if (free > 0) free -= 1;
      else await line.join(signal);
      return leave;
    },
    async run(work, signal) {
      signal?.throwIfAborted();
      if (free > 0) free -= 1;
      else await line.join(signal);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

/** The lane of one piece of work, which it may leave and take again. */
export interface Lane {
  /** Resolves at once where the lane is held already. */
  take(signal?: AbortSignal): Promise<void>;
  leave(): void;
}

export function laneOf(lanes: Lanes): Lane {
  let leave: (() => void) | undefined;
  return {
    take: async signal => {
      leave ??= await lanes.take(signal);
    },
    leave: () => {
      leave?.();
      leave = undefined;
    },
  };
}
