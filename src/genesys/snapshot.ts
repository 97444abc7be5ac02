import type { ContractChoice } from '../model/contract.ts';
import type { QueueId } from '../model/keys.ts';
import type { Tenant, TenantTotals } from '../model/tenant.ts';
import type { GenesysApi } from './api.ts';
import { linkableUsers } from './linkable-users.ts';
import { inParallel } from './parallel.ts';
import { queueMembers } from './queues.ts';
import { readExtensionGroups } from './read-extension-groups.ts';
import { readGroups } from './read-groups.ts';
import { readQueues } from './read-queues.ts';
import type { Reading } from './reading.ts';
import { withMembersNamed } from './strangers.ts';

/**
 * Reads the tenant, as far as the scope goes and as far as it is not known (`Reading.known`). Any page or permission
 * that is missing is an error: half a picture is none.
 */
export async function snapshot(choice: ContractChoice, reading: Reading): Promise<Tenant> {
  const { api, scope, known, signal } = reading;
  const [queues, groups, people] = await Promise.all([
    readQueues(reading),
    choice.contract === 'scim-extension' ? readExtensionGroups(reading) : readGroups(reading),
    linkableUsers(reading, scope.people, scope.match),
  ]);
  const tenant: Tenant = {
    choice,
    queues: queues.queues,
    groups: groups.groups,
    users: await withMembersNamed(reading, groups.groups, people.linked, people.users),
    absent: people.absent,
    totals: totalsOf(known?.totals, queues.total, groups.total, people.total),
    budget: { perMinute: api.perMinute },
  };
  return scope.memberQueues === 'selected'
    ? withMembers(
        api,
        tenant,
        queues.queues.map(queue => queue.id),
        signal,
      )
    : tenant;
}

const totalsOf = (
  before: TenantTotals | undefined,
  queues: number | undefined,
  groups: number | undefined,
  users: number | undefined,
): TenantTotals => ({
  ...before,
  ...(queues === undefined ? {} : { queues }),
  ...(groups === undefined ? {} : { groups }),
  ...(users === undefined ? {} : { users }),
});

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
