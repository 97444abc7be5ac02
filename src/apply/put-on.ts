import { writeQueueMembers } from '../genesys/queues.ts';
import type { QueueId } from '../model/keys.ts';
import type { Seat } from '../model/seat.ts';
import { routes } from '../plan/finish/price.ts';
import { addedEdge } from './edges.ts';
import type { Work } from './hand.ts';
import type { Coming } from './moved-seats.ts';
import { queueSubject } from './told-names.ts';

/** Puts one batch of people on a queue directly, with what they shall have there in the journal. */
export function putOn(
  work: Work,
  queue: QueueId,
  batch: readonly Coming[],
  seats: readonly Seat[] = [],
): Promise<void> {
  const subject = queueSubject(work.plan, queue);
  const users = batch.map(change => change.user!);
  return work.write(
    {
      route: routes.writeQueueMembers,
      subject,
      adds: batch.map(change => addedEdge(change, undefined)),
      drops: [],
      preimage: { absent: users },
      ...(seats.length > 0 ? { seats } : {}),
    },
    () => writeQueueMembers(work.api, queue, users, false, subject, work.signal),
  );
}
