import { type Answer, ok, refuse } from './answer.ts';
import type { Call } from './call.ts';
import {
  type Criterion,
  q64Body,
  readSearch,
  type SearchRequest,
  satisfies,
  searchPage,
} from './criteria.ts';
import type { UserRow } from './db.ts';
import { memberIds, memberOf } from './membership.ts';
import { divisionsOf } from './permissions.ts';
import { byNameThenId } from './table.ts';
import { userView } from './users.ts';

/** The searchable fields (§5) that the emulator has something to say about. */
const fields = new Set([
  'id',
  'name',
  'email',
  'username',
  'state',
  'department',
  'title',
  'divisionId',
  'manager.id',
  'hr.employeeId',
  'addresses.email',
  'primaryContactInfo.email',
  'groups.official.id',
  'groups.social.id',
  'queueMembership.added',
  'queueMembership.joined',
]);

/** `POST /users/search`: by e-mail, by name, or by membership as the index knows it (§5). */
export const searchUsers = (call: Call): Answer => search(call, readSearch(call, fields));

/** `GET /users/search?q64=…`. */
export const searchUsersAgain = (call: Call): Answer => {
  const request = readSearch(call, fields, q64Body(call));
  return search(call, { ...request, expand: [...request.expand, ...call.query.list('expand')] });
};

function search(call: Call, request: SearchRequest): Answer {
  const { db, knobs } = call;
  const reach = request.enforcePermissions ? divisionsOf(call.client, ['directory:user:view']) : 'all';
  const asksState = JSON.stringify(request.query).includes('"state"');
  const { users, rest } = candidates(call, request.query);
  const found = users.filter(
    user =>
      (user.created === 0 || call.now >= user.created + knobs.searchDelayMs) &&
      (asksState || user.state !== 'deleted') &&
      (reach === 'all' || reach.has(user.divisionId)) &&
      satisfies(rest, field => valuesOf(call, user, field)),
  );
  if (found.length === 0 && knobs.searchNoMatch === 'not-found') {
    throw refuse(404, 'resource.not.found', 'No user matches the search.');
  }
  if (request.descending) found.reverse();
  return ok(searchPage(request, found, 'users', user => userView(db, user, request.expand)));
}

/**
 * Only those who can match, and what is left to ask of them: one criterion that an index answers spares the walk over
 * everybody.
 */
function candidates(
  call: Call,
  query: readonly Criterion[],
): { readonly users: readonly UserRow[]; readonly rest: readonly Criterion[] } {
  const { db } = call;
  for (const part of query) {
    const indexed = part.operator === 'AND' && part.group.length === 0 && part.fields.length === 1;
    if (!indexed || (part.type !== 'EXACT' && part.type !== 'TERMS' && part.type !== 'TERM')) continue;
    const found = lookUp(call, part.type, part.fields[0]!, part.values);
    if (found) return { users: [...found].sort(byNameThenId), rest: query.filter(other => other !== part) };
  }
  return { users: db.users.sorted(), rest: query };
}

/** Exactly those who fit, for a criterion that an index answers; undefined for any other. */
function lookUp(
  { db, knobs }: Call,
  type: string,
  field: string,
  values: readonly string[],
): Set<UserRow> | undefined {
  const rows = (ids: Iterable<string>) =>
    [...ids].map(id => db.users.get(id)).filter(user => user !== undefined);
  switch (field) {
    case 'id':
      return new Set(rows(values));
    case 'email':
    case 'username':
      // TERM also finds parts of an address, which the index does not know: then everybody is walked.
      if (type !== 'EXACT' && values.some(value => !value.includes('@'))) return undefined;
      return new Set(values.flatMap(value => db.users.by('email', value)));
    case 'groups.official.id':
    case 'groups.social.id': {
      const groups = values.map(id => db.groups.get(id)).filter(group => group?.type === groupType(field));
      return new Set(groups.flatMap(group => rows(group?.seenBySearch ?? [])));
    }
    case 'queueMembership.added':
    case 'queueMembership.joined': {
      const all = field === 'queueMembership.added';
      const queues = values.map(id => db.queues.get(id)).filter(queue => queue !== undefined);
      return new Set(
        queues.flatMap(queue =>
          rows(memberIds(db, queue, 'seenBySearch')).filter(
            user => all || memberOf(db, knobs, queue, user.id)?.joined === true,
          ),
        ),
      );
    }
    default:
      return undefined;
  }
}

const groupType = (field: string) => (field === 'groups.official.id' ? 'official' : 'social');

function valuesOf(call: Call, user: UserRow, field: string): string[] {
  const { db, knobs } = call;
  switch (field) {
    case 'email':
    case 'username':
    case 'addresses.email':
    case 'primaryContactInfo.email':
      return [user.email];
    case 'id':
    case 'name':
    case 'state':
    case 'divisionId':
      return [user[field]];
    case 'department':
    case 'title':
      return user[field] ? [user[field]] : [];
    case 'manager.id':
      return user.managerId ? [user.managerId] : [];
    case 'hr.employeeId':
      return user.employeeNumber ? [user.employeeNumber] : [];
    case 'groups.official.id':
    case 'groups.social.id': {
      return [...db.groups.values()]
        .filter(group => group.type === groupType(field) && group.seenBySearch.has(user.id))
        .map(group => group.id);
    }
    default: {
      const onlyJoined = field === 'queueMembership.joined';
      return [...db.queues.values()]
        .filter(queue => memberIds(db, queue, 'seenBySearch').has(user.id))
        .filter(queue => !onlyJoined || memberOf(db, knobs, queue, user.id)?.joined === true)
        .map(queue => queue.id);
    }
  }
}
