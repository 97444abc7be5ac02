import { isUuid } from '../model/keys.ts';
import { type Answer, answer, notFound, ok, refuse } from './answer.ts';
import { badParam, type Call, idItems, invalidId } from './call.ts';
import type { QueueRow } from './db.ts';
import { type DerivedMember, memberIds, memberOf, sortedMembers } from './membership.ts';
import { descending, pageOf } from './pages.ts';
import { divisionsOf, type Need } from './permissions.ts';
import { queueView } from './queue-view.ts';
import { queueOf } from './queues.ts';

/** `GET …/members` (§3.4): no total, no page count; a larger page than allowed is capped. */
export function listQueueMembers(call: Call, need: Need): Answer {
  const queue = queueOf(call, need);
  const { query } = call;
  const by = query.text('memberBy');
  if (by !== undefined && by !== 'user' && by !== 'group') throw badParam('memberBy', by);
  const joined = query.flag('joined');
  const part = query.text('name')?.toLowerCase();
  const found = sortedMembers(call.db, call.knobs, queue).filter(
    member =>
      (by === undefined || member.by === by) &&
      (joined === undefined || member.joined === joined) &&
      (part === undefined || member.name.toLowerCase().includes(part)),
  );
  if (descending(call)) found.reverse();
  return ok(memberPage(call, queue, found));
}

/** `POST …/members`, with `?delete=true` a removal: 1 to 100 ids, no useful body (§3.4). */
export function changeQueueMembers(call: Call, need: Need): Answer {
  const queue = queueOf(call, need);
  const ids = idItems(call, 100).map(item => item.id);
  if (call.query.flag('delete')) removeDirect(queue, ids);
  else addDirect(call, queue, ids);
  return answer(204);
}

function removeDirect(queue: QueueRow, ids: readonly string[]): void {
  for (const id of ids) queue.direct.delete(id);
}

function addDirect(call: Call, queue: QueueRow, ids: readonly string[]): void {
  const { db, knobs } = call;
  const before = memberIds(db, queue);
  const known = ids.filter(id => {
    const user = db.users.get(id);
    if (user && user.state !== 'deleted') return true;
    if (knobs.unknownUser === 'ignore') return false;
    throw refuse(400, 'bad.request', 'The user {id} was not found.', { id }, { entityId: id });
  });
  const added = new Set(known.filter(id => !queue.direct.has(id)));
  const grown = [...added].filter(id => !before.has(id)).length;
  if (before.size + grown > knobs.maxQueueMembers) {
    throw refuse(400, 'queue.size.limit', 'The queue would have more than {max} members.', {
      max: String(knobs.maxQueueMembers),
    });
  }
  for (const id of added) {
    if (before.has(id)) {
      // A person whom a group brings (§3.4).
      if (knobs.overlap === 'no-op') continue;
      if (knobs.overlap === 'refuse')
        throw refuse(400, 'bad.request', 'The user {id} is a member of the queue by a group.', { id });
    }
    queue.direct.set(id, { ring: 1, joined: knobs.directMembersJoined, added: call.now });
  }
}

/** `PATCH …/members`: joins or unjoins members, late by knob; whoever is none is silently passed over (§3.4). */
export function joinQueueMembers(call: Call, need: Need): Answer {
  const queue = queueOf(call, need);
  const touched: DerivedMember[] = [];
  for (const { id, item } of idItems(call, 100)) {
    const { joined } = item;
    if (typeof joined === 'boolean')
      call.db.later(call.knobs.joinDelayMs, () => setJoined(call, queue, id, joined));
    const member = memberOf(call.db, call.knobs, queue, id);
    if (member) touched.push(member);
  }
  return ok({
    entities: touched.map(member => memberView(call, queue, member)),
    pageSize: 100,
    pageNumber: 1,
  });
}

