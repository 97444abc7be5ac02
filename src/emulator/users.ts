import { type Answer, notFound, ok, refuse } from './answer.ts';
import { badParam, type Call, objectBody } from './call.ts';
import type { Db, UserRow } from './db.ts';
import { groupView } from './group-view.ts';
import { descending, pageOf } from './pages.ts';
import { divisionRef } from './queue-view.ts';

/** A user as the API shows it; `groups` only where `expand` asks for them (API reference §5). */
export function userView(db: Db, user: UserRow, expand: readonly string[] = []): Record<string, unknown> {
  return {
    id: user.id,
    name: user.name,
    division: divisionRef(db, user.divisionId),
    chat: { jabberId: `${user.id}@example.orgspan.com` },
    ...(user.department ? { department: user.department } : {}),
    email: user.email,
    primaryContactInfo: [{ address: user.email, mediaType: 'EMAIL', type: 'PRIMARY' }],
    addresses: [],
    state: user.state,
    ...(user.title ? { title: user.title } : {}),
    username: user.email,
    version: user.version,
    ...(expand.includes('groups') ? { groups: db.groupsOf(user.id).map(group => groupView(db, group)) } : {}),
    acdAutoAnswer: false,
    selfUri: `/api/v2/users/${user.id}`,
  };
}

/** `GET /users`: by `id` (at most 100) or page by page; active users unless `state` says otherwise (§5). */
export function listUsers(call: Call): Answer {
  const { db, query } = call;
  const state = stateParam(call);
  const ids = query.list('id');
  if (ids.length > 100) throw refuse(400, 'max.user.ids', 'At most 100 user ids may be asked for at once.');
  const listed =
    ids.length > 0
      ? [...new Set(ids.map(id => db.users.get(id)))]
          .filter(user => user !== undefined)
          .filter(inState[state])
      : db.users.select(inState[state]);
  const last =
    query.integer('pageNumber', 1) * Math.min(query.integer('pageSize', 25), call.knobs.userPageSizeMax);
  if (state !== 'active' && last > call.knobs.searchMaxResults) {
    throw refuse(400, 'invalid.value', 'Users that are not active are listed up to row {max} only.', {
      max: String(call.knobs.searchMaxResults),
    });
  }
  const found = descending(call) ? listed.toReversed() : listed;
  const { rows, envelope } = pageOf(call, found, { max: call.knobs.userPageSizeMax });
  const expand = query.list('expand');
  return ok({ entities: rows.map(user => userView(db, user, expand)), ...envelope });
}

/** `GET /users/query`: the cursor listing; the cursor is the id of the last row seen, and the next page asks the same. */
export function queryUsers(call: Call): Answer {
  const { db, query } = call;
  const state = stateParam(call);
  const pageSize = Math.min(Math.max(1, query.integer('pageSize', 25)), call.knobs.userPageSizeMax);
  const listed = db.users.select(inState[state]);
  const all = descending(call) ? listed.toReversed() : listed;
  const cursor = query.text('cursor');
  const start = cursor === undefined ? 0 : all.findIndex(user => cursorOf(user) === cursor) + 1;
  if (cursor !== undefined && start === 0) throw badParam('cursor', cursor);
  const rows = all.slice(start, start + pageSize);
  const more = start + rows.length < all.length;
  const expand = query.list('expand');
  const next = more ? cursorOf(rows.at(-1)!) : undefined;
  return ok({
    entities: rows.map(user => userView(db, user, expand)),
    results: rows.length,
    ...(next
      ? { cursor: next, nextUri: `/api/v2/users/query?${query.with({ cursor: next, pageSize })}` }
      : {}),
    selfUri: '/api/v2/users/query',
  });
}

const cursorOf = (user: UserRow): string => Buffer.from(user.id).toString('base64url');

export function getUser(call: Call): Answer {
  const id = call.params.userId!;
  const user = call.db.users.get(id);
  const wanted = call.query.text('state');
  if (!user || (user.state === 'deleted' && wanted !== 'deleted')) {
    throw notFound('user', id, 'general.resource.not.found');
  }
  return ok(userView(call.db, user, call.query.list('expand')));
}

