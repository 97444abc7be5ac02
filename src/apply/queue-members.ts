import { writeQueueMembers } from '../genesys/queues.ts';
import type { Change } from '../model/change.ts';
import type { Seat } from '../model/seat.ts';
import { routes } from '../plan/price.ts';
import { addedEdge, droppedEdge, isKind } from './edges.ts';
import { chunks, type Hand, type Work } from './hand.ts';

/** Direct members in batches; those who come before those who go (API reference §3.4). */
export const queueMembers: Hand = async work => {
  const id = work.step.queue!;
  const subject = `queue ${work.plan.names.queues[id] ?? id}`;
  const route = routes.writeQueueMembers;
  for (const batch of chunks(work.changes.filter(isKind('queue.attach')), work.batches.queueMembers)) {
    const users = batch.map(change => change.user!);
    await work.write(
      {
        route,
        subject,
        adds: batch.map(change => addedEdge(change, undefined)),
        drops: [],
        preimage: { absent: users },
      },
      () => writeQueueMembers(work.api, id, users, false, subject, work.signal),
    );
  }
  for (const batch of chunks(work.changes.filter(isKind('queue.detach')), work.batches.queueMembers)) {
    const users = batch.map(change => change.user!);
    const seats = batch.flatMap(change => seatIn(work, change));
    await work.write(
      {
        route,
        subject,
        adds: [],
        drops: batch.map(droppedEdge),
        preimage: { present: users },
        ...(seats.length > 0 ? { seats } : {}),
      },
      () => writeQueueMembers(work.api, id, users, true, subject, work.signal),
    );
  }
};

/** How somebody stood there, to be given back should they return. */
function seatIn(
  work: Work,
  { queue, user, group, mapping, person }: Extract<Change, { kind: 'queue.detach' }>,
): Seat[] {
  const { ring, joined } = work.seatOf(queue, user!) ?? {};
  if (ring === undefined && joined === undefined) return [];
  return [
    {
      queue,
      user: user!,
      ...(ring === undefined ? {} : { ring }),
      ...(joined === undefined ? {} : { joined }),
      mapping,
      key: group,
      ...(person === undefined ? {} : { person }),
    },
  ];
}
