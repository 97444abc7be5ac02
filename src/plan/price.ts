import type { Change } from '../model/change.ts';
import type { Price, PricedCall, Step } from '../model/plan.ts';

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
} as const;

type Count = (route: string, calls: number) => void;

/**
 * The calls that applying takes when nothing gets in its way: what a healthy run makes is exactly this, and a story
 * test counts. Read-backs are in it; retries and waiting for late reads are not.
 */
export function priceOf(
  steps: readonly Step[],
  changes: readonly Change[],
  batches: Batches,
  perMinute: number,
  touched: { readonly plain: number; readonly ringed: number; readonly memberPages: number },
): Price {
  const calls = new Map<string, number>();
  const count: Count = (route, times) => {
    if (times > 0) calls.set(route, (calls.get(route) ?? 0) + times);
  };
  for (const step of steps)
    countStep(
      step,
      step.changes.map(index => changes[index]!),
      batches,
      count,
    );
  count(routes.listQueues, Math.ceil(touched.plain / batches.readBack));
  count(routes.readQueue, touched.ringed);
  count(routes.readQueueMembers, touched.memberPages);
  const byRoute = [...calls]
    .map(([route, times]): PricedCall => ({ route, calls: times }))
    .sort((a, b) => b.calls - a.calls || (a.route < b.route ? -1 : 1));
  const total = byRoute.reduce((sum, row) => sum + row.calls, 0);
  return { calls: total, byRoute, perMinute, minutes: perMinute > 0 ? total / perMinute : 0 };
}

function countStep(step: Step, changes: readonly Change[], batches: Batches, count: Count): void {
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
      count(routes.readExtensionGroup, 1);
      break;
    case 'queue.groups':
      count(routes.readQueue, 1);
      count(routes.writeQueue, 1);
      break;
    case 'queue.members':
      count(routes.writeQueueMembers, Math.ceil(number('queue.attach') / batches.queueMembers));
      count(routes.writeQueueMembers, Math.ceil(number('queue.detach') / batches.queueMembers));
      break;
  }
}
