import { createHash } from 'node:crypto';
import type { Contract } from '../model/contract.ts';
import type { GroupId, UserId } from '../model/keys.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { Reads, TenantReads } from '../model/reads.ts';
import type { Tenant, TenantGroup, TenantTotals, TenantUser } from '../model/tenant.ts';
import { goodAfter, type Remembered } from './last-good.ts';

/** How much of what earlier runs read may be used. */
export interface Remembering {
  /** See `ownerOf`. */
  readonly owner: string;
  /** How old a link of a person to a user may be; 0 remembers nothing of the tenant. */
  readonly hours: number;
  /** Read everything now; what is read is remembered all the same. */
  readonly fresh: boolean;
}

/**
 * Whose reads they are: an OAuth client belongs to one organisation, and what it may see is its own matter. No
 * request is needed to know it.
 */
export const ownerOf = (baseUrl: string, clientId: string): string =>
  createHash('sha256').update(`${baseUrl}\n${clientId}`).digest('hex').slice(0, 32);

/** What may be used now; undefined where everything is to be read. */
export function usableReads(
  reads: Reads | undefined,
  how: Remembering | undefined,
  contract: Contract,
  nowMs: number,
): TenantReads | undefined {
  const tenant = reads?.tenant;
  if (!tenant || !how || how.fresh || how.hours === 0) return undefined;
  if (tenant.owner !== how.owner || tenant.contract !== contract) return undefined;
  // A clock that was set back makes everything old: what is said to be of the future cannot be judged.
  const isFresh = (at = 0) => at <= nowMs && nowMs - at < how.hours * 3_600_000;
  return {
    ...tenant,
    users: only(tenant.users, user => isFresh(user.readAt)),
    absent: only(tenant.absent, isFresh),
  };
}

/** The map itself where all of it may stay: it is large, and as a rule all of it may. */
function only<Value>(map: ReadonlyMap<string, Value>, stays: (value: Value) => boolean) {
  for (const value of map.values())
    if (!stays(value)) return new Map([...map].filter(([, each]) => stays(each)));
  return map;
}

interface Run {
  readonly how: Remembering;
  readonly remembered: Remembered;
  readonly nowMs: number;
  readonly plan: Plan;
  /** As the plan was made on it. */
  readonly tenant: Tenant;
  readonly outcome: Outcome;
  /** The groups as they were last seen, after the writes. */
  readonly seen: ReadonlyMap<GroupId, TenantGroup>;
}

/**
 * What the next run may use; undefined where that is what was remembered before. Whatever this run could not see through
 * is left out, and read by the next.
 */
export function readsAfter(run: Run): Reads | undefined {
  const { how, plan, remembered, nowMs } = run;
  const { reads } = remembered;
  const before = reads?.sources ?? new Map();
  const sources = goodAfter(before, remembered.counts, plan, nowMs);
  if (how.hours === 0) return reads && !reads.tenant && sources === before ? undefined : { sources };
  const after = tenantAfter(run);
  return reads?.tenant && sources === before && isSame(reads.tenant, after)
    ? undefined
    : { sources, tenant: after };
}

function tenantAfter(run: Run): TenantReads {
  const { how, tenant, seen } = run;
  const { groups: doubtfulGroups, users: doubtfulUsers, moved } = afterwards(run);
  const groups = [...seen.values()].filter(
    ({ id, version }) => version !== undefined && !doubtfulGroups.has(id),
  );
  const users = tenant.users.filter(({ id, readAt }) => readAt !== undefined && !doubtfulUsers.has(id));
  return {
    owner: how.owner,
    contract: tenant.choice.contract,
    groups: new Map(groups.map(group => [group.id, marked(group)])),
    users: new Map(users.map(user => [user.id, marked(withGroups(user, moved.get(user.id)))])),
    absent: tenant.absent ?? new Map(),
    totals: withMade(tenant.totals ?? {}, Object.keys(run.outcome.made).length),
  };
}

/** What was counted before this run made groups is not what the next one would find. */
const withMade = (totals: TenantTotals, made: number): TenantTotals =>
  made === 0 || totals.groups === undefined ? totals : { ...totals, groups: totals.groups + made };

const marked = <Item extends { readonly remembered?: true }>(item: Item): Item =>
  item.remembered ? item : { ...item, remembered: true };

const withGroups = (user: TenantUser, more: number | undefined): TenantUser =>
  !more || user.groupCount === undefined
    ? user
    : { ...user, groupCount: Math.max(0, user.groupCount + more) };

/** What a run did not read, it hands on as it is: so it is enough to ask whether it is the very same. */
function isSame(before: TenantReads, after: TenantReads): boolean {
  const kept = <Value>(was: ReadonlyMap<string, Value>, is: ReadonlyMap<string, Value>) =>
    was.size === is.size && [...is].every(([key, value]) => was.get(key) === value);
  const { queues, groups, users } = before.totals;
  return (
    before.owner === after.owner &&
    before.contract === after.contract &&
    queues === after.totals.queues &&
    groups === after.totals.groups &&
    users === after.totals.users &&
    kept(before.groups, after.groups) &&
    kept(before.users, after.users) &&
    kept(before.absent, after.absent)
  );
}

/**
 * Groups that a step was to write and that were not seen to be as written; people whom a group did not take, which is
 * how a user shows itself who is no more; and by how many groups more, or fewer, somebody is in now.
 */
function afterwards({ plan, outcome, seen }: Run) {
  const groups = new Set<GroupId>();
  const users = new Set<UserId>();
  const moved = new Map<UserId, number>();
  const members = new Map<GroupId, ReadonlySet<UserId>>();
  const membersOf = (id: GroupId): ReadonlySet<UserId> => {
    const known = members.get(id) ?? new Set(seen.get(id)?.memberIds);
    members.set(id, known);
    return known;
  };
  for (const { step, state } of outcome.steps) {
    const isSure = state === 'done' && outcome.unseen.length === 0;
    for (const index of step.changes) {
      const change = plan.changes[index]!;
      const id = ('id' in change && change.id) || outcome.made[change.group];
      if (id !== undefined && !isSure) groups.add(id);
      // An answer that does not speak of the queues says nothing of them.
      const silent =
        plan.choice.contract === 'scim-extension' && seen.get(id ?? '')?.routingQueueIds === undefined;
      if (id !== undefined && silent) groups.add(id);
      if (change.kind !== 'member.add' && change.kind !== 'member.remove') continue;
      const comes = change.kind === 'member.add';
      if ((id !== undefined && membersOf(id).has(change.user)) === comes) {
        moved.set(change.user, (moved.get(change.user) ?? 0) + (comes ? 1 : -1));
        continue;
      }
      if (id !== undefined) groups.add(id);
      users.add(change.user);
    }
  }
  return { groups, users, moved };
}
