import type { Parting, Partings } from '../model/ledger.ts';
import type { JournalLine } from './journal-lines.ts';

/** What was taken away longer ago than this many removals is not recognised when it comes back. */
const most = 50_000;

/** What we took away that we had added: should it be there again, somebody else put it there. */
export class PartingFold {
  readonly #partings: Map<string, Parting>;

  constructor(partings?: Partings) {
    this.#partings = new Map(partings);
  }

  get partings(): Partings {
    return this.#partings;
  }

  add(line: JournalLine): void {
    if (line.kind !== 'done') return;
    for (const id of line.drops) {
      const times = (this.#partings.get(id)?.times ?? 0) + 1;
      this.#partings.delete(id);
      this.#partings.set(id, { times, at: line.at });
    }
    for (const oldest of this.#partings.keys()) {
      if (this.#partings.size <= most) break;
      this.#partings.delete(oldest);
    }
  }
}
