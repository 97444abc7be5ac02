import type { Clock } from '../../src/clock.ts';

/** A clock whose sleeps take no time at all: each is written down and moves the time on at once. */
export interface EagerClock extends Clock {
  /** Milliseconds of every sleep that was begun, in order. */
  readonly sleeps: number[];
  advance(ms: number): void;
}

export function eagerClock(startMs = Date.UTC(2026, 0, 5, 9)): EagerClock {
  let nowMs = startMs;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => nowMs,
    advance(ms) {
      nowMs += ms;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      sleeps.push(ms);
      nowMs += ms;
    },
  };
}

/** A clock that stands until it is told to go on, and then wakes its sleepers in the order of their times. */
export interface SteppedClock extends Clock {
  readonly sleeping: number;
  /** Moves the time on by `ms`, waking whoever is due on the way, those who fall asleep on the way included. */
  advance(ms: number): Promise<void>;
  /** Moves the time on, from sleeper to sleeper, until `promise` is settled; throws if nobody sleeps any more. */
  runUntil<Value>(promise: Promise<Value>): Promise<Value>;
}

export function steppedClock(startMs = Date.UTC(2026, 0, 5, 9)): SteppedClock {
  let nowMs = startMs;
  const sleepers = new Set<{ readonly atMs: number; readonly wake: () => void }>();

  const next = () => {
    let first: { readonly atMs: number; readonly wake: () => void } | undefined;
    for (const sleeper of sleepers) if (!first || sleeper.atMs < first.atMs) first = sleeper;
    return first;
  };
  /** Everything that can happen without time passing happens. */
  const settle = () => new Promise<void>(resolve => setImmediate(resolve));
  const wake = async (sleeper: { readonly atMs: number; readonly wake: () => void }) => {
    sleepers.delete(sleeper);
    nowMs = Math.max(nowMs, sleeper.atMs);
    sleeper.wake();
    await settle();
  };

  return {
    get sleeping() {
      return sleepers.size;
    },
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const stop = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper = {
          atMs: nowMs + ms,
          wake: () => {
            signal?.removeEventListener('abort', stop);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', stop, { once: true });
      }),
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (let sleeper = next(); sleeper && sleeper.atMs <= untilMs; sleeper = next()) await wake(sleeper);
      nowMs = untilMs;
    },
    async runUntil(promise) {
      let settled = false;
      const done = () => {
        settled = true;
      };
      promise.then(done, done);
      await settle();
      while (!settled) {
        const sleeper = next();
        if (!sleeper) throw new Error('The clock has nobody to wake, and the promise is still open.');
        await wake(sleeper);
      }
      return promise;
    },
  };
}
