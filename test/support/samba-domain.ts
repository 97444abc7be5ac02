import { adReader, domainDn, type Samba } from './samba.ts';
import { dnValue, ldifEntry } from './slapd.ts';

/** What the tests of Active Directory read beside the worlds of the contract. */
export const base = `OU=proof,${domainDn}`;
export const dn = (name: string) => `CN=${dnValue(name)},${base}`;
/** A person that Active Directory would call special in every way that a name can be. */
export const special = 'Müller, Jürgen "JJ" <Süd>; #1 + 2 = 3 \\ (x) *';

const user = (name: string, more: Readonly<Record<string, string | Buffer>> = {}) =>
  ldifEntry(dn(name), {
    objectClass: 'user',
    displayName: name,
    sAMAccountName: `proof-${name.replace(/\W/gu, '').toLowerCase()}`,
    mail: `${name.replace(/\W/gu, '').toLowerCase()}@example.org`,
    userAccountControl: '544',
    ...more,
  });
const group = (name: string, member: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  ldifEntry(dn(name), {
    objectClass: 'group',
    sAMAccountName: `proof-group-${name.replace(/\W/gu, '').toLowerCase()}`,
    member,
    ...more,
  });
const modify = (name: string, ...lines: string[]) =>
  [`dn: ${dn(name)}`, 'changetype: modify', ...lines, '', ''].join('\n');

/** Fills the domain. The odd ones are each told about where they stand. */
export async function seedProof(samba: Samba): Promise<void> {
  await samba.add(
    [
      ldifEntry(base, { objectClass: 'organizationalUnit' }),
      ...['ana', 'bo', 'cy', special].map(name => user(name)),
      user('dee', { userAccountControl: '546' }),
      user('tim', { userPrincipalName: 'tim@example.org', employeeNumber: '007' }),
      user('off', { userAccountControl: '514', unicodePwd: Buffer.from('"N0t-any-more"', 'utf16le') }),
      ldifEntry(dn('till'), { objectClass: 'computer', sAMAccountName: 'TILL$', userAccountControl: '4096' }),
      ldifEntry(dn('partner'), { objectClass: 'contact' }),
      group('Tier1', [dn('ana'), dn('tim'), dn('dee')]),
      group(`${special} team`, [dn(special)]),
      group('Level3', [dn('cy'), dn(`${special} team`)]),
      group('Level2', [dn('Level3'), dn('bo')]),
      group('Level1', [dn('Level2'), dn('ana')]),
      group('Hen', [dn('ana')]),
      group('Egg', [dn('bo'), dn('Hen')]),
      // A principal of a trusted domain comes as its number and stands in a container of its own.
      group('Mixed', [dn('ana'), dn('till'), dn('partner'), '<SID=S-1-5-21-1-2-3-1104>']),
      group('Beyond', [dn('ana'), adReader.dn]),
      group('Empty', []),
      group('Home', [dn('bo')]),
      group('Hidden', [dn('bo'), dn('cy')]),
      group('Everywhere', [dn('ana')], { groupType: '-2147483640' }),
    ].join(''),
  );
  const home = (await printedIds(samba, '(cn=Home)')).get(dn('Home'))!.sid;
  const readerSid = (await printedIds(samba, '(sAMAccountName=muster)')).get(adReader.dn)!.sid;
  const attributeMember = 'bf9679c0-0de6-11d0-a285-00aa003049e2';
  await samba.modify(
    [
      modify('Hen', 'add: member', `member: ${dn('Egg')}`),
      modify('bo', 'replace: primaryGroupID', `primaryGroupID: ${home.split('-').at(-1)}`),
      // The reader may see everything of this group but its members; the system keeps all rights.
      modify(
        'Hidden',
        'replace: nTSecurityDescriptor',
        `nTSecurityDescriptor: O:DAG:DAD:(OD;;RP;${attributeMember};;${readerSid})(A;;RPLCLORC;;;AU)(A;;GA;;;SY)`,
      ),
    ].join(''),
  );
}

/** GUID and SID as Samba itself writes them. */
export async function printedIds(
  samba: Samba,
  filter: string,
): Promise<Map<string, { guid: string; sid: string }>> {
  const records = (await samba.print(domainDn, filter, 'objectGUID', 'objectSid')).split(/^# record \d+$/mu);
  const value = (record: string, name: string) => new RegExp(`^${name}: (.+)$`, 'mu').exec(record)?.[1];
  return new Map(
    records.flatMap(record => {
      const [name, guid, sid] = ['dn', 'objectGUID', 'objectSid'].map(each => value(record, each));
      return name && guid && sid ? [[name, { guid, sid }] as const] : [];
    }),
  );
}

/** GUIDs of the people at any depth below a group, as Samba's own matching rule says, straight from its database. */
export async function printedChain(samba: Samba, name: string): Promise<string[]> {
  const rule = 'memberOf:1.2.840.113556.1.4.1941:';
  const text = dn(name).replace(/[\\*()]/gu, char => `\\${char.charCodeAt(0).toString(16)}`);
  const found = await samba.print(base, `(&(objectClass=user)(${rule}=${text}))`, 'objectGUID');
  return [...found.matchAll(/^objectGUID: (.+)$/gmu)].map(match => match[1]!).sort();
}
