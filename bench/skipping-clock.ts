import type { Clock } from '../src/clock.ts';

/**
 * Asks the emulator to go forward to `toMs`, and resolves with how far both clocks are then ahead of the wall clock;
 * the emulator stays where it is as long as somebody talks to it.
 */
export type AskSkip = (toMs: number) => Promise<number>;

/** A wait begins like any other; after so long without a request in the air, its rest is skipped. */
export const quietMs = 100;

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/**
 * The wall clock, except that waits are skipped: working and talking take the time that they take, and a minute spent
 * on nothing but waiting for the limit counts as a minute and is over at once. Emulator and contender skip together,
 * so that what one has waited for has passed for the other.
 */
export function skippingClock(startAheadMs: number, askSkip: AskSkip): Clock {
  const sleepers = new Set<Sleeper>();
  let aheadMs = startAheadMs;
  let watching = false;
  const now = () => Date.now() + aheadMs;

  async function watch(): Promise<void> {
    watching = true;
    while (sleepers.size > 0) {
      await new Promise(resolve => setTimeout(resolve, quietMs));
      if (sleepers.size === 0) break;
      aheadMs = await askSkip(Math.min(...[...sleepers].map(sleeper => sleeper.dueMs)));
      for (const sleeper of sleepers) if (sleeper.dueMs <= now()) sleeper.wake();
    }
    watching = false;
  }

  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const off = () => {
        clearTimeout(timer);
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', stop);
      };
      const stop = () => {
        off();
        reject(signal?.reason);
      };
      const wake = () => {
        off();
        resolve();
      };
      const sleeper: Sleeper = { dueMs: now() + ms, wake };
      const timer = setTimeout(wake, ms);
      sleepers.add(sleeper);
      signal?.addEventListener('abort', stop, { once: true });
      if (!watching) void watch();
    });

  return { now, sleep };
}
