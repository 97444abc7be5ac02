import { isMusterError, MusterError } from '../errors.ts';
import { amendQueue, type GroupMove, missingRings } from '../genesys/queue-body.ts';
import { queueGoodForMs, readQueue, toQueue, writeQueue } from '../genesys/queues.ts';
import type { WireQueue } from '../genesys/wire.ts';
import { routes } from '../plan/finish/price.ts';
import { addedEdge, droppedEdge, isKind } from './edges.ts';
import { type Hand, idOfGroup, type Work } from './hand.ts';
import { queueSubject } from './told-names.ts';

/** A queue whose write has its turn too late so many times is written as it was read last: some day it has to be. */
const readings = 4;

/**
 * One queue, one PUT, however many groups come and go, rings included. The queue is read by id right before,
 * because the PUT replaces all of it and has no version check (API reference §3.3). Where the PUT had to wait, for the
 * allowance or to be repeated, the queue is read again: what another hand did meanwhile must not be undone.
 */
export const queueGroups: Hand = async work => {
  const id = work.step.queue!;
  const attaches = work.changes.filter(isKind('queue.attach')).flatMap(change => {
    const group = idOfGroup(work, change);
    return group === undefined ? [] : [{ change, move: moveOf(group, change.ring) }];
  });
  const detaches = work.changes.filter(isKind('queue.detach'));
  const comes = attaches.map(each => each.move);
  const goes = detaches.map(change => moveOf(change.id!, change.ring));
  const subject = queueSubject(work.plan, id);
  const queue = await readFor(work, id, comes, subject);
  const record = {
    route: routes.writeQueue,
    subject,
    adds: attaches.map(each => addedEdge(each.change, each.move.group)),
    drops: detaches.map(droppedEdge),
    preimage: {
      memberGroups: queue.memberGroups ?? [],
      rings: (queue.bullseye?.rings ?? []).map(ring => ring.memberGroups ?? []),
    },
  };
  await work.write(record, async () => {
    let now = queue;
    for (let reading = 1; ; reading++) {
      const body = amendQueue(now, comes, goes);
      if (!body) return;
      try {
        const goodForMs = reading < readings ? queueGoodForMs : undefined;
        assertShown(await writeQueue(work.api, id, body, subject, work.signal, goodForMs), comes, subject);
        return;
      } catch (error) {
        if (!isMusterError(error, 'genesys.stale') || reading >= readings) throw error;
        now = await readFor(work, id, comes, subject);
      }
    }
  });
};

/** The queue as it is, with every ring that a group is to come into. */
async function readFor(
  { api, signal }: Work,
  id: string,
  comes: readonly GroupMove[],
  subject: string,
): Promise<WireQueue> {
  const queue = await readQueue(api, id, signal);
  if (!queue) {
    throw new MusterError('genesys.not-found', {
      happened: 'The queue is gone, or no longer visible to the OAuth client.',
      subject,
      remedy: 'Run `muster plan` again.',
    });
  }
  const absent = missingRings(queue, comes);
  if (absent.length > 0) {
    throw new MusterError('genesys.bad-request', {
      happened: `The queue has no bullseye ring ${[...new Set(absent)].join(', ')}.`,
      subject,
      remedy: 'Make the ring in the queue first, or choose another `ring` in the mapping.',
    });
  }
  return queue;
}

function assertShown(answer: WireQueue, comes: readonly GroupMove[], subject: string): void {
  const after = toQueue(answer);
  const shown = new Set([
    ...after.memberGroups.map(group => group.id),
    ...after.rings.flatMap(ring => ring.memberGroups.map(group => `${group.id} ${ring.number}`)),
  ]);
  const unseen = comes.filter(
    move => !shown.has(move.ring === undefined ? move.group : `${move.group} ${move.ring}`),
  );
  if (unseen.length === 0) return;
  throw new MusterError('settle.not-seen', {
    happened: 'The platform took the change of the queue but its answer does not show the group.',
    subject,
    remedy: 'Run again; if it stays so, look at the queue by hand.',
  });
}

const moveOf = (group: string, ring: number | undefined): GroupMove => ({
  group,
  ...(ring === undefined ? {} : { ring }),
});
