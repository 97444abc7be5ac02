import { z } from 'zod';
import { isMusterError } from '../errors.ts';
import type { UserId } from '../model/keys.ts';
import type { TenantUser } from '../model/tenant.ts';
import { formatEq } from '../scim/filter.ts';
import type { GenesysApi } from './api.ts';
import { listAll } from './listing.ts';
import { user as userSchema } from './wire.ts';

/** Values in one search criterion to start with; halved when the server says that it is too many (§5). */
const searchBatch = 50;
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

/** Every active user; the cheaper way from some hundreds of people on. */
export async function listUsers(api: GenesysApi, signal: AbortSignal): Promise<TenantUser[]> {
  const call = { route: 'GET /api/v2/users', subject: 'users' };
  const users = await listAll(api, { ...call, query: { expand: withGroups } }, userSchema, signal).catch(
    (error: unknown) => {
      if (!isTooLarge(error)) throw error;
      return listAll(api, call, userSchema, signal);
    },
  );
  return users.map(toUser);
}

/** How many active users there are, for one call. */
export async function countUsers(api: GenesysApi, signal: AbortSignal): Promise<number> {
  const call = { route: 'GET /api/v2/users', query: { pageSize: 1, pageNumber: 1 }, subject: 'users' };
  return (await api.read(call, z.looseObject({ total: z.coerce.number().default(0) }), signal)).total;
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
  for (let at = 0; at < ids.length; at += 100) {
    const id = ids.slice(at, at + 100);
    const call = {
      route: 'GET /api/v2/users',
      query: { id, state: 'any', ...(expand.length > 0 ? { expand } : {}) },
      subject: `${id.length} users by id`,
    };
    found.push(...(await listAll(api, call, userSchema, signal, 100)).map(toUser));
  }
  return found;
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
