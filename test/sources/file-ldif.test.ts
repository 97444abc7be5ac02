import { describe, expect, it } from 'vitest';
import { everything, fileDesk, members, mistakes, never, reasons } from '../support/file-desk.ts';
import { fileFrom } from '../support/file-rig.ts';

const desk = fileDesk();
type Options = Readonly<Record<string, unknown>>;
const ldif = (text: string, options: Options = {}, more: Options = {}) =>
  desk.reading('staff.ldif', text, { ldif: options, ...more });

const ana = `dn: uid=ana,ou=people,dc=x
objectClass: inetOrgPerson
uid: ana
cn: Ana Souza
mail: ana@x.org
employeeNumber: 007
entryUUID: u-ana

`;
const bo = `dn: uid=bo,ou=people,dc=x
objectClass: inetOrgPerson
uid: bo
cn: Bo Li
mail: bo@x.org
entryUUID: u-bo

`;
const group = (lines: string, name = 'tier1', objectClass = 'groupOfMembers') =>
  `dn: cn=${name},ou=groups,dc=x\nobjectClass: ${objectClass}\ncn: ${name}\nentryUUID: g-${name}\n${lines}\n\n`;
const both = 'member: uid=ana,ou=people,dc=x\nmember: uid=bo,ou=people,dc=x';

