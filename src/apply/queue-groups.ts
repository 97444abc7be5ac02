import { MusterError } from '../errors.ts';
import { amendQueue, type GroupMove, missingRings } from '../genesys/queue-body.ts';
import { readQueue, toQueue, writeQueue } from '../genesys/queues.ts';
import { routes } from '../plan/price.ts';
import { addedEdge, droppedEdge, isKind } from './edges.ts';
import { type Hand, idOfGroup } from './hand.ts';

/**
 * One queue, one PUT, however many groups come and go, rings included. The queue is read by id right before,
 * because the PUT replaces all of it and has no version check (API reference §3.3).
 */
export const queueGroups: Hand = async work => {
  const id = work.step.queue!;
  const name = work.plan.names.queues[id] ?? id;
  const attaches = work.changes.filter(isKind('queue.attach')).flatMap(change => {
    const group = idOfGroup(work, change);
    return group === undefined ? [] : [{ change, move: moveOf(group, change.ring) }];
  });
  const detaches = work.changes.filter(isKind('queue.detach'));
  const queue = await readQueue(work.api, id, work.signal);
  if (!queue) {
    throw new MusterError('genesys.not-found', {
      happened: 'The queue is gone, or no longer visible to the OAuth client.',
      subject: `queue ${name}`,
      remedy: 'Run `muster plan` again.',
    });
  }
  const moves = attaches.map(each => each.move);
  const absent = missingRings(queue, moves);
  if (absent.length > 0) {
    throw new MusterError('genesys.bad-request', {
      happened: `The queue has no bullseye ring ${[...new Set(absent)].join(', ')}.`,
      subject: `queue ${name}`,
      remedy: 'Make the ring in the queue first, or choose another `ring` in the mapping.',
    });
  }
  const record = {
    route: routes.writeQueue,
    subject: `queue ${name}`,
    adds: attaches.map(each => addedEdge(each.change, each.move.group)),
    drops: detaches.map(droppedEdge),
    preimage: {
      memberGroups: queue.memberGroups ?? [],
      rings: (queue.bullseye?.rings ?? []).map(ring => ring.memberGroups ?? []),
    },
  };
  await work.write(record, async () => {
    const body = amendQueue(
      queue,
      moves,
      detaches.map(change => moveOf(change.id!, change.ring)),
    );
    if (!body) return;
    const after = toQueue(await writeQueue(work.api, id, body, `queue ${name}`, work.signal));
    const shown = new Set([
      ...after.memberGroups.map(group => group.id),
      ...after.rings.flatMap(ring => ring.memberGroups.map(group => `${group.id} ${ring.number}`)),
    ]);
    const unseen = moves.filter(
      move => !shown.has(move.ring === undefined ? move.group : `${move.group} ${move.ring}`),
    );
    if (unseen.length > 0) {
      throw new MusterError('settle.not-seen', {
        happened: 'The platform took the change of the queue but its answer does not show the group.',
        subject: `queue ${name}`,
        remedy: 'Run again; if it stays so, look at the queue by hand.',
      });
    }
  });
};

const moveOf = (group: string, ring: number | undefined): GroupMove => ({
  group,
  ...(ring === undefined ? {} : { ring }),
});
