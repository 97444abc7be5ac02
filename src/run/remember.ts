import { createHash } from 'node:crypto';
import type { Contract } from '../model/contract.ts';
import type { GroupId, UserId } from '../model/keys.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { Reads, TenantReads } from '../model/reads.ts';
import type { Tenant, TenantGroup, TenantUser } from '../model/tenant.ts';
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
    users: new Map([...tenant.users].filter(([, user]) => isFresh(user.readAt))),
    absent: new Map([...tenant.absent].filter(([, at]) => isFresh(at))),
  };
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

/** What the next run may use. Whatever this one could not see through is left out, and read by the next. */
export function readsAfter(run: Run): Reads {
  const { how, tenant, plan, remembered, nowMs } = run;
  const sources = goodAfter(remembered.reads?.sources ?? new Map(), remembered.counts, plan, nowMs);
  if (how.hours === 0) return { sources };
  const { groups: doubtfulGroups, users: doubtfulUsers, moved } = afterwards(run);
  return {
    sources,
    tenant: {
      owner: how.owner,
      contract: tenant.choice.contract,
      groups: new Map(
        [...run.seen]
          .filter(([id, group]) => group.version !== undefined && !doubtfulGroups.has(id))
          .map(([id, { remembered: _, ...group }]) => [id, group]),
      ),
      users: new Map(
        tenant.users
          .filter(user => user.readAt !== undefined && !doubtfulUsers.has(user.id))
          .map(({ remembered: _, ...user }): [UserId, TenantUser] => [
            user.id,
            user.groupCount === undefined
              ? user
              : { ...user, groupCount: Math.max(0, user.groupCount + (moved.get(user.id) ?? 0)) },
          ]),
      ),
      absent: tenant.absent ?? new Map(),
      totals: tenant.totals ?? {},
    },
  };
}

/**
 * Groups that a step was to write and that were not seen to be as written; people whom a group did not take, which is
 * how a user shows itself who is no more; and by how many groups more, or fewer, somebody is in now.
 */
function afterwards({ plan, outcome, seen }: Run) {
  const groups = new Set<GroupId>();
  const users = new Set<UserId>();
  const moved = new Map<UserId, number>();
  const membersOf = new Map<GroupId | undefined, ReadonlySet<UserId>>(
    [...seen].map(([id, group]) => [id, new Set(group.memberIds)]),
  );
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
      if ((membersOf.get(id)?.has(change.user) === true) === comes) {
        moved.set(change.user, (moved.get(change.user) ?? 0) + (comes ? 1 : -1));
        continue;
      }
      if (id !== undefined) groups.add(id);
      users.add(change.user);
    }
  }
  return { groups, users, moved };
}
