import { randomUUID } from 'node:crypto';
import { MusterError } from '../../errors.ts';
import { formatEq } from '../../scim/filter.ts';
import type { Query, ScimApi, Type } from './client.ts';
import { groupsOfUser, shownGroup } from './members.ts';
import type { MembershipWay } from './options.ts';
import { withMembers } from './walk.ts';
import type { Resource } from './wire.ts';

export interface FindTools {
  readonly api: ScimApi;
  /** What to ask of users where their groups are wanted. */
  readonly withGroups: Query;
  readonly signal: AbortSignal;
}

/** Where memberships are told, or why nobody knows. */
export type Way = { readonly way: MembershipWay } | { readonly way?: never; readonly why: string };

/** Resources that are looked at one by one for the sake of an example. */
const sampleSize = 5;
/** Members come along here, so a page is kept small: Genesys Cloud for one may answer 429 above 25. */
export const firstGlance: Query = { count: 20 };
/** Users up to whom a request for each of them is made without being told to. */
const fewUsers = 200;

/**
 * Finds out where a server tells who is in a group, when none of the groups that were read shows anybody. A group that
 * is really empty looks the same as one of a server that never shows members, so one membership must be *seen*
 * somewhere before an empty group counts as proven. Asks some twenty times at most.
 */
export async function findWay(groupIds: readonly string[], tools: FindTools): Promise<Way> {
  const { api, withGroups } = tools;
  const groups = await sample(tools, () => api.firstPage('Group', firstGlance, tools.signal));
  const ids = [...new Set([...groupIds, ...groups.resources.map(({ id }) => id)])];
  if (groups.resources.some(showsMembers)) return { way: 'groups' };
  const others = ids.filter(id => !groupIds.includes(id)).slice(0, sampleSize);
  for (const id of others) {
    const group = await attempt(tools, () => api.get('Group', id, withMembers, tools.signal));
    if (group && showsMembers(group)) return { way: 'groups' };
  }
  const users = await sample(tools, () => api.firstPage('User', withGroups, tools.signal));
  if (users.resources.some(user => groupsOfUser(user).ids.length > 0)) return { way: 'users' };
  if (await answersOnce('User', 'groups.value', ids.slice(0, sampleSize), tools))
    return { way: 'users-by-group' };
  const userIds = users.resources.map(({ id }) => id);
  if (await answersOnce('Group', 'members.value', userIds.slice(0, sampleSize), tools)) {
    const many = Math.max(users.total ?? 0, users.resources.length);
    if (many <= fewUsers && users.nextCursor === undefined) return { way: 'groups-by-user' };
    return {
      why: 'members are told by one request for each user alone; set "memberships: groups-by-user" if that is wanted',
    };
  }
  return {
    why: 'no group of this server shows a member and no user a group, so that an empty group cannot be told from a hidden one (see "memberships")',
  };
}

const showsMembers = (group: Resource): boolean => shownGroup(group).members.length > 0;

/** A filter that a server does not know is refused, or, worse, passed over: then everybody would be in every group. */
export async function filterIsHonoured(
  type: Type,
  attribute: string,
  { api, signal }: Pick<FindTools, 'api' | 'signal'>,
): Promise<boolean> {
  try {
    const query = { filter: formatEq(attribute, randomUUID()), count: 1 };
    return (await api.firstPage(type, query, signal)).resources.length === 0;
  } catch (error) {
    signal.throwIfAborted();
    // 404: AWS says so of a member that does not exist. 400 may be about the form of the id that we made up.
    if (error instanceof MusterError && [400, 404].includes(error.status ?? 0)) return true;
    if (error instanceof MusterError && error.code !== 'source.auth-failed') return false;
    throw error;
  }
}

async function answersOnce(
  type: Type,
  attribute: string,
  ids: readonly string[],
  tools: FindTools,
): Promise<boolean> {
  if (ids.length === 0 || !(await filterIsHonoured(type, attribute, tools))) return false;
  for (const id of ids) {
    const query = { filter: formatEq(attribute, id), count: 1 };
    const page = await attempt(tools, () => tools.api.firstPage(type, query, tools.signal));
    if (!page) return false;
    if (page.resources.length > 0) return true;
  }
  return false;
}

async function sample(tools: FindTools, ask: () => ReturnType<ScimApi['firstPage']>) {
  return (await attempt(tools, ask)) ?? { resources: [] };
}

/** What cannot be asked shows nothing. */
async function attempt<Result>(
  { signal }: FindTools,
  ask: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof MusterError) || error.code === 'source.auth-failed') throw error;
    return undefined;
  }
}
