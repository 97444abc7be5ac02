import { isMusterError, MusterError } from '../errors.ts';
import type { QueueId } from '../model/keys.ts';
import { chunks, type Work } from './hand.ts';
import { type Rows, rowsOn } from './look.ts';
import type { Coming } from './moved-seats.ts';
import { putOn } from './put-on.ts';
import { queueSubject, userNames } from './told-names.ts';

/** Terraform gives a queue 10 s to follow its groups (API reference §3.3). */
const lookEveryMs = 1_000;
export const mostLooks = 20;

/** What a queue showed last, and why not everybody has come. */
export interface Arrival {
  readonly rows: Rows;
  /** Those who are on it as they shall be: directly, or by a group that nobody has read. */
  readonly here: readonly Coming[];
  readonly broken?: { readonly error: unknown };
}

/**
 * Adds people and looks until the queue shows them as direct members. As long as it has not noticed that the group is
 * gone (it may be late, §3.3), it passes them over without a word, or refuses the request that names them; when it
 * has, they are off it. So it is looked at often, and who is off is added again at once.
 */
export async function comeOnto(
  id: QueueId,
  changes: readonly Coming[],
  work: Work,
  looks: number,
): Promise<Arrival> {
  const subject = queueSubject(work.plan, id);
  let open = changes;
  let absent = changes;
  let rows: Rows = new Map();
  const arrival = (broken?: Arrival['broken']): Arrival => ({
    rows,
    here: changes.filter(change => !open.includes(change)),
    ...(broken ? { broken } : {}),
  });
  try {
    for (let done = 1; ; done++) {
      const refusal = await add(id, absent, work);
      // Refused while no group brought them any more: that is not what is waited for.
      if (refusal && done > 1) return arrival({ error: refusal });
      rows = await rowsOn(work, id);
      open = open.filter(change => rows.get(change.user!)?.by !== 'user');
      absent = open.filter(change => !rows.has(change.user!));
      if (open.length === 0 || done >= looks) break;
      if (absent.length === 0 || done > 1) await work.clock.sleep(lookEveryMs, work.signal);
    }
  } catch (error) {
    return arrival({ error });
  }
  // Another group brings them, one whose people nobody has read: they are on the queue, and nothing is amiss.
  if (absent.length === 0 && isServedStill(id, work)) open = [];
  if (open.length === 0) return arrival();
  const names = userNames(
    work.plan,
    open.map(({ user }) => user!),
  );
  return arrival({
    error: new MusterError('settle.not-seen', {
      happened: `The queue does not show them as direct members after ${looks} looks: ${names}.`,
      subject,
      remedy: 'Run again at once: whoever is not on the queue comes then.',
    }),
  });
}

/** Does a group stand on the queue when the plan is done? */
function isServedStill(id: QueueId, { plan }: Work): boolean {
  const gone = new Set(
    plan.changes.flatMap(change =>
      change.kind === 'queue.detach' && change.queue === id && change.user === undefined ? [change.id] : [],
    ),
  );
  const groups = plan.queues.find(({ queue }) => queue === id)?.groups ?? [];
  return groups.some(group => !gone.has(group));
}

/** In batches. Resolves with the refusal of one, if any: the others are sent all the same. */
async function add(id: QueueId, coming: readonly Coming[], work: Work): Promise<MusterError | undefined> {
  let refusal: MusterError | undefined;
  for (const batch of chunks(coming, work.batches.queueMembers)) {
    const seats = batch.flatMap(change => work.moved.of(change));
    try {
      await putOn(work, id, batch, seats);
    } catch (error) {
      if (!isMusterError(error, 'genesys.bad-request')) throw error;
      refusal = error;
    }
  }
  return refusal;
}
