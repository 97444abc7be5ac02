import type { DirectoryGroup, Person, PersonStatus } from '../../model/directory.ts';
import { keyOf, type SourceId } from '../../model/keys.ts';
import { distinctAddresses } from '../addresses.ts';
import type { OktaOptions } from './options.ts';
import type { OktaGroup, OktaUser } from './wire.ts';

type Options = Pick<OktaOptions, 'attributes' | 'activeStatuses'>;

/** A user of Okta as a person. What the profile does not hold is left out. */
export function personOf(user: OktaUser, source: SourceId, options: Options): Person {
  const { attributes } = options;
  const first = (names: readonly string[]) => names.flatMap(name => textsIn(user, name))[0];
  const userName = first(attributes.userName);
  const externalId = first(attributes.externalId);
  const userId = first(attributes.userId);
  const emails = attributes.email.flatMap(name => textsIn(user, name));
  const extra = attributes.extra
    .map(name => [name, textsIn(user, name)] as const)
    .filter(([, values]) => values.length > 0);
  return {
    key: keyOf(source, user.id),
    id: user.id,
    name: nameOf(user) ?? userName ?? emails[0] ?? user.id,
    ...(userName !== undefined && { userName }),
    emails: distinctAddresses(emails),
    ...(externalId !== undefined && { externalId }),
    ...(userId !== undefined && { userId }),
    status: statusOf(user.status, options),
    ...(extra.length > 0 && { attributes: Object.fromEntries(extra) }),
  };
}

function nameOf(user: OktaUser): string | undefined {
  const [displayName] = textsIn(user, 'displayName');
  if (displayName !== undefined) return displayName;
  const parts = [...textsIn(user, 'firstName'), ...textsIn(user, 'lastName')];
  return parts.length > 0 ? parts.join(' ') : undefined;
}

/** Custom attributes may be lists, numbers or booleans. */
function textsIn({ profile }: OktaUser, name: string): string[] {
  const value = profile[name];
  return (Array.isArray(value) ? value : [value]).flatMap(each =>
    ['string', 'number', 'boolean'].includes(typeof each) && String(each).trim() !== '' ? [String(each)] : [],
  );
}

/**
 * Somebody who has not been activated yet cannot log in, and counts as suspended. A status that did not exist when
 * this was written is unknown (identity sources reference §1).
 */
function statusOf(status: string, { activeStatuses }: Options): PersonStatus {
  if ((activeStatuses as readonly string[]).includes(status)) return 'active';
  switch (status) {
    case 'DEPROVISIONED':
      return 'deprovisioned';
    case 'STAGED':
    case 'PROVISIONED':
    case 'ACTIVE':
    case 'RECOVERY':
    case 'PASSWORD_EXPIRED':
    case 'LOCKED_OUT':
    case 'SUSPENDED':
      return 'suspended';
    default:
      return 'unknown';
  }
}

/** Groups of Okta hold users and nothing else. */
export const groupOf = (
  group: OktaGroup,
  users: readonly OktaUser[],
  evidence: DirectoryGroup['evidence'],
): DirectoryGroup => ({
  id: group.id,
  name: group.profile.name,
  aliases: [],
  members: users.map(({ id }) => ({ kind: 'person', id })),
  skipped: [],
  evidence,
});
