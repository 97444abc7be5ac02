import type { DirectoryGroup, MemberRef, Person, PersonStatus } from '../../model/directory.ts';
import { keyOf, type SourceId } from '../../model/keys.ts';
import { distinctAddresses } from '../addresses.ts';
import { byText } from '../directory-of.ts';
import type { MemberList } from './members.ts';
import type { EntraOptions } from './options.ts';
import { type GroupRecord, type MemberRecord, textsAt, typeOf } from './wire.ts';

/** All that a read met: groups with their lists by id. A nested group that is not in here was not read. */
export type Walked = ReadonlyMap<string, { readonly record: GroupRecord; readonly list: MemberList }>;

export interface Related {
  readonly groups: readonly DirectoryGroup[];
  readonly people: readonly Person[];
  /** Groups with members of whom nothing but the id came, and how many such members in all. */
  readonly veiled: { readonly groups: number; readonly members: number };
  /** Groups whose membership is hidden and came empty. */
  readonly hidden: readonly string[];
}

type Names = Pick<DirectoryGroup, 'name' | 'aliases'>;

export function groupNames(
  record: GroupRecord,
  { groupAliases }: Pick<EntraOptions['attributes'], 'groupAliases'>,
): Names {
  const name = record.displayName || record.id;
  const aliases = groupAliases.flatMap(property => record[property] || []);
  return { name, aliases: [...new Set(aliases)].filter(alias => alias !== name) };
}

/** Turns records into the model; each member into a person, a group, a skipped type, or a reason for doubt. */
export function relate(walked: Walked, source: SourceId, options: EntraOptions, readAt: string): Related {
  const people = new Map<string, Person>();
  const veiled = { groups: 0, members: 0 };
  const hidden: string[] = [];
  const groups = [...walked.values()].map(({ record, list }): DirectoryGroup => {
    const sorted = sortMembers(list.records, walked);
    for (const user of sorted.users) {
      if (!people.has(user.id)) people.set(user.id, personOf(user, source, options));
    }
    const unknown = sorted.users.filter(user => people.get(user.id)!.status === 'unknown').length;
    const names = groupNames(record, options.attributes);
    const reasons = [...list.reasons, ...sorted.reasons];
    if (sorted.veiled > 0) {
      veiled.groups += 1;
      veiled.members += sorted.veiled;
      reasons.push(`${told(sorted.veiled)} came with nothing but an id (User.Read.All is missing)`);
    }
    if (unknown > 0) reasons.push(`whether ${told(unknown)} may sign in did not come (accountEnabled)`);
    // Without the right to see them the list is empty, and no error says so.
    if (record.visibility === 'HiddenMembership' && list.records.length === 0 && list.reasons.length === 0) {
      hidden.push(names.name);
      reasons.push(
        'its membership is hidden and came empty (Member.Read.Hidden is missing, or nobody is in it)',
      );
    }
    return {
      id: record.id,
      ...names,
      members: sorted.members,
      skipped: sorted.skipped,
      evidence: {
        complete: reasons.length === 0,
        reasons,
        pages: list.pages,
        ...(list.expected !== undefined && { expected: list.expected }),
        readAt,
      },
    };
  });
  return { groups, people: [...people.values()], veiled, hidden };
}

function sortMembers(records: readonly MemberRecord[], walked: Walked) {
  const users: MemberRecord[] = [];
  const members: MemberRef[] = [];
  const others = new Map<string, number>();
  let veiled = 0;
  let untyped = 0;
  let unread = 0;
  for (const record of records) {
    const type = typeOf(record);
    if (type === 'user') {
      if (isVeiled(record)) veiled += 1;
      else {
        users.push(record);
        members.push({ kind: 'person', id: record.id });
      }
    } else if (type === 'group') {
      if (walked.has(record.id)) members.push({ kind: 'group', id: record.id });
      else unread += 1;
    } else if (type === undefined) untyped += 1;
    else others.set(type, (others.get(type) ?? 0) + 1);
  }
  const reasons = [
    ...(unread > 0
      ? [`${told(unread)} that ${unread === 1 ? 'is a group' : 'are groups'} could not be read`]
      : []),
    ...(untyped > 0 ? [`of ${told(untyped)} the server does not tell the type`] : []),
  ];
  const skipped = [...others].map(([type, count]) => ({ type, count }));
  return { users, members, veiled, reasons, skipped: skipped.sort((a, b) => byText(a.type, b.type)) };
}

/** Everybody has a userPrincipalName: where it is not shown, nothing is ("limited information", reference §2). */
export const isVeiled = (record: MemberRecord): boolean => !record.userPrincipalName;

function personOf(record: MemberRecord, source: SourceId, { attributes }: EntraOptions): Person {
  const first = (paths: readonly string[]) => paths.flatMap(path => textsAt(record, path))[0];
  const userName = first(attributes.userName);
  const externalId = first(attributes.externalId);
  const userId = first(attributes.userId);
  const extra = attributes.extra
    .map(path => [path, textsAt(record, path)] as const)
    .filter(([, values]) => values.length > 0);
  return {
    key: keyOf(source, record.id),
    id: record.id,
    name: first(['displayName', 'userPrincipalName']) ?? record.id,
    ...(userName !== undefined && { userName }),
    emails: distinctAddresses(attributes.email.flatMap(path => addressesAt(record, path))),
    ...(externalId !== undefined && { externalId }),
    ...(userId !== undefined && { userId }),
    status: statusOf(record),
    ...(extra.length > 0 && { attributes: Object.fromEntries(extra) }),
  };
}

function statusOf({ accountEnabled }: MemberRecord): PersonStatus {
  if (accountEnabled === true) return 'active';
  return accountEnabled === false ? 'suspended' : 'unknown';
}

/** `proxyAddresses` holds `SMTP:` for the primary address, `smtp:` for others, and further kinds such as `SIP:`. */
function addressesAt(record: MemberRecord, path: string): string[] {
  const values = textsAt(record, path);
  if (path !== 'proxyAddresses') return values;
  const primary = values.filter(value => value.startsWith('SMTP:'));
  const others = values.filter(value => value.startsWith('smtp:'));
  return [...primary, ...others].map(value => value.slice('smtp:'.length));
}

const told = (count: number): string => (count === 1 ? '1 member' : `${count} members`);
