import { strategies } from '../../src/assignment/registry.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Tenant } from '../../src/model/tenant.ts';
import { queuesToRead } from '../../src/plan/finish/outlook.ts';
import { effectsOf } from '../../src/plan/undo/run-effects.ts';
import { undoPlan } from '../../src/plan/undo/undo.ts';
import { carriers, tellableIn } from '../../src/run/compose-plan.ts';
import type { PureTenant } from '../support/pure-tenant.ts';
import { noLimits } from './worlds.ts';

/** Plans as an undo does, the second look at uncertain queues included. */
export function undoOf(world: PureTenant, run = world.runs.at(-1)!.run): Plan {
  const all = world.runs;
  const at = all.findIndex(each => each.run === run);
  const planOn = (tenant: Tenant) =>
    undoPlan({
      run,
      effects: effectsOf(all[at]!, all.slice(at + 1)),
      tenant,
      present: strategies.flatMap(each => each.present(tenant)),
      tellable: tellableIn(tenant.choice.contract),
      ledger: world.ledger,
      mappings: new Set(),
      carriers,
      batches: { members: 3, newMembers: 4, queueMembers: 3, readBack: 2 },
      limits: noLimits,
      seats: new Map(),
    });
  const edges = [...world.ledger.values()].map(({ edge }) => edge);
  const touched = all[at]!.writes.flatMap(write => [...write.adds, ...write.drops].map(({ edge }) => edge));
  const direct = [...edges, ...touched].flatMap(edge => (edge.kind === 'queue-member' ? [edge.queue] : []));
  const first = world.tenant(new Set(direct));
  const plan = planOn(first);
  const uncertain = queuesToRead(plan.queues, first);
  return uncertain.length === 0 ? plan : planOn(world.tenant(new Set([...direct, ...uncertain])));
}
