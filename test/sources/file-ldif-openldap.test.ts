import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Directory } from '../../src/model/directory.ts';
import { everything, fileDesk, never } from '../support/file-desk.ts';
import { fileFrom } from '../support/file-rig.ts';
import { ldapFrom, plainOptions } from '../support/ldap-rig.ts';
import { ldifEntry, noSlapd, reader, type Slapd, startSlapd } from '../support/slapd.ts';

const data = new URL('../../../shared/data/planet-express.ldif', import.meta.url);
const schema = new URL('../../../shared/data/planet-express.schema', import.meta.url);
const missing =
  noSlapd ??
  (existsSync(data) && existsSync(schema) ? undefined : '../shared/data/planet-express.ldif is not here');
const base = 'dc=planetexpress,dc=com';
const people = `ou=people,${base}`;

/** Beside the public data: nested groups, login names, letters beyond ASCII, a photograph, somebody who is locked. */
const more = [
  ldifEntry(`uid=kif,${people}`, {
    objectClass: 'inetOrgPerson',
    cn: 'Kif Krøker',
    sn: 'Krøker',
    uid: 'kif',
    jpegPhoto: Buffer.alloc(4096, 0xff),
    userPassword: 'secret of kif',
    pwdAccountLockedTime: '000001010000Z',
  }),
  ldifEntry(`cn=Übersicht\\, alle,${people}`, {
    objectClass: 'groupOfNames',
    cn: 'Übersicht, alle',
    member: [`cn=ship_crew,${people}`, `CN=Admin_Staff, OU=people,${base}`, `uid=kif,${people}`],
  }),
  ldifEntry(`cn=posix,${people}`, {
    objectClass: 'posixGroup',
    cn: 'posix',
    gidNumber: '5000',
    memberUid: ['fry', 'bender', 'kif'],
  }),
  ldifEntry(`cn=unique,${people}`, {
    objectClass: 'groupOfUniqueNames',
    cn: 'unique',
    uniqueMember: [`cn=Philip J. Fry,${people}#'0101'B`, `cn=reader,${base}`],
  }),
].join('');

describe.skipIf(missing)(`an export of OpenLDAP${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const desk = fileDesk();
  let slapd: Slapd;
  let overTheWire: Directory;
  beforeAll(async () => {
    slapd = await startSlapd({
      suffix: base,
      schema: readFileSync(schema, 'utf8').trim().split('\n'),
      database: ['overlay ppolicy', `limits dn.exact="cn=admin,${base}" size=unlimited`],
    });
    await slapd.add(`${readFileSync(data, 'utf8')}\n${more}`);
    const options = {
      ...plainOptions(slapd.url, base),
      bindDn: reader.dn.replace('dc=example,dc=org', base),
    };
    overTheWire = await ldapFrom(options).read(everything, never);
  });
  afterAll(() => slapd?.stop());

  const read = async (text: string): Promise<Directory> => {
    await desk.save('export.ldif', text);
    return fileFrom(desk.directory, { path: 'export.ldif' }, 'corp').read(everything, never);
  };

  /** Who there is, and how completely; not how many requests it took. */
  const content = ({ groups, people: found, evidence }: Directory) => ({
    groups: groups.map(group => ({ ...group, evidence: group.evidence.reasons })),
    people: found,
    reasons: evidence.reasons,
  });

  it('has something to compare', () => {
    expect(overTheWire.groups.map(({ name }) => name)).toEqual([
      'admin_staff',
      'posix',
      'ship_crew',
      'unique',
      'Übersicht, alle',
    ]);
    expect(overTheWire.people).toHaveLength(6);
    expect(overTheWire.people.filter(({ status }) => status === 'suspended')).toHaveLength(1);
  });

  it('by slapcat reads as the server does', async () => {
    expect(content(await read(await slapd.slapcat()))).toEqual(content(overTheWire));
  });

  it.each([
    ['ldapsearch', []],
    ['ldapsearch -L', ['-L']],
    ['ldapsearch -LLL', ['-LLL']],
    ['ldapsearch -LLL without folding', ['-LLL', '-o', 'ldif-wrap=no']],
    ['ldapsearch in pages', ['-E', 'pr=3/noprompt']],
    ['ldapsearch -L in pages', ['-L', '-E', 'pr=3/noprompt']],
    ['ldapsearch -LLL in pages', ['-LLL', '-E', 'pr=3/noprompt']],
  ])('by %s reads as the server does', async (_, args) => {
    const text = await slapd.search(...args, '(objectClass=*)', '*', '+');
    expect(content(await read(text))).toEqual(content(overTheWire));
  });

  it('that a size limit cut short says so, where ldapsearch was asked without -L', async () => {
    const found = await read(await slapd.search('-z', '8', '(objectClass=*)', '*', '+'));
    expect(found.evidence.reasons).toEqual([
      'export.ldif says that its search ended with "4 Size limit exceeded"',
    ]);
    for (const group of found.groups) expect(group.evidence.complete).toBe(false);
  });

  it.each([[[]], [['-L']]])('cut behind any of its entries is incomplete, with %j', async args => {
    const text = await slapd.search(...args, '(objectClass=*)', '*', '+');
    const ends = [...text.matchAll(/\n\n/gu)].map(({ index }) => index + 2);
    const entries = ends.slice(2, ends.indexOf(text.indexOf('# search result')));
    expect(entries.length).toBeGreaterThan(10);
    for (const end of entries) {
      const found = await read(text.slice(0, end)).catch((error: Error) => error);
      if (found instanceof Error) expect(found.message).toContain('the end of one is not there');
      else expect(found.evidence.complete).toBe(false);
    }
  });

  it('without operational attributes has the same people under their names, with a warning', async () => {
    const found = await read(await slapd.search('-LLL', '(objectClass=*)'));
    expect(found.groups.map(({ name, members }) => [name, members.length])).toEqual(
      overTheWire.groups.map(({ name, members }) => [name, members.length]),
    );
    expect(found.notes.map(({ level }) => level)).toContain('warning');
  });

  it('with values in files beside it is refused', async () => {
    const text = await slapd.search('-LLL', '-T', desk.directory, '-t', '(uid=kif)');
    await expect(read(text)).rejects.toThrow(/The value of jpegPhoto is in another place/u);
  });
});
