import type { QueueId, UserId } from '../model/keys.ts';
import type { QueueMember, TenantQueue } from '../model/tenant.ts';
import type { GenesysApi } from './api.ts';
import { listAll, memberPageSize } from './listing.ts';
import { idBatch } from './read-plan.ts';
import { queueMember, queue as queueSchema, type WireQueue, type WireQueueMember } from './wire.ts';

const listRoute = 'GET /api/v2/routing/queues';

/** Every queue that the role can see. */
export async function listQueues(api: GenesysApi, signal: AbortSignal): Promise<TenantQueue[]> {
  return (await listAll(api, { route: listRoute, subject: 'queues' }, queueSchema, signal)).map(toQueue);
}

/**
 * Queues whose name the server thinks fits: exact in one contract, a substring in the other (§3.1, claim 14). The
 * caller compares again.
 */
export async function queuesLike(api: GenesysApi, name: string, signal: AbortSignal): Promise<TenantQueue[]> {
  const call = { route: listRoute, query: { name }, subject: `queue ${name}` };
  return (await listAll(api, call, queueSchema, signal, memberPageSize)).map(toQueue);
}

/** Queues by id, up to 100 a call; ids that the server does not show are simply not there. */
export async function queuesById(
  api: GenesysApi,
  ids: readonly QueueId[],
  signal: AbortSignal,
): Promise<TenantQueue[]> {
  const found: TenantQueue[] = [];
  for (let at = 0; at < ids.length; at += idBatch) {
    const id = ids.slice(at, at + idBatch);
    const call = { route: listRoute, query: { id }, subject: `${id.length} queues by id` };
    found.push(...(await listAll(api, call, queueSchema, signal, idBatch)).map(toQueue));
  }
  return found;
}

/** One queue as it is, raw: what a read-modify-write starts from. List entries are less reliable (§3.1). */
export async function readQueue(
  api: GenesysApi,
  id: QueueId,
  signal: AbortSignal,
): Promise<WireQueue | undefined> {
  const call = {
    route: 'GET /api/v2/routing/queues/{id}',
    params: { id },
    subject: `queue ${id}`,
    accept: [404],
    exact: true,
  };
  return api.find(call, queueSchema, signal);
}

/** The API has no version to compare, so this is for how long a queue may be taken for what it was when it was read. */
export const queueGoodForMs = 10_000;

/**
 * Full replace, without any version check (§3.3): only ever called with the whole of what was just read. With
 * `goodForMs`, `genesys.stale` is thrown where its turn comes so late that somebody may have changed the queue meanwhile.
 */
export async function writeQueue(
  api: GenesysApi,
  id: QueueId,
  body: object,
  subject: string,
  signal: AbortSignal,
  goodForMs?: number,
): Promise<WireQueue> {
  const call = {
    route: 'PUT /api/v2/routing/queues/{id}',
    params: { id },
    json: body,
    subject,
    ...(goodForMs === undefined ? {} : { goodForMs }),
  };
  return api.read(call, queueSchema, signal);
}

/** Everybody on a queue. No total is announced: read until a page without `nextUri`, or an empty one (§3.4). */
export async function queueMembers(
  api: GenesysApi,
  id: QueueId,
  signal: AbortSignal,
): Promise<QueueMember[]> {
  const call = {
    route: 'GET /api/v2/routing/queues/{id}/members',
    params: { id },
    subject: `members of queue ${id}`,
  };
  return (await listAll(api, call, queueMember, signal, memberPageSize)).map(toMember);
}

const toMember = (row: WireQueueMember): QueueMember => ({
  user: row.id,
  by: row.memberBy === 'group' ? 'group' : 'user',
  ...(row.name == null ? {} : { name: row.name }),
  ...(row.joined == null ? {} : { joined: row.joined }),
  ...(row.ringNumber == null ? {} : { ring: row.ringNumber }),
});

/** Adds or takes away up to 100 direct members; both are harmless to repeat (§3.4, fact 4). */
export async function writeQueueMembers(
  api: GenesysApi,
  id: QueueId,
  users: readonly string[],
  remove: boolean,
  subject: string,
  signal: AbortSignal,
): Promise<void> {
  const call = {
    route: 'POST /api/v2/routing/queues/{id}/members',
    params: { id },
    query: { delete: remove },
    json: users.map(user => ({ id: user })),
    repeatable: true,
    subject,
  };
  await api.send(call, signal);
}

/**
 * Activates the queue for members, or takes the activation back, up to 100 a call; whoever is no member is passed over
 * without a word. It works late (§3.4), so the answer is no proof.
 */
export async function joinQueueMembers(
  api: GenesysApi,
  id: QueueId,
  members: readonly { readonly user: UserId; readonly joined: boolean }[],
  subject: string,
  signal: AbortSignal,
): Promise<void> {
  const call = {
    route: 'PATCH /api/v2/routing/queues/{id}/members',
    params: { id },
    json: members.map(({ user, joined }) => ({ id: user, joined })),
    subject,
  };
  await api.send(call, signal);
}

/** The bullseye ring of one direct member, 1 to 6. Right after they were added the answer may be 404 (§3.4). */
export async function setRing(
  api: GenesysApi,
  id: QueueId,
  user: UserId,
  ring: number,
  subject: string,
  signal: AbortSignal,
): Promise<void> {
  const call = {
    route: 'PATCH /api/v2/routing/queues/{id}/members/{memberId}',
    params: { id, memberId: user },
    json: { id: user, ringNumber: ring },
    subject,
  };
  await api.send(call, signal);
}

export function toQueue(wire: WireQueue): TenantQueue {
  const groups = (list: WireQueue['memberGroups']) =>
    (list ?? []).map(({ id, type, name, memberCount }) => ({
      id,
      type,
      ...(name === undefined ? {} : { name }),
      ...(memberCount === undefined ? {} : { memberCount }),
    }));
  const rules = [
    ...(wire.conditionalGroupRouting?.rules ?? []),
    ...(wire.conditionalGroupActivation?.rules ?? []),
  ];
  return {
    id: wire.id,
    name: wire.name,
    memberGroups: groups(wire.memberGroups),
    rings: (wire.bullseye?.rings ?? []).map((ring, index) => ({
      number: index + 1,
      memberGroups: groups(ring.memberGroups),
    })),
    otherGroups: rules.flatMap(rule => (rule.groups ?? []).map(group => group.id)),
    ...(wire.memberCount == null ? {} : { memberCount: wire.memberCount }),
    ...(wire.userMemberCount == null ? {} : { userMemberCount: wire.userMemberCount }),
    ...(wire.joinedMemberCount == null ? {} : { joinedMemberCount: wire.joinedMemberCount }),
  };
}
