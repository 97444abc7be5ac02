import { queueExtensionUrn } from '../model/contract.ts';
import { urn } from '../scim/messages.ts';
import type { Call } from './call.ts';
import type { GroupRow } from './db.ts';
import { scimRoot } from './scim-discovery.ts';
import { metaVersion } from './scim-versions.ts';

export interface ScimGroup {
  readonly schemas: readonly string[];
  readonly id: string;
  readonly displayName: string;
  readonly externalId?: string;
  readonly members: readonly { readonly type?: string; readonly value: string; readonly $ref?: string }[];
  readonly meta: Readonly<Record<string, string>>;
  /** Documented contract only. */
  readonly routingQueueIds?: readonly string[];
}

/** A group as SCIM shows it (API reference §2.2): the same entity and version as the native one. */
export function scimGroupView(call: Call, group: GroupRow): ScimGroup {
  const root = scimRoot(call);
  const extended = honoursExtension(call);
  const members = call.knobs.scimMembers === 'effective' ? call.db.membersOf(group) : group.individuals;
  return {
    schemas: extended ? [urn.group, queueExtensionUrn] : [urn.group],
    id: group.id,
    displayName: group.name,
    ...(group.externalId === undefined ? {} : { externalId: group.externalId }),
    members: [...members].map(value => ({ type: 'User', value, $ref: `${root}/users/${value}` })),
    ...(extended ? { routingQueueIds: group.routingQueueIds } : {}),
    meta: {
      resourceType: 'Group',
      lastModified: group.modified,
      location: `${root}/groups/${group.id}`,
      version: metaVersion(call, group.version),
    },
  };
}

/** Does the tenant know `routingQueueIds`, whether it keeps them or not? */
export const honoursExtension = (call: Call): boolean =>
  call.contract === 'scim-extension' && (call.knobs.honour === 'yes' || call.knobs.honour === 'echo-queues');
