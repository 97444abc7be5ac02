import { MusterError } from '../errors.ts';
import { createLanes } from '../http/lanes.ts';
import { WireError } from '../http/wire-error.ts';

/** What came of one of several reads. */
export type Attempt<Result> = { readonly result: Result } | { readonly error: MusterError };

/** Reads in a row that brought no answer, after which the others are not begun. */
const patience = 3;

/**
 * Reads something of each item, at most `width` at a time, in the order of the items. A read that fails leaves the
 * others alone: whoever calls turns it into "incomplete". Once the server has gone silent, or takes our credentials
 * no more, the rest is given up with that error instead of waiting it out item by item.
 *
 * Rejects with the signal's reason, and with whatever is no failure of the world.
 */
export async function readEach<Item, Result>(
  items: readonly Item[],
  { width, signal }: { readonly width: number; readonly signal: AbortSignal },
  read: (item: Item) => Promise<Result>,
): Promise<Attempt<Result>[]> {
  const lanes = createLanes(width);
  let lost: MusterError[] = [];
  return Promise.all(
    items.map(item =>
      lanes.run(async () => {
        if (lost.length >= patience) return { error: lost.at(-1)! };
        try {
          const result = await read(item);
          lost = [];
          return { result };
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof MusterError)) throw error;
          lost = isLasting(error) ? [...lost, error] : [];
          return { error };
        }
      }, signal),
    ),
  );
}

/** 403 is about one thing that we may not see; the next one may be another matter. */
const isLasting = (error: MusterError): boolean =>
  error instanceof WireError ||
  error.code === 'source.unreachable' ||
  (error.code === 'source.auth-failed' && error.status !== 403);

/**
 * Throws where there was something to read and nothing of it could be: that is a right that is missing or a server
 * that went away, and no list of incomplete groups would say so. What has just been deleted does not count.
 */
export function throwIfAllFailed(attempts: readonly Attempt<unknown>[]): void {
  const errors = attempts.flatMap(attempt => ('error' in attempt ? [attempt.error] : []));
  const telling = errors.find(error => error.status !== 404);
  if (telling && errors.length === attempts.length) throw telling;
}
