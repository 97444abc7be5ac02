import type { Clock } from '../../src/clock.ts';
import { LedgerBook } from '../../src/model/ledger-book.ts';
import type { Limits } from '../../src/model/limits.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Job, Planned } from '../../src/run/job.ts';
import { applyRun, planRun } from '../../src/run/sync.ts';
import { startJournal } from '../../src/store/journal.ts';
import type { JournalLine } from '../../src/store/journal-lines.ts';
import { LedgerFold } from '../../src/store/ledger-fold.ts';
import { memoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import { eagerClock } from '../support/manual-clock.ts';
import type { PureApi, Wire } from '../support/pure-api.ts';
import type { Day } from './worlds.ts';

/**
 * When a process dies: at its n-th instant, a line of the journal or a request, before that was done or just after.
 * What else it had sent by then still comes to pass, or does not.
 */
export interface Death {
  /** From 1; instants of the whole run. */
  readonly at: number;
  readonly moment: 'before' | 'after';
  readonly late: boolean;
}

/** One life of the process: everything that it does to the outside, instant by instant. */
export class Life {
  /** Lines and requests so far. */
  instants = 0;
  readonly ended: Promise<'dead'>;
  #isDead = false;
  #end = (_: 'dead'): void => {};
  #pace: number;
  readonly #death: Death | undefined;

  /** `pace` decides how long each thing takes, and so in which order steps side by side come to their turns. */
  constructor(pace: number, death?: Death) {
    this.#pace = pace;
    this.#death = death;
    this.ended = new Promise(resolve => {
      this.#end = resolve;
    });
  }

  /** Lines are on disk in the order in which they were written, those of other steps included. */
  readonly append =
    (keep: (line: JournalLine) => void) =>
    async (line: JournalLine): Promise<void> => {
      if (this.#isDead) return never;
      const mine = this.#next();
      if (mine === 'before') return this.#die();
      keep(line);
      if (mine === 'after') return this.#die();
      await this.#while();
      if (this.#isDead) await never;
    };

  readonly wire: Wire = async (_, reach) => {
    if (this.#isDead) return never;
    const mine = this.#next();
    await this.#while();
    if (this.#isDead) {
      if (this.#death?.late) reach();
      return never;
    }
    if (mine === 'before') return this.#die();
    const answer = reach();
    if (mine === 'after') return this.#die();
    await this.#while();
    return this.#isDead ? never : answer;
  };

  #next(): Death['moment'] | undefined {
    this.instants += 1;
    return this.instants === this.#death?.at ? this.#death.moment : undefined;
  }

  #die(): Promise<never> {
    this.#isDead = true;
    this.#end('dead');
    return never;
  }

  /** Some turns of the loop. */
  async #while(): Promise<void> {
    this.#pace = (Math.imul(this.#pace, 1_103_515_245) + 12_345) >>> 1;
    for (let turns = (this.#pace >>> 8) % 4; turns > 0; turns--) await undefined;
  }
}

const never = new Promise<never>(() => {});
const untouched = new AbortController().signal;

/** What a run is given besides the world. */
export interface Settings {
  readonly limits: Limits;
  readonly concurrency: number;
}

/** A process that has opened this journal: it plans, and applies what was planned. */
export function opened(api: PureApi, lines: JournalLine[], day: Day, how: Settings, life: Life) {
  const clock = eagerClock();
  const store = storeOf(lines, clock, life);
  const job = jobOf(api, day, how, life, clock, store);
  return {
    plan: () => planRun(job, untouched),
    /** Undefined where it died before it came to its end. */
    apply: async (planned: Planned): Promise<Outcome | undefined> => {
      const applied = applyRun(job, planned, { store, stop: untouched, signal: untouched });
      const ended = await Promise.race([applied, life.ended]);
      if (ended !== 'dead') return ended;
      // What is still on its way arrives.
      await new Promise(resolve => setImmediate(resolve));
      return undefined;
    },
  };
}

/** Plans and applies, from start to end. */
export async function live(
  ...args: Parameters<typeof opened>
): Promise<{ readonly planned: Planned; readonly outcome: Outcome | undefined }> {
  const { plan, apply } = opened(...args);
  const planned = await plan();
  return { planned, outcome: await apply(planned) };
}

/** The journal is `lines`; the ledger is folded from them as a process folds it that opens the file. */
function storeOf(lines: JournalLine[], clock: Clock, life: Life): Store {
  const fold = new LedgerFold();
  for (const line of lines) fold.add(line);
  const append = life.append(line => {
    lines.push(line);
    fold.add(line);
  });
  return {
    ...memoryStore(clock),
    ledger: async () => ({
      ledger: new LedgerBook(fold.ledger),
      seats: new Map(fold.seats),
      mark: lines.length,
      partings: fold.partings,
      seen: fold.seen,
    }),
    openRun: info => startJournal(info, clock, append),
  };
}

function jobOf(
  api: PureApi,
  { directory, mappings }: Day,
  { limits, concurrency }: Settings,
  life: Life,
  clock: Clock,
  store: Store,
): Job {
  return {
    sources: [
      {
        id: 'corp',
        kind: 'pure',
        read: async () => directory,
        check: async () => ({ server: '', warnings: [] }),
      },
    ],
    mappings,
    match: ['email'],
    missing: 'report',
    limits,
    contract: 'auto',
    batches: { members: 3, newMembers: 4, queueMembers: 3, readBack: 2 },
    tenant: api.reader(),
    settleMs: 60_000,
    concurrency,
    api: api.client(life.wire),
    store,
    clock,
  };
}
