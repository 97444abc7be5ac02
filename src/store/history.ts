import { MusterError } from '../errors.ts';
import type { RunRecord } from '../model/history.ts';
import { nearest } from '../model/select.ts';
import { type ChainReport, verifyChain } from './chain.ts';
import { journalTexts } from './file.ts';
import type { JournalLine } from './journal-lines.ts';
import { runsOf } from './runs.ts';

export interface History {
  /** Oldest first. */
  readonly runs: readonly RunRecord[];
  readonly chain: ChainReport;
}

/** Every run of a state directory. Does not lock: a run in progress is shown as far as it has come. */
export async function readHistory(dir: string): Promise<History> {
  const texts = await journalTexts(dir);
  const chain = verifyChain(texts);
  const sound = chain.brokenAt === undefined ? texts : texts.slice(0, chain.brokenAt - 1);
  return { runs: runsOf(sound.map(text => JSON.parse(text) as JournalLine)), chain };
}

/** One run by its id, or the `last` one. Throws `run.not-found`, with ids that are near. */
export function runNamed(runs: readonly RunRecord[], id: string): RunRecord {
  const found = id === 'last' ? runs.at(-1) : runs.find(each => each.run === id);
  if (found) return found;
  const near = nearest(
    id,
    runs.map(each => each.run),
  );
  throw new MusterError('run.not-found', {
    happened:
      runs.length === 0
        ? 'The journal has no run: none has written anything yet.'
        : 'The journal has no such run.',
    subject: `run ${id}`,
    remedy: near.length > 0 ? `Near it: ${near.join(', ')}.` : 'Run `muster history` to see what there is.',
  });
}
