import { queueExtensionUrn } from '../model/contract.ts';
import { resourceTypes, serviceProviderConfig } from '../scim/discovery.ts';
import { listResponse, urn } from '../scim/messages.ts';
import { type Answer, notFound, ok, refuse } from './answer.ts';
import type { Call } from './call.ts';
import { advertisesExtension } from './knobs.ts';
import { schemasAt } from './scim-schemas.ts';
import { genesysUserUrn } from './scim-user-schemas.ts';
import { etagOf, notModified } from './scim-versions.ts';

/** It never changes. */
const configVersion = 1;

/** The root under which this request came in; there are two, and links stay under the same one. */
export const scimRoot = (call: Call): string =>
  `${call.baseUrl}${/^\/api\/v2\/scim\/v2(?:\/|$)/iu.test(call.path) ? '/api/v2/scim/v2' : '/api/v2/scim'}`;

/** `GET …/serviceproviderconfig`: PATCH, filters and ETags; no sorting, no bulk (API reference §2.1, §2.5). */
export function getServiceProviderConfig(call: Call): Answer {
  const known = notModified(call, configVersion);
  if (known) return known;
  const config = serviceProviderConfig({
    baseUrl: scimRoot(call),
    path: 'serviceproviderconfig',
    maxResults: 100,
    changePassword: true,
  });
  return ok(
    { ...config, meta: { ...config.meta, version: String(configVersion) } },
    { etag: etagOf(configVersion) },
  );
}

export const listResourceTypes = (call: Call): Answer => list(resourceTypesOf(call));

export function getResourceType(call: Call): Answer {
  const id = call.params.resourceType!;
  const found = resourceTypesOf(call).find(entry => entry.id.toLowerCase() === id.toLowerCase());
  if (!found) throw notFound('resource type', id, 'not.found');
  return ok(found);
}

/** `GET …/schemas`; a filter on it answers 403 (§2.6). */
export function listSchemas(call: Call): Answer {
  if (call.query.text('filter') !== undefined) {
    throw refuse(403, 'not.authorized', 'The schemas cannot be filtered.');
  }
  return list(schemasOf(call));
}

export function getSchema(call: Call): Answer {
  const id = call.params.schemaId!;
  const found = schemasOf(call).find(schema => schema.id.toLowerCase() === id.toLowerCase());
  if (!found) throw notFound('schema', id, 'not.found');
  return ok(found);
}

const extended = (call: Call): boolean => advertisesExtension(call.knobs, call.contract);

const resourceTypesOf = (call: Call) =>
  resourceTypes(scimRoot(call), {
    lowerCase: true,
    userExtensions: [urn.enterpriseUser, genesysUserUrn],
    groupExtensions: extended(call) ? [queueExtensionUrn] : [],
    required: [queueExtensionUrn],
    names: ['User', 'Group', 'ServiceProviderConfig', 'ResourceType', 'Schema'],
  });

const schemasOf = (call: Call) => schemasAt(`${scimRoot(call)}/schemas`, extended(call));

const list = (found: readonly unknown[]): Answer =>
  ok(listResponse(found, { startIndex: 1, totalResults: found.length }));