describe('an LDIF file', () => {
  it('states people and groups as a directory has them', async () => {
    const found = await ldif(`version: 1\n\n# People\n${ana}${bo}${group(both)}`);
    expect(found.people[0]).toEqual({
      key: 'staff:u-ana',
      id: 'u-ana',
      name: 'Ana Souza',
      userName: 'ana',
      emails: ['ana@x.org'],
      externalId: '007',
      status: 'active',
    });
    expect(found.groups).toMatchObject([
      { id: 'g-tier1', name: 'tier1', aliases: ['cn=tier1,ou=groups,dc=x'], skipped: [] },
    ]);
    expect(members(found, 'tier1')).toEqual(['person u-ana', 'person u-bo']);
    expect(found.evidence).toMatchObject({ complete: true, reasons: [], pages: 1 });
    expect(reasons(found, 'tier1')).toEqual([]);
  });

  it('has folded lines, folded comments, base64, CR LF, and names in base64', async () => {
    const dn = Buffer.from('uid=jürgen,ou=people,dc=x').toString('base64');
    const text = `dn:: ${dn.slice(0, 10)}
 ${dn.slice(10)}
# a comment that goes on
  in the next line
objectClass: inetOrg
 Person
cn:: ${Buffer.from('Jürgen Süß').toString('base64')}
mail:j@x.org
entryUUID: u-j

${group('member: UID=J\\C3\\BCrgen , OU=People,DC=X')}`;
    for (const written of [text, text.replaceAll('\n', '\r\n')]) {
      const found = await ldif(written);
      expect(members(found, 'tier1')).toEqual(['person u-j']);
      expect(found.people).toMatchObject([{ name: 'Jürgen Süß', emails: ['j@x.org'] }]);
    }
  });

  it('names the same entry in every way in which a distinguished name can be written', async () => {
    const entry = ana.replace('uid=ana,ou', 'sn=Souza+cn=Ana\\, the  First,ou');
    const found = await ldif(`${entry}${group('member: CN=ana\\2c The First + SN=souza, OU=People, dc=x')}`);
    expect(members(found, 'tier1')).toEqual(['person u-ana']);
  });

  it('reads uniqueMember, memberUid and nested groups', async () => {
    const found = await ldif(
      ana +
        bo +
        group("uniqueMember: uid=bo,ou=people,dc=x#'01'B", 'unique', 'groupOfUniqueNames') +
        group('memberUid: ANA\nmemberUid: bo', 'posix', 'posixGroup') +
        group('member: cn=unique,ou=groups,dc=x\nmember: cn=top,ou=groups,dc=x', 'top'),
    );
    expect(members(found, 'unique')).toEqual(['person u-bo']);
    expect(members(found, 'posix')).toEqual(['person u-ana', 'person u-bo']);
    expect(members(found, 'top')).toEqual(['group g-top', 'group g-unique']);
    expect(found.groups.every(({ evidence }) => evidence.complete)).toBe(true);
  });

  it('takes the values of an attribute with an option as further values', async () => {
    const text = ana.replace(
      'cn: Ana Souza',
      'displayName;lang-pt: Ana, a Primeira\ndisplayName: Ana the First',
    );
    const found = await ldif(
      `${text}${bo}${group('member;x-hr: uid=bo,ou=people,dc=x\nmember: uid=ana,ou=people,dc=x')}`,
    );
    expect(found.people[0]!.name).toBe('Ana the First');
    expect(members(found, 'tier1')).toEqual(['person u-ana', 'person u-bo']);
    const binary = ana.replace('mail: ana@x.org', 'mail;binary:: YW5hQHgub3Jn');
    expect((await ldif(`${binary}${group('member: uid=ana,ou=people,dc=x')}`)).people[0]!.emails).toEqual([
      'ana@x.org',
    ]);
  });

  it('with members who are no entry of it makes their group incomplete', async () => {
    const ghosts = [1, 2, 3, 4].map(nth => `member: uid=ghost${nth},dc=x`).join('\n');
    const found = await ldif(
      `${ana}${group(`${both}\n${ghosts}\nmember: nonsense`)}${group('memberUid: nobody', 'posix')}`,
    );
    expect(members(found, 'tier1')).toEqual(['person u-ana']);
    expect(reasons(found, 'tier1')).toEqual([
      '5 members could not be read: no such entry in these files (uid=bo,ou=people,dc=x; uid=ghost1,dc=x; uid=ghost2,dc=x, …)',
      '1 member could not be read: not a distinguished name (nonsense)',
    ]);
    expect(reasons(found, 'posix')).toEqual([
      '1 member could not be read: nobody has this login name (nobody)',
    ]);
    expect(found.evidence.complete).toBe(true);
  });

  it('may be several files, each with some of the entries, and others in CSV', async () => {
    await desk.save('people.ldif', ana + bo);
    await desk.save('groups.ldif', group(both));
    await desk.save('more.csv', 'group,email\ntier2,ana@x.org\n');
    const path = ['*.ldif', 'more.csv'];
    const found = await fileFrom(desk.directory, { path }).read(everything, never);
    expect(members(found, 'tier1')).toEqual(['person u-ana', 'person u-bo']);
    expect(members(found, 'tier2')).toEqual(['person u-ana']);
  });

  it('has members that are no people, and they are counted and left out', async () => {
    const printer = 'dn: cn=printer,dc=x\nobjectClass: device\ncn: printer\n\n';
    const lines = 'member: cn=printer,dc=x\nmember: cn=nobody,dc=x\nmember:\nmember: uid=ana,ou=people,dc=x';
    const found = await ldif(`${ana}${printer}${group(lines)}`, { ignoreMembers: ['CN=nobody, dc=x'] });
    expect(members(found, 'tier1')).toEqual(['person u-ana']);
    expect(found.groups[0]!.skipped).toEqual([
      { type: 'device', count: 1 },
      { type: 'placeholder', count: 1 },
    ]);
    expect(found.groups[0]!.evidence.complete).toBe(true);
  });

  it('of Active Directory shows who is disabled, and ids as people write them', async () => {
    const guid = Buffer.from('00112233445566778899aabbccddeeff', 'hex').toString('base64');
    const user = (name: string, more: string) =>
      `dn: CN=${name},DC=x\nobjectClass: top\nobjectClass: user\nsAMAccountName: ${name}\nuserPrincipalName: ${name}@x.org\nobjectGUID:: ${guid.replace('AB', name.slice(0, 2))}\n${more}\n`;
    const text = `${user('AA', 'userAccountControl: 512\n')}${user('BB', 'userAccountControl: 514\n')}${user('CC', '')}dn: CN=g,DC=x
objectClass: group
cn: g
sAMAccountName: g
member: CN=AA,DC=x
member: CN=BB,DC=x
member: CN=S-1-5-21-1,CN=ForeignSecurityPrincipals,DC=x

`;
    const found = await ldif(`${text}dn: CN=h,DC=x\nobjectClass: group\ncn: h\nmember: CN=CC,DC=x\n\n`);
    expect(found.people.map(({ userName, status }) => [userName, status])).toEqual([
      ['AA@x.org', 'active'],
      ['BB@x.org', 'suspended'],
      ['CC@x.org', 'unknown'],
    ]);
    expect(found.people[0]!.id).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u);
    expect(found.groups[0]!.skipped).toEqual([{ type: 'foreignSecurityPrincipal', count: 1 }]);
    expect(reasons(found, 'g')).toEqual([]);
    expect(reasons(found, 'h')).toEqual([
      'whether 1 member may log in is not in the file (userAccountControl); export it as well',
    ]);
  });

  it('takes other attributes where the config names them', async () => {
    const text = ana.replace('mail: ana@x.org', 'workMail: ana@work.org\nsite: Lisbon\npurecloudId: u1');
    const attributes = { email: 'workMail', userId: 'purecloudId', extra: ['site'], personId: ['uid'] };
    const found = await ldif(`${text}${group('member: uid=ana,ou=people,dc=x')}`, { attributes });
    expect(found.people).toMatchObject([
      { id: 'ana', emails: ['ana@work.org'], userId: 'u1', attributes: { site: ['Lisbon'] } },
    ]);
  });

  it('without ids takes the names, and warns of it', async () => {
    const text = `${ana.replace('entryUUID: u-ana\n', '')}${group('member: uid=ana,ou=people,dc=x')}`;
    const found = await ldif(text);
    expect(members(found, 'tier1')).toEqual(['person uid=ana,ou=people,dc=x']);
    expect(found.notes.map(({ level, text: told }) => [level, told])).toContainEqual([
      'warning',
      '1 entry shows no id that survives renaming, so the name stands in: a renamed entry will look like another one.',
    ]);
  });
});

