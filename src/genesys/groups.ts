import { z } from 'zod';
import type { GroupId } from '../model/keys.ts';
import type { GenesysApi } from './api.ts';
import { listAll } from './listing.ts';
import { idBatch } from './read-plan.ts';
import type { GroupHead } from './remembered.ts';
import { group as groupSchema, type WireGroup } from './wire.ts';

const listRoute = 'GET /api/v2/groups';

/** Every group, by the native listing: one cheap call for 500, no secondary look-ups (§2.3, §4). */
export async function listGroups(
  api: GenesysApi,
  signal: AbortSignal,
): Promise<{ groups: WireGroup[]; total: number }> {
  const rows = await listAll(api, { route: listRoute, subject: 'groups' }, groupSchema, signal);
  return { groups: rows.filter(isLive), total: rows.length };
}

/** Groups by id without their members, a hundred a call; ids that the server does not show are simply not there. */
export async function groupsById(
  api: GenesysApi,
  ids: readonly GroupId[],
  signal: AbortSignal,
): Promise<WireGroup[]> {
  const found: WireGroup[] = [];
  for (let at = 0; at < ids.length; at += idBatch) {
    const id = ids.slice(at, at + idBatch);
    const call = { route: listRoute, query: { id }, subject: `${id.length} groups by id` };
    found.push(...(await listAll(api, call, groupSchema, signal, idBatch)));
  }
  return found.filter(isLive);
}

const searchAnswer = z.looseObject({ results: z.array(groupSchema).nullish() });

/** The groups of exactly this name. "No match" may be an empty list or a 404 (§5). */
export async function groupsNamed(api: GenesysApi, name: string, signal: AbortSignal): Promise<WireGroup[]> {
  const call = {
    route: 'POST /api/v2/groups/search',
    json: { pageSize: 25, pageNumber: 1, query: [{ type: 'EXACT', fields: ['name'], value: name }] },
    repeatable: true,
    subject: `group ${name}`,
    accept: [404],
  };
  const found = await api.find(call, searchAnswer, signal);
  return (found?.results ?? []).filter(group => group.name === name && isLive(group));
}

/** Never repeated blindly: a lost answer is settled by looking the name up (§6.3). */
export async function createGroup(api: GenesysApi, name: string, signal: AbortSignal): Promise<WireGroup> {
  const json = { name, type: 'official', visibility: 'public', rulesVisible: true };
  return api.read({ route: 'POST /api/v2/groups', json, subject: `group ${name}` }, groupSchema, signal);
}

/** One group as it is, to be written back under another name. */
export async function readGroup(api: GenesysApi, id: GroupId, signal: AbortSignal): Promise<WireGroup> {
  return api.read(
    { route: 'GET /api/v2/groups/{id}', params: { id }, subject: `group ${id}`, exact: true },
    groupSchema,
    signal,
  );
}

/** Rename is only had here; SCIM's `displayName` is read-only (§2.2). `version` is required (§4). */
export async function renameGroup(
  api: GenesysApi,
  current: WireGroup,
  name: string,
  signal: AbortSignal,
): Promise<WireGroup> {
  const json = { ...writable(current), name, version: current.version };
  const call = {
    route: 'PUT /api/v2/groups/{id}',
    params: { id: current.id },
    json,
    subject: `group ${current.name}`,
  };
  return api.read(call, groupSchema, signal);
}

/** The fields of `GroupUpdate`, as they are; `visibility: owners` is spelt `ownerIds` there (§4). */
function writable(group: WireGroup): Record<string, unknown> {
  const kept = [
    'description',
    'images',
    'addresses',
    'rulesVisible',
    'visibility',
    'rolesEnabled',
    'includeOwners',
    'callsEnabled',
  ];
  const body = Object.fromEntries(kept.flatMap(name => (group[name] == null ? [] : [[name, group[name]]])));
  if (body.visibility === 'owners') body.visibility = 'ownerIds';
  if (group.owners?.length) body.ownerIds = group.owners.map(owner => owner.id);
  return body;
}

const individualsAnswer = z.looseObject({ entities: z.array(z.looseObject({ id: z.string() })).nullish() });

/** Explicit members only, not paged: who is a member beyond these and the owners came by a rule (§4). */
export async function individuals(api: GenesysApi, id: GroupId, signal: AbortSignal): Promise<string[]> {
  const call = { route: 'GET /api/v2/groups/{id}/individuals', params: { id }, subject: `group ${id}` };
  return ((await api.read(call, individualsAnswer, signal)).entities ?? []).map(user => user.id);
}

export const headOf = ({ version, dateModified, memberCount }: WireGroup): GroupHead => ({
  version: version == null ? undefined : String(version),
  modified: dateModified ?? undefined,
  memberCount: memberCount ?? undefined,
});

/** A deleted group can still be read for a while (§4). */
const isLive = (group: WireGroup): boolean => group.state !== 'deleted';
