import type { ContractChoice } from '../model/contract.ts';
import type { QueueId } from '../model/keys.ts';
import { isUuid } from '../model/keys.ts';
import { selectorOf } from '../model/select.ts';
import type { Tenant, TenantGroup, TenantQueue } from '../model/tenant.ts';
import type { TenantScope } from '../model/tenant-scope.ts';
import type { GenesysApi } from './api.ts';
import { groupsNamed, individuals, listGroups } from './groups.ts';
import { linkableUsers } from './linkable-users.ts';
import { inParallel } from './parallel.ts';
import { listQueues, queueMembers, queuesById, queuesLike } from './queues.ts';
import { findByAnchor, readExtensionGroup, readScimGroup } from './scim-groups.ts';
import { usersById } from './users.ts';

/** Exact names for which a look-up each is cheaper than the whole listing. */
const fewNames = 3;

/** Reads the tenant, as far as `scope` goes. Any page or permission that is missing is an error: half a picture is none. */
export async function snapshot(
  api: GenesysApi,
  choice: ContractChoice,
  scope: TenantScope,
  signal: AbortSignal,
): Promise<Tenant> {
  const [queues, groups, users] = await Promise.all([
    readQueues(api, scope, signal),
    readGroups(api, choice, scope, signal),
    linkableUsers(api, scope.people, scope.match, signal),
  ]);
  const known = new Set(users.map(user => user.id));
  const strangers = [...new Set(groups.flatMap(group => group.memberIds))].filter(id => !known.has(id));
  const named = strangers.length > 0 ? await usersById(api, strangers, signal) : [];
  const tenant: Tenant = {
    choice,
    queues,
    groups,
    users: [...users, ...named],
    budget: { perMinute: api.perMinute },
  };
  return scope.memberQueues === 'selected'
    ? withMembers(
        api,
        tenant,
        queues.map(queue => queue.id),
        signal,
      )
    : tenant;
}

/** The same picture with everybody on `ids` read one by one: what a removal is judged on. */
export async function withMembers(
  api: GenesysApi,
  tenant: Tenant,
  ids: readonly QueueId[],
  signal: AbortSignal,
): Promise<Tenant> {
  const wanted = new Set(ids);
  const queues = await inParallel(tenant.queues, async queue =>
    wanted.has(queue.id) ? { ...queue, members: await queueMembers(api, queue.id, signal) } : queue,
  );
  return { ...tenant, queues };
}

async function readQueues(api: GenesysApi, scope: TenantScope, signal: AbortSignal): Promise<TenantQueue[]> {
  const texts = [...new Set(scope.queueTexts)];
  const names = texts.filter(text => !isUuid(text));
  const ids = [...new Set([...texts.filter(isUuid), ...scope.queueIds])];
  const few = names.length <= fewNames && names.every(text => selectorOf(text).kind === 'exact');
  if (few) {
    const found = new Map<QueueId, TenantQueue>();
    const byName = await inParallel(names, name => queuesLike(api, name, signal));
    for (const queue of byName.flat()) found.set(queue.id, queue);
    for (const queue of await queuesById(
      api,
      ids.filter(id => !found.has(id)),
      signal,
    ))
      found.set(queue.id, queue);
    const allThere = names.every(name => [...found.values()].some(queue => queue.name === name));
    if (allThere) return [...found.values()];
    // A name that finds nothing deserves suggestions: those need all names.
  }
  return listQueues(api, signal);
}

async function readGroups(
  api: GenesysApi,
  { contract }: ContractChoice,
  scope: TenantScope,
  signal: AbortSignal,
): Promise<TenantGroup[]> {
  if (contract === 'scim-extension') {
    const byAnchor = await inParallel(scope.groups, group => findByAnchor(api, group.externalId, signal));
    const found = new Map(byAnchor.flatMap(group => (group ? [[group.id, group] as const] : [])));
    const rest = scope.groupIds.filter(id => !found.has(id));
    for (const group of await inParallel(rest, id => readExtensionGroup(api, id, signal)))
      if (group) found.set(group.id, group);
    return [...found.values()];
  }
  const recorded = new Set(scope.groupIds);
  const names = new Set(scope.groups.map(group => group.name));
  const listed =
    names.size <= fewNames
      ? (await inParallel([...names], name => groupsNamed(api, name, signal))).flat()
      : (await listGroups(api, signal)).filter(group => names.has(group.name));
  const ids = new Set([...recorded, ...listed.map(group => group.id)]);
  const groups = await inParallel([...ids], id => readScimGroup(api, id, signal));
  const owners = new Map(listed.map(group => [group.id, (group.owners ?? []).map(owner => owner.id)]));
  return inParallel(
    groups.filter(group => group !== undefined),
    async group => {
      if (recorded.has(group.id) || group.memberIds.length === 0) return group;
      return { ...group, dynamic: await isDynamic(api, group, owners.get(group.id) ?? [], signal) };
    },
  );
}

/** A group that we did not fill and whose members are more than its individuals and owners is filled by rules (§4). */
async function isDynamic(
  api: GenesysApi,
  group: TenantGroup,
  owners: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const explicit = new Set([...(await individuals(api, group.id, signal)), ...owners]);
  return group.memberIds.some(user => !explicit.has(user));
}
