import type { LinkKey } from '../model/mapping.ts';
import type { TenantUser } from '../model/tenant.ts';
import type { LinkWish } from '../model/tenant-scope.ts';
import { keysOfWish, keyText, UserIndex } from './link-keys.ts';
import { inParallel } from './parallel.ts';
import { batches, pages } from './read-plan.ts';
import type { Reading } from './reading.ts';
import { listUsers, searchBatch, searchUsers, userByExternalId, usersById, withGroups } from './users.ts';

/** Searches that are made without a look at how many users there are. */
const fewSearches = 4;

export interface Linkable {
  /** Everybody of whom something was learned; far more than were asked for where all were listed. */
  readonly users: ReadonlyMap<string, TenantUser>;
  /** Those of them whom a wish names. */
  readonly linked: ReadonlySet<string>;
  /** See `Tenant.absent`. */
  readonly absent: ReadonlyMap<string, number>;
  /** How many active users there are, where a list told. */
  readonly total?: number | undefined;
}

/**
 * Every user whom one of these people may be, in as few calls as it takes: nobody who was found not long ago;
 * searches of 50 for some, pages of 500 of everybody for many, and one call each only for those who are known by
 * nothing but an external id. Who was *not* found before is always asked for again.
 */
export async function linkableUsers(
  reading: Pick<Reading, 'api' | 'known' | 'nowMs' | 'signal' | 'say'>,
  people: readonly LinkWish[],
  match: readonly LinkKey[],
): Promise<Linkable> {
  const { api, known, nowMs, signal, say } = reading;
  let index = new UserIndex(match);
  const before = [...(known?.users.values() ?? [])].map(user => ({ ...user, remembered: true as const }));
  for (const user of before) if (user.state === 'active') index.add(user);
  const open = people.filter(wish => !isCovered(wish, match, index, known?.absent ?? new Map()));
  const keep = (users: readonly TenantUser[]) => {
    for (const user of users) index.add({ ...user, readAt: nowMs });
  };
  let total = known?.totals.users;
  let listed = false;
  const searches = batches(firstValues(open, match), searchBatch);
  if (searches > fewSearches && (total === undefined || pages(total) < searches)) {
    const list = await listUsers(api, all => pages(all) <= searches, signal);
    total = list.total ?? total;
    listed = list.whole;
    // Who is not in the list of all is no longer what was remembered.
    if (listed) index = new UserIndex(match);
    keep(list.users);
  }
  for (const [at, key] of match.entries()) {
    // No list has inactive users: whom it did not name is asked for one more time, by address.
    if (listed && key === 'userName') continue;
    const decided = listed ? match : match.slice(0, at);
    const values = new Set<string>();
    for (const wish of listed ? people : open) {
      if (decided.some(each => isNamed(wish, each, index))) continue;
      for (const value of keysOfWish(wish, key)) if (index.find(key, value).length === 0) values.add(value);
    }
    keep(await lookUp(reading, key, [...values]));
  }
  const linked = new Set(people.flatMap(wish => index.named(wish).map(user => user.id)));
  if (people.length > 0)
    say(`people: ${people.length - open.length} known, ${open.length} ${listed ? 'listed' : 'searched'}`);
  return {
    users: new Map([...(listed ? [] : before.map(user => [user.id, user] as const)), ...index.users]),
    linked,
    absent: absentKeys(people, match, index, known?.absent, nowMs),
    total,
  };
}

/** How many look-ups there would be if the first key that each person has found everybody. */
function firstValues(people: readonly LinkWish[], match: readonly LinkKey[]): number {
  const values = new Set<string>();
  for (const wish of people) {
    const key = match.find(
      each => (each === 'email' || each === 'userName') && keysOfWish(wish, each).length > 0,
    );
    if (key) for (const value of keysOfWish(wish, key)) values.add(keyText(key, value));
  }
  return values.size;
}

const isNamed = (wish: LinkWish, key: LinkKey, index: UserIndex): boolean =>
  keysOfWish(wish, key).some(value => index.find(key, value).length > 0);

/**
 * Is it known by now whom this person is, every key as far as it decides? Who has no user, or an inactive one, is
 * not: that may change at any hour, and somebody waits for it.
 */
function isCovered(
  wish: LinkWish,
  match: readonly LinkKey[],
  index: UserIndex,
  absent: ReadonlyMap<string, number>,
): boolean {
  for (const key of match) {
    const values = keysOfWish(wish, key);
    const found = values.map(value => index.find(key, value).length > 0);
    if (values.some((value, at) => !found[at] && !absent.has(keyText(key, value)))) return false;
    if (found.includes(true)) return true;
  }
  return false;
}

/** What linked people are *not* known by, as far as it decided. */
function absentKeys(
  people: readonly LinkWish[],
  match: readonly LinkKey[],
  index: UserIndex,
  before: ReadonlyMap<string, number> | undefined,
  nowMs: number,
): Map<string, number> {
  const absent = new Map<string, number>();
  for (const wish of people) {
    if (index.named(wish).length === 0) continue;
    for (const key of match) {
      for (const value of keysOfWish(wish, key)) {
        const text = keyText(key, value);
        if (index.find(key, value).length === 0) absent.set(text, before?.get(text) ?? nowMs);
      }
      if (isNamed(wish, key, index)) break;
    }
  }
  return absent;
}

async function lookUp(
  { api, signal }: Pick<Reading, 'api' | 'signal'>,
  key: LinkKey,
  values: readonly string[],
): Promise<TenantUser[]> {
  switch (key) {
    case 'email':
      return searchUsers(api, 'email', values, signal);
    case 'userName':
      return searchUsers(api, 'username', values, signal);
    case 'id':
      return usersById(api, values, signal, withGroups);
    case 'externalId': {
      const found = await inParallel(values, value => userByExternalId(api, value, signal));
      return found.filter(user => user !== undefined);
    }
  }
}
