import { type Clock, isoNow } from '../clock.ts';
import type { Author } from '../model/history.ts';
import type { Journal, JournalEdge } from '../model/journal.ts';
import { bound, edgeId } from '../model/ledger.ts';
import { seatId } from '../model/seat.ts';
import type { JournalLine } from './journal-lines.ts';
import type { RunInfo } from './store.ts';

/** Who runs it, and the hash of the plan that is kept of it; each where it is known. */
export interface RunMarks {
  readonly by?: Author | undefined;
  readonly planHash?: string | undefined;
}

/** A journal over anything that can append a line durably. */
export async function startJournal(
  info: RunInfo,
  clock: Clock,
  append: (line: JournalLine) => Promise<void>,
  { by, planHash }: RunMarks = {},
): Promise<Journal> {
  const stamp = () => ({ run: info.run, at: isoNow(clock) });
  await append({
    kind: 'run',
    ...stamp(),
    fingerprint: info.fingerprint,
    contract: info.contract,
    changes: info.changes,
    ...(info.purpose ? { purpose: info.purpose } : {}),
    ...(info.resumes === undefined ? {} : { resumes: info.resumes }),
    ...(by ? { by } : {}),
    ...(planHash === undefined ? {} : { planHash }),
  });
  return {
    run: info.run,
    begin: ({ id, route, subject, adds, drops, fields, preimage, seats }) =>
      append({
        kind: 'begin',
        ...stamp(),
        id,
        route,
        subject,
        adds,
        drops,
        ...(fields?.length ? { fields } : {}),
        ...(preimage === undefined ? {} : { preimage }),
        ...(seats ? { seats } : {}),
      }),
    done: ({ id, adds, drops }, made) =>
      append({
        kind: 'done',
        ...stamp(),
        id,
        adds: adds.map(({ edge }) => edgeId(made ? bound(edge, made) : edge)),
        drops: drops.map(({ edge }) => edgeId(edge)),
        ...(made ? { made } : {}),
      }),
    failed: ({ id, adds, drops, seats }, { code, happened }, lost) =>
      append({
        kind: 'failed',
        ...stamp(),
        id,
        code,
        happened,
        lost,
        adds: adds.map(entry => edgeId(entry.edge)),
        ...(drops.length > 0 ? { drops: drops.map(entry => edgeId(entry.edge)) } : {}),
        ...(seats ? { seats: seats.map(seatId) } : {}),
      }),
    books: async ({ bind, confirm, forget, rehome, seats, adopt = [], release = [] }) => {
      if (seats) await append({ kind: 'seats', ...stamp(), ...seats });
      const first = bind.length + confirm.length + forget.length + rehome.length > 0;
      const nothing = { bind: [], confirm: [], forget: [] };
      if (first)
        await append({
          kind: 'books',
          ...stamp(),
          bind,
          confirm: confirm.map(edgeId),
          forget: forget.map(edgeId),
          rehome,
        });
      for (const some of batches(adopt)) await append({ kind: 'books', ...stamp(), ...nothing, adopt: some });
      for (const some of batches(release))
        await append({ kind: 'books', ...stamp(), ...nothing, release: some });
    },
    seen: change => append({ kind: 'seen', ...stamp(), ...change }),
    seats: moves => append({ kind: 'seats', ...stamp(), ...moves }),
    end: state => append({ kind: 'end', ...stamp(), state }),
  };
}

/** A line is one text: a million edges in one would be too long for that. Half an adoption is none the worse. */
const edgesInLine = 10_000;

const batches = (entries: readonly JournalEdge[]): JournalEdge[][] =>
  Array.from({ length: Math.ceil(entries.length / edgesInLine) }, (_, index) =>
    entries.slice(index * edgesInLine, (index + 1) * edgesInLine),
  );
