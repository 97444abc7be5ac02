import type { Seen, SeenGroup, SeenQueue } from '../model/seen.ts';
import type { JournalLine } from './journal-lines.ts';

/** How the last run to look left each thing that is ours. */
export class SeenFold {
  readonly #groups: Map<string, SeenGroup>;
  readonly #queues: Map<string, SeenQueue>;

  constructor(seen?: Seen) {
    this.#groups = new Map(seen?.groups);
    this.#queues = new Map(seen?.queues);
  }

  get seen(): Seen {
    return { groups: this.#groups, queues: this.#queues };
  }

  add(line: JournalLine): void {
    if (line.kind !== 'seen') return;
    amend(this.#groups, line.groups);
    amend(this.#queues, line.queues);
  }
}

function amend<Of>(known: Map<string, Of>, change: Readonly<Record<string, Of | null>>): void {
  for (const [id, each] of Object.entries(change)) {
    if (each === null) known.delete(id);
    else known.set(id, each);
  }
}
