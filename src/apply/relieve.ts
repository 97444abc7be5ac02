import { MusterError } from '../errors.ts';
import type { UserId } from '../model/keys.ts';
import { seatId } from '../model/seat.ts';
import { arriving } from '../plan/finish/handover.ts';
import { inAnyCase, type Work } from './hand.ts';
import { look, waitedMs } from './look.ts';
import type { Leaving } from './moved-seats.ts';
import { type Given, giveSeats, notRestored } from './queue-seats.ts';
import { takeOff } from './take-off.ts';
import { queueSubject, userNames } from './told-names.ts';

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
  const staying = Map.groupBy(work.moved.staying(id), seat => seat.user);
  await inAnyCase(
    () => takeOff(work, relieving, ({ user }) => staying.get(user!) ?? []),
    () => activateAgain(work, relieving),
  );
  if (unseen.length === 0) return;
  throw new MusterError('settle.not-seen', {
    happened: `After ${waitedMs / 1000} s the queue does not show that their group brings them, so they stay directly: ${userNames(work.plan, unseen)}.`,
    subject: queueSubject(work.plan, id),
    remedy: 'Run again: what they have directly is taken away then.',
  });
}

/**
 * Before a grace, for which they would wait: whoever stays by a group has the queue activated as soon as it is seen to
 * bring them. What does not come to anything here is told when they are taken off.
 */
export async function activateEarly(work: Work): Promise<void> {
  const owed = activeAmong(work, () => true);
  if (owed.length === 0) return;
  const rows = await look(work, work.step.queue!, seen =>
    owed.every(({ user }) => seen.get(user)?.by !== 'user'),
  );
  await giveSeats({ ...work, write: work.finish }, owed, rows);
}

/** What the platform makes of their activation when only the group is left is not documented: whoever had it has it. */
async function activateAgain(work: Work, relieved: readonly Leaving[]): Promise<void> {
  const id = work.step.queue!;
  const users = new Set(relieved.map(({ user }) => user));
  const owed = activeAmong(work, user => users.has(user));
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

const activeAmong = (work: Work, isAsked: (user: UserId) => boolean): readonly Given[] =>
  work.moved
    .staying(work.step.queue!)
    .flatMap(({ user, joined }) => (joined && isAsked(user) ? [{ user, joined }] : []));
