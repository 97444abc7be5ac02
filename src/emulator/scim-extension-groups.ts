import { coreGroupUrn, queueExtensionUrn } from '../model/contract.ts';
import { isUuid } from '../model/keys.ts';
import { listResponse, readPatchRequest, ScimProblem } from '../scim/messages.ts';
import { applyPatch } from '../scim/patch.ts';
import { type Answer, answer, ok, refuse } from './answer.ts';
import { type Call, objectBody } from './call.ts';
import type { GroupRow } from './db.ts';
import { atTheTop } from './extension-patch.ts';
import { groupOf } from './groups.ts';
import { type ScimGroup, scimGroupView } from './scim-group-view.ts';
import {
  externalIdFrom,
  findScimGroups,
  membersFrom,
  patchScimGroup,
  putScimGroup,
  trimmed,
  wholeGroup,
} from './scim-groups.ts';
import { extensionGroupRules } from './scim-schemas.ts';
import { bareVersion, checkIfMatch } from './scim-versions.ts';

/** The documented contract for groups: what the tutorial tells, and nothing of the platform's SCIM beside it. */

interface Wanted {
  readonly externalId: string | undefined;
  readonly displayName: string;
  readonly members: Set<string>;
  readonly queueIds: readonly string[];
  /** What the answer shows of them, where that is something else. */
  readonly echo?: readonly string[];
}

/** `POST …/groups`: makes a group with its members and queues; 409 where the `externalId` is taken. */
export function createExtensionGroup(call: Call): Answer {
  const { honour } = call.knobs;
  if (honour === 'not-found') throw refuse(404, 'not.found', 'The requested resource was not found.');
  if (honour === 'method-not-allowed') {
    throw refuse(405, 'method.not.allowed', 'The method {method} is not allowed for SCIM groups.', {
      method: 'POST',
    });
  }
  const wanted = readGroup(call);
  demandFree(call, wanted.externalId);
  const group = call.db.addGroup({
    id: call.newId('group'),
    name: wanted.displayName,
    type: 'official',
    visibility: 'public',
    rulesVisible: true,
    rolesEnabled: false,
    callsEnabled: false,
    includeOwners: false,
    version: 1,
    externalId: wanted.externalId,
    owners: [],
    individuals: wanted.members,
    routingQueueIds: wanted.queueIds,
    seenByQueues: new Set(),
    seenBySearch: new Set(),
    modified: new Date(call.now).toISOString(),
    created: call.now,
  });
  return echoed(wholeGroup(call, group, 201), wanted);
}

/** `GET …/groups`: `entities` and `total` as the tutorial reads them, SCIM's own keys beside them by knob. */
export function listExtensionGroups(call: Call): Answer {
  const { rows, startIndex, totalResults } = findScimGroups(call, true);
  const resources = rows.map(group => trimmed(call, scimGroupView(call, group)));
  const shape = call.knobs.extensionListShape;
  return ok({
    ...(shape === 'resources' ? {} : { entities: resources, total: totalResults }),
    ...(shape === 'entities' ? {} : listResponse(resources, { startIndex, totalResults })),
  });
}

/** `PUT …/groups/{groupId}`: replaces all of it; `meta.version` must be the current one, else 409. */
export function putExtensionGroup(call: Call): Answer {
  if (call.knobs.honour === 'not-found' || call.knobs.honour === 'method-not-allowed')
    return putScimGroup(call);
  const group = groupOf(call, 'not.found');
  checkIfMatch(call, group.version);
  const wanted = readGroup(call, group);
  const sent = (objectBody(call).meta as { version?: unknown }).version;
  if (sent === undefined || sent === null) {
    throw new ScimProblem(400, '"meta.version" is missing.', 'invalidValue');
  }
  if (bareVersion(String(sent)) !== String(group.version)) {
    throw new ScimProblem(
      409,
      `The version ${sent} does not match the current version ${group.version}.`,
      'invalidVers',
    );
  }
  if (wanted.externalId !== group.externalId) demandFree(call, wanted.externalId);
  rewrite(call, group, wanted);
  return echoed(wholeGroup(call, group), wanted);
}

