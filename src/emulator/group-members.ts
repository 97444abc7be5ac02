import { type Answer, answer, ok, refuse } from './answer.ts';
import { type Call, objectBody } from './call.ts';
import type { UserRow } from './db.ts';
import { checkVersion, groupOf } from './groups.ts';
import { descending, pageOf } from './pages.ts';
import { byNameThenId } from './table.ts';
import { userView } from './users.ts';

/** Most ids in one membership write of the native API (API reference §4). */
const batch = 50;

/** `GET /groups/{groupId}/members`: individuals, owners where they count, and those whom a rule brings (§4). */
export function listGroupMembers(call: Call): Answer {
  const found = usersOf(call, call.db.membersOf(groupOf(call, 'general.resource.not.found')));
  if (descending(call)) found.reverse();
  const { rows, envelope } = pageOf(call, found, { max: call.knobs.userPageSizeMax });
  const expand = call.query.list('expand');
  return ok({ entities: rows.map(user => userView(call.db, user, expand)), ...envelope });
}

/** `GET /groups/{groupId}/individuals`: explicit members only, all on one page. */
export function listIndividuals(call: Call): Answer {
  const found = usersOf(call, groupOf(call, 'not.found').individuals);
  return ok({
    entities: found.map(user => userView(call.db, user)),
    total: found.length,
    selfUri: call.path,
  });
}

/** `POST /groups/{groupId}/members`: at most 50 ids; 202 and `{}`; `version` is optional (§4). */
export function addGroupMembers(call: Call): Answer {
  const group = groupOf(call, 'not.found');
  const body = objectBody(call);
  const ids = batchOf(body.memberIds).map(id => {
    const user = call.db.users.get(id);
    if (user && user.state !== 'deleted') return user.id;
    throw refuse(400, 'general.resource.not.found', 'The user {id} was not found.', { id }, { entityId: id });
  });
  checkVersion(call, group, body.version);
  call.db.later(call.knobs.groupMembersDelayMs, () => {
    call.db.setIndividuals(group, new Set([...group.individuals, ...ids]));
  });
  return answer(202, {});
}

/** `DELETE /groups/{groupId}/members?ids=a,b`: at most 50, no version; 202 and `{}`. */
export function removeGroupMembers(call: Call): Answer {
  const group = groupOf(call, 'not.found');
  const ids = new Set(batchOf(call.query.list('ids')).map(id => call.db.users.get(id)?.id ?? id));
  call.db.later(call.knobs.groupMembersDelayMs, () => {
    call.db.setIndividuals(group, new Set([...group.individuals].filter(id => !ids.has(id))));
  });
  return answer(202, {});
}

function batchOf(ids: unknown): string[] {
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > batch) {
    throw refuse(400, 'bad.request', 'From 1 to {batch} member ids are needed.', { batch: String(batch) });
  }
  return ids.map(String);
}

const usersOf = (call: Call, ids: ReadonlySet<string>): UserRow[] =>
  [...ids]
    .map(id => call.db.users.get(id))
    .filter(user => user !== undefined)
    .sort(byNameThenId);
