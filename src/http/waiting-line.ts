/** First come, first served; whoever's signal aborts leaves the line at once. */
export interface WaitingLine {
  readonly length: number;
  /** Resolves when it is this one's turn; rejects with the signal's reason if that comes first. */
  join(signal?: AbortSignal): Promise<void>;
  /** Lets the first one go; false where nobody waits. */
  callNext(): boolean;
}

/** `left` is called when somebody gives up waiting. */
export function createWaitingLine(left: () => void = () => {}): WaitingLine {
  const waiting = new Set<() => void>();
  return {
    get length() {
      return waiting.size;
    },
    join: signal =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const go = () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        };
        const leave = () => {
          waiting.delete(go);
          reject(signal?.reason);
          left();
        };
        waiting.add(go);
        signal?.addEventListener('abort', leave, { once: true });
      }),
    callNext() {
      for (const go of waiting) {
        waiting.delete(go);
        go();
        return true;
      }
      return false;
    },
  };
}
