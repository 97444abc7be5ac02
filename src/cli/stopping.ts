import type { Terminal } from './terminal.ts';

export interface Stopping {
  /** Aborted by the first Ctrl-C (or SIGTERM): finish the write in flight, begin no other. */
  readonly stop: AbortSignal;
  /** Aborted by the second: cut it. The next run settles what became of it. */
  readonly signal: AbortSignal;
  release(): void;
}

/** Ctrl-C in two steps, for as long as a command runs. */
export function listenForStop(terminal: Terminal): Stopping {
  const stop = new AbortController();
  const cut = new AbortController();
  const onSignal = () => {
    if (!stop.signal.aborted) {
      terminal.note(
        '\nStopping: the call in flight is finished and written to the journal. Once more to cut it.\n',
      );
      stop.abort();
    } else {
      cut.abort(new Error('Cut by a second Ctrl-C; run again to settle what became of it.'));
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    stop: stop.signal,
    signal: cut.signal,
    release: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
