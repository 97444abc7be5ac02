import type { DirectoryGroup, MemberRef, Person, PersonStatus } from '../../model/directory.ts';
import { keyOf, type SourceId } from '../../model/keys.ts';
import { distinctAddresses } from '../addresses.ts';
import { textsAt } from './fields.ts';
import { namesOf } from './list-groups.ts';
import type { GoogleOptions } from './options.ts';
import type { PeopleRead } from './people.ts';
import type { WalkedGroup } from './walk.ts';
import type { GoogleMember, GoogleUser } from './wire.ts';

export interface MapFacts {
  readonly source: SourceId;
  readonly options: GoogleOptions;
  readonly people: PeopleRead;
  /** ISO 8601. */
  readonly readAt: string;
}

/** A group as the directory has it, and the people whom it holds directly. */
export function groupOf(
  walked: WalkedGroup,
  facts: MapFacts,
): { readonly group: DirectoryGroup; readonly people: readonly Person[] } {
  const { options, people, readAt } = facts;
  const members: MemberRef[] = [];
  const found: Person[] = [];
  const skipped = new Map<string, Set<string>>();
  const skip = (type: string, id: string) => skipped.set(type, (skipped.get(type) ?? new Set()).add(id));
  const unclear = new Set<string>();
  for (const member of walked.members) {
    const { id, type } = member;
    const outside = type === 'EXTERNAL' || (type === 'USER' && people.outsiders.has(id));
    if (type === 'GROUP') {
      if (!options.includeDerivedMembership) members.push({ kind: 'group', id });
    } else if (outside && options.external !== 'include') skip('external', id);
    else if (outside || type === 'USER') {
      const user = people.users.get(id);
      if (people.unseen.has(id) && member.status === undefined) unclear.add(id);
      found.push(user ? userPerson(user, facts) : memberPerson(member, facts));
      members.push({ kind: 'person', id });
    } else skip(type, id);
  }
  const outsiders = skipped.get('external')?.size ?? 0;
  const reasons: string[] = [];
  if (options.external === 'incomplete' && outsiders > 0)
    reasons.push(`${outsiders} member${outsiders === 1 ? ' is' : 's are'} from outside the account`);
  if (unclear.size > 0)
    reasons.push(`the status of ${unclear.size} member${unclear.size === 1 ? '' : 's'} could not be seen`);
  return {
    group: {
      ...namesOf(walked.group),
      members,
      skipped: [...skipped].map(([type, ids]) => ({ type, count: ids.size })),
      evidence: {
        ...walked.evidence,
        complete: walked.evidence.complete && reasons.length === 0,
        reasons: [...walked.evidence.reasons, ...reasons],
        readAt,
      },
    },
    people: found,
  };
}

function userPerson(user: GoogleUser, { source, options }: MapFacts): Person {
  const { attributes } = options;
  const [userName] = textsAt(user, attributes.userName);
  const [externalId] = textsAt(user, attributes.externalId);
  const [userId] = attributes.userId === undefined ? [] : textsAt(user, attributes.userId);
  const emails = [user.primaryEmail, ...user.aliases];
  const extra = attributes.extra
    .map(place => [place, textsAt(user, place)] as const)
    .filter(([, values]) => values.length > 0);
  return {
    key: keyOf(source, user.id),
    id: user.id,
    name: textsAt(user, attributes.name)[0] ?? user.primaryEmail,
    ...(userName !== undefined && { userName }),
    emails: distinctAddresses(emails),
    ...(externalId !== undefined && { externalId }),
    ...(userId !== undefined && { userId }),
    status: user.suspended || user.archived ? 'suspended' : 'active',
    ...(extra.length > 0 && { attributes: Object.fromEntries(extra) }),
  };
}

/** What a group says of somebody: an address, which is also the login name inside the account. */
function memberPerson(member: GoogleMember, { source }: MapFacts): Person {
  const { id, email } = member;
  return {
    key: keyOf(source, id),
    id,
    name: email ?? id,
    ...(email !== undefined && { userName: email }),
    emails: email === undefined ? [] : [email],
    status: statusOf(member.status),
  };
}

/** People from outside come without a status. */
function statusOf(status: string | undefined): PersonStatus {
  switch (status) {
    case 'ACTIVE':
      return 'active';
    case 'SUSPENDED':
    case 'ARCHIVED':
      return 'suspended';
    default:
      return 'unknown';
  }
}
