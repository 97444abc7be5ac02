import { isMusterError } from '../errors.ts';
import type { Change } from '../model/change.ts';
import { isRemoval } from '../model/change.ts';
import type { QueueId } from '../model/keys.ts';
import { seatId } from '../model/seat.ts';
import { type Arrival, comeOnto, mostLooks } from './come-onto.ts';
import { isKind } from './edges.ts';
import { groupUpdate } from './group-update.ts';
import { groupWrite } from './group-write.ts';
import { type Hand, inAnyCase, type Work } from './hand.ts';
import { queueGroups } from './queue-groups.ts';
import { giveSeats, notRestored } from './queue-seats.ts';
import { mayBeDone, withSeats } from './writer.ts';

/**
 * Groups let go of people who come to the queue directly at once: the platform would pass over, or refuse, whoever a
 * group still brings (API reference §3.4). People go out of their groups first, then queue by queue the group goes off
 * and its people come. Once begun it is finished, also where the run is asked to stop; where letting go fails half-way,
 * those who are let go of come all the same. When all have come, whoever had a queue activated has it activated again.
 */
export const handover: Hand = async work => {
  const coming = Map.groupBy(work.changes.filter(isKind('queue.attach')), change => change.queue);
  const groups = Map.groupBy(work.changes.filter(isGroups), change => change.id);
  const queues = Map.groupBy(
    work.changes.filter(isKind('queue.detach')).filter(change => !isGroups(change)),
    change => change.queue,
  );
  const onGroup = work.plan.choice.contract === 'scim-extension' ? groupWrite : groupUpdate;
  const seats = [...coming.values()].flat().flatMap(change => work.moved.of(change));
  let isBegun = false;
  let broken: { readonly error: unknown } | undefined;
  const once: Work['write'] = async (record, request, made) => {
    const write = isBegun ? work.finish : withSeats(work.write, seats);
    try {
      const answer = await write(record, request, made);
      isBegun = true;
      return answer;
    } catch (error) {
      // A write whose answer was lost may have let go of them.
      isBegun ||= !isInterrupted(error) && mayBeDone(error);
      throw error;
    }
  };
  const letGo = async (hand: Hand, changes: readonly Change[], queue?: QueueId): Promise<void> => {
    if (broken) return;
    const step = { ...work.step, ...(queue === undefined ? { group: changes[0]!.group } : { queue }) };
    await hand({ ...work, write: once, changes, step }).catch(error => {
      broken = { error };
    });
  };
  for (const [group, changes] of groups) await work.inTurn(group, () => letGo(onGroup, changes));
  const arrivals: (readonly [QueueId, Arrival])[] = [];
  for (const [queue, changes] of coming) {
    const going = queues.get(queue);
    if (going) await letGo(queueGroups, going, queue);
    // Nothing was let go of, so nobody has to come.
    if (broken && !isBegun) break;
    const write = isBegun ? work.finish : work.write;
    const arrival = await comeOnto(queue, changes, { ...work, write }, broken ? 1 : mostLooks);
    broken ??= arrival.broken;
    arrivals.push([queue, arrival]);
  }
  await inAnyCase(
    async () => {
      if (broken) throw broken.error;
    },
    ...arrivals.map(([queue, arrival]) => {
      const step = { ...work.step, queue };
      return () => activateAgain({ ...work, write: work.finish, step }, arrival);
    }),
  );
};

/** What the platform makes of the activation of a new direct member is not documented: whoever had it has it. */
async function activateAgain(work: Work, { rows, here }: Arrival): Promise<void> {
  const seats = here.flatMap(change => work.moved.of(change)).filter(seat => rows.has(seat.user));
  if (seats.length === 0) return;
  // Rings are given with those of everybody who came, when the platform knows them for certain.
  const owed = seats.flatMap(({ user, joined }) => (joined ? [{ user, joined }] : []));
  const unseen = new Set((await giveSeats(work, owed, rows)).map(({ user }) => user));
  const given = seats.filter(seat => !unseen.has(seat.user) && !work.moved.waitsForRing(seat));
  await work.seats({ gone: given.map(seatId) });
  if (unseen.size > 0)
    throw notRestored(
      work,
      owed.filter(({ user }) => unseen.has(user)),
    );
}

const isInterrupted = (error: unknown): boolean => isMusterError(error, 'run.interrupted');

/** What is carried by the write of a group; a queue is told of its groups by its own. */
const isGroups = (change: Change): change is Extract<Change, { readonly id: string }> =>
  isRemoval(change) &&
  (change.kind === 'member.remove' || ('how' in change && change.how === 'scim-extension'));
