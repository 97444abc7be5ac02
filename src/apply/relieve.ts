import { MusterError } from '../errors.ts';
import type { UserId } from '../model/keys.ts';
import { seatId } from '../model/seat.ts';
import { arriving, relieved } from '../plan/finish/handover.ts';
import { isKind } from './edges.ts';
import type { Work } from './hand.ts';
import { look, waitedMs } from './look.ts';
import type { Leaving } from './moved-seats.ts';
import { type Given, giveSeats, notRestored } from './queue-seats.ts';
import { takeOff } from './take-off.ts';

/** Takes people off who stay by a group, once it is seen to bring them. */
export async function relieve(
  work: Work,
  leaving: readonly Leaving[],
  stay: ReadonlySet<UserId>,
): Promise<void> {
  const id = work.step.queue!;
  const rows = await look(work, id, seen => [...stay].every(user => seen.get(user)?.by !== 'user'));
  const awaited = arriving(stay, id, work.plan.changes, work.plan.queues);
  const unseen = [...awaited].filter(user => rows.get(user)?.by === 'user');
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
    subject: `queue ${work.plan.names.queues[id] ?? id}`,
    remedy: 'Run again: what they have directly is taken away then.',
  });
}

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
