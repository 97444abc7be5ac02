import { z } from 'zod';
import { isMusterError } from '../errors.ts';
import type { GroupId, UserId } from '../model/keys.ts';
import type { TenantUser } from '../model/tenant.ts';
import { formatEq } from '../scim/filter.ts';
import type { ApiCall, GenesysApi } from './api.ts';
import { type Listed, listAll, listWhile } from './listing.ts';
import { idBatch } from './read-plan.ts';
import { user as userSchema } from './wire.ts';

/** Values in one search criterion to start with; halved when the server says that it is too many (§5). */
export const searchBatch = 50;
const tooMany = new Set([
  'too.many.search.criteria',
  'search.criteria.values.exceed.limit',
  'too.many.requested.results',
]);

/** Groups of a user come with the user where the answer can hold them: how many they are is asked by a guard. */
export const withGroups = ['groups'];
/** "Lower pageSize or expand" (§7). */
const isTooLarge = (error: unknown): boolean =>
  isMusterError(error) && error.vendorCode === 'response.entity.too.large';

const searchAnswer = z.looseObject({
  results: z.array(userSchema).nullish(),
  total: z.coerce.number().nullish(),
});

/**
 * Users by mail address or login name, in as few calls as the server takes. States other than active are asked for
 * as well, so that "inactive" can be told from "not there".
 */
export async function searchUsers(
  api: GenesysApi,
  field: 'email' | 'username',
  values: readonly string[],
  signal: AbortSignal,
): Promise<TenantUser[]> {
  const found = new Map<UserId, TenantUser>();
  let size = searchBatch;
  let expand = withGroups;
  for (let at = 0; at < values.length; ) {
    const batch = values.slice(at, at + size);
    try {
      for (const user of await searchOnce(api, field, batch, expand, signal)) found.set(user.id, user);
      at += batch.length;
    } catch (error) {
      if (isTooLarge(error) && expand.length > 0) {
        expand = [];
        continue;
      }
      const halved = isMusterError(error) && tooMany.has(error.vendorCode ?? '') && size > 1;
      if (!halved) throw error;
      size = Math.floor(size / 2);
    }
  }
  return [...found.values()];
}

async function searchOnce(
  api: GenesysApi,
  field: string,
  values: readonly string[],
  expand: readonly string[],
  signal: AbortSignal,
): Promise<TenantUser[]> {
  const json = {
    // Two rows for one value can only be a login name that is somebody else's address: twice the values is ample.
    pageSize: Math.max(25, Math.min(100, values.length * 2)),
    pageNumber: 1,
    ...(expand.length > 0 ? { expand } : {}),
    query: [
      { type: 'TERMS', fields: [field], values },
      { type: 'TERMS', fields: ['state'], values: ['active', 'inactive'] },
    ],
  };
  const call = {
    route: 'POST /api/v2/users/search',
    json,
    repeatable: true,
    subject: `${values.length} users by ${field}`,
    accept: [404],
  };
  return ((await api.find(call, searchAnswer, signal))?.results ?? []).map(toUser);
}

/**
 * Every active user, 500 a call; after the first page `goOn` is told how many there are and may stop. `begin` is called
 * before each try, and what it returns hears of every page.
 */
export async function listUsers(
  api: GenesysApi,
  goOn: (total: number) => boolean,
  begin: () => (user: TenantUser) => void,
  signal: AbortSignal,
): Promise<Listed> {
  const list = (call: ApiCall) => {
    const hear = begin();
    const take = (page: readonly z.infer<typeof userSchema>[]) => {
      for (const row of page) hear(toUser(row));
    };
    const judge = (total: number | undefined) => total === undefined || goOn(total);
    return listWhile(api, call, userSchema, { take, goOn: judge }, signal);
  };
  const call = { route: 'GET /api/v2/users', subject: 'users' };
  return list({ ...call, query: { expand: withGroups } }).catch((error: unknown) => {
    if (!isTooLarge(error)) throw error;
    return list(call);
  });
}

/**
 * Users by id in any state, up to 100 a call (§5); how names are found for ids that no person led us to. `expand` as in
 * the API.
 */
export async function usersById(
  api: GenesysApi,
  ids: readonly UserId[],
  signal: AbortSignal,
  expand: readonly string[] = [],
): Promise<TenantUser[]> {
  const found: TenantUser[] = [];
  for (let at = 0; at < ids.length; at += idBatch) {
    const id = ids.slice(at, at + idBatch);
    const call = {
      route: 'GET /api/v2/users',
      query: { id, state: 'any', ...(expand.length > 0 ? { expand } : {}) },
      subject: `${id.length} users by id`,
    };
    found.push(...(await listAll(api, call, userSchema, signal, idBatch)).map(toUser));
  }
  return found;
}

/**
 * The official groups that each of these users is in; undefined where the answer does not say it of all of them. 1 call
 * for 100.
 */
export async function groupsOfUsers(
  api: GenesysApi,
  ids: readonly UserId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<UserId, readonly GroupId[]> | undefined> {
  const found = new Map<UserId, readonly GroupId[]>();
  for (let at = 0; at < ids.length; at += idBatch) {
    const id = ids.slice(at, at + idBatch);
    const call = {
      route: 'GET /api/v2/users',
      query: { id, state: 'any', expand: withGroups },
      subject: `the groups of ${id.length} users`,
    };
    try {
      for (const { id, groups } of await listAll(api, call, userSchema, signal, idBatch)) {
        if (groups == null) return undefined;
        const official = groups.filter(group => group.type !== 'social');
        const named = official.flatMap(group => group.id ?? []);
        if (named.length < official.length) return undefined;
        found.set(id, named);
      }
    } catch (error) {
      if (isTooLarge(error)) return undefined;
      throw error;
    }
  }
  return ids.every(id => found.has(id)) ? found : undefined;
}

const scimUsers = z.looseObject({ Resources: z.array(z.looseObject({ id: z.string() })).nullish() });

/** The user whom another system knows by this id: one SCIM call each (§5), so for few people only. */
export async function userByExternalId(
  api: GenesysApi,
  externalId: string,
  signal: AbortSignal,
): Promise<TenantUser | undefined> {
  const call = {
    route: 'GET /api/v2/scim/v2/users',
    query: { filter: formatEq('externalId', externalId) },
    subject: `user with externalId ${externalId}`,
  };
  const ids = ((await api.read(call, scimUsers, signal)).Resources ?? []).map(user => user.id);
  if (ids.length === 0) return undefined;
  const [user] = await usersById(api, ids.slice(0, 1), signal, withGroups);
  return user && { ...user, externalIds: [externalId] };
}

function toUser(wire: z.infer<typeof userSchema>): TenantUser {
  const { id, name, email, username, state, groups } = wire;
  return {
    id,
    name: name ?? email ?? id,
    state: state === 'inactive' || state === 'deleted' ? state : 'active',
    ...(email == null ? {} : { email }),
    ...(username == null ? {} : { userName: username }),
    ...(groups == null ? {} : { groupCount: groups.filter(group => group.type !== 'social').length }),
  };
}
