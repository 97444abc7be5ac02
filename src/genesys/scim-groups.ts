import { z } from 'zod';
import { isMusterError, MusterError } from '../errors.ts';
import { coreGroupUrn, queueExtensionUrn } from '../model/contract.ts';
import type { GroupId, QueueId, UserId } from '../model/keys.ts';
import type { TenantGroup } from '../model/tenant.ts';
import { formatEq } from '../scim/filter.ts';
import { type PatchOperation, patchRequest } from '../scim/messages.ts';
import type { GenesysApi } from './api.ts';
import { scimGroup, type WireScimGroup } from './wire.ts';

/** The platform's SCIM root; the documented contract uses the twin without `v2` (§2.1). */
export const root = '/api/v2/scim/v2/groups';

/** One group with members, anchor and version; undefined where it is gone. */
export async function readScimGroup(
  api: GenesysApi,
  id: GroupId,
  signal: AbortSignal,
): Promise<TenantGroup | undefined> {
  const call = { route: `GET ${root}/{id}`, params: { id }, subject: `group ${id}`, accept: [404] };
  const found = await api.find(call, scimGroup, signal);
  return found && toGroup(found);
}

/** Adds, removes and anchor in one request, under `If-Match` (§2.4, §2.5). */
export async function patchScimGroup(
  api: GenesysApi,
  group: { readonly id: GroupId; readonly name: string; readonly version?: string | undefined },
  change: {
    readonly add: readonly UserId[];
    readonly remove: readonly UserId[];
    /** Null clears it. */
    readonly externalId?: string | null | undefined;
  },
  signal: AbortSignal,
): Promise<TenantGroup> {
  const operations: PatchOperation[] = [];
  if (change.externalId === null) operations.push({ op: 'remove', path: 'externalId' });
  else if (change.externalId !== undefined)
    operations.push({ op: 'replace', path: 'externalId', value: change.externalId });
  if (change.add.length > 0)
    operations.push({ op: 'add', path: 'members', value: change.add.map(value => ({ value })) });
  for (const user of change.remove)
    operations.push({ op: 'remove', path: `members[${formatEq('value', user)}]` });
  const call = {
    route: `PATCH ${root}/{id}`,
    params: { id: group.id },
    json: patchRequest(operations),
    ifMatch: group.version,
    subject: `group ${group.name}`,
  };
  return toGroup(await api.read(call, scimGroup, signal));
}

/** Anchor and everybody at once, for a group that we made a moment ago and that nobody else can have filled. */
export async function fillScimGroup(
  api: GenesysApi,
  group: { readonly id: GroupId; readonly name: string },
  externalId: string,
  members: readonly UserId[],
  signal: AbortSignal,
): Promise<TenantGroup> {
  const json = {
    schemas: [coreGroupUrn],
    id: group.id,
    displayName: group.name,
    externalId,
    members: members.map(value => ({ value })),
  };
  const call = { route: `PUT ${root}/{id}`, params: { id: group.id }, json, subject: `group ${group.name}` };
  return toGroup(await api.read(call, scimGroup, signal));
}

// The documented contract: one resource holds name, anchor, members and queues.

export const extensionRoot = '/api/v2/scim/groups';

/** What a group of the documented contract shall be, whole: an update replaces everything. */
export interface ExtensionGroup {
  readonly externalId: string;
  readonly name: string;
  readonly members: readonly UserId[];
  readonly queues: readonly QueueId[];
}

const listing = z.looseObject({
  entities: z.array(scimGroup).nullish(),
  Resources: z.array(scimGroup).nullish(),
});

/** What a tenant answers that lists the documented contract and does not have it; the page of a gateway is no such word. */
const knowsNoAnchors = ({ code, status, vendorCode }: MusterError): boolean =>
  code !== 'http.not-json' &&
  (status === 404 || status === 405 || status === 501 || (status === 400 && vendorCode === 'invalidFilter'));

