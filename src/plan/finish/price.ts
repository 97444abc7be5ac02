import type { Change } from '../../model/change.ts';
import type { QueueId, UserId } from '../../model/keys.ts';
import type { Drain, Price, PricedCall, QueueOutlook, Step } from '../../model/plan.ts';
import type { Tenant } from '../../model/tenant.ts';
import type { HasActivated } from './activated.ts';
import { relieved } from './handover.ts';

/** How many changes one request carries; the `genesys` section of the config. */
export interface Batches {
  /** Member changes in one SCIM PATCH (50 by analogy with the groups API, API reference §2.4). */
  readonly members: number;
  /** Members in the one PUT for a new group; bounded by 512,000 bytes a body (§6.1). */
  readonly newMembers: number;
  /** People in one `POST …/members` (100, §3.4). */
  readonly queueMembers: number;
  /** Queues in one read-back by `?id=…`. */
  readonly readBack: number;
}

export const routes = {
  createGroup: 'POST /api/v2/groups',
  readGroup: 'GET /api/v2/groups/{id}',
  renameGroup: 'PUT /api/v2/groups/{id}',
  putScimGroup: 'PUT /api/v2/scim/v2/groups/{id}',
  patchScimGroup: 'PATCH /api/v2/scim/v2/groups/{id}',
  postExtensionGroup: 'POST /api/v2/scim/groups',
  putExtensionGroup: 'PUT /api/v2/scim/groups/{id}',
  readExtensionGroup: 'GET /api/v2/scim/groups/{id}',
  readQueue: 'GET /api/v2/routing/queues/{id}',
  writeQueue: 'PUT /api/v2/routing/queues/{id}',
  listQueues: 'GET /api/v2/routing/queues',
  writeQueueMembers: 'POST /api/v2/routing/queues/{id}/members',
  readQueueMembers: 'GET /api/v2/routing/queues/{id}/members',
  joinQueueMembers: 'PATCH /api/v2/routing/queues/{id}/members',
  seatQueueMember: 'PATCH /api/v2/routing/queues/{id}/members/{id}',
} as const;

type Count = (route: string, calls: number) => void;

export interface Priced {
  readonly steps: readonly Step[];
  readonly changes: readonly Change[];
  readonly queues: readonly QueueOutlook[];
  readonly drain: Drain | undefined;
  readonly batches: Batches;
  readonly perMinute: number;
  /** What is read back. */
  readonly touched: {
    readonly plain: number;
    /** See `allQueues`. */
    readonly all: number | undefined;
    readonly ringed: number;
    readonly memberPages: number;
  };
  /** Members on a queue when all is done. */
  readonly heads: (queue: QueueId) => number;
  /** Of those who are handed over: they shall have it afterwards. */
  readonly hasActivated: HasActivated;
}

/**
 * The calls that applying takes when nothing gets in its way: what a healthy run makes is exactly this, and a story
 * test counts. Read-backs are in it; retries and waiting for late reads are not. Only of seats that are given back it
 * is the most: what the platform gives by itself to those who come is seen when they are there.
 */
export function priceOf(priced: Priced): Price {
  const { steps, drain, batches, perMinute, touched } = priced;
  const calls = new Map<string, number>();
  const count: Count = (route, times) => {
    if (times > 0) calls.set(route, (calls.get(route) ?? 0) + times);
  };
  for (const step of steps) countStep(step, priced, count);
  for (const { seats } of drain?.queues ?? [])
    count(routes.joinQueueMembers, Math.ceil(seats.length / batches.queueMembers));
  count(routes.listQueues, readBackWay(touched.plain, batches.readBack, touched.all).calls);
  count(routes.readQueue, touched.ringed);
  count(routes.readQueueMembers, touched.memberPages);
  const byRoute = [...calls]
    .map(([route, times]): PricedCall => ({ route, calls: times }))
    .sort((a, b) => b.calls - a.calls || (a.route < b.route ? -1 : 1));
  const total = byRoute.reduce((sum, row) => sum + row.calls, 0);
  return { calls: total, byRoute, perMinute, minutes: perMinute > 0 ? total / perMinute : 0 };
}

/** How many queues the list has, where this run has seen all of it. */
export const allQueues = ({ queues, totals }: Tenant): number | undefined =>
  totals?.queues === queues.length ? totals.queues : undefined;

/** How queues are read back: by id, so many a call, or by the whole list where that is fewer calls. */
export function readBackWay(
  queues: number,
  batch: number,
  all: number | undefined,
): { readonly name: 'each' | 'list'; readonly calls: number } {
  const each = Math.ceil(queues / batch);
  const list = all === undefined ? Number.POSITIVE_INFINITY : Math.ceil(all / queuePage);
  return list < each ? { name: 'list', calls: list } : { name: 'each', calls: each };
}

