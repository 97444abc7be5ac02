/** First come, first served, behind those who were sent back; whoever's signal aborts leaves the line at once. */
export interface WaitingLine {
  readonly length: number;
  /** Resolves when it is this one's turn; rejects with the signal's reason if that comes first. */
  join(signal?: AbortSignal, rank?: Rank): Promise<void>;
  /** Lets the first one go; false where nobody waits. */
  callNext(): boolean;
}

/**
 * `again`: had its turn and was refused. Behind newcomers it might be refused every time, where the server refuses
 * every so-manieth request.
 */
export type Rank = 'new' | 'again';

/** `left` is called when somebody gives up waiting. */
export function createWaitingLine(left: () => void = () => {}): WaitingLine {
  const lines: Readonly<Record<Rank, Set<() => void>>> = { again: new Set(), new: new Set() };
  return {
    get length() {
      return lines.again.size + lines.new.size;
    },
    join: (signal, rank = 'new') =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const go = () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        };
        const leave = () => {
          lines[rank].delete(go);
          reject(signal?.reason);
          left();
        };
        lines[rank].add(go);
        signal?.addEventListener('abort', leave, { once: true });
      }),
    callNext() {
      const line = lines.again.size > 0 ? lines.again : lines.new;
      for (const go of line) {
        line.delete(go);
        go();
        return true;
      }
      return false;
    },
  };
}
