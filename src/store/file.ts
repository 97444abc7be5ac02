import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, isoNow } from '../clock.ts';
import type { RunRecord } from '../model/history.ts';
import { LedgerBook } from '../model/ledger-book.ts';
import { asOf } from './as-of.ts';
import { thisAuthor } from './author.ts';
import { chained, lineHash } from './chain.ts';
import { startJournal } from './journal.ts';
import type { JournalLine } from './journal-lines.ts';
import { keepPlan, readKeptPlan } from './kept-plans.ts';
import type { LedgerFold } from './ledger-fold.ts';
import { lockDirectory } from './lock.ts';
import { journalLines, journalReader, type ReadJournal } from './read-journal.ts';
import { loadReads, saveReads } from './reads-file.ts';
import { runsOf } from './runs.ts';
import type { LedgerView, Store } from './store.ts';

const fileName = 'journal.jsonl';

/**
 * `.muster/journal.jsonl`: append-only, one JSON object a line, each on disk (fdatasync) before we go on. A line
 * that a crash cut short is dropped, because nothing was done on its account; a line that is damaged elsewhere, or was
 * changed afterwards, is an error, because then we no longer know what is ours.
 */
export async function openFileStore(
  dir: string,
  clock: Clock,
  read: ReadJournal = journalReader(),
): Promise<Store> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const unlock = await lockDirectory(dir, isoNow(clock));
  try {
    const path = join(dir, fileName);
    const { fold: known, bytes, head } = await read(path);
    const fold = known.copy();
    const file = await open(path, 'a', 0o600);
    await file.truncate(bytes);
    if (bytes === 0) await syncDirectory(dir);
    const append = appender(file, fold, head);
    return {
      ledger: async () => ({
        ledger: new LedgerBook(fold.ledger),
        seats: new Map(fold.seats),
        mark: (await file.stat()).size,
        partings: fold.partings,
        seen: fold.seen,
      }),
      history: () => readRuns(dir),
      asOf: async since => asOf(await linesIn(dir), since),
      keptPlan: run => readKeptPlan(dir, run),
      openRun: async info => {
        const planHash = info.plan && (await keepPlan(dir, info.plan));
        return startJournal(info, clock, append, { by: thisAuthor(), planHash });
      },
      reads: () => loadReads(dir),
      keepReads: reads => saveReads(dir, reads),
      close: async () => {
        await file.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** The ledger without the lock, for commands that only look. */
export async function readLedger(dir: string, read: ReadJournal = journalReader()): Promise<LedgerView> {
  const { fold, bytes } = await read(join(dir, fileName));
  return { ledger: fold.ledger, seats: fold.seats, mark: bytes, partings: fold.partings, seen: fold.seen };
}

const linesIn = async (dir: string): Promise<JournalLine[]> =>
  (await journalTexts(dir)).map(text => JSON.parse(text) as JournalLine);

const readRuns = async (dir: string): Promise<RunRecord[]> => runsOf(await linesIn(dir));

/** What can be read without the lock. */
export const readOnlyStore = (
  dir: string,
  read?: ReadJournal,
): Pick<Store, 'ledger' | 'history' | 'reads' | 'asOf' | 'keptPlan'> => ({
  ledger: () => readLedger(dir, read),
  history: () => readRuns(dir),
  reads: () => loadReads(dir),
  asOf: async since => asOf(await linesIn(dir), since),
  keptPlan: run => readKeptPlan(dir, run),
});

/** Without this a power cut may forget the file's name, however often its contents were synced. */
async function syncDirectory(dir: string): Promise<void> {
  await using handle = await open(dir, 'r');
  // Some file systems know no sync of a directory; there is nothing better to do there.
  await handle.sync().catch(() => {});
}

/** See `journalLines`. */
export const journalTexts = (dir: string): Promise<string[]> => journalLines(join(dir, fileName));

/** Appends in the order of the calls; calls that wait for the disk together share one sync. */
function appender(
  file: FileHandle,
  fold: LedgerFold,
  lastHead: string,
): (line: JournalLine) => Promise<void> {
  let head = lastHead;
  let waiting: { text: string; settle: PromiseWithResolvers<void> }[] = [];
  let isWriting = false;
  // After a write that failed (a full disk) the file may end in half a line: nothing may be put behind it.
  let broken: { readonly error: unknown } | undefined;
  const flush = async () => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        if (broken) throw broken.error;
        await file.appendFile(batch.map(entry => entry.text).join(''));
        await file.datasync();
        for (const entry of batch) entry.settle.resolve();
      } catch (error) {
        broken ??= { error };
        for (const entry of batch) entry.settle.reject(error);
      }
    }
    isWriting = false;
  };
  return async line => {
    const settle = Promise.withResolvers<void>();
    const text = chained(line, head);
    head = lineHash(text);
    waiting.push({ text: `${text}\n`, settle });
    if (!isWriting) void flush();
    await settle.promise;
    fold.add(line);
  };
}