/** Queues in one page of their list (API reference §3.1). */
const queuePage = 500;

/** Pages of a queue's members (API reference §3.4); a full last one is followed by a look for one more. */
export const pagesOf = (members: number): number => Math.floor(members / memberPage) + 1;

const memberPage = 100;

function countStep(step: Step, priced: Priced, count: Count): void {
  const { changes: all, queues, batches, heads, hasActivated, drain } = priced;
  const hadActivated = (queue: QueueId, users: readonly UserId[]) =>
    users.filter(user => hasActivated(queue, user)).length;
  const changes = step.changes.map(index => all[index]!);
  const number = (...kinds: Change['kind'][]) => changes.filter(change => kinds.includes(change.kind)).length;
  switch (step.kind) {
    case 'group.create': {
      count(routes.createGroup, 1);
      count(routes.putScimGroup, 1);
      count(
        routes.patchScimGroup,
        Math.ceil(Math.max(0, number('member.add') - batches.newMembers) / batches.members),
      );
      break;
    }
    case 'group.update': {
      count(routes.readGroup, number('group.rename'));
      count(routes.renameGroup, number('group.rename'));
      const anchored = number('group.anchor');
      count(
        routes.patchScimGroup,
        Math.max(anchored, Math.ceil(number('member.add', 'member.remove') / batches.members)),
      );
      break;
    }
    case 'group.write':
      count(number('group.create') > 0 ? routes.postExtensionGroup : routes.putExtensionGroup, 1);
      count(routes.readExtensionGroup, step.readBack ? 1 : 0);
      break;
    case 'queue.groups':
      count(routes.readQueue, 1);
      count(routes.writeQueue, 1);
      break;
    case 'queue.members': {
      const stay = relieved(changes.filter(isDetach), queues);
      const pages = pagesOf(heads(step.queue!));
      const batchesOf = (people: number) => Math.ceil(people / batches.queueMembers);
      count(routes.writeQueueMembers, batchesOf(number('queue.attach')));
      count(routes.writeQueueMembers, batchesOf(number('queue.detach') - stay.size) + batchesOf(stay.size));
      count(routes.readQueueMembers, stay.size > 0 ? pages : 0);
      const had = hadActivated(step.queue!, [...stay]);
      // One look at what the group makes of it, activations, and one look back; before a grace as well.
      const times = had === 0 ? 0 : drain ? 2 : 1;
      count(routes.readQueueMembers, times * 2 * pages);
      count(routes.joinQueueMembers, times * batchesOf(had));
      break;
    }
    case 'queue.handover':
      countHandover(changes, priced, count);
      break;
    case 'queue.seats':
      countSeats(changes, pagesOf(heads(step.queue!)), batches, count);
      break;
  }
}

/** Each group is written, each queue that it leaves as well, and whoever comes is looked at. */
function countHandover(
  changes: readonly Change[],
  { batches, heads, hasActivated }: Priced,
  count: Count,
): void {
  const groups = Map.groupBy(
    changes.filter(change => change.kind === 'member.remove'),
    change => change.id,
  );
  for (const removed of groups.values())
    count(routes.patchScimGroup, Math.ceil(removed.length / batches.members));
  const left = new Set(changes.filter(isDetach).map(change => change.queue));
  count(routes.readQueue, left.size);
  count(routes.writeQueue, left.size);
  const coming = Map.groupBy(
    changes.filter(change => change.kind === 'queue.attach'),
    change => change.queue,
  );
  for (const [queue, come] of coming) {
    count(routes.writeQueueMembers, Math.ceil(come.length / batches.queueMembers));
    const had = come.filter(({ user }) => hasActivated(queue, user!)).length;
    count(routes.readQueueMembers, (had > 0 ? 2 : 1) * pagesOf(heads(queue)));
    count(routes.joinQueueMembers, Math.ceil(had / batches.queueMembers));
  }
}

const isDetach = (change: Change): change is Extract<Change, { kind: 'queue.detach' }> =>
  change.kind === 'queue.detach';

/** One look at what those who came back were given, the ring of each, activations in batches, and one look back. */
function countSeats(changes: readonly Change[], pages: number, batches: Batches, count: Count): void {
  const seats = changes.filter(change => change.kind === 'queue.seat');
  const joins = seats.filter(seat => seat.joined !== undefined).length;
  count(routes.readQueueMembers, 2 * pages);
  count(routes.seatQueueMember, seats.filter(seat => seat.ring !== undefined).length);
  count(routes.joinQueueMembers, Math.ceil(joins / batches.queueMembers));
}