/** `PATCH …/members/{memberId}`: a ring or an activation; 202, and 400 if the body has neither. */
export function patchQueueMember(call: Call, need: Need): Answer {
  const queue = queueOf(call, need);
  const id = memberIdOf(call);
  const { ringNumber, joined } = (call.body ?? {}) as { ringNumber?: unknown; joined?: unknown };
  const ring = Number.isInteger(ringNumber) ? (ringNumber as number) : undefined;
  if (ring === undefined && typeof joined !== 'boolean') {
    throw refuse(400, 'bad.request', 'The body must have a ringNumber or joined.');
  }
  if (ring !== undefined && (ring < 1 || ring > 6)) {
    throw refuse(400, 'invalid.value', 'The ring number must be from 1 to 6.');
  }
  if (!memberOf(call.db, call.knobs, queue, id)) throw notFound('queue member', id);
  const direct = queue.direct.get(id);
  if (direct && call.now < (direct.added ?? 0) + call.knobs.newMemberDelayMs)
    throw notFound('queue member', id);
  if (ring !== undefined && direct) direct.ring = ring;
  if (typeof joined === 'boolean')
    call.db.later(call.knobs.joinDelayMs, () => setJoined(call, queue, id, joined));
  return answer(202);
}

/** `DELETE …/members/{memberId}`: 204; a member by group is 400 `invalid.type`. */
export function deleteQueueMember(call: Call, need: Need): Answer {
  const queue = queueOf(call, need);
  const id = memberIdOf(call);
  const member = memberOf(call.db, call.knobs, queue, id);
  if (!member) throw notFound('queue member', id);
  if (member.by === 'group') {
    throw refuse(400, 'invalid.type', 'The member {id} belongs to the queue by a group.', { id });
  }
  queue.direct.delete(id);
  return answer(204);
}

/** `GET /users/{userId}/queues`: `joined` defaults to true, so that unjoined queues are missed (§3.4). */
export function listUserQueues(call: Call, need: Need): Answer {
  const id = call.params.userId!;
  if (!call.db.users.get(id)) throw notFound('user', id, 'not.found');
  const joined = call.query.flag('joined') ?? true;
  const divisions = call.query.list('divisionId');
  const reach = divisionsOf(call.client, need.names);
  const found = call.db.queues
    .sorted()
    .filter(queue => reach === 'all' || reach.has(queue.divisionId))
    .filter(queue => divisions.length === 0 || divisions.includes(queue.divisionId))
    .filter(queue => memberOf(call.db, call.knobs, queue, id)?.joined === joined);
  const { rows, envelope } = pageOf(call, found, { max: call.knobs.queuePageSizeMax });
  const entities = rows.map(queue => {
    // The definition of a user's queue has every field of a queue but this one and those that came later.
    const { autoAnswerOnly: _, ...view } = queueView(call.db, call.knobs, queue);
    return { ...view, joined };
  });
  return ok({ entities, ...envelope });
}

function setJoined(call: Call, queue: QueueRow, id: string, joined: boolean): void {
  const member = memberOf(call.db, call.knobs, queue, id);
  if (member?.by === 'group') queue.joinedOverrides.set(id, joined);
  else if (member) queue.direct.get(id)!.joined = joined;
}

function memberIdOf(call: Call): string {
  const id = call.params.memberId!;
  if (!isUuid(id) && !call.db.users.get(id)) throw invalidId(id);
  return id.toLowerCase();
}

function memberPage(call: Call, queue: QueueRow, found: readonly DerivedMember[]) {
  const { rows, envelope } = pageOf(call, found, {
    max: call.knobs.memberPageSizeMax,
    totals: false,
    nextUri: call.knobs.memberNextUri,
  });
  return { entities: rows.map(member => memberView(call, queue, member)), ...envelope };
}

const memberView = (call: Call, queue: QueueRow, member: DerivedMember) => ({
  id: member.id,
  name: member.name,
  user: {
    id: member.id,
    name: member.name,
    version: call.db.users.get(member.id)?.version ?? 1,
    selfUri: `/api/v2/users/${member.id}`,
  },
  ringNumber: member.ring,
  joined: member.joined,
  memberBy: member.by,
  routingStatus: { status: 'OFF_QUEUE' },
  selfUri: `/api/v2/routing/queues/${queue.id}/members/${member.id}`,
});
