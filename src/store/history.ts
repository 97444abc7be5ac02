import type { RunRecord, WriteRecord } from '../model/history.ts';
import { type ChainReport, verifyChain } from './chain.ts';
import { journalTexts } from './file.ts';
import type { JournalLine } from './journal-lines.ts';

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

/** The fold of the lines into runs. Pure. */
export function runsOf(lines: readonly JournalLine[]): RunRecord[] {
  const runs = new Map<string, Mutable<RunRecord> & { writes: WriteRecord[] }>();
  for (const line of lines) {
    if (line.kind === 'run') {
      const { run, at, contract, fingerprint, changes } = line;
      runs.set(run, { run, at, contract, fingerprint, changes, writes: [] });
      continue;
    }
    const run = runs.get(line.run);
    if (!run) continue;
    if (line.kind === 'begin') {
      const { id, at, route, subject, adds, drops, preimage } = line;
      run.writes.push({ id, at, route, subject, adds, drops, preimage, state: 'open' });
    } else if (line.kind === 'end') {
      run.state = line.state;
      run.endedAt = line.at;
    } else if (line.kind === 'done' || line.kind === 'failed') {
      const at = run.writes.findLastIndex(write => write.id === line.id);
      const write = run.writes[at];
      if (write) run.writes[at] = ended(write, line);
    }
  }
  return [...runs.values()];
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const ended = (write: WriteRecord, line: Extract<JournalLine, { kind: 'done' | 'failed' }>): WriteRecord =>
  line.kind === 'done'
    ? { ...write, state: 'done', ...(line.made ? { made: line.made } : {}) }
    : { ...write, state: line.lost ? 'lost' : 'refused', problem: `${line.code}: ${line.happened}` };
