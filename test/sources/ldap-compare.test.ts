import { afterEach, describe, expect, it } from 'vitest';
import type { Directory } from '../../src/model/directory.ts';
import { ldapOptions } from '../../src/sources/ldap/options.ts';
import { ldapFrom } from '../support/ldap-rig.ts';
import { type LdapScript, type Row, type ScriptedLdap, startScriptedLdap } from '../support/scripted-ldap.ts';

const base = 'dc=corp,dc=example';
const person = (uid: string, memberOf: readonly string[] = []): Row => ({
  dn: `uid=${uid},cn=users,${base}`,
  objectClass: ['inetOrgPerson'],
  ipaUniqueID: `0000-${uid}`,
  uid,
  cn: uid,
  memberOf: memberOf.map(groupDn),
});
const group = (cn: string, member: readonly string[]): Row => ({
  dn: groupDn(cn),
  objectClass: ['groupOfNames', 'ipaUserGroup'],
  ipaUniqueID: `1111-${cn}`,
  cn,
  member,
});
const groupDn = (cn: string) => `cn=${cn},cn=groups,${base}`;
const personDn = (uid: string) => `uid=${uid},cn=users,${base}`;

let server: ScriptedLdap | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function reading(script: Partial<LdapScript>, name: string, more = {}): Promise<Directory> {
  const rootDse = { ipaDomainLevel: '1', supportedControl: ['1.2.840.113556.1.4.319'] };
  server = await startScriptedLdap({ rootDse, rows: [], ...script });
  const source = ldapFrom({
    url: server.url,
    baseDn: base,
    bindDn: 'uid=reader',
    password: 'secret',
    allowInsecure: true,
    ...more,
  });
  return source.read({ groups: [{ kind: 'exact', text: name }] }, new AbortController().signal);
}

describe('what members say of themselves', () => {
  it('a nested membership in memberOf, as FreeIPA has it, is no difference', async () => {
    const rows = [
      person('ana', ['inner', 'outer']),
      group('inner', [personDn('ana')]),
      group('outer', [groupDn('inner')]),
    ];
    expect((await reading({ rows }, 'outer')).notes).toEqual([]);
  });

  it('where something nested could not be read, who is missing below is no news', async () => {
    const rows = [person('ana', ['outer']), group('outer', [groupDn('gone'), personDn('ana')])];
    const more = [person('bo', ['outer'])];
    const directory = await reading({ rows: [...rows, ...more] }, 'outer');
    expect(directory.groups[0]!.evidence.complete).toBe(false);
    expect(directory.notes).toEqual([]);
  });

  it('a server that knows no memberOf at all is told nothing of it', async () => {
    const rows = [person('ana'), person('bo'), group('crew', [personDn('ana'), personDn('bo')])];
    expect((await reading({ rows }, 'crew')).notes).toEqual([]);
  });

  it('a difference names a few of those it is about', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const rows = [
      ...names.map(name => person(name, ['crew'])),
      person('ana', ['crew']),
      group('crew', [personDn('ana')]),
    ];
    const [note] = (await reading({ rows }, 'crew')).notes;
    expect(note).toMatchObject({ code: 'source.note', level: 'warning', subject: 'crew' });
    expect(note!.text).toContain('5 entries say to be in this group');
    expect(note!.text).toContain(`${personDn('a')}; ${personDn('b')}; ${personDn('c')}; …`);
  });

  it('Active Directory is asked only about groups that show nobody', async () => {
    const rootDse = { supportedCapabilities: ['1.2.840.113556.1.4.800'] };
    const rows = [
      { ...person('ana', ['crew']), objectClass: ['user'], userAccountControl: '512' },
      { ...group('crew', [personDn('ana')]), objectClass: ['group'] },
      { ...group('empty', []), objectClass: ['group'] },
    ];
    const asked = async (name: string) => {
      await reading({ rootDse, rows }, name);
      const searches = server!.searches.filter(search => /\(memberof=/iu.test(search));
      await server!.close();
      return searches.length;
    };
    expect(await asked('crew')).toBe(0);
    expect(await asked('empty')).toBe(1);
  });
});

describe('referrals', () => {
  const rows = [person('ana'), group('crew', [personDn('ana')])];

  it.each([
    'ldap://corp.example/CN=Configuration,DC=corp,DC=example',
    'ldap://DomainDnsZones.corp.example/DC=DomainDnsZones,DC=corp,DC=example',
    'ldap:///DC=ForestDnsZones,DC=corp,DC=example',
  ])('to a part of the forest without people are no news: %s', async referral => {
    expect((await reading({ rows, referral }, 'crew')).notes).toEqual([]);
  });

  it('to a child domain are told by name, each once however often they came', async () => {
    const referral = 'ldap://child.corp.example/DC=child,DC=corp,DC=example';
    const { notes } = await reading({ rows, referral }, 'crew', { pageSize: 1 });
    expect(notes).toHaveLength(1);
    expect(notes[0]!.text).toContain('1 other place (referrals)');
    expect(notes[0]!.remedy).toContain(referral);
  });
});

describe('the options of nesting and certificates', () => {
  const good = { url: 'ldaps://ldap.example.com', baseDn: base };
  const bound = { bindDn: 'cn=x', password: 'p' };
  const files = { certFile: 'client.pem', keyFile: 'client.key' };
  const wrong = (options: Readonly<Record<string, unknown>>) =>
    ldapOptions()
      .safeParse({ ...good, ...options })
      .error?.issues.map(({ path }) => path.join('.'));

  it('let the server resolve nesting only where it may be Active Directory', () => {
    expect(wrong({ ...bound, nested: 'server' })).toBeUndefined();
    expect(wrong({ ...bound, nested: 'server', vendor: 'active-directory' })).toBeUndefined();
    for (const vendor of ['openldap', '389ds', 'freeipa', 'lldap', 'generic'])
      expect(wrong({ ...bound, nested: 'server', vendor }), vendor).toEqual(['nested']);
  });

  it('let a certificate stand for name and password, over TLS', () => {
    expect(wrong({ certificateBind: true, ...files })).toBeUndefined();
    expect(wrong({ certificateBind: true, ...files, url: 'ldap://x', startTls: true })).toBeUndefined();
    expect(wrong({ certificateBind: true })).toEqual(['certificateBind']);
    expect(wrong({ certificateBind: true, ...files, url: 'ldap://x' })).toEqual(['certificateBind']);
    expect(wrong({ certificateBind: true, ...files, ...bound })).toEqual(['certificateBind']);
    expect(wrong({ certificateBind: true, ...files, anonymous: true })).toEqual(['anonymous']);
  });
});
