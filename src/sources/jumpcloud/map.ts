import type { DirectoryGroup, MemberRef, Person, PersonStatus } from '../../model/directory.ts';
import { keyOf, type SourceId } from '../../model/keys.ts';
import { distinctAddresses } from '../addresses.ts';
import { byText } from '../directory-of.ts';
import type { PeopleReader } from '../people-reader.ts';
import type { JumpcloudOptions } from './options.ts';
import type { JumpcloudGroup, JumpcloudMember, JumpcloudUser } from './wire.ts';

type Options = Pick<JumpcloudOptions, 'attributes' | 'activeStates'>;

/** A system user as a person. What it does not hold is left out. */
export function personOf(user: JumpcloudUser, source: SourceId, options: Options): Person {
  const { attributes } = options;
  const first = (names: readonly string[]) => names.flatMap(name => textsIn(user, name))[0];
  const userName = first(['username']);
  const externalId = first(attributes.externalId);
  const userId = first(attributes.userId);
  const emails = distinctAddresses(attributes.email.flatMap(name => textsIn(user, name)));
  const extra = attributes.extra
    .map(name => [name, textsIn(user, name)] as const)
    .filter(([, values]) => values.length > 0);
  const fullName = [...textsIn(user, 'firstname'), ...textsIn(user, 'lastname')].join(' ');
  return {
    key: keyOf(source, user.id),
    id: user.id,
    name: first(['displayname']) ?? (fullName || userName || emails[0] || user.id),
    ...(userName !== undefined && { userName }),
    emails,
    ...(externalId !== undefined && { externalId }),
    ...(userId !== undefined && { userId }),
    status: statusOf(user, options),
    ...(extra.length > 0 && { attributes: Object.fromEntries(extra) }),
  };
}

/** A field, or a custom attribute: those come as a list of names and values. */
function textsIn(user: JumpcloudUser, name: string): string[] {
  const custom = Array.isArray(user.attributes) ? user.attributes : [];
  const own = Object.hasOwn(user, name) && name !== 'attributes' ? user[name] : undefined;
  const value = own ?? custom.find(each => each?.name === name)?.value;
  return (Array.isArray(value) ? value : [value]).flatMap(each =>
    ['string', 'number', 'boolean'].includes(typeof each) && String(each).trim() !== '' ? [String(each)] : [],
  );
}

/**
 * `suspended` wins over `state`, because every user has it. Somebody whose account is locked after wrong passwords is
 * a minute away from work and stays active.
 */
function statusOf({ suspended, state }: JumpcloudUser, { activeStates }: Options): PersonStatus {
  const told = suspended === true ? 'SUSPENDED' : typeof state === 'string' ? state.toUpperCase() : undefined;
  if (told === undefined) return suspended === false ? 'active' : 'unknown';
  if ((activeStates as readonly string[]).includes(told)) return 'active';
  return ['STAGED', 'ACTIVATED', 'SUSPENDED'].includes(told) ? 'suspended' : 'unknown';
}

/** What was read of the members of a group. */
export interface ReadMembers {
  readonly members: readonly JumpcloudMember[];
  readonly reasons: readonly string[];
  readonly pages: number;
}

/** Each member becomes one of three: a person, a type that was skipped, or a reason why the group is incomplete. */
export function groupOf(
  { id, name }: JumpcloudGroup,
  read: ReadMembers,
  people: Pick<PeopleReader<JumpcloudUser>, 'found' | 'missing'>,
  readAt: string,
): DirectoryGroup {
  const members: MemberRef[] = [];
  const skipped = new Map<string, number>();
  const reasons = [...read.reasons];
  for (const member of read.members) {
    if (member.type === 'user') {
      if (people.found.has(member.id)) members.push({ kind: 'person', id: member.id });
      else reasons.push(`the user ${member.id} could not be read: ${people.missing.get(member.id)?.why}`);
    } else if (member.type === 'user_group') {
      // No documentation says that groups can be nested; if they can, whoever is in this one is not known here.
      reasons.push(`the group ${member.id} is nested in it, and nested groups are not followed here`);
    } else skipped.set(member.type, (skipped.get(member.type) ?? 0) + 1);
  }
  return {
    id,
    name,
    aliases: [],
    members,
    skipped: [...skipped].map(([type, count]) => ({ type, count })).sort((a, b) => byText(a.type, b.type)),
    evidence: { complete: reasons.length === 0, reasons, pages: read.pages, readAt },
  };
}
