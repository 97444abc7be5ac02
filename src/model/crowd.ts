import type { GroupKey, MappingId, PersonKey, UserId } from './keys.ts';

import type { OwnedEdge, Owner } from './ledger.ts';

/** What edges that were written together have in common: kept once, not a million times. */
export interface Holding {
  readonly state: OwnedEdge['state'];
  readonly mapping: MappingId;
  readonly key: GroupKey;
  readonly run: string;
  readonly at: string;
}

/** One user's edge: nearly everything that a ledger holds is of this kind. */
export interface Held {
  readonly holding: Holding;
  readonly person: PersonKey | undefined;
  readonly again?: number;
  readonly also?: readonly Owner[];
}

/** What edges are judged by, whosever they are. */
export type HowHeld = Pick<Held, 'holding' | 'also'>;

/**
 * Everybody whom we put into one group or onto one queue. Nearly all of them are held in the same way, so what is kept
 * of one is who they are in the source; only whoever is held otherwise has an entry of their own.
 */
export class Crowd {
  readonly #people = new Map<UserId, PersonKey | undefined>();
  readonly #others = new Map<UserId, Held>();
  #usual: Holding | undefined;
  /** In two books: whoever writes takes a copy first. */
  isShared = false;

  get size(): number {
    return this.#people.size;
  }

  set(user: UserId, held: Held): void {
    this.#people.set(user, held.person);
    if (this.#people.size === 1) this.#usual = held.holding;
    const isPlain = held.again === undefined && held.also === undefined;
    if (isPlain && held.holding === this.#usual) this.#others.delete(user);
    else this.#others.set(user, held);
    // A run claims everybody and then owns everybody: what was usual may be nobody's by now.
    if (isPlain && this.#others.size === this.#people.size) this.#settle(held.holding);
  }

  delete(user: UserId): boolean {
    this.#others.delete(user);
    return this.#people.delete(user);
  }

  has(user: UserId): boolean {
    return this.#people.has(user);
  }

  get(user: UserId): Held | undefined {
    if (!this.#people.has(user)) return undefined;
    return this.#others.get(user) ?? { holding: this.#usual!, person: this.#people.get(user) };
  }

  users(): MapIterator<UserId> {
    return this.#people.keys();
  }

  /** In which ways people are held, and how many in each: of thousands nearly always one way. */
  *ways(): Generator<HowHeld & { readonly count: number }> {
    const usual = this.#people.size - this.#others.size;
    if (usual > 0) yield { holding: this.#usual!, count: usual };
    for (const { holding, also } of this.#others.values())
      yield { holding, ...(also ? { also } : {}), count: 1 };
  }

  *[Symbol.iterator](): Generator<[UserId, Held]> {
    for (const [user, person] of this.#people)
      yield [user, this.#others.get(user) ?? { holding: this.#usual!, person }];
  }

  copy(): Crowd {
    const copy = new Crowd();
    copy.#usual = this.#usual;
    for (const [user, person] of this.#people) copy.#people.set(user, person);
    for (const [user, held] of this.#others) copy.#others.set(user, held);
    return copy;
  }

  #settle(usual: Holding): void {
    this.#usual = usual;
    for (const [user, { holding, again, also }] of this.#others)
      if (holding === usual && again === undefined && also === undefined) this.#others.delete(user);
  }
}

/** The same crowds in another book, until one of the two writes to one of them. */
export function shared(people: ReadonlyMap<string, Crowd>): Map<string, Crowd> {
  for (const crowd of people.values()) crowd.isShared = true;
  return new Map(people);
}

/** The crowd of a place, to be written to by whoever holds `people`. */
export function toWrite(people: Map<string, Crowd>, place: string): Crowd {
  const known = people.get(place);
  if (known && !known.isShared) return known;
  const made = known?.copy() ?? new Crowd();
  people.set(place, made);
  return made;
}
