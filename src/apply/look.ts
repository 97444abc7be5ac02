import { queueMembers } from '../genesys/queues.ts';
import type { QueueId, UserId } from '../model/keys.ts';
import type { QueueMember } from '../model/tenant.ts';
import type { Work } from './hand.ts';

export type Rows = ReadonlyMap<UserId, QueueMember>;

/**
 * Before each look after the first: who was added, activated, or brought by a group is seen late (API reference §3.3:
 * Terraform waits 10 s; §3.4).
 */
export const looksAgainMs = [500, 1_000, 2_000, 4_000, 8_000];
export const waitedMs = looksAgainMs.reduce((sum, ms) => sum + ms, 0);

/** The people of the queue now. */
export const rowsOn = async ({ api, signal }: Work, queue: QueueId): Promise<Rows> =>
  new Map((await queueMembers(api, queue, signal)).map(member => [member.user, member]));

/** The people of the queue, looked at until they are as they should be, or no longer. */
export async function look(work: Work, queue: QueueId, enough: (rows: Rows) => boolean): Promise<Rows> {
  for (let again = 0; ; again++) {
    const rows = await rowsOn(work, queue);
    const pauseMs = looksAgainMs[again];
    if (enough(rows) || pauseMs === undefined) return rows;
    await work.clock.sleep(pauseMs, work.signal);
  }
}
