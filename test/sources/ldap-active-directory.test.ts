import { afterEach, describe, expect, it } from 'vitest';
import { isMusterError, type MusterError } from '../../src/errors.ts';
import type { Directory } from '../../src/model/directory.ts';
import type { Selector } from '../../src/model/mapping.ts';
import { ldapFrom } from '../support/ldap-rig.ts';
import { type LdapScript, type Row, type ScriptedLdap, startScriptedLdap } from '../support/scripted-ldap.ts';

const base = 'DC=corp,DC=example';
const never = new AbortController().signal;
const exact = (text: string): Selector => ({ kind: 'exact', text });

const rootDse = {
  supportedCapabilities: ['1.2.840.113556.1.4.800'],
  supportedControl: ['1.2.840.113556.1.4.319'],
};
const guid = (last: number) =>
  Buffer.from(`33221100554477668899aabbccddee${last.toString(16).padStart(2, '0')}`, 'hex');
const guidText = (last: number) => `00112233-4455-6677-8899-aabbccddee${last.toString(16).padStart(2, '0')}`;
const sid = (rid: number, domain = 7) => {
  const bytes = Buffer.alloc(28);
  bytes.set([1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, domain]);
  bytes.writeUInt32LE(rid, 24);
  return bytes;
};

const user = (name: string, number: number, more: Record<string, string | Buffer | string[]> = {}): Row => ({
  dn: `CN=${name},OU=Staff,${base}`,
  objectClass: ['top', 'person', 'organizationalPerson', 'user'],
  cn: name,
  displayName: name,
  objectGUID: guid(number),
  objectSid: sid(1000 + number),
  sAMAccountName: name.toLowerCase(),
  userPrincipalName: `${name.toLowerCase()}@corp.example`,
  mail: `${name.toLowerCase()}@example.com`,
  userAccountControl: '512',
  primaryGroupID: '513',
  ...more,
});

const group = (name: string, number: number, member: string[], more: Record<string, string> = {}): Row => ({
  dn: `CN=${name},OU=Groups,${base}`,
  objectClass: ['top', 'group'],
  cn: name,
  sAMAccountName: `${name}-sam`,
  objectGUID: guid(number),
  objectSid: sid(2000 + number),
  groupType: '-2147483646',
  member,
  ...more,
});

let server: ScriptedLdap | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function reading(
  script: Omit<LdapScript, 'rootDse'>,
  selectors: readonly Selector[],
  options: Readonly<Record<string, unknown>> = {},
): Promise<Directory> {
  server = await startScriptedLdap({ rootDse, ...script });
  const source = ldapFrom({
    url: server.url,
    baseDn: base,
    bindDn: 'svc@corp.example',
    password: 'secret',
    allowInsecure: true,
    ...options,
  });
  return source.read({ groups: selectors }, never);
}

const idsOf = (directory: Directory, name: string) =>
  directory.groups.find(each => each.name === name)!.members.map(({ id }) => id);

