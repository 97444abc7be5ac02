import type { JournalEdge } from '../model/journal.ts';
import { type Binding, edgeId, type Ledger } from '../model/ledger.ts';
import { LedgerBook } from '../model/ledger-book.ts';

/** One line of the journal. New kinds may be added; a reader passes over kinds that it does not know. */
export type JournalLine =
  | {
      readonly kind: 'run';
      readonly run: string;
      readonly at: string;
      readonly fingerprint: string;
      readonly contract: string;
      readonly changes: number;
    }
  | {
      readonly kind: 'begin';
      readonly run: string;
      readonly at: string;
      readonly id: number;
      readonly route: string;
      readonly subject: string;
      readonly adds: readonly JournalEdge[];
      readonly drops: readonly JournalEdge[];
      readonly preimage?: unknown;
    }
  | {
      readonly kind: 'done';
      readonly run: string;
      readonly at: string;
      readonly id: number;
      readonly adds: readonly string[];
      readonly drops: readonly string[];
      readonly made?: Binding;
    }
  | {
      readonly kind: 'failed';
      readonly run: string;
      readonly at: string;
      readonly id: number;
      readonly code: string;
      readonly happened: string;
      readonly lost: boolean;
      readonly adds: readonly string[];
    }
  | {
      readonly kind: 'books';
      readonly run: string;
      readonly at: string;
      readonly bind: readonly Binding[];
      readonly confirm: readonly string[];
      readonly forget: readonly string[];
      readonly rehome?: readonly JournalEdge[];
    }
  | { readonly kind: 'end'; readonly run: string; readonly at: string; readonly state: string };

/**
 * The ledger is the fold of the journal: one file, one fsync a line, and no instant at which the two disagree.
 * `begin` claims, `done` owns and drops, a refusal unclaims, a lost answer leaves the claim for the next run.
 */
export class LedgerFold {
  readonly #edges = new LedgerBook();

  get ledger(): Ledger {
    return this.#edges;
  }

  add(line: JournalLine): void {
    switch (line.kind) {
      case 'begin':
        for (const entry of line.adds) {
          const id = edgeId(entry.edge);
          if (!this.#edges.has(id))
            this.#edges.set(id, { ...entry, state: 'claimed', run: line.run, at: line.at });
        }
        break;
      case 'done':
        if (line.made) this.#edges.bind(line.made);
        this.#own(line.adds);
        for (const id of line.drops) this.#edges.delete(id);
        break;
      case 'failed':
        if (line.lost) break;
        for (const id of line.adds) if (this.#edges.get(id)?.state === 'claimed') this.#edges.delete(id);
        break;
      case 'books':
        for (const binding of line.bind) this.#edges.bind(binding);
        this.#own(line.confirm);
        for (const id of line.forget) this.#edges.delete(id);
        for (const wish of line.rehome ?? []) {
          const owned = this.#edges.get(edgeId(wish.edge));
          if (owned) this.#edges.set(edgeId(wish.edge), { ...owned, ...wish });
        }
        break;
      case 'run':
      case 'end':
        break;
    }
  }

  #own(ids: readonly string[]): void {
    for (const id of ids) {
      const edge = this.#edges.get(id);
      if (edge?.state === 'claimed') this.#edges.set(id, { ...edge, state: 'owned' });
    }
  }
}
