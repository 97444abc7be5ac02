import { strategies, strategyNamed } from '../assignment/registry.ts';
import type { Resolved } from '../desired/resolve.ts';
import type { Contract, ContractChoice } from '../model/contract.ts';
import type { Service } from '../model/desired.ts';
import type { GroupKey, MappingId } from '../model/keys.ts';
import type { Ledger, Partings } from '../model/ledger.ts';
import type { Mapping, StrategyName } from '../model/mapping.ts';
import type { Plan } from '../model/plan.ts';
import type { Seats } from '../model/seat.ts';
import type { Tenant } from '../model/tenant.ts';
import type { Carriers } from '../plan/finish/order.ts';
import { makePlan, type PlanInput } from '../plan/make-plan.ts';
import type { PlanJob } from './job.ts';

export interface Pieces {
  readonly job: Pick<PlanJob, 'mappings' | 'limits' | 'batches' | 'released'>;
  /** Those in force. */
  readonly mappings: readonly Mapping[];
  readonly notes: Plan['notes'];
  readonly resolved: Resolved;
  readonly tenant: Tenant;
  readonly ledger: Ledger;
  /** Seats that earlier runs took away; none where left out. */
  readonly seats?: Seats | undefined;
  readonly partings?: Partings | undefined;
}

/** The pure part of planning, once everything has been read. */
export const planOf = (pieces: Pieces): Plan => makePlan(inputOf(pieces));

export function inputOf({
  job,
  mappings,
  notes,
  resolved: { desired },
  tenant,
  ledger,
  seats,
  partings,
}: Pieces): PlanInput {
  const groups = new Map(desired.groups.map(group => [group.key, group]));
  const withGroup = desired.services.filter(service => strategyNamed(service.assign).needsGroup);
  return {
    desired,
    wanted: desired.services.flatMap(service =>
      strategyNamed(service.assign).express(service, groups.get(service.group)!),
    ),
    present: strategies.flatMap(each => each.present(tenant)),
    tellable: tellableIn(tenant.choice.contract),
    groupsNeeded: neededBy(withGroup),
    tenant,
    ledger,
    seats: seats ?? new Map(),
    ...(partings ? { partings } : {}),
    mappings: new Set(mappings.map(mapping => mapping.id)),
    written: new Set(job.mappings.map(mapping => mapping.id)),
    sources: new Set(job.mappings.map(mapping => mapping.from)),
    carriers,
    batches: job.batches,
    limits: job.limits,
    released: job.released ?? new Set(),
    notes: [...switchNotes(tenant.choice), ...notes, ...(tenant.notes ?? [])],
  };
}

/** Mappings by the group that they serve; each once, in the order of the services. */
function neededBy(services: readonly Service[]): Map<GroupKey, MappingId[]> {
  const needed = new Map<GroupKey, MappingId[]>();
  for (const { group, mapping } of services) {
    const mappings = needed.get(group) ?? [];
    needed.set(group, mappings);
    if (!mappings.includes(mapping)) mappings.push(mapping);
  }
  return needed;
}

/** The platform's ways are there beside the documented one, the documented one only where its contract is spoken. */
export const tellableIn = (contract: Contract): ReadonlySet<StrategyName> =>
  new Set(
    strategies
      .filter(({ contracts }) => contract === 'scim-extension' || contracts.includes(contract))
      .map(({ name }) => name),
  );

export const carriers = Object.fromEntries(
  strategies.map(strategy => [strategy.name, strategy.via]),
) as Carriers;

const switchNotes = (choice: ContractChoice): Plan['notes'] =>
  choice.by === 'switched'
    ? [
        {
          code: 'contract.switched',
          level: 'warning',
          subject: 'contract',
          text: `The platform contract takes over: ${choice.reason}`,
        },
      ]
    : [];