describe('Active Directory', () => {
  it('is known by its capability; ids are GUIDs, and a group is selected by any of its names', async () => {
    const rows = [user('Ana', 1), group('Tier1', 9, [`CN=Ana,OU=Staff,${base}`])];
    for (const text of ['Tier1', 'Tier1-sam', guidText(9), `cn=tier1, ou=groups, ${base.toLowerCase()}`]) {
      const directory = await reading({ rows }, [exact(text)]);
      expect(directory.groups, text).toHaveLength(1);
      expect(directory.groups[0], text).toMatchObject({ id: guidText(9), name: 'Tier1' });
      expect(directory.people[0]).toMatchObject({
        key: `corp:${guidText(1)}`,
        userName: 'ana@corp.example',
        emails: ['ana@example.com'],
        status: 'active',
      });
      await server!.close();
    }
  });

  it('hands out a large membership in ranges, and all of them are read', async () => {
    const people = Array.from({ length: 11 }, (_, index) => user(`P${index}`, index));
    const rows = [
      ...people,
      group(
        'Big',
        99,
        people.map(({ dn }) => dn),
      ),
    ];
    const directory = await reading({ rows, maxValRange: 4 }, [exact('Big')]);
    expect(idsOf(directory, 'Big')).toHaveLength(11);
    expect(directory.groups[0]!.evidence).toMatchObject({ complete: true, pages: 3 });
  });

  it('a range that cannot be read makes the group incomplete', async () => {
    const people = Array.from({ length: 6 }, (_, index) => user(`P${index}`, index));
    const rows = [
      ...people,
      group(
        'Big',
        99,
        people.map(({ dn }) => dn),
      ),
    ];
    const directory = await reading({ rows, maxValRange: 4, dropRanges: true }, [exact('Big')]);
    expect(idsOf(directory, 'Big')).toHaveLength(4);
    expect(directory.groups[0]!.evidence.reasons).toEqual([
      'only the first 4 values of member could be read',
    ]);
  });

  it('an empty page with a cookie is not the last page', async () => {
    const people = Array.from({ length: 5 }, (_, index) => user(`P${index}`, index));
    const groups = people.map(({ dn }, index) => group(`G${index}`, 20 + index, [dn]));
    const selector: Selector = { kind: 'glob', text: 'G*' };
    const directory = await reading({ rows: [...people, ...groups], emptyPages: true }, [selector], {
      pageSize: 2,
    });
    expect(directory.groups.map(({ name }) => name)).toEqual(['G0', 'G1', 'G2', 'G3', 'G4']);
    expect(directory.people).toHaveLength(5);
    expect(directory.evidence).toMatchObject({ complete: true, pages: 6 });
  });

  it('a disabled account is suspended; one whose state is hidden makes its group incomplete', async () => {
    const { userAccountControl: _, ...hidden } = user('Cy', 3);
    const rows = [
      user('Ana', 1, { userAccountControl: '514' }),
      user('Bo', 2),
      hidden as Row,
      group('Off', 8, [`CN=Ana,OU=Staff,${base}`, `CN=Bo,OU=Staff,${base}`]),
      group('Doubt', 9, [hidden.dn]),
    ];
    const directory = await reading({ rows }, [exact('Off'), exact('Doubt')]);
    expect(directory.people.map(({ name, status }) => [name, status])).toEqual([
      ['Ana', 'suspended'],
      ['Bo', 'active'],
      ['Cy', 'unknown'],
    ]);
    const reasons = directory.groups.map(each => [each.name, each.evidence.reasons]);
    expect(reasons).toEqual([
      ['Doubt', ['whether 1 member may log in could not be read (userAccountControl)']],
      ['Off', []],
    ]);
  });

  it('computers, contacts and foreign principals are counted and left out', async () => {
    const computer = user('Desk', 4, { objectClass: ['top', 'person', 'user', 'computer'] });
    const contact = user('Partner', 5, { objectClass: ['top', 'person', 'contact'] });
    const foreign = `CN=S-1-5-21-1-2-3-1104,CN=ForeignSecurityPrincipals,${base}`;
    const rows = [
      computer,
      contact,
      user('Ana', 1),
      group('Mixed', 9, [computer.dn, contact.dn, foreign, `CN=Ana,OU=Staff,${base}`]),
    ];
    const [mixed] = (await reading({ rows }, [exact('Mixed')])).groups;
    expect(mixed!.members).toEqual([{ kind: 'person', id: guidText(1) }]);
    expect(mixed!.skipped).toEqual([
      { type: 'computer', count: 1 },
      { type: 'contact', count: 1 },
      { type: 'foreignSecurityPrincipal', count: 1 },
    ]);
    expect(mixed!.evidence.complete).toBe(true);
  });

  it('people of a primary group are told, or counted in where the config says so', async () => {
    const rows = [
      user('Ana', 1, { primaryGroupID: '2009' }),
      user('Other', 2, { primaryGroupID: '2009', objectSid: sid(1002, 8) }),
      user('Desk', 4, { primaryGroupID: '2009', objectClass: ['top', 'person', 'user', 'computer'] }),
      group('Users', 9, []),
    ];
    const told = await reading({ rows }, [exact('Users')]);
    expect(told.groups[0]!.members).toEqual([]);
    expect(told.notes).toHaveLength(1);
    expect(told.notes[0]).toMatchObject({ code: 'source.note', level: 'warning', subject: 'Users' });
    expect(told.notes[0]!.text).toContain('1 person has this as primary group');
    await server!.close();
    const counted = await reading({ rows }, [exact('Users')], { primaryGroup: 'include' });
    expect(idsOf(counted, 'Users')).toEqual([guidText(1)]);
    expect(counted.notes).toEqual([]);
  });

  it('referrals are counted, not followed', async () => {
    const rows = [group('Tier1', 9, [])];
    const referral = 'ldap://other.example/DC=other,DC=example';
    const directory = await reading({ rows, referral }, [exact('Tier1')]);
    expect(directory.groups).toHaveLength(1);
    expect(directory.notes.map(({ text }) => text)).toEqual([
      'The server pointed to 1 other place (referrals), which were not followed.',
    ]);
  });

  it('exact names are asked of the server; only the names of groups are read for a glob', async () => {
    const rows = [user('Ana', 1), group('Tier1', 9, [`CN=Ana,OU=Staff,${base}`]), group('Other', 8, [])];
    await reading({ rows }, [exact('Tier1')]);
    const [, listing] = server!.searches;
    expect(listing).toContain('(cn=Tier1)');
    expect(listing).not.toMatch(/\bmember\b/u);
    await server!.close();
    await reading({ rows }, [{ kind: 'glob', text: 'T*' }]);
    expect(server!.searches[1]).toMatch(/^DC=corp,DC=example sub \(objectclass=group\) /u);
    expect(server!.searches.join('\n')).not.toContain('CN=Other');
  });

  it('many members are looked up in few searches', async () => {
    const people = Array.from({ length: 250 }, (_, index) => user(`P${index}`, index));
    const rows = [
      ...people,
      group(
        'Big',
        255,
        people.map(({ dn }) => dn),
      ),
    ];
    const directory = await reading({ rows }, [exact('Big')]);
    expect(directory.people).toHaveLength(250);
    expect(server!.searches.length).toBeLessThan(10);
  });

  it('a name with the letters of a filter asks for itself', async () => {
    const name = 'a*)(objectClass=\\*';
    const rows = [group('Plain', 8, []), { ...group('x', 9, []), cn: name } as Row];
    const directory = await reading({ rows }, [exact(name)]);
    expect(directory.groups.map(each => each.name)).toEqual([name]);
  });

  it('refuses a password over plain text with the remedy', async () => {
    const text =
      '00002028: LdapErr: DSID-0C090259, comment: The server requires binds to turn on integrity checking';
    const error = await reading({ rows: [], bind: { code: 8, text } }, [exact('x')]).catch(reason => reason);
    expect(isMusterError(error, 'source.insecure'), String(error)).toBe(true);
    expect((error as MusterError).happened).toContain('strongerAuthRequired (8)');
  });

  it('says why it refused a bind', async () => {
    const text = '80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data 532, v3839';
    const error = await reading({ rows: [], bind: { code: 49, text } }, [exact('x')]).catch(reason => reason);
    expect(isMusterError(error, 'source.auth-failed'), String(error)).toBe(true);
    expect((error as MusterError).happened).toBe(
      'The LDAP server refused the bind: invalidCredentials (49), the password has expired.',
    );
    expect(JSON.stringify(error)).not.toContain('"secret"');
  });

  it('two entries with one id are an error, not one person', async () => {
    const rows = [
      user('Ana', 1),
      user('Bo', 2),
      group('G', 9, [`CN=Ana,OU=Staff,${base}`, `CN=Bo,OU=Staff,${base}`]),
    ];
    const options = { attributes: { personId: 'primaryGroupID' } };
    const error = await reading({ rows }, [exact('G')], options).catch(reason => reason);
    expect(isMusterError(error, 'source.read-failed'), String(error)).toBe(true);
  });

  it('a server that falls silent is an error within the time allowed', async () => {
    const options = { timeoutSeconds: 0.2, vendor: 'active-directory' };
    const error = await reading({ rows: [], silent: true }, [exact('x')], options).catch(reason => reason);
    expect(isMusterError(error, 'source.read-failed'), String(error)).toBe(true);
    expect((error as MusterError).happened).toContain('did not answer within 0.2 seconds');
  });

  it('an abort ends the wait for an answer at once', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const heard = () => controller.abort(reason);
    server = await startScriptedLdap({ rootDse, rows: [], silent: true, heard });
    const source = ldapFrom({ url: server.url, baseDn: base, anonymous: true, allowInsecure: true });
    await expect(source.read({ groups: [exact('x')] }, controller.signal)).rejects.toBe(reason);
  });

  it('a server without StartTLS gets no password', async () => {
    const error = await reading({ rows: [] }, [exact('x')], { allowInsecure: false, startTls: true }).catch(
      reason => reason,
    );
    expect(isMusterError(error, 'source.insecure'), String(error)).toBe(true);
    expect((error as MusterError).happened).toContain('protocolError (2)');
  });
});
