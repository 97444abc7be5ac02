import type { Clock } from '../clock.ts';
import { createWaitingLine, type Rank } from './waiting-line.ts';

/** What decides whether the next one may go. */
export interface Door {
  /** May one more go now? If so it is counted as gone at once: the next question is about the one after it. */
  letOne(): boolean;
  /** When time alone opens the door; undefined where only something that happens can. */
  opensMs(): number | undefined;
}

/** A line in front of a door. */
export interface Gate {
  /** Resolves when it is this one's turn; rejects with the signal's reason if that comes first. */
  pass(signal?: AbortSignal, rank?: Rank): Promise<void>;
  /** Something has happened: lets go whoever may. */
  look(): void;
}

/** One alarm at a time, and none while nobody waits: a client that is closed leaves no timer behind. */
export function createGate(clock: Clock, door: Door): Gate {
  const line = createWaitingLine(() => setAlarm());
  let alarm: { readonly atMs: number; readonly off: AbortController } | undefined;

  function look(): void {
    while (line.length > 0 && door.letOne()) line.callNext();
    setAlarm();
  }

  function setAlarm(): void {
    const atMs = line.length > 0 ? door.opensMs() : undefined;
    if (atMs === alarm?.atMs) return;
    alarm?.off.abort();
    alarm = undefined;
    if (atMs === undefined) return;
    const mine = { atMs, off: new AbortController() };
    alarm = mine;
    const ring = () => {
      if (alarm !== mine) return;
      alarm = undefined;
      look();
    };
    clock.sleep(Math.max(0, atMs - clock.now()), mine.off.signal).then(ring, () => {});
  }

  return {
    look,
    async pass(signal, rank) {
      signal?.throwIfAborted();
      if (line.length === 0 && door.letOne()) return;
      const turn = line.join(signal, rank);
      // Not the alarm alone: at the very instant at which the door opens, nothing would ring any more.
      look();
      await turn;
    },
  };
}
