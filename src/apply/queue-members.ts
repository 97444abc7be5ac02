import { relieved } from '../plan/finish/handover.ts';
import { isKind } from './edges.ts';
import { chunks, type Hand, inAnyCase } from './hand.ts';
import { putOn } from './put-on.ts';
import { relieve } from './relieve.ts';
import { seatIn, takeOff } from './take-off.ts';

/**
 * Direct members in batches; those who come before those who go (API reference §3.4). Who stays because a group brings
 * them from now on goes only when the queue shows that it does: it may be late (§3.3).
 */
export const queueMembers: Hand = async work => {
  const id = work.step.queue!;
  for (const batch of chunks(work.changes.filter(isKind('queue.attach')), work.batches.queueMembers))
    await putOn(work, id, batch);
  const leaving = work.changes.filter(isKind('queue.detach'));
  const stay = relieved(leaving, work.plan.queues);
  const going = leaving.filter(change => !stay.has(change.user!));
  await inAnyCase(
    () => takeOff(work, going, change => seatIn(work, change)),
    async () => {
      if (stay.size > 0) await relieve(work, leaving, stay);
    },
  );
};
