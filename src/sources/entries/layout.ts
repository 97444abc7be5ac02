import { type Entry, textsOf } from './entry.ts';

export const vendors = ['active-directory', 'openldap', '389ds', 'freeipa', 'lldap', 'generic'] as const;
export type Vendor = (typeof vendors)[number];

/** Where a kind of server keeps things (identity sources reference §4); the options may override each of them. */
export interface Layout {
  readonly vendor: Vendor;
  readonly title: string;
  readonly groupFilter: string;
  readonly groupId: readonly string[];
  readonly groupName: readonly string[];
  readonly groupAliases: readonly string[];
  readonly members: readonly string[];
  readonly memberLogins: readonly string[];
  readonly login: string;
  readonly personId: readonly string[];
  readonly personName: readonly string[];
  readonly userName: readonly string[];
  readonly email: readonly string[];
  readonly externalId: readonly string[];
  readonly userId: readonly string[];
  readonly extra: readonly string[];
  /** Attribute by which many entries can be asked for by DN in one search; missing where no such thing is known. */
  readonly dnAttribute?: string;
}

/** What the rootDSE gives away about the server. Ask it for `*` and `+`: most of this is operational. */
export function detectVendor(rootDse: Entry): Vendor {
  const adCapability = '1.2.840.113556.1.4.800';
  if (textsOf(rootDse, 'supportedCapabilities').includes(adCapability)) return 'active-directory';
  if (textsOf(rootDse, 'forestFunctionality').length > 0) return 'active-directory';
  if (textsOf(rootDse, 'ipaDomainLevel').length > 0) return 'freeipa';
  const classes = [...textsOf(rootDse, 'structuralObjectClass'), ...textsOf(rootDse, 'objectClass')];
  if (classes.some(name => name.toLowerCase() === 'openldaprootdse')) return 'openldap';
  const name = [...textsOf(rootDse, 'vendorName'), ...textsOf(rootDse, 'vendorVersion')].join(' ');
  if (/lldap/iu.test(name)) return 'lldap';
  if (/389[ -]|red hat/iu.test(name)) return '389ds';
  return 'generic';
}

/** The classes of groups that servers other than AD and FreeIPA hold; an unknown class matches nothing. */
const anyGroup =
  '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)' +
  '(objectClass=posixGroup)(objectClass=group)(objectClass=groupOfURLs))';

const plain: Omit<Layout, 'vendor' | 'title'> = {
  groupFilter: anyGroup,
  groupId: ['entryUUID', 'nsUniqueId', 'ipaUniqueID'],
  groupName: ['cn'],
  groupAliases: ['mail'],
  members: ['member', 'uniqueMember'],
  memberLogins: ['memberUid'],
  login: 'uid',
  personId: ['entryUUID', 'nsUniqueId', 'ipaUniqueID'],
  personName: ['displayName', 'cn'],
  userName: ['uid'],
  email: ['mail'],
  externalId: ['employeeNumber'],
  userId: [],
  extra: [],
};

const byVendor: Readonly<Record<Vendor, Layout>> = {
  'active-directory': {
    ...plain,
    vendor: 'active-directory',
    title: 'Active Directory',
    groupFilter: '(objectClass=group)',
    groupId: ['objectGUID'],
    groupAliases: ['sAMAccountName', 'mail', 'objectSid'],
    members: ['member'],
    memberLogins: [],
    login: 'sAMAccountName',
    personId: ['objectGUID'],
    userName: ['userPrincipalName', 'sAMAccountName'],
    externalId: ['employeeNumber', 'employeeID'],
    dnAttribute: 'distinguishedName',
  },
  openldap: { ...plain, vendor: 'openldap', title: 'OpenLDAP', dnAttribute: 'entryDN' },
  '389ds': {
    ...plain,
    vendor: '389ds',
    title: '389 Directory Server',
    groupId: ['nsUniqueId', 'entryUUID'],
    personId: ['nsUniqueId', 'entryUUID'],
    dnAttribute: 'entryDN',
  },
  freeipa: {
    ...plain,
    vendor: 'freeipa',
    title: 'FreeIPA',
    // Host groups are groupOfNames as well; user groups alone are ipaUserGroup.
    groupFilter: '(objectClass=ipausergroup)',
    groupId: ['ipaUniqueID', 'nsUniqueId'],
    personId: ['ipaUniqueID', 'nsUniqueId'],
    dnAttribute: 'entryDN',
  },
  lldap: { ...plain, vendor: 'lldap', title: 'LLDAP' },
  generic: { ...plain, vendor: 'generic', title: 'LDAP server' },
};

export function layoutFor(vendor: Vendor, groupFilter: string | undefined, own: Partial<Layout>): Layout {
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return { ...byVendor[vendor], ...(groupFilter === undefined ? {} : { groupFilter }), ...given };
}

/** Everything that is asked of an entry whose kind is not known yet. Operational attributes come only when named. */
export const allAttributes = (layout: Layout): string[] => [
  ...new Set([
    ...groupAttributes(layout),
    ...layout.members,
    ...layout.memberLogins,
    ...layout.personId,
    ...layout.personName,
    ...layout.userName,
    ...layout.email,
    ...layout.externalId,
    ...layout.userId,
    ...layout.extra,
    layout.login,
    ...(layout.vendor === 'active-directory'
      ? ['userAccountControl', 'primaryGroupID']
      : ['pwdAccountLockedTime', 'nsAccountLock', 'memberURL']),
  ]),
];

/** What it takes to name a group, without its members. */
export const groupAttributes = (layout: Layout): string[] => [
  ...new Set([
    'objectClass',
    ...layout.groupId,
    ...layout.groupName,
    ...layout.groupAliases,
    ...(layout.vendor === 'active-directory' ? ['groupType', 'objectSid'] : []),
  ]),
];
