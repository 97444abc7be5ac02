import { isDeepStrictEqual } from 'node:util';
import type { Filter } from '../scim/filter.ts';
import { parseFilter } from '../scim/filter.ts';
import { listResponse, readPatchRequest, ScimProblem } from '../scim/messages.ts';
import { applyPatch } from '../scim/patch.ts';
import { type Answer, answer, notFound, ok } from './answer.ts';
import { type Call, objectBody } from './call.ts';
import type { UserRow } from './db.ts';
import { trimmed } from './scim-groups.ts';
import { userRules } from './scim-user-schemas.ts';
import { readScimUser, type ScimUser, scimUserView, type UserFields } from './scim-user-view.ts';
import { checkIfMatch, etagOf, notModified } from './scim-versions.ts';

/** `GET …/users` (API reference §2.7): active users unless the filter says `active eq false`. */
export function listScimUsers(call: Call): Answer {
  const { query } = call;
  const text = query.text('filter');
  const startIndex = Math.max(1, query.integer('startIndex', 1));
  const count = Math.max(0, query.integer('count', 25));
  const conditions = text === undefined ? [] : conditionsOf(parseFilter(text, { unquoted: true }), text);
  const asksActive = conditions.some(condition => condition.name === 'active');
  const found = candidates(call, conditions).filter(
    user =>
      user.state !== 'deleted' &&
      (asksActive || user.state === 'active') &&
      conditions.every(condition => holds(call, user, condition)),
  );
  const resources = found
    .slice(startIndex - 1, startIndex - 1 + count)
    .map(user => trimmed(call, scimUserView(call, user)));
  return ok(listResponse(resources, { startIndex, totalResults: found.length }));
}

export function getScimUser(call: Call): Answer {
  const user = userOf(call);
  return (
    notModified(call, user.version) ??
    ok(trimmed(call, scimUserView(call, user)), { etag: etagOf(user.version) })
  );
}

/** `POST …/users`: 201; 409 where a user that is not deleted has the user name (§2.7). */
export function createScimUser(call: Call): Answer {
  const fields = readScimUser(call, objectBody(call) as Partial<ScimUser>);
  demandFree(call, fields.email);
  const home = call.db.divisions.values()[Symbol.iterator]().next().value;
  const user = call.db.users.put({
    id: call.newId('user'),
    version: 1,
    divisionId: home?.id ?? '',
    modified: new Date(call.now).toISOString(),
    created: call.now,
    ...fields,
  });
  return whole(call, user, 201);
}

export function putScimUser(call: Call): Answer {
  const user = userOf(call);
  checkIfMatch(call, user.version);
  rewrite(call, user, readScimUser(call, objectBody(call) as Partial<ScimUser>));
  return whole(call, user);
}

export function patchScimUser(call: Call): Answer {
  const user = userOf(call);
  checkIfMatch(call, user.version);
  const operations = readPatchRequest(call.body);
  const { resource, changed } = applyPatch<ScimUser>(scimUserView(call, user), operations, {
    rules: userRules,
  });
  if (changed) rewrite(call, user, readScimUser(call, resource));
  return whole(call, user);
}

/** `DELETE …/users/{userId}`: 204, and a soft delete. */
export function deleteScimUser(call: Call): Answer {
  const user = userOf(call);
  checkIfMatch(call, user.version);
  call.db.deleteUser(user);
  return answer(204);
}

function userOf(call: Call): UserRow {
  const id = call.params.userId!;
  const user = call.db.users.get(id);
  if (!user || user.state === 'deleted') throw notFound('user', id, 'general.resource.not.found');
  return user;
}

function rewrite(call: Call, user: UserRow, fields: UserFields): void {
  if (fields.email.toLowerCase() !== user.email.toLowerCase()) demandFree(call, fields.email);
  const { id, version, modified, created, divisionId } = user;
  const asked: UserRow = { id, version, modified, created, divisionId, ...fields };
  // What is not kept here is no change.
  if (isDeepStrictEqual(asked, user)) return;
  for (const name of ['department', 'title', 'employeeNumber', 'managerId', 'externalId'] as const)
    delete user[name];
  Object.assign(user, fields);
  user.version++;
  user.modified = new Date(call.now).toISOString();
  call.db.users.put(user);
}

function demandFree(call: Call, email: string): void {
  if (call.db.users.by('email', email).length === 0) return;
  throw new ScimProblem(409, `A user with the userName ${email} exists already.`, 'uniqueness');
}

const whole = (call: Call, user: UserRow, status = 200): Answer => ({
  status,
  body: scimUserView(call, user),
  headers: { etag: etagOf(user.version) },
});

interface Condition {
  readonly name: string;
  readonly value: string;
  /** Of `externalIds[authority eq "A" and value eq "V"]`. */
  readonly authority?: string;
}

/** The attributes that the vendor lists for `eq`, alone or joined by `and` (§2.7). */
const filterable = new Set([
  'id',
  'username',
  'manager',
  'email',
  'division',
  'externalid',
  'active',
  'employeenumber',
]);

function conditionsOf(filter: Filter, text: string): Condition[] {
  if (filter.kind === 'and') return filter.filters.flatMap(part => conditionsOf(part, text));
  if (filter.kind === 'compare' && filter.operator === 'eq') {
    const name = filter.attribute.name?.toLowerCase() ?? '';
    if (filterable.has(name)) return [{ name, value: String(filter.value) }];
  }
  if (filter.kind === 'values' && filter.attribute.name?.toLowerCase() === 'externalids') {
    const inner = conditionsInside(filter.filter);
    if (inner.authority !== undefined && inner.value !== undefined) {
      return [{ name: 'externalids', value: inner.value, authority: inner.authority }];
    }
  }
  throw new ScimProblem(
    400,
    `Users can be filtered by ${[...filterable].join(', ')} and externalIds with eq: ${text}`,
    'invalidFilter',
  );
}

function conditionsInside(filter: Filter): Record<string, string> {
  const parts = filter.kind === 'and' ? filter.filters : [filter];
  return Object.fromEntries(
    parts.flatMap(part =>
      part.kind === 'compare' && part.operator === 'eq'
        ? [[part.attribute.name?.toLowerCase() ?? '', String(part.value)]]
        : [],
    ),
  );
}

/** By an index where there is one. */
function candidates(call: Call, conditions: readonly Condition[]): readonly UserRow[] {
  const { users } = call.db;
  for (const { name, value, authority } of conditions) {
    if (name === 'id') return [users.get(value)].filter(user => user !== undefined);
    if (name === 'username' || name === 'email') return users.by('email', value);
    if (name === 'externalid') return users.by('externalId', value);
    if (name === 'externalids') return users.by('authority', `${authority}\u0000${value}`);
  }
  return users.sorted();
}

function holds(call: Call, user: UserRow, { name, value, authority }: Condition): boolean {
  switch (name) {
    case 'id':
      return user.id === value.toLowerCase() || user.id === value;
    case 'username':
    case 'email':
      return user.email.toLowerCase() === value.toLowerCase();
    case 'externalid':
      return user.externalId === value;
    case 'active':
      return (user.state === 'active') === (value.toLowerCase() === 'true');
    case 'employeenumber':
      return user.employeeNumber === value;
    case 'manager':
      return user.managerId === value;
    case 'division':
      return call.db.divisions.get(user.divisionId)?.name.toLowerCase() === value.toLowerCase();
    default:
      return user.externalIds.some(entry => entry.authority === authority && entry.value === value);
  }
}
