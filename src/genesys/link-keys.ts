import { valuesOfPerson, valuesOfUser } from '../model/link-values.ts';
import type { LinkKey } from '../model/mapping.ts';
import type { TenantUser } from '../model/tenant.ts';
import type { LinkWish } from '../model/tenant-scope.ts';

/** What a person may be found by, key by key as they are tried: normalised as `desired/link-people` compares it. */
export interface KeyedWish {
  readonly wish: LinkWish;
  /** One entry for each key of `match`. */
  readonly values: readonly (readonly string[])[];
}

export const keyed = (wish: LinkWish, match: readonly LinkKey[]): KeyedWish => ({
  wish,
  values: match.map(key => valuesOfPerson(wish, key)),
});

/** One text for one key of one kind, as it is remembered. */
export const keyText = (key: LinkKey, value: string): string => `${key} ${value}`;

/** A user as told, and what was known of them before. */
interface Told {
  readonly before: TenantUser | undefined;
  readonly user: TenantUser;
}

type ByValue = Map<string, readonly TenantUser[]>;

/** Users by every key of `match`. What is told now takes the place of what is remembered, user by user and key by key. */
export class UserIndex {
  readonly #match: readonly LinkKey[];
  /** One map for the first key of `match`, which as a rule decides alone, and for each that somebody was looked for by. */
  readonly #byKey: (ByValue | undefined)[] = [];
  readonly #byId = new Map<string, TenantUser>();
  readonly #told: Told[] = [];

  constructor(match: readonly LinkKey[]) {
    this.#match = match;
    if (match.length > 0) this.#byKey[0] = new Map();
  }

  get users(): ReadonlyMap<string, TenantUser> {
    return this.#byId;
  }

  add(told: TenantUser): void {
    const before = this.#byId.get(told.id);
    // Only a look-up by an external id tells it.
    const user =
      told.externalIds || !before?.externalIds ? told : { ...told, externalIds: before.externalIds };
    this.#byId.set(user.id, user);
    this.#told.push({ before, user });
    for (const [at, map] of this.#byKey.entries()) if (map) put(map, this.#match[at]!, { before, user });
  }

  /** Whom a value of the key names that stands at this place in `match`. */
  find(at: number, value: string): readonly TenantUser[] {
    return this.#by(at).get(value) ?? nobody;
  }

  isNamed({ values }: KeyedWish, at: number): boolean {
    return values[at]!.some(value => this.find(at, value).length > 0);
  }

  /** Who bears one of this user's keys. */
  sharing(user: TenantUser): readonly TenantUser[] {
    return this.#match.flatMap((key, at) => valuesOfUser(user, key).flatMap(value => this.find(at, value)));
  }

  /** The place in `match` of the first key that names anybody, as `desired/link-people` decides; -1 where none does. */
  deciding(wish: KeyedWish): number {
    return this.#match.findIndex((_, at) => this.isNamed(wish, at));
  }

  /** Those whom that key names. */
  named(wish: KeyedWish): readonly TenantUser[] {
    const at = this.deciding(wish);
    return at < 0 ? nobody : wish.values[at]!.flatMap(value => this.find(at, value));
  }

  #by(at: number): ByValue {
    const known = this.#byKey[at];
    if (known) return known;
    const made: ByValue = new Map();
    for (const each of this.#told) put(made, this.#match[at]!, each);
    this.#byKey[at] = made;
    return made;
  }
}

function put(map: ByValue, key: LinkKey, { before, user }: Told): void {
  for (const value of before ? valuesOfUser(before, key) : [])
    map.set(
      value,
      (map.get(value) ?? nobody).filter(other => other.id !== user.id),
    );
  for (const value of valuesOfUser(user, key)) {
    const known = map.get(value);
    const others = known?.filter(other => user.remembered || !other.remembered) ?? nobody;
    map.set(value, others.length === 0 ? [user] : [...others, user]);
  }
}

const nobody: readonly TenantUser[] = [];
