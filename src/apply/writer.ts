import { isMusterError, MusterError } from '../errors.ts';
import type { Journal } from '../model/journal.ts';
import type { Problem } from '../model/outcome.ts';
import type { Seat } from '../model/seat.ts';
import type { Work } from './hand.ts';

export interface Writers {
  readonly write: Work['write'];
  /** Writes after the run was asked to stop as well: for what puts right what this run has begun. */
  readonly anyhow: Work['write'];
  /** Resolves when every line is on disk; rejects with the error of one that could not be put there. */
  written(): Promise<void>;
}

/**
 * Begun on disk before the request, done or failed after it. Nobody waits for the line that says done: lines stand in
 * the order in which they were written, so the begin of whatever comes next brings it along, and a crash in between
 * leaves a claim, as one right after the answer would. Once a line could not be written, nothing more is begun.
 */
export function writers(journal: Journal, stop: AbortSignal): Writers {
  let lastId = 0;
  const underway = new Set<Promise<void>>();
  let broken: { readonly error: unknown } | undefined;
  const inTime = (line: Promise<void>): void => {
    const told = line
      .catch((error: unknown) => {
        broken ??= { error };
      })
      .finally(() => underway.delete(told));
    underway.add(told);
  };
  const anyhow: Work['write'] = async (record, request, made) => {
    if (broken) throw broken.error;
    const entry = { ...record, id: ++lastId };
    await journal.begin(entry);
    let answer: Awaited<ReturnType<typeof request>>;
    try {
      answer = await request();
    } catch (error) {
      const { code, happened } = isMusterError(error) ? error : { code: 'unknown', happened: String(error) };
      await journal.failed(entry, { code, happened }, mayBeDone(error));
      throw error;
    }
    inTime(journal.done(entry, made?.(answer)));
    return answer;
  };
  const write: Work['write'] = async (record, request, made) => {
    if (stop.aborted) throw new MusterError('run.interrupted', interruptedFacts(record.subject));
    return anyhow(record, request, made);
  };
  const written = async (): Promise<void> => {
    await Promise.all(underway);
    if (broken) throw broken.error;
  };
  return { write, anyhow, written };
}

/** With the seats in the journal before the request. */
export const withSeats = (write: Work['write'], seats: readonly Seat[]): Work['write'] =>
  seats.length === 0
    ? write
    : (record, ...rest) => write({ ...record, seats: [...(record.seats ?? []), ...seats] }, ...rest);

/** Of these, those of people whom the write itself has a group bring. */
export const withBrought = (write: Work['write'], seats: readonly Seat[]): Work['write'] =>
  seats.length === 0
    ? write
    : (record, ...rest) => {
        const edges = record.adds.map(({ edge }) => edge);
        const users = new Set(edges.flatMap(edge => (edge.kind === 'member' ? [edge.user] : [])));
        const queues = new Set(edges.flatMap(edge => (edge.kind === 'attachment' ? [edge.queue] : [])));
        const brought = seats.filter(({ user, queue }) => users.has(user) || queues.has(queue));
        return withSeats(write, brought)(record, ...rest);
      };

/** No answer, an answer of a gateway or a server in trouble: the write may have happened all the same. */
export function mayBeDone(error: unknown): boolean {
  if (!isMusterError(error) || error.status === undefined) return true;
  return error.status >= 500 || error.status === 408 || (error.status >= 200 && error.status < 300);
}

const interruptedFacts = (subject: string) => ({
  happened: 'The run was asked to stop before this was begun.',
  subject,
  remedy: 'Run again: it goes on from the real state.',
});

export const interrupted = (subject: string): Problem => ({
  code: 'run.interrupted',
  ...interruptedFacts(subject),
});

export const problemOf = (error: MusterError): Problem => ({
  code: error.code,
  happened: error.happened,
  remedy: error.remedy,
  ...(error.subject === undefined ? {} : { subject: error.subject }),
  ...(error.correlationId === undefined ? {} : { correlationId: error.correlationId }),
});
