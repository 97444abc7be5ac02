import { strategies } from '../assignment/registry.ts';
import { inForce } from '../desired/in-force.ts';
import { openQueues } from '../plan/finish/seats.ts';
import { guard } from '../plan/guards/guard.ts';
import { unknownTokens } from '../plan/guards/release.ts';
import { effectsOf } from '../plan/undo/run-effects.ts';
import { undoPlan } from '../plan/undo/undo.ts';
import { undoScope } from '../plan/undo/undo-scope.ts';
import { runNamed } from '../store/runs.ts';
import { carriers, tellableIn } from './compose-plan.ts';
import { placesOf, stayWith, waysOf } from './contract-choice.ts';
import type { Job, OnProgress, Planned } from './job.ts';
import { lookCloser } from './look-closer.ts';
import { sameOrganisation } from './same-organisation.ts';

/**
 * The plan that takes a run back: its id, or `last`. Reads the target and the journal, no source: it works where the
 * identity provider does not. The guards look at it as at any plan. Throws `run.not-found`.
 */
export async function planUndo(
  job: Job,
  id: string,
  signal: AbortSignal,
  onProgress: OnProgress = () => {},
): Promise<Planned> {
  const { ledger, mark, seats: kept = new Map() } = await job.store.ledger();
  const runs = await job.store.history();
  const run = runNamed(runs, id);
  const effects = effectsOf(run, runs.slice(runs.indexOf(run) + 1));
  const { mappings } = inForce(job.mappings, job.clock.now());
  onProgress({ stage: 'tenant' });
  const edges = [...effects.added, ...effects.dropped, ...effects.released].map(({ edge }) => edge);
  const ways = waysOf([...placesOf(ledger), ...edges]);
  const choice = stayWith(await job.tenant.contract(job.contract, signal), ways);
  const { scope, memberQueues } = undoScope(effects, ledger);
  const inScope = new Set(scope.queueIds);
  // Seats on queues that are not read are no matter of this run.
  const seats = new Map([...kept].filter(([, seat]) => inScope.has(seat.queue)));
  const seen = await job.tenant.read(choice, scope, signal);
  sameOrganisation(seen, {
    scope,
    ledger,
    remedy:
      'Point genesys at the organisation of this state directory. If all that the run made was deleted there, nothing is left to undo.',
  });
  const start = await job.tenant.withMembers(seen, memberQueues, signal);
  onProgress({ stage: 'planning' });
  const { plan, tenant } = await lookCloser(
    job,
    start,
    at => ({
      reads: openQueues(seats),
      plan: undoPlan({
        run: run.run,
        effects,
        tenant: at,
        present: strategies.flatMap(each => each.present(at)),
        tellable: tellableIn(choice.contract),
        ledger,
        mappings: new Set(mappings.map(mapping => mapping.id)),
        carriers,
        batches: job.batches,
        limits: job.limits,
        seats,
      }),
    }),
    signal,
  );
  const unknown = unknownTokens(job.released ?? new Set());
  return {
    plan: { ...plan, notes: [...plan.notes, ...unknown] },
    refusals: guard(plan, job.limits, job.clock.now()),
    tenant,
    directories: [],
    mark,
    ledger,
    mappings,
  };
}