describe('an LDIF file that may not be whole', () => {
  const whole = `${ana}${bo}${group(both)}`;

  it('is told wherever it was cut, unless that was between two entries', async () => {
    const boundaries = new Set([ana.length, ana.length + bo.length, whole.length]);
    for (let length = 1; length < whole.length; length++) {
      if (boundaries.has(length)) continue;
      const text = whole.slice(0, length);
      const outcome = await ldif(text).catch((error: Error) => error);
      if (outcome instanceof Error) expect(outcome.message, text).toMatch(/may be half an entry/u);
      else {
        expect(outcome.evidence.complete, text).toBe(false);
        expect(outcome.groups, text).toEqual([]);
      }
    }
  });

  it('leaves out the entry that no empty line follows, and says how to say that it is whole', async () => {
    const found = await ldif(whole.slice(0, -1));
    expect(found.groups).toEqual([]);
    expect(found.evidence.reasons).toEqual([
      'staff.ldif has no empty line behind its last entry, so what begins on line 16 may be half an entry and was left out; end it with one if it is whole',
    ]);
    const believed = await ldif(whole.slice(0, -1), {}, { endsWithNewline: false });
    expect(members(believed, 'tier1')).toEqual(['person u-ana', 'person u-bo']);
    expect(believed.evidence.complete).toBe(true);
  });

  it('is incomplete where ldapsearch says that its search broke off, or that it gave more', async () => {
    const head = '# extended LDIF\n#\n# LDAPv3\n# base <dc=x> with scope subtree\n#\n\n';
    const end = (result: string, count: number) =>
      `# search result\nsearch: 2\nresult: ${result}\n\n# numResponses: ${count + 1}\n# numEntries: ${count}\n`;
    const whyNot = async (text: string) => (await ldif(text)).evidence.reasons;
    expect(await whyNot(`${head}${whole}${end('0 Success', 3)}`)).toEqual([]);
    expect(await whyNot(`${head}${whole}${end('4 Size limit exceeded', 3)}`)).toEqual([
      'staff.ldif says that its search ended with "4 Size limit exceeded"',
    ]);
    expect(await whyNot(`${head}${whole}${end('0 Success', 4)}`)).toEqual([
      'staff.ldif says that it has 4 entries, and 3 are there',
    ]);
    expect(await whyNot(`${head}${whole}`)).toEqual([
      'staff.ldif begins as an export of ldapsearch, and the end of one is not there',
    ]);
    expect(await whyNot(`${head}${whole}# pagedresults: cookie=BQAA=\n\n${end('0 Success', 3)}`)).toEqual([
      'staff.ldif ends with a page after which more were to come',
    ]);
    // Two exports, one behind the other.
    expect(
      await whyNot(`${head}${ana}${end('0 Success', 1)}${head}${bo}${group(both)}${end('0 Success', 2)}`),
    ).toEqual([]);
  });

  it('makes a group incomplete whose members came in pieces, unless all pieces are there', async () => {
    const piece = (range: string, who: string) => `member;range=${range}: uid=${who},ou=people,dc=x`;
    const all = await ldif(`${ana}${bo}${group(`${piece('1-*', 'bo')}\n${piece('0-0', 'ana')}`)}`);
    expect(members(all, 'tier1')).toEqual(['person u-ana', 'person u-bo']);
    expect(reasons(all, 'tier1')).toEqual([]);
    for (const lines of [piece('0-0', 'ana'), piece('1-*', 'ana')]) {
      expect(reasons(await ldif(`${ana}${group(lines)}`), 'tier1')).toEqual([
        'the file has only 1 values of member, the server handed them out in pieces',
      ]);
    }
  });

  it('makes groups incomplete if none of them shows a member, and those whose class demands one', async () => {
    const found = await ldif(`${ana}${group('')}${group('', 'tier2')}`);
    expect(reasons(found, 'tier2')).toEqual([
      'no group in staff.ldif shows a member, as if that attribute had not been exported',
    ]);
    const empty = `${ana}${group('', 'none', 'groupOfNames')}${group('', 'fine')}${group('member: uid=ana,ou=people,dc=x')}`;
    expect(reasons(await ldif(empty), 'none')).toHaveLength(1);
    expect(reasons(await ldif(empty), 'fine')).toEqual([]);
    expect(reasons(await ldif(empty, { vendor: '389ds' }), 'none')).toEqual([]);
  });

  it('cannot be sure of its groups if entries do not say what they are', async () => {
    const hidden = 'dn: cn=secret,dc=x\ncn: secret\n\n';
    const found = await ldif(`${ana}${hidden}${group('member: uid=ana,ou=people,dc=x')}`);
    expect(found.evidence.reasons).toEqual([
      'staff.ldif has 1 entry without objectClass, so nobody knows whether they are groups (the first on line 9); export objectClass as well',
    ]);
    expect(reasons(found, 'tier1')).toEqual([]);
    expect((await mistakes(ldif(hidden)))[0]).toContain('export objectClass as well');
  });
});

