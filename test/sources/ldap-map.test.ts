import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/sources/entries/entry.ts';
import { groupFacts, kindOf, personFacts } from '../../src/sources/entries/facts.ts';
import {
  allAttributes,
  detectVendor,
  layoutFor,
  type Vendor,
  vendors,
} from '../../src/sources/entries/layout.ts';

const entry = (
  dn: string,
  attributes: Readonly<Record<string, string | Buffer | readonly string[]>>,
): Entry => ({
  dn,
  attributes: new Map(
    Object.entries(attributes).map(([name, given]) => {
      const values = typeof given === 'string' || Buffer.isBuffer(given) ? [given] : given;
      return [name.toLowerCase(), values.map(value => Buffer.from(value as string))];
    }),
  ),
});

const layout = (vendor: Vendor) => layoutFor(vendor, undefined, {});

describe('the kind of server', () => {
  const dses: readonly [Vendor, Readonly<Record<string, string | readonly string[]>>][] = [
    ['active-directory', { supportedCapabilities: ['1.2.840.113556.1.4.800'] }],
    ['active-directory', { forestFunctionality: '7' }],
    ['freeipa', { ipaDomainLevel: '1', vendorName: '389 Project' }],
    ['openldap', { objectClass: ['top', 'OpenLDAProotDSE'] }],
    ['389ds', { vendorName: '389 Project', vendorVersion: '389-Directory/2.4.5' }],
    ['lldap', { vendorName: 'LLDAP' }],
    ['generic', { vendorName: 'Somebody else' }],
    ['generic', {}],
  ];
  it.each(dses)('%s is known by %j', (vendor, attributes) => {
    expect(detectVendor(entry('', attributes))).toBe(vendor);
  });

  it.each(vendors)('%s asks for its id attributes by name, because they are operational', vendor => {
    const asked = allAttributes(layout(vendor));
    expect(asked).toEqual(expect.arrayContaining([...layout(vendor).groupId, ...layout(vendor).personId]));
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('may be overridden attribute by attribute', () => {
    const own = layoutFor('openldap', '(cn=x)', { email: ['proxyAddresses'] });
    expect(own).toMatchObject({ groupFilter: '(cn=x)', email: ['proxyAddresses'], userName: ['uid'] });
  });
});

describe('what an entry is', () => {
  const kinds: readonly [readonly string[], unknown][] = [
    [['top', 'groupOfNames'], 'group'],
    [['posixGroup', 'groupOfMembers'], 'group'],
    [['top', 'Group'], 'group'],
    [['inetOrgPerson', 'posixAccount'], 'person'],
    [['top', 'person', 'organizationalPerson', 'user'], 'person'],
    [['top', 'person', 'organizationalPerson', 'user', 'computer'], { other: 'computer' }],
    [['user', 'computer', 'msDS-GroupManagedServiceAccount'], { other: 'groupManagedServiceAccount' }],
    [['top', 'person', 'organizationalPerson', 'contact'], { other: 'contact' }],
    [['top', 'foreignSecurityPrincipal'], { other: 'foreignSecurityPrincipal' }],
    [['top', 'device'], { other: 'device' }],
    [[], 'hidden'],
  ];
  it.each(kinds)('%j is %j', (objectClass, kind) => {
    expect(kindOf(entry('cn=x', { objectClass }), layout('openldap'))).toEqual(kind);
  });

  it('an unknown class with members is a group', () => {
    const unknown = entry('cn=x', { objectClass: ['top', 'team'], member: 'cn=a' });
    expect(kindOf(unknown, layout('openldap'))).toBe('group');
  });
});

describe('a group', () => {
  it('has one name and the others as aliases, its DN among them', () => {
    const facts = groupFacts(
      entry('cn=Tier1,dc=x', {
        cn: ['Second', 'Tier1'],
        mail: 't1@x.org',
        entryUUID: 'u1',
        objectClass: 'groupOfNames',
        member: 'cn=a',
      }),
      layout('openldap'),
      false,
    );
    expect(facts).toMatchObject({ id: 'u1', idIsDn: false, name: 'Tier1', reasons: [] });
    expect(facts.aliases).toEqual(['Second', 't1@x.org', 'cn=Tier1,dc=x']);
  });

  it('of the global catalog has its members only if it is universal', () => {
    const of = (groupType: string) =>
      groupFacts(entry('cn=g', { objectClass: 'group', groupType }), layout('active-directory'), true)
        .reasons;
    expect(of('-2147483640')).toEqual([]);
    expect(of('-2147483646')).toHaveLength(1);
  });
});

describe('a person', () => {
  const facts = (
    vendor: Vendor,
    attributes: Readonly<Record<string, string | Buffer | readonly string[]>>,
    own = {},
  ) => personFacts(entry('uid=ana,dc=x', attributes), layoutFor(vendor, undefined, own), 'corp').person;

  it('has the id of their kind of server', () => {
    expect(facts('openldap', { entryUUID: 'e1' })).toMatchObject({ id: 'e1', key: 'corp:e1' });
    expect(facts('389ds', { nsUniqueId: 'n1', entryUUID: 'e1' })).toMatchObject({ id: 'n1' });
    expect(facts('freeipa', { ipaUniqueID: 'i1' })).toMatchObject({ id: 'i1' });
    const objectGUID = Buffer.from('33221100554477668899aabbccddeeff', 'hex');
    expect(facts('active-directory', { objectGUID })).toMatchObject({
      id: '00112233-4455-6677-8899-aabbccddeeff',
    });
    expect(facts('openldap', {})).toMatchObject({ id: 'uid=ana,dc=x' });
  });

  it('is suspended where the server says that the account is locked', () => {
    expect(facts('active-directory', { userAccountControl: '514' }).status).toBe('suspended');
    expect(facts('active-directory', { userAccountControl: '66048' }).status).toBe('active');
    expect(facts('active-directory', {}).status).toBe('unknown');
    expect(facts('openldap', { pwdAccountLockedTime: '000001010000Z' }).status).toBe('suspended');
    expect(facts('openldap', { pwdAccountLockedTime: '20261123081500Z' }).status).toBe('active');
    expect(facts('389ds', { nsAccountLock: 'TRUE' }).status).toBe('suspended');
    expect(facts('389ds', { nsAccountLock: 'false' }).status).toBe('active');
    expect(facts('openldap', {}).status).toBe('active');
  });

  it('has each mail address once, those of Exchange without their prefix, the primary one first', () => {
    const proxyAddresses = ['smtp:a.souza@x.org', 'SIP:ana@x.org', 'SMTP:Ana@x.org', 'X500:/o=x'];
    const own = { email: ['proxyAddresses', 'mail'] };
    expect(facts('active-directory', { proxyAddresses, mail: 'ana@x.org' }, own).emails).toEqual([
      'Ana@x.org',
      'a.souza@x.org',
    ]);
  });

  it('is called by the first attribute that is there', () => {
    expect(facts('openldap', { displayName: 'Ana S.', cn: 'Ana Souza' }).name).toBe('Ana S.');
    expect(facts('openldap', { cn: 'Ana Souza', uid: 'ana' })).toMatchObject({
      name: 'Ana Souza',
      userName: 'ana',
    });
    expect(facts('active-directory', { sAMAccountName: 'ana' })).toMatchObject({
      userName: 'ana',
      name: 'ana',
    });
    expect(facts('openldap', {}).name).toBe('uid=ana,dc=x');
  });
});
