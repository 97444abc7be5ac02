import { thingsNamed } from '../desired/named.ts';
import { MusterError, throwAll } from '../errors.ts';
import type { AdoptPurpose } from '../model/purpose.ts';
import { adoptPlan } from '../plan/adopt/adopt.ts';
import type { OnProgress, PlanJob, Planned } from './job.ts';
import { planWith } from './sync.ts';

/**
 * The plan that takes what is there already, and agrees, into the ledger; see `AdoptPurpose`. Reads what any plan
 * reads. Throws `name.not-found` for a name that means nothing here.
 */
export async function planAdopt(
  job: PlanJob,
  purpose: AdoptPurpose,
  signal: AbortSignal,
  onProgress?: OnProgress,
): Promise<Planned> {
  const { names } = purpose;
  if (names === undefined && (purpose.everything || purpose.takeOver)) {
    throw new MusterError('config.invalid', {
      happened: `--${purpose.everything ? 'everything' : 'take-over'} is for groups and queues that are named.`,
      subject: 'muster adopt',
      remedy: 'Name them: `muster adopt NAME…`.',
    });
  }
  // What becomes ours has to be seen, not remembered.
  const remember = job.remember && { ...job.remember, fresh: true };
  return planWith(
    { ...job, ...(remember ? { remember } : {}) },
    (input, directories) => {
      if (names === undefined) return { plan: adoptPlan({ ...input, purpose }), reads: [] };
      const { named, unknown } = thingsNamed(names, { ...input, directories });
      throwAll(unknown.map(nameNotFound));
      // Who stands on a queue directly is only seen where its people are read.
      const reads = purpose.everything ? [...named.queues] : [];
      return { plan: adoptPlan({ ...input, purpose, named }), reads };
    },
    signal,
    onProgress,
  );
}

const nameNotFound = ({ name, near }: { readonly name: string; readonly near: readonly string[] }) =>
  new MusterError('name.not-found', {
    happened: 'No group or queue of the mappings, no mapping, and nobody in the sources is called so.',
    subject: name,
    remedy:
      near.length > 0
        ? `Near it: ${near.join(', ')}.`
        : 'Names compare with case; a pattern such as `Support_*` will do. `muster sources` shows groups and people.',
  });