/** `GET /users/externalid/{authorityName}/{externalKey}` (§5). */
export function getUserByExternalId(call: Call): Answer {
  const { authorityName, externalKey } = call.params;
  const user = call.db.users.by('authority', `${authorityName}\u0000${externalKey}`)[0];
  if (!user || user.state === 'deleted') throw notFound('user', externalKey!, 'general.resource.not.found');
  return ok(userView(call.db, user, call.query.list('expand')));
}

/** `POST /users`: 200; the e-mail of a deleted user may be used again (§2.7). */
export function createUser(call: Call): Answer {
  const body = objectBody(call);
  const { name, email, divisionId } = body;
  if (typeof name !== 'string' || typeof email !== 'string' || typeof divisionId !== 'string') {
    throw refuse(400, 'constraint.validation', 'name, email and divisionId are required.');
  }
  if (!call.db.divisions.get(divisionId)) throw notFound('division', divisionId, 'not.found');
  demandFree(call, email);
  const user = call.db.users.put({
    id: call.newId('user'),
    name,
    email,
    state: body.state === 'inactive' ? 'inactive' : 'active',
    version: 1,
    divisionId,
    modified: new Date(call.now).toISOString(),
    created: call.now,
    externalIds: [],
    ...(typeof body.department === 'string' ? { department: body.department } : {}),
    ...(typeof body.title === 'string' ? { title: body.title } : {}),
  });
  return ok(userView(call.db, user));
}

/** `PATCH /users/{userId}`: the version is required (§5); name, e-mail, state, department and title change. */
export function patchUser(call: Call): Answer {
  const id = call.params.userId!;
  const user = call.db.users.get(id);
  if (!user) throw notFound('user', id, 'general.resource.not.found');
  const body = objectBody(call);
  if (body.version === undefined || body.version === null)
    throw refuse(400, 'constraint.validation', 'The field version is required.', { field: 'version' });
  if (body.version !== user.version) {
    throw refuse(
      409,
      'general.conflict',
      'The version {sent} does not match the current version {current}.',
      {
        sent: String(body.version),
        current: String(user.version),
      },
    );
  }
  const email = typeof body.email === 'string' ? body.email : user.email;
  if (email === '')
    throw refuse(400, 'constraint.validation', 'The field email is empty.', { field: 'email' });
  const isLive = body.state === 'active' || body.state === 'inactive' || user.state !== 'deleted';
  if (isLive) demandFree(call, email, user);
  for (const field of ['name', 'email', 'department', 'title'] as const) {
    if (typeof body[field] === 'string') user[field] = body[field];
  }
  if (body.state === 'active' || body.state === 'inactive') user.state = body.state;
  user.version++;
  user.modified = new Date(call.now).toISOString();
  call.db.users.put(user);
  return ok(userView(call.db, user));
}

/** The e-mail of a deleted user is in no index. */
function demandFree({ db }: Call, email: string, own?: UserRow): void {
  if (db.users.by('email', email).some(other => other !== own))
    throw refuse(409, 'general.conflict', 'A user with the e-mail {email} exists already.', { email });
}

export function deleteUser(call: Call): Answer {
  const user = call.db.users.get(call.params.userId!);
  if (!user || user.state === 'deleted')
    throw notFound('user', call.params.userId!, 'general.resource.not.found');
  call.db.deleteUser(user);
  return ok({});
}

const inState: Readonly<Record<UserRow['state'] | 'any', (user: UserRow) => boolean>> = {
  any: () => true,
  active: user => user.state === 'active',
  inactive: user => user.state === 'inactive',
  deleted: user => user.state === 'deleted',
};

function stateParam(call: Call): UserRow['state'] | 'any' {
  const state = call.query.text('state') ?? 'active';
  if (state !== 'active' && state !== 'inactive' && state !== 'deleted' && state !== 'any') {
    throw badParam('state', state);
  }
  return state;
}
