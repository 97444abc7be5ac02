import type { LinkKey } from '../model/mapping.ts';
import { matchKey } from '../model/match-key.ts';
import type { TenantUser } from '../model/tenant.ts';
import type { LinkWish } from '../model/tenant-scope.ts';
import type { GenesysApi } from './api.ts';
import { listingPageSize } from './listing.ts';
import { inParallel } from './parallel.ts';
import { countUsers, listUsers, searchUsers, userByExternalId, usersById, withGroups } from './users.ts';

/** One search carries so many people (see `users.ts`); beyond some of them, counting first may pay. */
const searchBatch = 50;
const fewSearches = 4;

/**
 * Every user whom one of these people may be, in as few calls as it takes: searches of 50 for some, pages of 500 of
 * everybody for many, and one call each only for those who are known by nothing but an external id.
 */
export async function linkableUsers(
  api: GenesysApi,
  people: readonly LinkWish[],
  match: readonly LinkKey[],
  signal: AbortSignal,
): Promise<TenantUser[]> {
  const emails = match.includes('email') ? unique(people.flatMap(person => person.emails.map(matchKey))) : [];
  const names = match.includes('userName')
    ? unique(people.flatMap(person => (person.userName ? [matchKey(person.userName)] : [])))
    : [];
  const ids = match.includes('id')
    ? unique(people.flatMap(person => (person.userId ? [person.userId] : [])))
    : [];
  const found = new Map<string, TenantUser>();
  const keep = (users: readonly TenantUser[]) => {
    for (const user of users) found.set(user.id, user);
  };
  const searches = Math.ceil(emails.length / searchBatch) + Math.ceil(names.length / searchBatch);
  const listPays =
    searches > fewSearches && Math.ceil((await countUsers(api, signal)) / listingPageSize) < searches;
  if (listPays) {
    keep(await listUsers(api, signal));
    // Inactive users are not in the listing; only those who were not found are asked for one more time.
    const known = addresses(found.values());
    keep(
      await searchUsers(
        api,
        'email',
        emails.filter(email => !known.has(email)),
        signal,
      ),
    );
  } else {
    keep(await searchUsers(api, 'email', emails, signal));
    const known = addresses(found.values());
    const restNames = people.filter(
      person => person.userName && !person.emails.some(email => known.has(matchKey(email))),
    );
    if (match.includes('userName')) {
      keep(
        await searchUsers(
          api,
          'username',
          unique(restNames.map(person => matchKey(person.userName!))),
          signal,
        ),
      );
    }
  }
  keep(
    await usersById(
      api,
      ids.filter(id => !found.has(id)),
      signal,
      withGroups,
    ),
  );
  if (match.includes('externalId')) {
    const known = addresses(found.values());
    const rest = people.filter(
      person => person.externalId && !person.emails.some(email => known.has(matchKey(email))),
    );
    const anchors = unique(rest.map(person => person.externalId!));
    for (const user of await inParallel(anchors, anchor => userByExternalId(api, anchor, signal))) {
      if (user) found.set(user.id, { ...found.get(user.id), ...user });
    }
  }
  return [...found.values()];
}

const addresses = (users: Iterable<TenantUser>): Set<string> =>
  new Set(
    [...users].flatMap(user => [user.email, user.userName].flatMap(text => (text ? [matchKey(text)] : []))),
  );

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
