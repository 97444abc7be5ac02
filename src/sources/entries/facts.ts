import type { Person, PersonStatus } from '../../model/directory.ts';
import { keyOf, type SourceId } from '../../model/keys.ts';
import { matchKey } from '../../model/match-key.ts';
import { namingValue, normalDn, withoutUid } from './dn.ts';
import { bytesOf, classesOf, type Entry, textOf, textsOf } from './entry.ts';
import type { Layout } from './layout.ts';
import { sidOf } from './windows-ids.ts';

/** An entry as a group, its members still as the server wrote them. */
export interface GroupFacts {
  readonly dn: string;
  readonly id: string;
  /** No id attribute was readable, so the DN stands in: a renamed group will look like another one. */
  readonly idIsDn: boolean;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly memberDns: readonly string[];
  readonly logins: readonly string[];
  /** Why the members may not be all. */
  readonly reasons: readonly string[];
  /** Searches beyond the one that brought the entry. */
  readonly extraPages: number;
  readonly sid?: { readonly domain: string; readonly rid: number };
}

export interface PersonFacts {
  readonly dn: string;
  readonly person: Person;
  readonly idIsDn: boolean;
  /** Login names by which `memberUid` may mean this person, lower case. */
  readonly logins: readonly string[];
}

/** What an entry is, as far as staffing a queue goes. `hidden` shows too little of itself to tell. */
export type EntryKind = 'group' | 'person' | 'hidden' | { readonly other: string };

const groupClasses = [
  'group',
  'groupofnames',
  'groupofuniquenames',
  'groupofmembers',
  'groupofurls',
  'posixgroup',
  'ipausergroup',
];
const personClasses = ['user', 'inetorgperson', 'organizationalperson', 'person', 'posixaccount', 'account'];

/**
 * Types that carry a person's classes without being one: a computer of Active Directory is a `user` by inheritance,
 * and a contact a `person`. They come first.
 */
const neither: Readonly<Record<string, string>> = {
  'msds-groupmanagedserviceaccount': 'groupManagedServiceAccount',
  'msds-managedserviceaccount': 'managedServiceAccount',
  computer: 'computer',
  contact: 'contact',
  foreignsecurityprincipal: 'foreignSecurityPrincipal',
};

export function kindOf(entry: Entry, layout: Layout): EntryKind {
  const classes = classesOf(entry);
  if (classes.size === 0) return 'hidden';
  for (const [name, other] of Object.entries(neither)) if (classes.has(name)) return { other };
  if (groupClasses.some(name => classes.has(name))) return 'group';
  if (personClasses.some(name => classes.has(name))) return 'person';
  return showsMembers(entry, layout) ? 'group' : { other: textsOf(entry, 'objectClass').at(-1)! };
}

const showsMembers = (entry: Entry, layout: Layout): boolean =>
  [...layout.members, ...layout.memberLogins].some(name => bytesOf(entry, name).length > 0);

/** `globalCatalog`: read from there, where only universal groups have their members. */
export function groupFacts(entry: Entry, layout: Layout, globalCatalog: boolean): GroupFacts {
  const names = layout.groupName.flatMap(attribute => {
    const naming = namingValue(entry.dn, attribute);
    const values = textsOf(entry, attribute);
    // Values are a set without order: of several, the one that names the entry is the same on every server.
    return naming && values.includes(naming) ? [naming, ...values] : values;
  });
  const aliases = layout.groupAliases.flatMap(attribute => textsOf(entry, attribute));
  const name = names[0] ?? aliases[0] ?? entry.dn;
  const memberDns = layout.members.flatMap(attribute =>
    textsOf(entry, attribute).map(attribute.toLowerCase() === 'uniquemember' ? withoutUid : value => value),
  );
  const sid = sidOf(bytesOf(entry, 'objectSid')[0]);
  return {
    dn: entry.dn,
    ...idOf(entry, layout.groupId),
    name,
    aliases: [...new Set([...names, ...aliases, entry.dn])].filter(alias => alias !== name),
    memberDns,
    logins: layout.memberLogins.flatMap(attribute => textsOf(entry, attribute)),
    reasons: doubts(entry, layout, memberDns.length, globalCatalog),
    extraPages: 0,
    ...(sid && { sid }),
  };
}

