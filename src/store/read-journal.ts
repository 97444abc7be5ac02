import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { MusterError } from '../errors.ts';
import { verifyChain } from './chain.ts';
import type { JournalLine } from './journal-lines.ts';
import { LedgerFold } from './ledger-fold.ts';

/** What the lines of a journal came to. Whoever goes on folding takes a copy. */
export interface FoldedJournal {
  readonly fold: LedgerFold;
  /** As far as whole lines go. */
  readonly bytes: number;
  /** Hash of the last line; see `verifyChain`. */
  readonly head: string;
}

/** Rejects with `state.damaged` where a line cannot be read, or does not follow the one before it. */
export type ReadJournal = (path: string) => Promise<FoldedJournal>;

/**
 * Remembers what it came to: a run looks at the journal when it plans and when it begins to write, and folding a hundred
 * thousand people takes a second each time. It is taken for the same where each of its bytes is.
 */
export function journalReader(): ReadJournal {
  let last: { readonly path: string; readonly digest: string; readonly folded: FoldedJournal } | undefined;
  return async path => {
    const content = await wholeLines(path);
    const digest = hash('sha256', content, 'hex');
    if (last?.path !== path || last.digest !== digest) last = { path, digest, folded: folded(path, content) };
    return last.folded;
  };
}

function folded(path: string, content: Buffer): FoldedJournal {
  const fold = new LedgerFold();
  const { head, brokenAt } = verifyChain(textsOf(content), { take: line => fold.add(line as JournalLine) });
  if (brokenAt !== undefined) throw damaged(`${path}:${brokenAt}`);
  return { fold, bytes: content.length, head };
}

/** The lines of a journal as they stand on disk, without a last one that a crash cut short. */
export const journalLines = async (path: string): Promise<string[]> => textsOf(await wholeLines(path));

async function wholeLines(path: string): Promise<Buffer> {
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  return content.subarray(0, content.lastIndexOf(0x0a) + 1);
}

const textsOf = (content: Buffer): string[] => content.toString('utf8').split('\n').slice(0, -1);

const damaged = (subject: string) =>
  new MusterError('state.damaged', {
    happened:
      'A line of the journal cannot be read, or was changed, so it is not known what is ours. Nothing was written.',
    subject,
    remedy:
      'Restore the file from a backup. If it is lost, move it away: what muster placed then counts as made by hand and stays.',
  });
