import type { Contract } from '../model/contract.ts';
import type { Assignment, DesiredGroup, PresentAssignment, Service } from '../model/desired.ts';
import type { StrategyName } from '../model/mapping.ts';
import type { Tenant } from '../model/tenant.ts';

/**
 * How a queue is told that a group serves it. A strategy *says*: it states desired and present in its own
 * granularity, so that the diff shows no phantom change. What is written, and in how few requests, is decided once
 * for all of them: `via` names the request that carries it (`apply/` does it, one hand for each).
 */
export interface AssignmentStrategy {
  readonly name: StrategyName;
  readonly title: string;
  readonly contracts: readonly Contract[];
  /** `queue`: the read-modify-write of the queue. `members`: batches of direct members. `group`: the group's own write. */
  readonly via: 'queue' | 'members' | 'group';
  /** Does it need the Genesys group to exist? Placing people one by one does not. */
  readonly needsGroup: boolean;
  express(service: Service, group: DesiredGroup): readonly Assignment[];
  present(tenant: Tenant): readonly PresentAssignment[];
  /** Must the people of these queues be read one by one before a plan can be made? */
  readonly readsMembers: boolean;
}
