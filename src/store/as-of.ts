import type { JournalLine } from './journal-lines.ts';
import { LedgerFold } from './ledger-fold.ts';
import { runNamed, runsOf } from './runs.ts';
import type { LedgerAsOf } from './store.ts';

/** The ledger after a run (its id, or `last`), or at an instant. Pure. Throws `run.not-found`. */
export function asOf(lines: readonly JournalLine[], since: string): LedgerAsOf {
  const instant = Date.parse(since);
  const isInstant = /^\d{4}-\d\d-\d\d/u.test(since) && !Number.isNaN(instant);
  const run = isInstant
    ? lines.findLast(line => line.kind === 'run' && Date.parse(line.at) <= instant)
    : runNamed(runsOf(lines), since);
  const end = isInstant
    ? lines.findLastIndex(line => Date.parse(line.at) <= instant)
    : lines.findLastIndex(line => line.run === run!.run);
  const fold = new LedgerFold();
  for (const line of lines.slice(0, end + 1)) fold.add(line);
  return {
    ledger: fold.ledger,
    seen: fold.seen,
    ...(run ? { run: run.run } : {}),
    at: isInstant ? new Date(instant).toISOString() : run!.at,
  };
}