/** The tenant said that it speaks the documented contract, and then did not. */
export const notHonoured = (name: string, why: string): MusterError =>
  new MusterError('genesys.contract-not-honoured', {
    happened: `This tenant does not honour the documented contract: ${why}.`,
    subject: `group ${name}`,
    remedy:
      'Set genesys.contract to platform (auto does so by itself): queues are then told by memberGroups.',
  });

/** Looked up by anchor, escaped; `entities` as documented, `Resources` as SCIM has it. */
export async function findByAnchor(
  api: GenesysApi,
  externalId: string,
  signal: AbortSignal,
): Promise<TenantGroup | undefined> {
  const call = {
    route: `GET ${extensionRoot}`,
    query: { filter: formatEq('externalId', externalId) },
    subject: `group ${externalId}`,
  };
  const found = await api.read(call, listing, signal).catch((error: unknown) => {
    throw isMusterError(error) && knowsNoAnchors(error)
      ? notHonoured(externalId, `a look-up by externalId was answered ${error.status}`)
      : error;
  });
  const hit = (found.entities ?? found.Resources ?? []).find(group => group.externalId === externalId);
  return hit && toGroup(hit);
}

export async function readExtensionGroup(
  api: GenesysApi,
  id: GroupId,
  signal: AbortSignal,
): Promise<TenantGroup | undefined> {
  const call = { route: `GET ${extensionRoot}/{id}`, params: { id }, subject: `group ${id}`, accept: [404] };
  const found = await api.find(call, scimGroup, signal);
  return found && toGroup(found);
}

/** Undefined where the anchor is taken (409): the caller looks it up and updates. Never repeated blindly. */
export async function postExtensionGroup(
  api: GenesysApi,
  group: ExtensionGroup,
  signal: AbortSignal,
): Promise<TenantGroup | undefined> {
  const call = {
    route: `POST ${extensionRoot}`,
    json: extensionBody(group),
    subject: `group ${group.name}`,
    accept: [409],
  };
  const made = await api.find(call, scimGroup, signal);
  return made && toGroup(made);
}

export async function putExtensionGroup(
  api: GenesysApi,
  id: GroupId,
  group: ExtensionGroup,
  version: string | undefined,
  signal: AbortSignal,
): Promise<TenantGroup> {
  const call = {
    route: `PUT ${extensionRoot}/{id}`,
    params: { id },
    json: extensionBody(group, version),
    subject: `group ${group.name}`,
  };
  return toGroup(await api.read(call, scimGroup, signal));
}

/**
 * A body has at most 512,000 bytes (§6.1), and a member with its `display` takes 103. So in a large group that goes:
 * the tutorial sends it, and nothing is said to read it.
 */
const mostDisplayed = 4_000;

const extensionBody = (group: ExtensionGroup, version?: string) => ({
  schemas: [coreGroupUrn, queueExtensionUrn],
  externalId: group.externalId,
  displayName: group.name,
  members: group.members.map(value =>
    group.members.length > mostDisplayed ? { value } : { value, display: `User ${value}` },
  ),
  routingQueueIds: group.queues,
  meta: { resourceType: 'Group', ...(version === undefined ? {} : { version }) },
});

/** `meta.version` with or without quotes and `W/`, as text or number: an open question of the reference, §2.2. */
export const bareVersion = (version: string | number): string =>
  String(version).replace(/^W\//u, '').replace(/^"|"$/gu, '');

export function toGroup(wire: WireScimGroup): TenantGroup {
  const version = wire.meta?.version;
  return {
    id: wire.id,
    name: wire.displayName,
    // Nested groups, should a tenant hold any, count as members by hand: they are kept like everybody's else.
    memberIds: [...new Set(wire.members?.map(member => member.value))],
    dynamic: false,
    ...(wire.externalId ? { externalId: wire.externalId } : {}),
    ...(version == null ? {} : { version: bareVersion(version) }),
    ...(wire.meta?.lastModified == null ? {} : { modified: wire.meta.lastModified }),
    ...(wire.routingQueueIds == null ? {} : { routingQueueIds: wire.routingQueueIds }),
  };
}
