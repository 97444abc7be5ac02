import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isMusterError, type MusterError } from '../../src/errors.ts';
import type { Directory } from '../../src/model/directory.ts';
import { ldapFrom, plainOptions } from '../support/ldap-rig.ts';
import {
  groupSchema,
  ldifEntry,
  noSlapd,
  reader,
  type Slapd,
  type SlapdSettings,
  startSlapd,
  suffix,
} from '../support/slapd.ts';

const never = new AbortController().signal;
const people = `ou=people,${suffix}`;
const groups = `ou=groups,${suffix}`;
const named = (uid: string) => `uid=${uid},${people}`;
const person = (uid: string, title: string) =>
  ldifEntry(named(uid), { objectClass: 'inetOrgPerson', cn: uid, sn: uid, uid, title });
const group = (cn: string, member: string[]) =>
  ldifEntry(`cn=${cn},${groups}`, { objectClass: 'Group', cn, groupType: '2', member });
/** The changetype makes `ldapadd` a modification. */
const change = (cn: string, lines: string) => `dn: cn=${cn},${groups}\nchangetype: modify\n${lines}\n`;

/** Dynamic groups, the memberof overlay, and what only Active Directory can do. */
describe.skipIf(noSlapd)(`the overlays of OpenLDAP${noSlapd ? ` (skipped: ${noSlapd})` : ''}`, () => {
  const schema = [...groupSchema, 'include /etc/ldap/schema/dyngroup.schema'];
  const globals = ['moduleload dynlist', 'moduleload memberof'];
  const memberOf = ['overlay memberof', 'memberof-group-oc Group', 'memberof-member-ad member'];
  const dynlist = ['overlay dynlist', 'dynlist-attrset groupOfURLs memberURL member'];
  let slapd: Slapd;

  beforeAll(async () => {
    slapd = await startSlapd({ schema, globals, tls: true });
    await slapd.add(
      [
        ...[people, groups].map(dn => ldifEntry(dn, { objectClass: 'organizationalUnit' })),
        person('ana', 'agent'),
        person('bo', 'agent'),
        person('cy', 'clerk'),
        group('early', [named('ana')]),
        group('inner', [named('bo')]),
        group('outer', [named('ana'), `cn=inner,${groups}`]),
        ldifEntry(`cn=agents,${groups}`, {
          objectClass: 'groupOfURLs',
          cn: 'agents',
          memberURL: `ldap:///${people}??sub?(title=agent)`,
        }),
      ].join(''),
    );
  });
  afterAll(() => slapd?.stop());

  const source = (options: Readonly<Record<string, unknown>> = {}) =>
    ldapFrom({ ...plainOptions(slapd.url), ...options }, slapd.directory);
  const reading = (name: string, options: Readonly<Record<string, unknown>> = {}): Promise<Directory> =>
    source(options).read({ groups: [{ kind: 'exact', text: name }] }, never);
  const one = async (name: string, options: Readonly<Record<string, unknown>> = {}) => {
    const directory = await reading(name, options);
    const found = directory.groups.find(each => each.name === name)!;
    const who = found.members.map(({ id }) => directory.people.find(each => each.id === id)?.userName).sort();
    return { directory, group: found, who };
  };
  const restart = (settings: SlapdSettings) =>
    slapd.restart({ ...settings, globals: [...globals, ...(settings.globals ?? [])] });

  it('a dynamic group that the server expands is read, and is whole', async () => {
    await restart({ database: dynlist });
    const { group: found, who } = await one('agents');
    expect(who).toEqual(['ana', 'bo']);
    expect(found.evidence).toMatchObject({ complete: true, reasons: [] });
  });

  it('a dynamic group that the server does not expand is incomplete, not empty', async () => {
    await restart({});
    const { group: found, who } = await one('agents');
    expect(who).toEqual([]);
    expect(found.evidence.reasons).toEqual([
      'it is a dynamic group (memberURL), and the server shows no members of it',
    ]);
  });

  it('a rule that goes with stored members leaves open what it would add', async () => {
    await slapd.add(
      ldifEntry(`cn=mixed,${groups}`, {
        objectClass: ['Group', 'extensibleObject'],
        cn: 'mixed',
        groupType: '2',
        member: named('cy'),
        memberURL: `ldap:///${people}??sub?(title=agent)`,
      }),
    );
    const { group: found, who } = await one('mixed');
    expect(who).toEqual(['cy']);
    expect(found.evidence.reasons.join()).toContain('a rule (memberURL)');
  });

  it('members without memberOf beside others who have it are in, and are told', async () => {
    await restart({ database: memberOf });
    // The overlay came after Ana, so only Bo gets the back link.
    await slapd.add(change('early', `add: member\nmember: ${named('bo')}\n`));
    const { directory, group: found, who } = await one('early');
    expect(who).toEqual(['ana', 'bo']);
    expect(found.evidence.complete).toBe(true);
    expect(directory.notes).toMatchObject([{ level: 'info', subject: 'early' }]);
    expect(directory.notes[0]!.text).toBe(
      `1 member does not have this group in memberOf, as others of it do: ${named('ana')}. The group counts; they are in.`,
    );
    expect((await one('early', { memberOf: 'ignore' })).directory.notes).toEqual([]);
  });

  it('somebody with a memberOf that the group knows nothing of is left out, and is told', async () => {
    await restart({});
    await slapd.add(change('early', `delete: member\nmember: ${named('bo')}\n`));
    await restart({ database: memberOf });
    const { directory, group: found, who } = await one('early');
    expect(who).toEqual(['ana']);
    expect(found.evidence.complete).toBe(true);
    const texts = directory.notes.map(({ text }) => text).join();
    expect(texts).toContain(`1 entry says to be in this group (memberOf) and the group does not list them`);
    expect(texts).toContain(named('bo'));
  });

  it('a group that shows nobody while people say to be in it is incomplete, not empty', async () => {
    await restart({ database: memberOf });
    await slapd.add(group('hidden', [named('bo'), named('cy')]));
    await slapd.add(group('empty', []));
    const rule = `access to attrs=member by dn.exact="${reader.dn}" none by * read`;
    await restart({ database: [...memberOf, rule, 'access to * by * read'] });
    const { group: found } = await one('hidden');
    expect(found.members).toEqual([]);
    expect(found.evidence.reasons).toEqual([
      `it shows no members, but 2 entries say to be in it (memberOf: ${named('bo')}; ${named('cy')}): the bind account may not read its members`,
    ]);
    expect((await one('empty')).group.evidence).toMatchObject({ complete: true, reasons: [] });
  });

  it('"nested: server" is refused, because the server would answer it with nobody', async () => {
    await restart({});
    for (const asking of [
      () => reading('outer', { nested: 'server' }),
      () => source({ nested: 'server' }).check(never),
    ]) {
      const error = await asking().catch((reason: unknown) => reason);
      expect(isMusterError(error, 'source.read-failed'), String(error)).toBe(true);
      expect((error as MusterError).happened).toContain('this is OpenLDAP');
    }
  });

  it('a server that is wrongly called Active Directory takes nobody off a queue', async () => {
    // The question of the chain is answered with nothing and no error; the walk then finds everybody all the same.
    const { directory } = await one('outer', { vendor: 'active-directory', nested: 'server' });
    expect(directory.groups.map(({ name }) => name)).toEqual(['inner', 'outer']);
    expect(directory.people).toHaveLength(2);
  });

  it('a client certificate alone is enough where the server takes it for a bind', async () => {
    const certificate = { caFile: 'ca.pem', certFile: 'client.pem', keyFile: 'client.key' };
    const options = { url: slapd.ldapsUrl, bindDn: undefined, password: undefined, ...certificate };
    const rule = `access to dn.subtree="${groups}" by dn.exact="${reader.dn}" read by * none`;
    await restart({
      globals: ['TLSVerifyClient demand', `authz-regexp "^cn=muster$" "${reader.dn}"`],
      database: [rule, 'access to * by * read'],
    });
    const { who } = await one('early', { ...options, certificateBind: true });
    expect(who).toEqual(['ana']);
    const { server } = await source({ ...options, certificateBind: true }).check(never);
    expect(server).toContain('as its client certificate');
    // The same connection without that bind is nobody's, and sees no group.
    expect((await reading('early', { ...options, anonymous: true })).groups).toEqual([]);
  });

  it('a server that asks for no certificate refuses such a bind with the remedy', async () => {
    await restart({});
    const error = await reading('early', {
      url: slapd.ldapsUrl,
      bindDn: undefined,
      password: undefined,
      caFile: 'ca.pem',
      certFile: 'client.pem',
      keyFile: 'client.key',
      certificateBind: true,
    }).catch((reason: unknown) => reason);
    expect(isMusterError(error, 'source.auth-failed'), String(error)).toBe(true);
    expect((error as MusterError).remedy).toContain('certificateBind');
  });
});
