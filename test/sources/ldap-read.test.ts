import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isMusterError } from '../../src/errors.ts';
import type { Directory, DirectoryGroup } from '../../src/model/directory.ts';
import type { Selector } from '../../src/model/mapping.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { ldapFrom, plainOptions } from '../support/ldap-rig.ts';
import { groupSchema, ldifEntry, noSlapd, reader, type Slapd, startSlapd, suffix } from '../support/slapd.ts';

const never = new AbortController().signal;
const exact = (text: string): Selector => ({ kind: 'exact', text });
const all: Selector = { kind: 'glob', text: '*' };

const people = `ou=people,${suffix}`;
const groups = `ou=groups,${suffix}`;
const person = (uid: string, more: Record<string, string | string[]> = {}) =>
  ldifEntry(`uid=${uid},${people}`, {
    objectClass: 'inetOrgPerson',
    cn: uid,
    sn: uid,
    uid,
    mail: `${uid}@example.org`,
    ...more,
  });
const group = (cn: string, member: string[]) =>
  ldifEntry(`cn=${cn},${groups}`, { objectClass: 'Group', cn, groupType: '2', member });

describe.skipIf(noSlapd)(`reading OpenLDAP${noSlapd ? ` (skipped: ${noSlapd})` : ''}`, () => {
  let slapd: Slapd;
  const proxies: CuttingProxy[] = [];

  beforeAll(async () => {
    slapd = await startSlapd({ schema: groupSchema });
    const seed = [
      ...[people, groups, `ou=elsewhere,${suffix}`].map(dn =>
        ldifEntry(dn, { objectClass: 'organizationalUnit' }),
      ),
      person('ana', {
        employeeNumber: '007',
        title: ['Dr', 'Prof'],
        mail: ['ana@example.org', 'a.souza@example.org'],
      }),
      person('bo'),
      ldifEntry(`uid=bo,ou=elsewhere,${suffix}`, {
        objectClass: 'inetOrgPerson',
        cn: 'bo',
        sn: 'bo',
        uid: 'bo',
      }),
      ldifEntry(`cn=M\\C3\\BCller\\, Eva+uid=eva,${people}`, {
        objectClass: 'inetOrgPerson',
        cn: 'Müller, Eva',
        sn: 'Müller',
        uid: 'eva',
      }),
      ldifEntry(`cn=printer,${people}`, { objectClass: 'device', cn: 'printer' }),
      group('simple', [`uid=ana,${people}`]),
      group('written-otherwise', [
        `UID=Ana , OU=People,${suffix.toUpperCase()}`,
        `uid=EVA + cn=m\\c3\\bcller\\2c eva,${people}`,
      ]),
      group('dangling', [`uid=ana,${people}`, `uid=gone,${people}`, 'uid=x,dc=other']),
      group('devices', [`cn=printer,${people}`, `uid=bo,${people}`]),
      ldifEntry(`cn=names,${groups}`, {
        objectClass: 'groupOfNames',
        cn: 'names',
        member: `uid=ana,${people}`,
      }),
      ldifEntry(`cn=unique,${groups}`, {
        objectClass: 'groupOfUniqueNames',
        cn: ['unique', 'another name'],
        uniqueMember: [`uid=ana,${people}#'0101'B`, `cn=names,${groups}`],
      }),
      ldifEntry(`cn=logins,${groups}`, {
        objectClass: 'posixGroup',
        cn: 'logins',
        gidNumber: '7',
        memberUid: ['ANA', 'bo', 'nobody'],
      }),
      ...Array.from({ length: 30 }, (_, index) => group(`many${index}`, [`uid=ana,${people}`])),
    ];
    await slapd.add(seed.join(''));
  });
  afterEach(async () => {
    await Promise.all(proxies.splice(0).map(proxy => proxy.close()));
  });
  afterAll(() => slapd?.stop());

  const source = (options: Readonly<Record<string, unknown>> = {}) =>
    ldapFrom({ ...plainOptions(slapd.url), ...options });
  const reading = (
    selectors: readonly Selector[],
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<Directory> => source(options).read({ groups: selectors }, never);
  const one = async (name: string, options: Readonly<Record<string, unknown>> = {}) => {
    const directory = await reading([exact(name)], options);
    return { directory, group: directory.groups.find(each => each.name === name)! };
  };
  const who = (directory: Directory, of: DirectoryGroup) =>
    of.members.map(({ id }) => directory.people.find(each => each.id === id)?.userName).sort();

  /** With another configuration of the server for the time of `work`. */
  async function whileServerHas(
    settings: Parameters<Slapd['restart']>[0],
    work: () => Promise<void>,
  ): Promise<void> {
    await slapd.restart(settings);
    try {
      await work();
    } finally {
      await slapd.restart({});
    }
  }

  it('people come with all addresses, the employee number and the attributes that were asked for', async () => {
    const { directory } = await one('simple', { attributes: { extra: ['title', 'roomNumber'] } });
    const [ana] = directory.people;
    expect(ana).toMatchObject({
      name: 'ana',
      emails: ['ana@example.org', 'a.souza@example.org'],
      externalId: '007',
      attributes: { title: ['Dr', 'Prof'] },
    });
    expect(ana!.id).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u);
  });

  it('a name written in another way is the same person', async () => {
    const { directory, group: found } = await one('written-otherwise');
    expect(who(directory, found)).toEqual(['ana', 'eva']);
    expect(found.evidence.complete).toBe(true);
  });

  it('a group is selected by a DN written in another way', async () => {
    const text = ` CN=Simple,  OU=Groups,${suffix}`;
    const directory = await reading([exact(text)]);
    expect(directory.groups.map(({ name }) => name)).toEqual(['simple']);
    expect(directory.groups[0]!.aliases).toContain(text);
  });

  it('a DN that nobody has is absent from a complete list', async () => {
    const directory = await reading([exact(`cn=no-such-group,${groups}`)]);
    expect(directory.groups).toEqual([]);
    expect(directory.evidence).toMatchObject({ complete: true, reasons: [] });
  });

  it('members that are not there, or outside the base, make the group incomplete with examples', async () => {
    const { directory, group: found } = await one('dangling');
    expect(who(directory, found)).toEqual(['ana']);
    expect(found.evidence.complete).toBe(false);
    expect([...found.evidence.reasons].sort()).toEqual([
      `1 member could not be read: noSuchObject (32) (uid=gone,${people})`,
      '1 member could not be read: outside baseDn, groupBaseDn and peopleBaseDn (uid=x,dc=other)',
    ]);
    expect(directory.evidence.complete).toBe(true);
  });

  it('a placeholder that the config names is nobody', async () => {
    const options = { ignoreMembers: [`UID=gone,${people}`, 'uid=x,dc=other'] };
    const { group: found } = await one('dangling', options);
    expect(found.evidence).toMatchObject({ complete: true, reasons: [] });
    expect(found.skipped).toEqual([{ type: 'placeholder', count: 2 }]);
  });

  it('members that are no people are counted by type', async () => {
    const { directory, group: found } = await one('devices');
    expect(who(directory, found)).toEqual(['bo']);
    expect(found.skipped).toEqual([{ type: 'device', count: 1 }]);
    expect(found.evidence.complete).toBe(true);
  });

  it('a group of two names is called by the one in its DN, and nested in it is another class of group', async () => {
    const { directory, group: found } = await one('unique');
    expect(found.aliases).toContain('another name');
    expect(found.members.map(({ kind }) => kind)).toEqual(['group', 'person']);
    expect(directory.groups.map(({ name }) => name)).toEqual(['names', 'unique']);
    const again = await reading([exact('another name')]);
    expect(again.groups.map(({ name }) => name)).toContain('unique');
  });

  it('login names compare without case; unknown and ambiguous ones make the group incomplete', async () => {
    const { directory, group: found } = await one('logins');
    expect(who(directory, found)).toEqual(['ana']);
    expect([...found.evidence.reasons].sort()).toEqual([
      '1 member could not be read: nobody has this login name (nobody)',
      '1 member could not be read: several people have this login name (bo)',
    ]);
    const narrow = await one('logins', { peopleBaseDn: people });
    expect(who(narrow.directory, narrow.group)).toEqual(['ana', 'bo']);
  });

  it('a search for login names that breaks off proves nothing about the names it did not bring', async () => {
    await whileServerHas({ globals: ['sizelimit size.soft=10 size.hard=10 size.prtotal=2'] }, async () => {
      const { group: found } = await one('logins', { pageSize: 2 });
      expect(found.evidence.reasons.join()).toContain('the search for login names broke off (');
      expect(found.evidence.reasons.join()).not.toContain('nobody has this login name');
    });
  });

  it('a filter of the config says what a group is', async () => {
    const directory = await reading([all], { groupFilter: '(&(objectClass=Group)(cn=many1*))' });
    expect(directory.groups).toHaveLength(11);
  });

  it('a size limit that paging gets around is no limit', async () => {
    await whileServerHas(
      { globals: ['sizelimit size.soft=10 size.hard=10 size.prtotal=unlimited'] },
      async () => {
        const directory = await reading([{ kind: 'glob', text: 'many*' }], { pageSize: 7 });
        expect(directory.groups).toHaveLength(30);
        expect(directory.evidence.complete).toBe(true);
        expect(directory.evidence.pages).toBeGreaterThan(4);
      },
    );
  });

  it('a size limit that stands makes the list incomplete, never shorter', async () => {
    await whileServerHas({ globals: ['sizelimit size.soft=10 size.hard=10 size.prtotal=20'] }, async () => {
      const directory = await reading([{ kind: 'glob', text: '*' }], { pageSize: 7 });
      expect(directory.groups.length).toBeGreaterThan(0);
      expect(directory.groups.length).toBeLessThan(36);
      expect(directory.evidence.complete).toBe(false);
      expect(directory.evidence.reasons[0]).toMatch(
        /^the list of groups broke off: (?:sizeLimitExceeded \(4\)|adminLimitExceeded \(11\))/u,
      );
      const check = await source({ pageSize: 7 }).check(never);
      expect(check.warnings.join()).toContain('nothing would ever be removed');
    });
  });

  it('a group whose members may not be seen is incomplete, not empty', async () => {
    const rule = `access to attrs=member by dn.exact="${reader.dn}" search by * read`;
    await whileServerHas({ database: [rule, 'access to * by * read'] }, async () => {
      const { group: found } = await one('names');
      expect(found.members).toEqual([]);
      expect(found.evidence.reasons).toEqual([
        'it shows no member, and groups of its class have one: the account may not read them',
      ]);
    });
  });

  it('members whose entries may not be seen make the group incomplete', async () => {
    const rule = `access to dn.subtree="${people}" by dn.exact="${reader.dn}" none by * read`;
    await whileServerHas({ database: [rule, 'access to * by * read'] }, async () => {
      const { group: found } = await one('simple');
      expect(found.members).toEqual([]);
      expect(found.evidence.complete).toBe(false);
    });
  });

  it('entries without a readable id go by their name, and that is told', async () => {
    const rule = `access to attrs=entryUUID by dn.exact="${reader.dn}" none by * read`;
    await whileServerHas({ database: [rule, 'access to * by * read'] }, async () => {
      const { directory, group: found } = await one('simple');
      expect(found.id).toBe(`cn=simple,${groups}`);
      expect(directory.people[0]!.id).toBe(`uid=ana,${people}`);
      expect(directory.notes[0]!.text).toContain('2 entries show no id that survives renaming');
      const check = await source().check(never);
      expect(check.warnings.join()).toContain('attributes.groupId');
    });
  });

  it('a connection that is lost once is made anew, and the read is whole', async () => {
    const proxy = await startCuttingProxy(slapd.port, nth => (nth === 1 ? 3000 : undefined));
    proxies.push(proxy);
    const url = `ldap://127.0.0.1:${proxy.port}`;
    const directory = await reading([{ kind: 'glob', text: 'many*' }], { url, pageSize: 5 });
    expect(proxy.connections).toBe(2);
    expect(directory.groups).toHaveLength(30);
    expect(directory.groups.every(({ evidence }) => evidence.complete)).toBe(true);
    expect(directory.evidence.complete).toBe(true);
  });

  it('a connection that is lost again while groups are listed makes the list incomplete', async () => {
    const proxy = await startCuttingProxy(slapd.port, () => 3000);
    proxies.push(proxy);
    const url = `ldap://127.0.0.1:${proxy.port}`;
    const outcome = await reading([{ kind: 'glob', text: 'many*' }], { url, pageSize: 5 });
    expect(proxy.connections).toBe(2);
    expect(outcome.evidence.complete).toBe(false);
    expect(outcome.groups.length).toBeGreaterThan(0);
    // The groups that were listed stay, each with the reason why nobody is in it.
    for (const { members, evidence } of outcome.groups) {
      expect(members).toEqual([]);
      expect(evidence.reasons[0]).toMatch(/^its members could not be read: the /u);
    }
  });

  it('a connection that is lost before anything came is an error', async () => {
    const proxy = await startCuttingProxy(slapd.port, () => 20);
    proxies.push(proxy);
    const error = await reading([all], { url: `ldap://127.0.0.1:${proxy.port}` }).catch(reason => reason);
    expect(isMusterError(error, 'source.read-failed'), String(error)).toBe(true);
  });

  it('a server that does not come back is told in the evidence', async () => {
    const { stop } = await midway();
    const directory = await stop;
    expect(directory.groups.length).toBeGreaterThan(0);
    expect(directory.groups.some(({ evidence }) => !evidence.complete)).toBe(true);
  });

  /** Reads while the wire is cut for good after the list of groups has come. */
  async function midway(): Promise<{ stop: Promise<Directory> }> {
    const proxy = await startCuttingProxy(slapd.port, nth => (nth === 1 ? 9000 : 0));
    proxies.push(proxy);
    const url = `ldap://127.0.0.1:${proxy.port}`;
    return { stop: reading([{ kind: 'glob', text: 'many*' }], { url }) };
  }
});
