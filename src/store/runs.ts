import { MusterError } from '../errors.ts';
import type { RunRecord, WriteRecord } from '../model/history.ts';
import { nearest } from '../model/select.ts';
import type { JournalLine } from './journal-lines.ts';

/** The fold of the lines into runs. Pure. */
export function runsOf(lines: readonly JournalLine[]): RunRecord[] {
  const runs = new Map<string, Mutable<RunRecord> & { writes: WriteRecord[] }>();
  for (const line of lines) {
    if (line.kind === 'run') {
      const { run, at, contract, fingerprint, changes, purpose, resumes, by, planHash } = line;
      const about = {
        ...(purpose ? { purpose } : {}),
        ...(resumes === undefined ? {} : { resumes }),
        ...(by ? { by } : {}),
        ...(planHash === undefined ? {} : { planHash }),
      };
      runs.set(run, {
        run,
        at,
        ...about,
        contract,
        fingerprint,
        changes,
        writes: [],
        bound: [],
        adopted: [],
        released: [],
        rehomed: [],
      });
      continue;
    }
    const run = runs.get(line.run);
    if (!run) continue;
    if (line.kind === 'begin') {
      const { id, at, route, subject, adds, drops, fields = [], preimage } = line;
      run.writes.push({ id, at, route, subject, adds, drops, fields, preimage, state: 'open' });
    } else if (line.kind === 'books') {
      run.bound = [...run.bound, ...line.bind];
      run.adopted = [...run.adopted, ...(line.adopt ?? [])];
      run.released = [...run.released, ...(line.release ?? [])];
      run.rehomed = [...run.rehomed, ...(line.rehome ?? [])];
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
