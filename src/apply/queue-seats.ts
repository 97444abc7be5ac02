import { isMusterError, MusterError } from '../errors.ts';
import { joinQueueMembers, setRing } from '../genesys/queues.ts';
import type { Change } from '../model/change.ts';
import type { UserId } from '../model/keys.ts';
import { seatId } from '../model/seat.ts';
import { routes } from '../plan/finish/price.ts';
import { isKind } from './edges.ts';
import { chunks, type Hand, type Work } from './hand.ts';
import { look, looksAgainMs, type Rows, waitedMs } from './look.ts';

type SeatChange = Extract<Change, { kind: 'queue.seat' }>;
/**
 * Gives ring numbers and activations back, where they differ from what the platform shows, and looks until they are
 * seen. Whoever came with this run has to be on the queue first; a ring right after that may be answered with 404.
 */
export const queueSeats: Hand = async work => {
  const id = work.step.queue!;
  const subject = `queue ${work.plan.names.queues[id] ?? id}`;
  const seats = work.changes.filter(isKind('queue.seat'));
  const here = await look(work, id, rows => seats.every(seat => rows.has(seat.user)));
  const wrong = seats.filter(seat => here.has(seat.user) && !sits(seat, here));
  for (const seat of wrong) {
    if (seat.ring === undefined || here.get(seat.user)!.ring === seat.ring) continue;
    const { user, ring } = seat;
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
  const unseen = seats.filter(seat => !sits(seat, after));
  await work.seated(seats.filter(seat => !unseen.includes(seat)).map(seatId));
  if (unseen.length === 0) return;
  const names = unseen.map(({ user }) => work.plan.names.users[user] ?? user);
  throw new MusterError('seat.not-restored', {
    happened: `The ring number or activation that they had is not seen after ${waitedMs / 1000} s: ${names.join(', ')}.`,
    subject,
    remedy: 'Run again: what is still owed is in the journal. Else set it by hand in the queue.',
  });
};

const write = (
  work: Work,
  subject: string,
  record: { readonly route: string; readonly preimage: unknown },
  request: () => Promise<void>,
): Promise<void> => work.write({ ...record, subject, adds: [], drops: [] }, request);

function sits({ user, ring, joined }: SeatChange, rows: Rows): boolean {
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
