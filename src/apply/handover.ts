import { isMusterError, MusterError } from '../errors.ts';
import { queueMembers as membersOf, writeQueueMembers } from '../genesys/queues.ts';
import type { Change } from '../model/change.ts';
import { isRemoval } from '../model/change.ts';
import type { QueueId } from '../model/keys.ts';
import { routes } from '../plan/finish/price.ts';
import { addedEdge, isKind } from './edges.ts';
import { groupUpdate } from './group-update.ts';
import { groupWrite } from './group-write.ts';
import { chunks, type Hand, type Work } from './hand.ts';
import { queueGroups } from './queue-groups.ts';

/** Terraform gives a queue 10 s to follow its groups (API reference §3.3). */
const lookEveryMs = 1_000;
const looks = 20;

type Coming = Extract<Change, { kind: 'queue.attach' }>;

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
  let write = work.write;
  const part = (changes: readonly Change[], queue?: QueueId): Work => ({
    ...work,
    write,
    changes,
    step: { ...work.step, ...(queue === undefined ? { group: changes[0]!.group } : { queue }) },
  });
  let broken: { readonly error: unknown } | undefined;
  const letGo = async (hand: Hand, on: Work): Promise<void> => {
    if (broken) return;
    try {
      await hand(on);
      write = work.finish;
    } catch (error) {
      broken = { error };
    }
  };
  for (const [group, changes] of groups) await work.inTurn(group, () => letGo(onGroup, part(changes)));
  for (const [queue, changes] of coming) {
    const going = queues.get(queue);
    if (going) await letGo(queueGroups, part(going, queue));
    // Nothing was let go of, so nobody has to come.
    if (broken && write === work.write) break;
    await comeOnto(queue, changes, { ...work, write }, broken ? 1 : looks).catch(error => {
      broken ??= { error };
    });
  }
  if (broken) throw broken.error;
};

/** What is carried by the write of a group; a queue is told of its groups by its own. */
const isGroups = (change: Change): change is Extract<Change, { readonly id: string }> =>
  isRemoval(change) &&
  (change.kind === 'member.remove' || ('how' in change && change.how === 'scim-extension'));

/**
 * Adds people and looks until the queue shows them as direct members. As long as it has not noticed that the group is
 * gone (it may be late, §3.3), it passes them over without a word, or refuses the request that names them; when it
 * has, they are off it. So it is looked at often, and who is off is added again at once.
 */
async function comeOnto(id: QueueId, changes: readonly Coming[], work: Work, looks: number): Promise<void> {
  const subject = `queue ${work.plan.names.queues[id] ?? id}`;
  let open = changes;
  let absent = changes;
  for (let done = 1; ; done++) {
    const refusal = await add(id, absent, work, subject);
    // Refused while no group brought them any more: that is not what is waited for.
    if (refusal && done > 1) throw refusal;
    const rows = new Map((await membersOf(work.api, id, work.signal)).map(row => [row.user, row]));
    open = open.filter(change => rows.get(change.user!)?.by !== 'user');
    if (open.length === 0) return;
    absent = open.filter(change => !rows.has(change.user!));
    if (done >= looks) {
      // Another group brings them, one whose people nobody has read: they are on the queue, and nothing is amiss.
      if (absent.length === 0 && isServedStill(id, work)) return;
      break;
    }
    if (absent.length === 0 || done > 1) await work.clock.sleep(lookEveryMs, work.signal);
  }
  const names = open.map(({ user }) => work.plan.names.users[user!] ?? user!);
  throw new MusterError('settle.not-seen', {
    happened: `The queue does not show them as direct members after ${looks} looks: ${names.join(', ')}.`,
    subject,
    remedy: 'Run again at once: whoever is not on the queue comes then.',
  });
}

/** Does a group stand on the queue when the plan is done? */
function isServedStill(id: QueueId, { plan }: Work): boolean {
  const gone = new Set(
    plan.changes.flatMap(change =>
      change.kind === 'queue.detach' && change.queue === id && change.user === undefined ? [change.id] : [],
    ),
  );
  const groups = plan.queues.find(({ queue }) => queue === id)?.groups ?? [];
  return groups.some(group => !gone.has(group));
}

/** In batches. Resolves with the refusal of one, if any: the others are sent all the same. */
async function add(
  id: QueueId,
  coming: readonly Coming[],
  work: Work,
  subject: string,
): Promise<MusterError | undefined> {
  let refusal: MusterError | undefined;
  for (const batch of chunks(coming, work.batches.queueMembers)) {
    const users = batch.map(change => change.user!);
    const record = {
      route: routes.writeQueueMembers,
      subject,
      adds: batch.map(change => addedEdge(change, undefined)),
      drops: [],
      preimage: { absent: users },
    };
    try {
      await work.write(record, () => writeQueueMembers(work.api, id, users, false, subject, work.signal));
    } catch (error) {
      if (!isMusterError(error, 'genesys.bad-request')) throw error;
      refusal = error;
    }
  }
  return refusal;
}
