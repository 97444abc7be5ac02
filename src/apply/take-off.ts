import { writeQueueMembers } from '../genesys/queues.ts';
import { type Seat, seatFor } from '../model/seat.ts';
import { routes } from '../plan/finish/price.ts';
import { droppedEdge } from './edges.ts';
import { chunks, type Work } from './hand.ts';
import type { Leaving } from './moved-seats.ts';
import { queueSubject } from './told-names.ts';

/** Takes direct members off, in batches, with what they had there in the journal. */
export async function takeOff(
  work: Work,
  leaving: readonly Leaving[],
  seatsOf: (change: Leaving) => readonly Seat[],
): Promise<void> {
  const id = work.step.queue!;
  const subject = queueSubject(work.plan, id);
  for (const batch of chunks(leaving, work.batches.queueMembers)) {
    const users = batch.map(change => change.user!);
    const seats = batch.flatMap(seatsOf);
    await work.write(
      {
        route: routes.writeQueueMembers,
        subject,
        adds: [],
        drops: batch.map(droppedEdge),
        preimage: { present: users },
        ...(seats.length > 0 ? { seats } : {}),
      },
      () => writeQueueMembers(work.api, id, users, true, subject, work.signal),
    );
  }
}

/** How somebody stood there, to be given back should they return. */
export function seatIn(work: Work, change: Leaving): Seat[] {
  const { queue, user } = change;
  const { ring, joined } = work.seatOf(queue, user!) ?? {};
  return ring === undefined && joined === undefined
    ? []
    : [seatFor({ ...change, user: user! }, { ring, joined })];
}
