import { z } from 'zod';
import { isMusterError } from '../errors.ts';
import type { GroupId, UserId } from '../model/keys.ts';
import type { Bystander, Tenant } from '../model/tenant.ts';
import type { GenesysApi } from './api.ts';
import { listAll } from './listing.ts';
import { inParallel } from './parallel.ts';
import { wholePages } from './read-plan.ts';
import { extensionRoot, readExtensionGroup } from './scim-groups.ts';
import { listWholeGroups } from './scim-list.ts';
import { groupsOfUsers } from './users.ts';

/** Groups by id, and people whose further groups are to be found; see `plan/finish/bystanders`. */
export interface BystandersAsked {
  readonly groups: readonly GroupId[];
  readonly users: readonly UserId[];
}

/** The same picture with these groups of other hands read. */
export async function withBystanders(
  api: GenesysApi,
  tenant: Tenant,
  asked: BystandersAsked,
  signal: AbortSignal,
): Promise<Tenant> {
  const found = new Map((tenant.bystanders ?? []).map(group => [group.id, group]));
  const elsewhere = new Set(tenant.elsewhere);
  const put = (groups: readonly Bystander[]) => {
    for (const group of groups) found.set(group.id, { ...found.get(group.id), ...group });
  };
  put(await inParallel(asked.groups, async id => ({ id, memberIds: await everybodyIn(api, id, signal) })));
  if (asked.users.length > 0) {
    const groups = await groupsWith(api, tenant, asked.users, signal);
    if (groups) put(groups);
    else for (const user of asked.users) elsewhere.add(user);
  }
  return {
    ...tenant,
    bystanders: [...found.values()],
    ...(elsewhere.size > 0 ? { elsewhere: [...elsewhere] } : {}),
  };
}

const memberRow = z.looseObject({ id: z.string() });

/**
 * Individuals, owners where they count, and whom a rule brings: by the native listing, because what SCIM says of the
 * last two is an open question (API reference §4, §12). Nobody where the group is gone.
 */
async function everybodyIn(api: GenesysApi, id: GroupId, signal: AbortSignal): Promise<UserId[]> {
  const call = { route: 'GET /api/v2/groups/{id}/members', params: { id }, subject: `group ${id}` };
  try {
    return (await listAll(api, call, memberRow, signal)).map(user => user.id);
  } catch (error) {
    if (isMusterError(error) && error.status === 404) return [];
    throw error;
  }
}

/**
 * Documented contract: the groups of these people that were not read, each with the queues that it serves; all groups, 25
 * a page, where that is fewer calls or the directory does not say who is in which. Undefined where neither can be had.
 */
async function groupsWith(
  api: GenesysApi,
  tenant: Tenant,
  users: readonly UserId[],
  signal: AbortSignal,
): Promise<Bystander[] | undefined> {
  const known = new Set(tenant.groups.map(group => group.id));
  const of = await groupsOfUsers(api, users, signal);
  const ids = of && [...new Set([...of.values()].flat())].filter(id => !known.has(id));
  if (ids && ids.length <= wholePages(tenant.totals?.groups)) {
    const read = await inParallel(ids, id => readExtensionGroup(api, id, signal));
    return read.filter(group => group !== undefined).map(bystander);
  }
  const list = await listWholeGroups(api, extensionRoot, () => true, signal);
  if (list?.whole) return list.rows.filter(group => !known.has(group.id)).map(bystander);
  if (!ids) return undefined;
  const read = await inParallel(ids, id => readExtensionGroup(api, id, signal));
  return read.filter(group => group !== undefined).map(bystander);
}

const bystander = ({ id, memberIds, routingQueueIds }: Bystander): Bystander => ({
  id,
  memberIds,
  ...(routingQueueIds === undefined ? {} : { routingQueueIds }),
});
