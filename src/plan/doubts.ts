import { isRemoval } from '../model/change.ts';
import type { GroupId, PersonKey, UserId } from '../model/keys.ts';
import type { Plan } from '../model/plan.ts';
import type { Tenant } from '../model/tenant.ts';

/** What a plan takes from memory although somebody would lose by it. */
export interface Doubts {
  readonly groups: readonly GroupId[];
  readonly users: readonly UserId[];
  /** Whose link to a user decides whether they leave. */
  readonly people: readonly PersonKey[];
}

/**
 * Before anybody is taken away the facts are read themselves, however sure the memory is: the groups that lose, every
 * other group on the queues that lose (who stays through it?), and the users who go.
 */
export function doubtsOf(plan: Pick<Plan, 'changes' | 'queues'>, tenant: Tenant): Doubts {
  const losing = plan.changes.filter(isRemoval);
  const groups = new Set<string>(losing.flatMap(change => ('id' in change && change.id) || []));
  for (const { leaving, groups: there } of plan.queues)
    if (leaving.length > 0) for (const group of there) groups.add(group);
  const users = new Set<string>(losing.flatMap(change => ('user' in change && change.user) || []));
  const people = new Set<string>(losing.flatMap(change => ('person' in change && change.person) || []));
  return {
    groups: tenant.groups.filter(group => group.remembered && groups.has(group.id)).map(group => group.id),
    users: tenant.users.filter(user => user.remembered && users.has(user.id)).map(user => user.id),
    people: [...people],
  };
}
