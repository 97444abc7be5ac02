import type { Clock } from '../clock.ts';

/** The emulator's own time: starts at the given clock's time and runs `scale` times as fast. */
export function emulatedClock(clock: Clock, scale: number): Clock {
  const start = clock.now();
  return {
    now: () => start + (clock.now() - start) * scale,
    sleep: (ms, signal) => clock.sleep(ms / scale, signal),
  };
}
