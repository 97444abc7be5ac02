import { z } from 'zod';
import { MusterError } from '../errors.ts';
import type { Contract } from '../model/contract.ts';
import { lazily } from '../model/lazily.ts';
import type { Plan } from '../model/plan.ts';
import { planFingerprint } from '../plan/finish/fingerprint.ts';
import type { Planned } from './job.ts';

/** What a plan file is good for: to know whether what would be done now is what was approved. */
export type SavedPlan = Pick<Plan, 'fingerprint' | 'purpose' | 'released'>;

/** As much of `report/plan-json.ts` as is looked at. The rest of the file is for whoever reads it. */
const planFile = lazily(() => {
  const booked = z.array(z.looseObject({ edge: z.looseObject({ kind: z.string() }) })).optional();
  return z.looseObject({
    kind: z.literal('muster.plan'),
    version: z.literal(1),
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/u),
    purpose: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('undo'), of: z.string() }),
        z.strictObject({ kind: z.literal('put-back') }),
        z.strictObject({
          kind: z.literal('adopt'),
          names: z.array(z.string()).optional(),
          everything: z.boolean().optional(),
          takeOver: z.boolean().optional(),
        }),
      ])
      .optional(),
    choice: z.looseObject({ contract: z.string() }),
    released: z.array(z.string()).optional(),
    changes: z.array(z.unknown()),
    bookkeeping: z.looseObject({ adopt: booked, release: booked }),
  });
});

/**
 * The text of a plan file. Whoever approves it has read its changes, so its fingerprint has to be theirs: a file in
 * which somebody changed one by hand would otherwise be applied as if they had not. `path` is for the error.
 *
 * @throws MusterError `plan.unreadable`
 */
export function parseSavedPlan(text: string, path: string): SavedPlan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadablePlan(path, 'The plan file is no JSON.', cause);
  }
  const parsed = planFile().safeParse(value);
  if (!parsed.success) throw unreadablePlan(path, 'The file is no plan of this version.');
  const { fingerprint, purpose, released } = parsed.data;
  const { choice, changes, bookkeeping } = value as Plan;
  if (planFingerprint(choice.contract as Contract, { changes, bookkeeping }) !== fingerprint)
    throw unreadablePlan(
      path,
      'The file was changed after it was written: its fingerprint is not that of its changes.',
    );
  return { fingerprint, ...(purpose ? { purpose } : {}), ...(released ? { released } : {}) } as SavedPlan;
}

export const unreadablePlan = (path: string, happened: string, cause?: unknown): MusterError =>
  new MusterError('plan.unreadable', {
    happened,
    subject: path,
    remedy: 'Name a file that `muster plan --out` of this version wrote.',
    cause,
  });

/**
 * What was planned anew, if it is what was approved. `released` are the tokens that this plan was made with: one that is
 * missing is named.
 *
 * @throws MusterError `plan.world-moved`
 */
export function asApproved(
  planned: Planned,
  saved: Pick<SavedPlan, 'fingerprint' | 'released'>,
  released: ReadonlySet<string> = new Set(),
): Planned {
  const { plan } = planned;
  if (plan.fingerprint === saved.fingerprint) return planned;
  const missing = saved.released?.filter(token => !released.has(token)) ?? [];
  const option = `--release ${missing.join(' ')}`;
  const why =
    missing.length > 0
      ? `The plan was made with ${option}, and is applied without it`
      : 'The world has moved since the plan was made';
  throw new MusterError('plan.world-moved', {
    happened: `${why}: now it would be ${plan.changes.length} changes with another fingerprint.`,
    subject: `plan ${saved.fingerprint.slice(0, 12)}, now ${plan.fingerprint.slice(0, 12)}`,
    remedy:
      missing.length > 0
        ? `Nothing was written. Apply it with ${option}.`
        : 'Nothing was written. Make a new plan with `muster plan --out`, have it approved, and apply that.',
  });
}
