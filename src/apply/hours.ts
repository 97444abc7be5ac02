import type { Change } from '../model/change.ts';
import { isRemoval } from '../model/change.ts';
import type { Problem } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { UnderFloor } from '../plan/guards/under-floor.ts';

/**
 * Why a step must not take anybody away any more: a floor that holds now, and did not when the plan was looked at,
 * would be broken. Asked before each step, because additions and a grace take their time.
 */
export function heldByHours(
  changes: readonly Change[],
  plan: Plan,
  underFloor: () => readonly UnderFloor[],
  subject: string,
): Problem | undefined {
  const going = changes.filter(isRemoval);
  if (going.length === 0) return undefined;
  const broken = underFloor().find(({ queue }) => {
    const serving = plan.queues.find(outlook => outlook.queue === queue)!.groups;
    return going.some(change =>
      change.kind === 'queue.detach'
        ? change.queue === queue
        : change.kind === 'member.remove' && serving.includes(change.id),
    );
  });
  if (!broken) return undefined;
  const { code, subject: name, text, remedy } = broken.refusal;
  return {
    code,
    happened: `Nobody is taken away here any more, because of the floor that holds now (${subject}). ${text}`,
    subject: name,
    remedy,
  };
}
