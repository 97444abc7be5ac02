import type { RunRecord } from '../model/history.ts';
import { type ChainReport, verifyChain } from './chain.ts';
import { journalTexts } from './file.ts';
import type { JournalLine } from './journal-lines.ts';
import { runsOf } from './runs.ts';

export interface History {
  /** Oldest first. */
  readonly runs: readonly RunRecord[];
  readonly chain: ChainReport;
}

/** Every run of a state directory, as far as its journal is proven. Does not lock: a run in progress is shown as far as it has come. */
export async function readHistory(dir: string, keptHead?: string): Promise<History> {
  const proven: JournalLine[] = [];
  const chain = verifyChain(await journalTexts(dir), {
    keptHead,
    take: line => proven.push(line as JournalLine),
  });
  return { runs: runsOf(proven), chain };
}
