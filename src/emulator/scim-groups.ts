import { project } from '../scim/attributes.ts';
import { parseFilter } from '../scim/filter.ts';
import { listResponse, readPatchRequest, ScimProblem } from '../scim/messages.ts';
import { applyPatch } from '../scim/patch.ts';
import { type Answer, ok, refuse } from './answer.ts';
import { type Call, objectBody } from './call.ts';
import type { GroupRow } from './db.ts';
import { groupOf } from './groups.ts';
import { tooMany } from './limits.ts';
import { type ScimGroup, scimGroupView } from './scim-group-view.ts';
import { groupRules } from './scim-schemas.ts';
import { checkIfMatch, etagOf, notModified } from './scim-versions.ts';

/** `GET …/groups` (API reference §2.3). */
export function listScimGroups(call: Call): Answer {
  const { rows, startIndex, totalResults } = findScimGroups(
    call,
    call.knobs.scimGroupExternalIdFilter === 'serve',
  );
  const resources = rows.map(group => trimmed(call, scimGroupView(call, group)));
  return ok(listResponse(resources, { startIndex, totalResults }));
}

/** The page of a SCIM group list, by the rules that both contracts share. */
export function findScimGroups(call: Call, byExternalId: boolean) {
  const { query, knobs } = call;
  const filter = query.text('filter');
  if (filter === undefined && knobs.scimListWithoutFilter === 'refuse') {
    throw refuse(400, 'bad.request', 'The parameter filter is required.');
  }
  const startIndex = Math.max(1, query.integer('startIndex', 1));
  const count = Math.max(0, query.integer('count', 25));
  const trims = query.list('attributes').length > 0 || query.list('excludedAttributes').length > 0;
  if (count > 25 && !trims && knobs.scimLargeCount === 'throttle') {
    throw tooMany(1, { key: 'scim.groups.lookups', namespace: 'scim', value: 25 });
  }
  const found = filter === undefined ? call.db.groups.sorted() : filtered(call, filter, byExternalId);
  return {
    rows: found.slice(startIndex - 1, startIndex - 1 + count),
    startIndex,
    totalResults: found.length,
  };
}

/** Documented are `id eq` and `displayName eq`; values come quoted or bare (§2.3). */
function filtered(call: Call, text: string, byExternalId: boolean): readonly GroupRow[] {
  const filter = parseFilter(text, { unquoted: true });
  const plain = filter.kind === 'compare' && filter.operator === 'eq' && filter.attribute.sub === undefined;
  const name = plain && filter.attribute.urn === undefined ? filter.attribute.name?.toLowerCase() : undefined;
  const value = plain ? String(filter.value) : '';
  if (name === 'id') {
    const found = call.db.groups.get(value);
    return found ? [found] : [];
  }
  if (name === 'displayname') {
    const found = call.db.groups.by('name', value);
    return call.knobs.nameCase === 'insensitive' ? found : found.filter(group => group.name === value);
  }
  if (name === 'externalid' && byExternalId) {
    return call.db.groups.by('externalId', value).filter(group => group.externalId === value);
  }
  const names = byExternalId ? 'id, displayName and externalId' : 'id and displayName';
  throw new ScimProblem(400, `Groups can be filtered by ${names} with eq: ${text}`, 'invalidFilter');
}

export const trimmed = <R extends object>(call: Call, resource: R): Partial<R> =>
  project(resource, {
    attributes: call.query.list('attributes'),
    excludedAttributes: call.query.list('excludedAttributes'),
  });

export function getScimGroup(call: Call): Answer {
  const group = groupOf(call, 'not.found');
  return (
    notModified(call, group.version) ??
    ok(trimmed(call, scimGroupView(call, group)), { etag: etagOf(group.version) })
  );
}

/** `PUT …/groups/{groupId}`: replaces members and `externalId`; what is read-only in the body is ignored (§2.4). */
export function putScimGroup(call: Call): Answer {
  const group = groupOf(call, 'not.found');
  checkIfMatch(call, group.version);
  const body = objectBody(call);
  const individuals = membersFrom(call, body.members ?? []);
  const externalId = externalIdFrom(body.externalId);
  write(call, group, individuals, externalId);
  return wholeGroup(call, group);
}

/** `PATCH …/groups/{groupId}`: 200 with the whole group (§2.4). */
export function patchScimGroup(call: Call): Answer {
  const group = groupOf(call, 'not.found');
  checkIfMatch(call, group.version);
  const operations = readPatchRequest(call.body);
  const before = scimGroupView(call, group);
  const { resource, changed } = applyPatch<ScimGroup>(before, operations, { rules: groupRules });
  if (changed) {
    const individuals = membersFrom(call, resource.members ?? [], before.members);
    write(call, group, individuals, externalIdFrom(resource.externalId));
  }
  return wholeGroup(call, group);
}

/** `POST` and `DELETE` of groups were withdrawn; what they answer today is a knob (§2.1). */
export function refuseScimGroup(call: Call): never {
  const status = call.knobs.scimGroupCreateStatus;
  const code =
    status === 405
      ? 'method.not.allowed'
      : status === 404
        ? 'not.found'
        : status === 403
          ? 'not.authorized'
          : 'not.implemented';
  throw refuse(status, code, 'The method {method} is not allowed for SCIM groups.', { method: call.method });
}

export const wholeGroup = (call: Call, group: GroupRow, status = 200): Answer => ({
  status,
  body: scimGroupView(call, group),
  headers: { etag: etagOf(group.version) },
});

/** Writes both, and raises the version only where something changed. */
function write(
  call: Call,
  group: GroupRow,
  individuals: ReadonlySet<string>,
  externalId: string | undefined,
): void {
  const same =
    externalId === group.externalId &&
    individuals.size === group.individuals.size &&
    [...individuals].every(id => group.individuals.has(id));
  if (same) return;
  call.db.changeGroup(group, { individuals, externalId });
}

/** The user ids of a member list. Somebody unknown is 400 or passed over, by knob; `known` need no check. */
export function membersFrom(
  call: Call,
  members: unknown,
  known: readonly { readonly value: string }[] = [],
): Set<string> {
  if (!Array.isArray(members)) throw new ScimProblem(400, '"members" must be a list.', 'invalidSyntax');
  const trusted = new Set(known.map(member => member.value));
  const ids = new Set<string>();
  for (const member of members) {
    const value: unknown = member?.value;
    if (typeof value !== 'string') throw new ScimProblem(400, 'A member needs a "value".', 'invalidValue');
    const user = call.db.users.get(value);
    if (trusted.has(value) || (user && user.state !== 'deleted')) ids.add(user?.id ?? value);
    else if (call.knobs.unknownUser === 'refuse') {
      throw new ScimProblem(400, `The user ${value} does not exist.`, 'invalidValue');
    }
  }
  return ids;
}

export function externalIdFrom(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new ScimProblem(400, '"externalId" must be a string.', 'invalidValue');
}
