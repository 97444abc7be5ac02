import type { LinkKey } from '../model/mapping.ts';
import type { TenantUser } from '../model/tenant.ts';
import type { LinkWish } from '../model/tenant-scope.ts';
import { type KeyedWish, keyed, keyText, UserIndex } from './link-keys.ts';
import { inParallel } from './parallel.ts';
import { pages } from './read-plan.ts';
import type { Reading } from './reading.ts';
import { listUsers, searchBatch, searchUsers, userByExternalId, usersById, withGroups } from './users.ts';

/** Searches that are made without a look at how many users there are. */
const fewSearches = 4;

export interface Linkable {
  /** Everybody of whom something was learned; far more than were asked for where all were listed. */
  readonly users: ReadonlyMap<string, TenantUser>;
  /** Those of them whom a wish names. */
  readonly linked: ReadonlyMap<string, TenantUser>;
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
  const wishes = people.map(wish => keyed(wish, match));
  let index = new UserIndex(match);
  for (const user of known?.users.values() ?? []) if (user.state === 'active') index.add(user);
  const open = wishes.filter(wish => !isCovered(wish, match, index, known?.absent ?? new Map()));
  let total = known?.totals.users;
  let listed = false;
  const needsMoreThan = (searches: number) => hasMoreValues(open, match, searches * searchBatch);
  if (needsMoreThan(Math.max(fewSearches, total === undefined ? 0 : pages(total)))) {
    let told = new UserIndex(match);
    const begin = () => {
      told = new UserIndex(match);
      return (user: TenantUser) => told.add({ ...user, readAt: nowMs });
    };
    const list = await listUsers(api, all => needsMoreThan(pages(all) - 1), begin, signal);
    total = list.total ?? total;
    listed = list.whole;
    // Who is not in the list of all is no longer what was remembered.
    if (listed) index = told;
    else for (const user of told.users.values()) index.add(user);
  }
  const asked = listed ? wishes : open;
  let undecided = asked;
  for (const [at, key] of match.entries()) {
    // No list has inactive users: whom it did not name is asked for one more time, by address.
    if (listed && key === 'userName') continue;
    const decided = listed ? match : match.slice(0, at);
    const values = new Set<string>();
    undecided = undecided.filter(wish => !decided.some((_, each) => index.isNamed(wish, each)));
    for (const wish of undecided)
      for (const value of wish.values[at]!) if (index.find(at, value).length === 0) values.add(value);
    const users = await lookUp(reading, key, [...values]);
    for (const user of users) index.add({ ...user, readAt: nowMs });
    // Whoever is told anew may have lost an address that named them before.
    if (users.length > 0) undecided = asked;
  }
  const linked = new Map<string, TenantUser>();
  const absent = new Map<string, number>();
  for (const wish of wishes) {
    const deciding = index.deciding(wish);
    for (const value of wish.values[deciding] ?? [])
      for (const user of index.find(deciding, value)) linked.set(user.id, user);
    for (const text of absentKeys(wish, match, deciding, index))
      absent.set(text, known?.absent.get(text) ?? nowMs);
  }
  if (people.length > 0)
    say(`people: ${people.length - open.length} known, ${open.length} ${listed ? 'listed' : 'searched'}`);
  const aside = listed ? [] : [...(known?.users ?? [])].filter(([id]) => !index.users.has(id));
  return {
    users: aside.length > 0 ? new Map([...aside, ...index.users]) : index.users,
    linked,
    absent,
    total,
  };
}

/** Would there be more values than that to look up if the first key that each person has found everybody? */
function hasMoreValues(wishes: readonly KeyedWish[], match: readonly LinkKey[], most: number): boolean {
  const searched = match.flatMap((key, at) => (key === 'email' || key === 'userName' ? [at] : []));
  const values = new Map(searched.map(at => [at, new Set<string>()]));
  let count = 0;
  for (const wish of wishes) {
    const at = searched.find(each => wish.values[each]!.length > 0);
    if (at === undefined) continue;
    const seen = values.get(at)!;
    count -= seen.size;
    for (const value of wish.values[at]!) seen.add(value);
    count += seen.size;
    if (count > most) return true;
  }
  return false;
}

/**
 * Is it known by now whom this person is, every key as far as it decides? Who has no user, or an inactive one, is
 * not: that may change at any hour, and somebody waits for it.
 */
function isCovered(
  wish: KeyedWish,
  match: readonly LinkKey[],
  index: UserIndex,
  absent: ReadonlyMap<string, number>,
): boolean {
  for (const [at, key] of match.entries()) {
    let isNamed = false;
    for (const value of wish.values[at]!) {
      const names = index.find(at, value).length > 0;
      if (!names && (absent.size === 0 || !absent.has(keyText(key, value)))) return false;
      isNamed ||= names;
    }
    if (isNamed) return true;
  }
  return false;
}

/** What a linked person is *not* known by, under the keys up to the one that decided. */
function absentKeys(
  wish: KeyedWish,
  match: readonly LinkKey[],
  deciding: number,
  index: UserIndex,
): readonly string[] {
  // Nearly everybody is named by the one value of their first key.
  if (deciding < 0 || (deciding === 0 && wish.values[0]!.length === 1)) return none;
  const absent: string[] = [];
  for (let at = 0; at <= deciding; at++)
    for (const value of wish.values[at]!)
      if (index.find(at, value).length === 0) absent.push(keyText(match[at]!, value));
  return absent;
}

const none: readonly string[] = [];

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
