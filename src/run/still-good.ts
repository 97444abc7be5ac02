import { inForce } from '../desired/in-force.ts';
import { MusterError } from '../errors.ts';
import type { Mapping } from '../model/mapping.ts';
import type { Refusal } from '../model/plan.ts';
import { canonicalJson } from '../plan/finish/fingerprint.ts';
import { underFloor, unseenAmong } from '../plan/guards/under-floor.ts';
import type { PlanJob, Planned } from './job.ts';

/** The guards let a plan through when it was made, and refuse it now. Nothing was written. */
export class PlanRefused extends MusterError {
  readonly refusals: readonly Refusal[];

  constructor(refusals: readonly Refusal[], fingerprint: string) {
    super('plan.refused', {
      happened: `Time has passed since the plan was made, and now it is refused: ${refusals.map(({ subject, text }) => `${subject}: ${text}`).join(' ')}`,
      subject: `plan ${fingerprint.slice(0, 12)}`,
      remedy: `Nothing was written. ${refusals[0]!.remedy}`,
    });
    this.refusals = refusals;
  }
}

/**
 * Asked directly before the first write, because a question may have been answered minutes after it was put: are the
 * mappings in force still those of the plan, and do the floors that hold now let it through? Costs no request. Throws
 * `plan.world-moved` or `PlanRefused`. A refusal that the plan came with is not told again: whoever applies it means it.
 */
export function assertStillGood(
  { mappings, limits, clock }: Pick<PlanJob, 'mappings' | 'limits' | 'clock'>,
  { plan, mappings: then, refusals }: Planned,
): void {
  const nowMs = clock.now();
  const turned = turnedSince(then, inForce(mappings, nowMs).mappings);
  if (turned.length > 0) {
    throw new MusterError('plan.world-moved', {
      happened: `Time has passed since this plan was made, and what the config asks for is another thing now: ${turned.map(id => `"${id}"`).join(', ')}.`,
      subject: `plan ${plan.fingerprint.slice(0, 12)}`,
      remedy: 'Nothing was written. Plan again.',
    });
  }
  const against = unseenAmong(underFloor(plan, limits.staffing, nowMs), refusals);
  if (against.length > 0)
    throw new PlanRefused(
      against.map(({ refusal }) => refusal),
      plan.fingerprint,
    );
}

/** Mappings that hold now and did not then, or the other way round, or for other people. */
function turnedSince(then: readonly Mapping[], now: readonly Mapping[]): string[] {
  const textsOf = (mappings: readonly Mapping[]) =>
    new Map(mappings.map(mapping => [mapping.id, canonicalJson(mapping)]));
  const [was, is] = [textsOf(then), textsOf(now)];
  return [...new Set([...was.keys(), ...is.keys()])].filter(id => was.get(id) !== is.get(id));
}