function doubts(entry: Entry, layout: Layout, members: number, globalCatalog: boolean): string[] {
  const classes = classesOf(entry);
  const rule = ruleDoubt(entry, classes, layout);
  if (rule !== undefined) return [rule];
  // OpenLDAP's schema demands a member of these classes: none to be seen means that we may not see them.
  const demanding = classes.has('groupofnames') || classes.has('groupofuniquenames');
  if (layout.vendor === 'openldap' && demanding && members === 0)
    return ['it shows no member, and groups of its class have one: the account may not read them'];
  const universal = 8;
  if (globalCatalog && (Number(textOf(entry, ['groupType']) ?? 0) & universal) === 0)
    return [
      'the global catalog does not hold the members of a group that is not universal; read from port 636',
    ];
  return [];
}

/**
 * A dynamic group has a rule (`memberURL`) instead of members. Where the server expands it (OpenLDAP's dynlist) the
 * members are there to be read, and they are all of them: the class `groupOfURLs` alone allows none to be stored.
 * Elsewhere there are none, or those that were stored beside the rule, and nothing tells how many the rule would add.
 */
function ruleDoubt(entry: Entry, classes: ReadonlySet<string>, layout: Layout): string | undefined {
  const ruled = classes.has('groupofurls') || bytesOf(entry, 'memberURL').length > 0;
  if (!ruled) return undefined;
  if (!showsMembers(entry, layout))
    return 'it is a dynamic group (memberURL), and the server shows no members of it';
  return storesMembers.some(name => classes.has(name))
    ? 'it has members of its own and a rule (memberURL), and whether the server added those of the rule is not known'
    : undefined;
}

const storesMembers = ['group', 'groupofnames', 'groupofuniquenames', 'groupofmembers', 'posixgroup'];

export function personFacts(entry: Entry, layout: Layout, source: SourceId): PersonFacts {
  const { id, idIsDn } = idOf(entry, layout.personId);
  const userName = textOf(entry, layout.userName);
  const externalId = textOf(entry, layout.externalId);
  const userId = textOf(entry, layout.userId);
  const extra = layout.extra
    .map(name => [name, textsOf(entry, name)] as const)
    .filter(([, values]) => values.length > 0);
  return {
    dn: entry.dn,
    idIsDn,
    logins: textsOf(entry, layout.login).map(matchKey),
    person: {
      key: keyOf(source, id),
      id,
      name: textOf(entry, layout.personName) ?? userName ?? entry.dn,
      ...(userName !== undefined && { userName }),
      emails: emailsOf(entry, layout),
      ...(externalId !== undefined && { externalId }),
      ...(userId !== undefined && { userId }),
      status: statusOf(entry, layout),
      ...(extra.length > 0 && { attributes: Object.fromEntries(extra) }),
    },
  };
}

function idOf(entry: Entry, attributes: readonly string[]): { id: string; idIsDn: boolean } {
  const id = textOf(entry, attributes);
  return id === undefined ? { id: normalDn(entry.dn) ?? entry.dn, idIsDn: true } : { id, idIsDn: false };
}

/** `proxyAddresses` of Exchange holds `SMTP:` for the primary address, `smtp:` for others, and other kinds as well. */
function emailsOf(entry: Entry, layout: Layout): string[] {
  const found = layout.email.flatMap(attribute => {
    const values = textsOf(entry, attribute);
    if (attribute.toLowerCase() !== 'proxyaddresses') return values;
    const primary = values.filter(value => value.startsWith('SMTP:'));
    const others = values.filter(value => value.startsWith('smtp:'));
    return [...primary, ...others].map(value => value.slice('smtp:'.length));
  });
  const keys = found.map(matchKey);
  return found.filter((_, index) => keys.indexOf(keys[index]!) === index);
}

/**
 * What an administrator's lock looks like in OpenLDAP's password policy. Any other value is the time of a lockout after
 * wrong passwords: nobody leaves a live queue because they mistyped.
 */
const lockedForGood = '000001010000Z';

/**
 * AD: bit 2 of `userAccountControl`; unreadable it is `unknown`, since every account has the attribute. OpenLDAP's
 * password policy and 389DS write an attribute only while the account is locked (identity sources reference §4).
 */
function statusOf(entry: Entry, layout: Layout): PersonStatus {
  if (layout.vendor === 'active-directory') {
    const control = textOf(entry, ['userAccountControl']);
    if (control === undefined) return 'unknown';
    const accountDisabled = 2;
    return (Number(control) & accountDisabled) !== 0 ? 'suspended' : 'active';
  }
  const locked =
    textOf(entry, ['pwdAccountLockedTime']) === lockedForGood ||
    textOf(entry, ['nsAccountLock'])?.toLowerCase() === 'true';
  return locked ? 'suspended' : 'active';
}
