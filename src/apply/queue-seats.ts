import { isMusterError, MusterError } from '../errors.ts';
import { joinQueueMembers, setRing } from '../genesys/queues.ts';
import type { UserId } from '../model/keys.ts';
import { type Seat, seatId } from '../model/seat.ts';
import { routes } from '../plan/finish/price.ts';
import { isKind } from './edges.ts';
import { chunks, type Hand, type Work } from './hand.ts';
import { look, looksAgainMs, type Rows, waitedMs } from './look.ts';
import { queueSubject, userNames } from './told-names.ts';

/** What somebody shall have on a queue on which they are. */
export type Given = Pick<Seat, 'user' | 'ring' | 'joined'>;

/** Whoever came with this run has to be on the queue first; a ring right after that may be answered with 404. */
export const queueSeats: Hand = async work => {
  const seats = work.changes.filter(isKind('queue.seat'));
  const here = await look(work, work.step.queue!, rows => seats.every(seat => rows.has(seat.user)));
  const unseen = await giveSeats(work, seats, here);
  // A group hides the ring of somebody who has not come directly after all: it waits on.
  const isWhole = (seat: (typeof seats)[number]) =>
    seat.ring === undefined
      ? !(seat.because === 'owed' && work.moved.waitsForRing(seat))
      : here.get(seat.user)?.by === 'user';
  const given = seats.filter(seat => !unseen.includes(seat) && isWhole(seat));
  await work.seats({ gone: given.map(seatId) });
  if (unseen.length > 0) throw notRestored(work, unseen);
};

/**
 * Gives ring numbers and activations back, where they differ from what the platform shows (`here`), and looks until they
 * are seen. Resolves with those who are not seen to have them, or are not there.
 */
export async function giveSeats<Seats extends Given>(
  work: Work,
  seats: readonly Seats[],
  here: Rows,
): Promise<Seats[]> {
  const id = work.step.queue!;
  const subject = queueSubject(work.plan, id);
  const wrong = seats.filter(seat => here.has(seat.user) && !sits(seat, here));
  for (const { user, ring } of wrong) {
    if (ring === undefined || here.get(user)!.ring === ring) continue;
    const record = { preimage: { user, ring: here.get(user)!.ring }, route: routes.seatQueueMember };
    await write(work, subject, record, () => setRingSoon(work, user, ring, subject));
  }
  const joining = wrong.flatMap(({ user, joined }) =>
    joined === undefined || here.get(user)!.joined === joined ? [] : [{ user, joined }],
  );
  for (const batch of chunks(joining, work.batches.queueMembers)) {
    const record = {
      preimage: batch.map(({ user }) => ({ user, joined: here.get(user)!.joined })),
      route: routes.joinQueueMembers,
    };
    await write(work, subject, record, () => joinQueueMembers(work.api, id, batch, subject, work.signal));
  }
  const after =
    wrong.length === 0 ? here : await look(work, id, rows => wrong.every(seat => sits(seat, rows)));
  return seats.filter(seat => !sits(seat, after));
}

export function notRestored(work: Work, unseen: readonly Pick<Seat, 'user'>[]): MusterError {
  const id = work.step.queue!;
  const names = userNames(
    work.plan,
    unseen.map(({ user }) => user),
  );
  return new MusterError('seat.not-restored', {
    happened: `The ring number or activation that they had is not seen after ${waitedMs / 1000} s: ${names}.`,
    subject: queueSubject(work.plan, id),
    remedy: 'Run again: what is still owed is in the journal. Else set it by hand in the queue.',
  });
}

const write = (
  work: Work,
  subject: string,
  record: { readonly route: string; readonly preimage: unknown },
  request: () => Promise<void>,
): Promise<void> => work.write({ ...record, subject, adds: [], drops: [] }, request);

function sits({ user, ring, joined }: Given, rows: Rows): boolean {
  const row = rows.get(user);
  if (!row) return false;
  return (
    (ring === undefined || row.by === 'group' || row.ring === ring) &&
    (joined === undefined || row.joined === joined)
  );
}

async function setRingSoon(work: Work, user: UserId, ring: number, subject: string): Promise<void> {
  for (let again = 0; ; again++) {
    try {
      return await setRing(work.api, work.step.queue!, user, ring, subject, work.signal);
    } catch (error) {
      const pauseMs = looksAgainMs[again];
      if (!isMusterError(error, 'genesys.not-found') || pauseMs === undefined) throw error;
      await work.clock.sleep(pauseMs, work.signal);
    }
  }
}
