import { type Answer, answer, notFound, ok, refuse } from './answer.ts';
import { type Call, objectBody } from './call.ts';
import type { GroupRow } from './db.ts';
import { groupView } from './group-view.ts';
import { descending, pageOf } from './pages.ts';

/** Which of the two codes a missing group has differs from operation to operation in the public definition. */
export function groupOf(call: Call, code: 'general.resource.not.found' | 'not.found'): GroupRow {
  const id = call.params.groupId!;
  const group = call.db.groups.get(id);
  if (!group) throw notFound('group', id, code);
  return group;
}

/** `GET /groups`: with totals, `id` many times, and no name filter (§4). Sorted by name. */
export function listGroups(call: Call): Answer {
  const ids = call.query.list('id');
  const found =
    ids.length > 0
      ? [...new Set(ids)].map(id => call.db.groups.get(id)).filter(group => group !== undefined)
      : [...call.db.groups.sorted()];
  if (descending(call)) found.reverse();
  const { rows, envelope } = pageOf(call, found, { max: call.knobs.groupPageSizeMax });
  return ok({ entities: rows.map(group => groupView(call.db, group)), ...envelope });
}

/** A deleted group survives as many reads as the knob says (§4: deletion is asynchronous). */
export function getGroup(call: Call): Answer {
  const group = groupOf(call, 'general.resource.not.found');
  const view = groupView(call.db, group);
  if (group.readsLeft !== undefined && --group.readsLeft <= 0) call.db.removeGroup(group);
  return ok(view);
}

/** `POST /groups` answers 200 and ignores `description` (§4, trap of Terraform's). */
export function createGroup(call: Call): Answer {
  const body = objectBody(call);
  const { name, type, visibility, rulesVisible } = body;
  if (typeof name !== 'string' || name.trim() === '' || typeof rulesVisible !== 'boolean') {
    throw refuse(400, 'constraint.validation', 'name, type, visibility and rulesVisible are required.');
  }
  if (type !== 'official' && type !== 'social') throw invalid('type', type);
  if (visibility !== 'public' && visibility !== 'owners' && visibility !== 'members') {
    throw invalid('visibility', visibility);
  }
  checkName(call, name);
  const group = call.db.addGroup({
    id: call.newId('group'),
    name,
    type,
    visibility,
    rulesVisible,
    rolesEnabled: body.rolesEnabled === true,
    callsEnabled: body.callsEnabled === true,
    includeOwners: body.includeOwners === true,
    version: 1,
    owners: ownersFrom(call, body.ownerIds) ?? [],
    individuals: new Set(),
    routingQueueIds: [],
    seenByQueues: new Set(),
    seenBySearch: new Set(),
    modified: new Date(call.now).toISOString(),
    created: call.now,
  });
  return ok(groupView(call.db, group));
}

/** `PUT /groups/{groupId}`: `version` is required and must be the current one (§4). */
export function updateGroup(call: Call): Answer {
  const group = groupOf(call, 'not.found');
  const body = objectBody(call);
  if (!Number.isInteger(body.version)) {
    throw refuse(400, 'constraint.validation', 'The field {field} is required.', { field: 'version' });
  }
  checkVersion(call, group, body.version);
  const change: { -readonly [Key in keyof GroupRow]?: GroupRow[Key] } = {};
  if (body.name !== undefined) {
    if (typeof body.name !== 'string' || body.name.trim() === '') throw invalid('name', body.name);
    checkName(call, body.name, group);
    change.name = body.name;
  }
  if (typeof body.description === 'string') change.description = body.description;
  for (const field of ['rulesVisible', 'rolesEnabled', 'includeOwners', 'callsEnabled'] as const) {
    if (typeof body[field] === 'boolean') change[field] = body[field];
  }
  if (body.visibility !== undefined) {
    // The update's enum spells `ownerIds` where the group itself says `owners` (§4).
    const visibility = body.visibility === 'ownerIds' ? 'owners' : body.visibility;
    if (visibility !== 'public' && visibility !== 'owners' && visibility !== 'members') {
      throw invalid('visibility', visibility);
    }
    change.visibility = visibility;
  }
  const owners = ownersFrom(call, body.ownerIds);
  if (owners) change.owners = owners;
  call.db.changeGroup(group, change);
  return ok(groupView(call.db, group));
}

/** `DELETE /groups/{groupId}`: answers at once; the group may stay for some reads. */
export function deleteGroup(call: Call): Answer {
  const group = groupOf(call, 'general.resource.not.found');
  if (call.knobs.groupDeleteReads > 0) group.readsLeft ??= call.knobs.groupDeleteReads;
  else call.db.removeGroup(group);
  return answer(204);
}

/**
 * `GET /groups/{groupId}/dynamicsettings`: 404 for a group without a rule. For one that has a rule the emulator
 * answers the vendor's outline with an empty query: it keeps who the rule brings, not the rule.
 */
export function getDynamicSettings(call: Call): Answer {
  const group = groupOf(call, 'general.resource.not.found');
  if (!group.ruleMembers) throw notFound('dynamic group definition', group.id, 'general.resource.not.found');
  return ok({
    group: { id: group.id, selfUri: `/api/v2/groups/${group.id}` },
    dateModified: group.modified,
    query: { skillConditions: [] },
    selfUri: `/api/v2/groups/${group.id}/dynamicsettings`,
  });
}

/** A stale version in whichever of its observed forms the knob says (§4). */
export function checkVersion(call: Call, group: GroupRow, sent: unknown): void {
  if (sent === undefined || sent === group.version) return;
  const status = call.knobs.groupStaleStatus;
  const code = status === 408 ? 'client.timeout' : 'general.conflict';
  throw refuse(
    status,
    code,
    'The version {sent} does not match the current version {current} of the group.',
    {
      sent: String(sent),
      current: String(group.version),
    },
  );
}

function checkName(call: Call, name: string, own?: GroupRow): void {
  if (call.db.groups.by('name', name).some(other => other !== own)) {
    throw refuse(400, 'group.name.in.use', 'The group name {name} is in use.', { name });
  }
}

/** Undefined where the body says nothing. `[" "]` clears the owners (§4, trap of Terraform's). */
function ownersFrom(call: Call, ids: unknown): string[] | undefined {
  if (!Array.isArray(ids)) return undefined;
  const wanted = ids.map(String).filter(id => id.trim() !== '');
  const found = wanted.map(id => {
    const user = call.db.users.get(id);
    if (!user) throw invalid('ownerIds', id);
    return user.id;
  });
  return [...new Set(found)];
}

const invalid = (field: string, value: unknown) =>
  refuse(400, 'invalid.value', 'The value {value} is not valid for {field}.', {
    field,
    value: String(value),
  });
