import type { Clock } from '../clock.ts';
import type { ReadProgress } from './source.ts';

/** Passes on at most four reports a second, as the contract of a source asks. */
export function paced(
  progress: ((progress: ReadProgress) => void) | undefined,
  clock: Clock,
): (groups: number, people: number) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (groups, people) => {
    const nowMs = clock.now();
    if (!progress || nowMs - lastMs < 250) return;
    lastMs = nowMs;
    progress({ groups, people });
  };
}
