import type { Change } from '../model/change.ts';
import { isRemoval } from '../model/change.ts';
import type { QueueId } from '../model/keys.ts';
import type { Seat } from '../model/seat.ts';
import { comeOnto, mostLooks, seatIn } from './come-onto.ts';
import { isKind } from './edges.ts';
import { groupUpdate } from './group-update.ts';
import { groupWrite } from './group-write.ts';
import type { Hand, Work } from './hand.ts';
import { queueGroups } from './queue-groups.ts';

/**
 * Groups let go of people who come to the queue directly at once: the platform would pass over, or refuse, whoever a
 * group still brings (API reference §3.4). People go out of their groups first, then queue by queue the group goes off
 * and its people come. Once begun it is finished, also where the run is asked to stop; where letting go fails half-way,
 * those who are let go of come all the same.
 */
export const handover: Hand = async work => {
  const coming = Map.groupBy(work.changes.filter(isKind('queue.attach')), change => change.queue);
  const groups = Map.groupBy(work.changes.filter(isGroups), change => change.id);
  const queues = Map.groupBy(
    work.changes.filter(isKind('queue.detach')).filter(change => !isGroups(change)),
    change => change.queue,
  );
  const onGroup = work.plan.choice.contract === 'scim-extension' ? groupWrite : groupUpdate;
  const seats = [...coming.values()].flat().flatMap(change => seatIn(work, change));
  let isBegun = false;
  let broken: { readonly error: unknown } | undefined;
  const letGo = async (hand: Hand, changes: readonly Change[], queue?: QueueId): Promise<void> => {
    if (broken) return;
    const step = { ...work.step, ...(queue === undefined ? { group: changes[0]!.group } : { queue }) };
    // A run that dies after this has the seats in its journal, and the next one gives them back.
    const write = isBegun ? work.finish : withSeats(work.write, seats);
    try {
      await hand({ ...work, write, changes, step });
      isBegun = true;
    } catch (error) {
      broken = { error };
    }
  };
  for (const [group, changes] of groups) await work.inTurn(group, () => letGo(onGroup, changes));
  for (const [queue, changes] of coming) {
    const going = queues.get(queue);
    if (going) await letGo(queueGroups, going, queue);
    // Nothing was let go of, so nobody has to come.
    if (broken && !isBegun) break;
    const write = isBegun ? work.finish : work.write;
    await comeOnto(queue, changes, { ...work, write }, broken ? 1 : mostLooks).catch(error => {
      broken ??= { error };
    });
  }
  if (broken) throw broken.error;
};

type Write = Work['write'];

const withSeats = (write: Write, seats: readonly Seat[]): Write =>
  seats.length === 0 ? write : (record, ...rest) => write({ ...record, seats }, ...rest);

/** What is carried by the write of a group; a queue is told of its groups by its own. */
const isGroups = (change: Change): change is Extract<Change, { readonly id: string }> =>
  isRemoval(change) &&
  (change.kind === 'member.remove' || ('how' in change && change.how === 'scim-extension'));
