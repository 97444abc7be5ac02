import type { LinkKey } from '../model/mapping.ts';
import { matchKey } from '../model/match-key.ts';
import type { TenantUser } from '../model/tenant.ts';
import type { LinkWish } from '../model/tenant-scope.ts';

/** What a person may be found by under one key, normalised as `desired/link-people` compares it. */
export function keysOfWish(wish: LinkWish, key: LinkKey): readonly string[] {
  switch (key) {
    case 'email':
      return [...new Set(wish.emails.map(matchKey))];
    case 'userName':
      return wish.userName ? [matchKey(wish.userName)] : [];
    case 'externalId':
      return wish.externalId ? [wish.externalId] : [];
    case 'id':
      return wish.userId ? [wish.userId] : [];
  }
}

function keysOfUser(user: TenantUser, key: LinkKey): readonly string[] {
  switch (key) {
    case 'email':
      return user.email ? [matchKey(user.email)] : [];
    case 'userName':
      return user.userName ? [matchKey(user.userName)] : [];
    case 'externalId':
      return user.externalIds ?? [];
    case 'id':
      return [user.id];
  }
}

/** One text for one key of one kind, as it is remembered. */
export const keyText = (key: LinkKey, value: string): string => `${key} ${value}`;

/** Users by every key of `match`. What is told now takes the place of what is remembered, user by user and key by key. */
export class UserIndex {
  readonly #match: readonly LinkKey[];
  readonly #byKey = new Map<string, readonly TenantUser[]>();
  readonly #byId = new Map<string, TenantUser>();

  constructor(match: readonly LinkKey[]) {
    this.#match = match;
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
    if (before) {
      for (const text of this.#textsOf(before))
        this.#byKey.set(
          text,
          this.#under(text).filter(other => other.id !== user.id),
        );
    }
    for (const text of this.#textsOf(user)) {
      const others = this.#under(text).filter(other => user.remembered || !other.remembered);
      this.#byKey.set(text, [...others, user]);
    }
  }

  find(key: LinkKey, value: string): readonly TenantUser[] {
    return this.#under(keyText(key, value));
  }

  /** Who bears one of this user's keys. */
  sharing(user: TenantUser): readonly TenantUser[] {
    return this.#textsOf(user).flatMap(text => this.#under(text));
  }

  /** Those whom the first key that names anybody names, as `desired/link-people` decides. */
  named(wish: LinkWish): readonly TenantUser[] {
    for (const key of this.#match) {
      const found = keysOfWish(wish, key).flatMap(value => this.find(key, value));
      if (found.length > 0) return found;
    }
    return [];
  }

  #under(text: string): readonly TenantUser[] {
    return this.#byKey.get(text) ?? [];
  }

  #textsOf(user: TenantUser): string[] {
    return this.#match.flatMap(key => keysOfUser(user, key).map(value => keyText(key, value)));
  }
}
