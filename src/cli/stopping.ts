import { MusterError } from '../errors.ts';
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
      terminal.note('\nStopping: a call in flight is finished first. Once more to cut it.\n');
      stop.abort(
        new MusterError('run.interrupted', {
          happened: 'Stopped before the end.',
          remedy: 'Nothing more was begun. Run again: it goes on from the real state.',
        }),
      );
    } else {
      cut.abort(
        new MusterError('run.interrupted', {
          happened: 'Cut in the middle of a request by a second Ctrl-C.',
          remedy: 'Run again: what became of the request is settled by reading.',
        }),
      );
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
