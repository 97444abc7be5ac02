import { MusterError } from '../errors.ts';
import { writeQueueMembers } from '../genesys/queues.ts';
import type { UserId } from '../model/keys.ts';
import { type Seat, seatId } from '../model/seat.ts';
import { relieved } from '../plan/finish/handover.ts';
import { routes } from '../plan/finish/price.ts';
import { addedEdge, droppedEdge, isKind } from './edges.ts';
import { chunks, type Hand, type Work } from './hand.ts';
import { look, waitedMs } from './look.ts';
import type { Leaving } from './moved-seats.ts';
import { type Given, giveSeats, notRestored } from './queue-seats.ts';

/**
 * Direct members in batches; those who come before those who go (API reference §3.4). Who stays because a group brings
 * them from now on goes only when the queue shows that it does: it may be late (§3.3).
 */
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
  const leaving = work.changes.filter(isKind('queue.detach'));
  const stay = relieved(leaving, work.plan.queues);
  await takeOff(
    work,
    leaving.filter(change => !stay.has(change.user!)),
    change => seatIn(work, change),
  );
  if (stay.size === 0) return;
  const rows = await look(work, id, seen => [...stay].every(user => seen.get(user)?.by !== 'user'));
  const unseen = [...stay].filter(user => rows.get(user)?.by === 'user');
  const relieving = leaving.filter(change => stay.has(change.user!) && !unseen.includes(change.user!));
  let broken: { readonly error: unknown } | undefined;
  const onwards = (error: unknown) => {
    broken ??= { error };
  };
  const staying = Map.groupBy(work.moved.staying(id), seat => seat.user);
  await takeOff(work, relieving, ({ user }) => staying.get(user!) ?? []).catch(onwards);
  await activateAgain(work, relieving).catch(onwards);
  if (broken) throw broken.error;
  if (unseen.length === 0) return;
  const names = unseen.map(user => work.plan.names.users[user] ?? user);
  throw new MusterError('settle.not-seen', {
    happened: `After ${waitedMs / 1000} s the queue does not show that their group brings them, so they stay directly: ${names.join(', ')}.`,
    subject,
    remedy: 'Run again: what they have directly is taken away then.',
  });
};

/**
 * Before a grace, for which they would wait: whoever stays by a group has the queue activated as soon as it is seen to
 * bring them. What does not come to anything here is told when they are taken off.
 */
export async function activateEarly(work: Work): Promise<void> {
  const stay = relieved(work.changes.filter(isKind('queue.detach')), work.plan.queues);
  const owed = activeAmong(work, stay);
  if (owed.length === 0) return;
  const rows = await look(work, work.step.queue!, seen =>
    owed.every(({ user }) => seen.get(user)?.by !== 'user'),
  );
  await giveSeats({ ...work, write: work.finish }, owed, rows);
}

/** What the platform makes of their activation when only the group is left is not documented: whoever had it has it. */
async function activateAgain(work: Work, relieved: readonly Leaving[]): Promise<void> {
  const id = work.step.queue!;
  const owed = activeAmong(work, new Set(relieved.map(({ user }) => user!)));
  let unseen: readonly Given[] = [];
  if (owed.length > 0) {
    const here = await look(work, id, rows => owed.every(({ user }) => rows.has(user)));
    unseen = await giveSeats({ ...work, write: work.finish }, owed, here);
  }
  const open = new Set(unseen.map(({ user }) => user));
  // Their rings wait for the day when they come directly.
  const given = relieved.filter(({ user }) => !open.has(user!));
  await work.seats({ gone: given.map(({ user }) => seatId({ queue: id, user: user! })) });
  if (unseen.length > 0) throw notRestored(work, unseen);
}

const activeAmong = (work: Work, users: ReadonlySet<UserId>): readonly Given[] =>
  work.moved
    .staying(work.step.queue!)
    .flatMap(({ user, joined }) => (joined && users.has(user) ? [{ user, joined }] : []));

async function takeOff(
  work: Work,
  leaving: readonly Leaving[],
  seatsOf: (change: Leaving) => readonly Seat[],
): Promise<void> {
  const id = work.step.queue!;
  const subject = `queue ${work.plan.names.queues[id] ?? id}`;
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
function seatIn(work: Work, { queue, user, group, mapping, person }: Leaving): Seat[] {
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
