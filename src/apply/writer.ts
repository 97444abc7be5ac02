import { isMusterError, MusterError } from '../errors.ts';
import type { Journal } from '../model/journal.ts';
import type { Problem } from '../model/outcome.ts';
import type { Work } from './hand.ts';

/**
 * Begun on disk before the request, done or failed after it. `anyhow` writes after the run was asked to stop as well:
 * for what puts right what this run has begun.
 */
export function writers(
  journal: Journal,
  stop: AbortSignal,
): { readonly write: Work['write']; readonly anyhow: Work['write'] } {
  let lastId = 0;
  const anyhow: Work['write'] = async (record, request, made) => {
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
    await journal.done(entry, made?.(answer));
    return answer;
  };
  const write: Work['write'] = async (record, request, made) => {
    if (stop.aborted) throw new MusterError('run.interrupted', interruptedFacts(record.subject));
    return anyhow(record, request, made);
  };
  return { write, anyhow };
}

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
