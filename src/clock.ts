/**
 * Time as a value that is handed in. Everything that waits or stamps asks a `Clock`, so that a test (and the
 * emulator's scaled clock) can decide what time it is and no test ever sleeps for real.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason if it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};

/** ISO 8601 in UTC with milliseconds, the form of every stamp that we store. */
export const isoNow = (clock: Clock): string => new Date(clock.now()).toISOString();