/** `PATCH …/groups/{groupId}`: not in the tutorial; here as SCIM has it, with `routingQueueIds` beside the members. */
export function patchExtensionGroup(call: Call): Answer {
  if (call.knobs.honour !== 'yes' && call.knobs.honour !== 'echo-queues') return patchScimGroup(call);
  const group = groupOf(call, 'not.found');
  checkIfMatch(call, group.version);
  const before = scimGroupView(call, group);
  const operations = readPatchRequest(call.body).map(atTheTop);
  const { resource, changed } = applyPatch<ScimGroup>(before, operations, { rules: extensionGroupRules });
  if (changed) {
    // A group that was made natively has none until it is given one.
    const anchor = before.externalId ?? resource.externalId;
    const externalId = anchor === undefined ? undefined : externalIdOf(resource.externalId);
    if (externalId !== group.externalId) demandFree(call, externalId);
    rewrite(call, group, {
      externalId,
      displayName: displayNameOf(resource.displayName),
      members: membersFrom(call, resource.members ?? [], before.members),
      queueIds: queueIdsFrom(call, resource.routingQueueIds ?? []),
    });
  }
  return wholeGroup(call, group);
}

/** `DELETE …/groups/{groupId}`: not in the tutorial; 204 as SCIM has it. */
export function deleteExtensionGroup(call: Call): Answer {
  const group = groupOf(call, 'not.found');
  checkIfMatch(call, group.version);
  call.db.removeGroup(group);
  return answer(204);
}

const echoed = (told: Answer, { echo }: Wanted): Answer =>
  echo ? { ...told, body: { ...(told.body as object), routingQueueIds: echo } } : told;

function rewrite(call: Call, group: GroupRow, wanted: Wanted): void {
  call.db.changeGroup(group, {
    name: wanted.displayName,
    externalId: wanted.externalId,
    individuals: wanted.members,
  });
  call.db.serveQueues(group, wanted.queueIds);
}

/** The rules of the tutorial's section "400 Bad Request": both schemas, `meta`, an `externalId`, queues that exist. */
function readGroup(call: Call, group?: GroupRow): Wanted {
  const body = objectBody(call);
  const schemas = Array.isArray(body.schemas) ? body.schemas : [];
  for (const id of [coreGroupUrn, queueExtensionUrn]) {
    if (!schemas.includes(id)) throw new ScimProblem(400, `"schemas" must hold ${id}.`, 'invalidSyntax');
  }
  const meta = body.meta as { resourceType?: unknown } | undefined;
  if (typeof meta !== 'object' || meta === null || meta.resourceType !== 'Group') {
    throw new ScimProblem(400, '"meta.resourceType" must be "Group".', 'invalidSyntax');
  }
  const externalId = externalIdOf(body.externalId);
  const displayName = displayNameOf(body.displayName);
  const nested = body[queueExtensionUrn] as { routingQueueIds?: unknown } | undefined;
  const queueIds = queueIdsFrom(call, body.routingQueueIds ?? nested?.routingQueueIds ?? []);
  return {
    externalId,
    displayName,
    members: membersFrom(
      call,
      body.members ?? [],
      [...(group?.individuals ?? [])].map(value => ({ value })),
    ),
    ...(call.knobs.honour === 'echo-queues' ? { queueIds: [], echo: queueIds } : { queueIds }),
  };
}

function externalIdOf(value: unknown): string {
  const externalId = externalIdFrom(value);
  if (externalId === undefined || externalId.length > 256 || /[\u0000-\u001f]/u.test(externalId)) {
    throw new ScimProblem(400, '"externalId" must be a string of 1 to 256 characters.', 'invalidValue');
  }
  return externalId;
}

function displayNameOf(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new ScimProblem(400, '"displayName" must be a string that is not empty.', 'invalidValue');
}

function queueIdsFrom(call: Call, ids: unknown): string[] {
  if (!Array.isArray(ids)) throw new ScimProblem(400, '"routingQueueIds" must be a list.', 'invalidValue');
  const found = ids.map(item => {
    const id =
      typeof item === 'object' && item !== null ? String((item as { value?: unknown }).value) : String(item);
    if (!isUuid(id)) throw new ScimProblem(400, `"routingQueueIds": ${id} is no UUID.`, 'invalidValue');
    const queue = call.db.queues.get(id);
    if (!queue)
      throw new ScimProblem(400, `"routingQueueIds": the queue ${id} does not exist.`, 'invalidValue');
    return queue.id;
  });
  return call.knobs.honour === 'drop-queues' ? [] : found;
}

function demandFree(call: Call, externalId: string | undefined): void {
  if (externalId === undefined) return;
  const taken = call.db.groups.by('externalId', externalId).some(group => group.externalId === externalId);
  if (!taken) return;
  throw new ScimProblem(409, `A group with the externalId ${externalId} exists already.`, 'uniqueness');
}
