import type { Clock } from '../clock.ts';
import type { KeptPlan } from '../model/kept-plan.ts';
import { LedgerBook } from '../model/ledger-book.ts';
import type { Reads } from '../model/reads.ts';
import { asOf } from './as-of.ts';
import { startJournal } from './journal.ts';
import type { JournalLine } from './journal-lines.ts';
import { LedgerFold } from './ledger-fold.ts';
import { runsOf } from './runs.ts';
import type { Store } from './store.ts';

/** Nothing on disk: for tests and for programs that keep their own state. `lines` is what a file would hold. */
export function memoryStore(
  clock: Clock,
  lines: JournalLine[] = [],
): Store & { readonly lines: readonly JournalLine[] } {
  const fold = new LedgerFold();
  const plans = new Map<string, KeptPlan>();
  for (const line of lines) fold.add(line);
  let reads: Reads | undefined;
  return {
    lines,
    ledger: async () => ({
      ledger: new LedgerBook(fold.ledger),
      seats: new Map(fold.seats),
      mark: lines.length,
      partings: fold.partings,
      seen: fold.seen,
    }),
    history: async () => runsOf(lines),
    asOf: async since => asOf(lines, since),
    keptPlan: async ({ run }) => plans.get(run),
    openRun: info => {
      if (info.plan) plans.set(info.run, info.plan);
      return startJournal(info, clock, async line => {
        lines.push(line);
        fold.add(line);
      });
    },
    reads: async () => reads,
    keepReads: async kept => {
      reads = kept;
    },
    close: async () => {},
  };
}