describe('an LDIF file is refused', () => {
  const told = (text: string, options: Options = {}) => mistakes(ldif(text, options));

  it('if it holds changes, with a word on what to export instead', async () => {
    for (const change of ['modify', 'delete', 'modrdn', 'moddn', 'add']) {
      expect(await told(`${ana}dn: uid=bo,dc=x\nchangetype: ${change}\nuid: bo\n\n`)).toEqual([
        `staff.ldif:9 The file holds changes (changetype: ${change}), and not the entries themselves.`,
      ]);
    }
    const add = `${ana.replace('\n', '\nchangetype: add\n')}`;
    const error = await ldif(add).catch((reason: unknown) => reason);
    expect(String((error as { remedy?: string }).remedy)).toContain('"ldif.ldifde: true"');
    const found = await ldif(`${add}${group('member: uid=ana,ou=people,dc=x')}`, { ldifde: true });
    expect(members(found, 'tier1')).toEqual(['person u-ana']);
    expect(await told(`${add}dn: uid=bo,dc=x\nchangetype: modify\n\n`, { ldifde: true })).toHaveLength(1);
  });

  it('with every line that is wrong, and nothing of what the line holds', async () => {
    const text = `version: 2

dn: uid=a,dc=x
objectClass: person
jpegPhoto:< file:///tmp/secret-picture
userPassword:: not*base64*secret
what is secret

dn: secret
objectClass: person

uid: secret

dn: uid=b,dc=x
cn: secret
dn: uid=c,dc=x
cn: c

`;
    const found = await told(text);
    expect(found).toEqual([
      'staff.ldif:1 LDIF of the version "2" is not known.',
      'staff.ldif:5 The value of jpegPhoto is in another place (jpegPhoto:<), which is not followed.',
      'staff.ldif:6 The value of userPassword is no base64, though it is called so (::).',
      'staff.ldif:7 The line is no "attribute: value".',
      'staff.ldif:9 "secret" is no distinguished name.',
      'staff.ldif:12 The record does not begin with its name (dn:).',
      'staff.ldif:16 A second name (dn:) stands in the middle of an entry.',
    ]);
  });

  it('if two entries have one name or one id', async () => {
    const twin = ana.replace('entryUUID: u-ana', 'entryUUID: u-other');
    expect(await told(`${ana}${twin}`)).toEqual([
      'staff.ldif:9 An entry of the name "uid=ana,ou=people,dc=x" is there twice; first at staff.ldif:1.',
    ]);
    const clone = ana.replace('uid=ana,', 'uid=anna,');
    expect(await told(`${ana}${clone}`)).toEqual([
      'staff.ldif:9 The person "u-ana" is there twice; first at staff.ldif:1.',
    ]);
  });

  it('if nobody is in it', async () => {
    expect(await told('version: 1\n')).toEqual(['staff.ldif The file holds no people and no groups.']);
    const found = await ldif('version: 1\n', {}, { allowEmpty: true });
    expect(found.evidence.complete).toBe(true);
  });
});
