import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isMusterError, type MusterError } from '../../src/errors.ts';
import { silentLog } from '../../src/log.ts';
import type { Directory } from '../../src/model/directory.ts';
import type { Selector } from '../../src/model/mapping.ts';
import { normalDn } from '../../src/sources/entries/dn.ts';
import { textsOf } from '../../src/sources/entries/entry.ts';
import { layoutFor } from '../../src/sources/entries/layout.ts';
import { type LdapSession, openSession } from '../../src/sources/ldap/client.ts';
import { ldapOptions } from '../../src/sources/ldap/options.ts';
import { withAllMembers } from '../../src/sources/ldap/ranges.ts';
import { readTlsFiles } from '../../src/sources/ldap/transport.ts';
import { crowded, describeSource, type SourceRig } from '../contracts/source-contract.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { groupOf, membersOf, peopleBelow } from '../support/directory-view.ts';
import { ldapFrom } from '../support/ldap-rig.ts';
import { adReader, domainDn, noSamba, type Samba, startSamba } from '../support/samba.ts';
import { base, dn, printedChain, printedIds, seedProof, special } from '../support/samba-domain.ts';
import { adOptions, sambaRig } from '../support/samba-rig.ts';

const never = new AbortController().signal;
const exact = (text: string): Selector => ({ kind: 'exact', text });
const all: Selector = { kind: 'glob', text: '*' };

let samba: Samba;
let rig: SourceRig;
const proxies: CuttingProxy[] = [];

beforeAll(async () => {
  if (noSamba) return;
  samba = await startSamba({
    certificate: 'own',
    async seed(starting) {
      rig = sambaRig(starting);
      await Promise.all([rig.put(crowded), seedProof(starting)]);
    },
  });
}, 150_000);

afterEach(async () => {
  await Promise.all(proxies.splice(0).map(proxy => proxy.close()));
});

afterAll(() => samba?.stop());

const idsOf = (filter: string) => printedIds(samba, filter);
const options = (more: Readonly<Record<string, unknown>> = {}) => adOptions(samba, { baseDn: base, ...more });
const source = (more: Readonly<Record<string, unknown>> = {}) => ldapFrom(options(more));
const reading = (
  selectors: readonly Selector[],
  more: Readonly<Record<string, unknown>> = {},
): Promise<Directory> => source(more).read({ groups: selectors }, never);
const failing = async (asking: () => Promise<unknown>): Promise<MusterError> => {
  const error = await asking().catch((reason: unknown) => reason);
  expect(isMusterError(error), String(error)).toBe(true);
  return error as MusterError;
};

describeSource('ldap, Samba AD', async () => rig, { unless: noSamba });

describe.skipIf(noSamba)(`Samba AD${noSamba ? ` (skipped: ${noSamba})` : ''}`, () => {
  describe('connecting', () => {
    it('is known as Active Directory, and an ordinary user of the domain may read all that is needed', async () => {
      const { server, groups, warnings } = await source({ baseDn: domainDn }).check(never);
      expect(server).toBe(`Active Directory at ${samba.ldapsUrl} as ${adReader.upn}`);
      expect(groups).toBeGreaterThan(40);
      expect(warnings).toEqual([]);
    });

    it.each(['upn', 'downLevel', 'dn'] as const)('takes the bind name as %s', async form => {
      const { server } = await source({ bindDn: adReader[form] }).check(never);
      expect(server).toContain(adReader[form]);
    });

    it('its own certificate, which has a host name and no alternative names, is taken over ldaps and StartTLS', async () => {
      for (const how of [{}, { url: samba.url, startTls: true }]) {
        const directory = await reading([exact('Tier1')], how);
        expect(membersOf(directory, 'Tier1')).toEqual(['ana', 'dee', 'tim']);
      }
    });

    it('a certificate of an unknown authority, or for another name, is refused over ldaps and StartTLS', async () => {
      for (const how of [{}, { url: samba.url, startTls: true }]) {
        const unknown = await failing(() => source({ ...how, caFile: undefined }).check(never));
        expect(unknown).toMatchObject({ code: 'source.insecure' });
        expect(unknown.remedy).toContain('caFile');
        const other = await failing(() => source({ ...how, servername: 'dc2.ad.example.org' }).check(never));
        expect(other).toMatchObject({ code: 'source.insecure' });
        expect(other.remedy).toContain('servername');
      }
    });

    it('a bind over plain text is refused by us, and by the server if we are told to try', async () => {
      const plain = { url: samba.url, caFile: undefined, servername: undefined };
      const ours = await failing(() => source(plain).check(never));
      expect(ours).toMatchObject({ code: 'source.insecure' });
      const theirs = await failing(() => source({ ...plain, allowInsecure: true }).check(never));
      expect(theirs).toMatchObject({
        code: 'source.insecure',
        vendorCode: 'strongerAuthRequired (8)',
        remedy: 'Use an ldaps:// URL, or set "startTls: true".',
      });
    });

    it('says why a bind is refused, without the password', async () => {
      const bind = (bindDn: string, password: string) =>
        failing(() => source({ bindDn, password }).check(never));
      const wrong = await bind(adReader.upn, 'wr0ng-secret');
      expect(wrong).toMatchObject({ code: 'source.auth-failed', vendorCode: 'invalidCredentials (49)' });
      expect(wrong.happened).toContain('the password is wrong');
      expect(JSON.stringify(wrong)).not.toContain('wr0ng-secret');
      const disabled = await bind('ADEX\\proof-off', 'N0t-any-more');
      expect(disabled.happened).toContain('the account is disabled');
    });

    it('an anonymous read is refused by the server, not answered with nobody', async () => {
      const anonymous = { anonymous: true, bindDn: undefined, password: undefined };
      const error = await failing(() => reading([exact('Tier1')], anonymous));
      expect(error).toMatchObject({ code: 'source.read-failed', vendorCode: 'operationsError (1)' });
    });
  });

  describe('names and ids', () => {
    it('GUIDs are those that Samba prints, of groups and of people', async () => {
      const printed = await idsOf(`(|(cn=Tier1)(&(objectClass=user)(sAMAccountName=proof-*)))`);
      const directory = await reading([exact('Tier1')]);
      expect(groupOf(directory, 'Tier1').id).toBe(printed.get(dn('Tier1'))!.guid);
      const ids = Object.fromEntries(directory.people.map(({ name, id }) => [name, id]));
      for (const name of ['ana', 'dee', 'tim']) expect(ids[name], name).toBe(printed.get(dn(name))!.guid);
    });

    it('SIDs are those that Samba prints: another name of a group, and an attribute of people', async () => {
      const printed = await idsOf('(|(cn=Tier1)(cn=ana))');
      const directory = await reading([exact('Tier1')], { attributes: { extra: ['objectSid'] } });
      expect(groupOf(directory, 'Tier1').aliases).toContain(printed.get(dn('Tier1'))!.sid);
      const ana = directory.people.find(({ name }) => name === 'ana')!;
      expect(ana.attributes).toEqual({ objectSid: [printed.get(dn('ana'))!.sid] });
    });

    it('a group is selected by its GUID, its SID, its account name and its DN, built-in ones too', async () => {
      const ids = (await idsOf('(cn=Tier1)')).get(dn('Tier1'))!;
      for (const text of [ids.guid, ids.sid, 'proof-group-tier1', dn('Tier1').toLowerCase()]) {
        const directory = await reading([exact(text)]);
        expect(
          directory.groups.map(({ name }) => name),
          text,
        ).toEqual(['Tier1']);
      }
      const administrators = await reading([exact('S-1-5-32-544')], { baseDn: domainDn });
      expect(administrators.groups.map(({ name }) => name)).toContain('Administrators');
    });

    it('a DN full of special characters is selected, nested, and followed to its members', async () => {
      for (const text of [`${special} team`, dn(`${special} team`)]) {
        const directory = await reading([exact(text)]);
        expect(membersOf(directory, `${special} team`), text).toEqual([special]);
      }
      const directory = await reading([exact('Level3')]);
      expect(membersOf(directory, 'Level3')).toEqual([`${special} team`, 'cy'].sort());
    });

    it('people are known by their user principal name, else by their account name', async () => {
      const { people } = await reading([exact('Tier1')]);
      expect(people.find(({ name }) => name === 'tim')).toMatchObject({
        userName: 'tim@example.org',
        externalId: '007',
      });
      expect(people.find(({ name }) => name === 'ana')).toMatchObject({ userName: 'proof-ana' });
    });
  });

  describe('membership', () => {
    it('a disabled account is suspended', async () => {
      const { people } = await reading([exact('Tier1')]);
      expect(people.map(({ name, status }) => [name, status]).sort()).toEqual([
        ['ana', 'active'],
        ['dee', 'suspended'],
        ['tim', 'active'],
      ]);
    });

    it('an empty group is empty and complete', async () => {
      expect(groupOf(await reading([exact('Empty')]), 'Empty')).toMatchObject({
        members: [],
        evidence: { complete: true, reasons: [] },
      });
    });

    it('a group whose members may not be read looks empty, and is told as incomplete', async () => {
      const { members, evidence } = groupOf(await reading([exact('Hidden')]), 'Hidden');
      expect(members).toEqual([]);
      expect(evidence.reasons).toEqual([
        expect.stringMatching(/^it shows no members, but 2 entries say to be in it \(memberOf: cn=bo,/u),
      ]);
    });

    it('computers, contacts and principals of other domains are counted and left out', async () => {
      const directory = await reading([exact('Mixed')]);
      expect(membersOf(directory, 'Mixed')).toEqual(['ana']);
      expect(groupOf(directory, 'Mixed')).toMatchObject({
        skipped: [
          { type: 'computer', count: 1 },
          { type: 'contact', count: 1 },
          { type: 'foreignSecurityPrincipal', count: 1 },
        ],
        evidence: { complete: true },
      });
    });

    it('a member outside the base makes the group incomplete, and a wider base whole', async () => {
      const narrow = groupOf(await reading([exact('Beyond')]), 'Beyond');
      expect(narrow.evidence.reasons).toEqual([
        `1 member could not be read: outside baseDn, groupBaseDn and peopleBaseDn (${adReader.dn})`,
      ]);
      const wide = await reading([exact('Beyond')], { baseDn: domainDn, groupBaseDn: base });
      expect(membersOf(wide, 'Beyond')).toEqual(['Reader of groups', 'ana']);
      expect(groupOf(wide, 'Beyond').evidence.complete).toBe(true);
    });

    it('whose primary group it is, is told, or counted in where the config says so', async () => {
      const told = await reading([exact('Home')]);
      expect(membersOf(told, 'Home')).toEqual([]);
      expect(told.notes.map(({ text }) => text)).toEqual([
        expect.stringContaining('1 person has this as primary group'),
      ]);
      const included = await reading([exact('Home')], { primaryGroup: 'include' });
      expect(membersOf(included, 'Home')).toEqual(['bo']);
      expect(groupOf(included, 'Home').evidence.complete).toBe(true);
    });

    it('what a search from the top of the domain always points to is no news', async () => {
      const directory = await reading([exact('Tier1')], { baseDn: domainDn });
      expect(directory.notes).toEqual([]);
    });

    it('the global catalog has the members of universal groups only, and that is told', async () => {
      const url = `ldaps://${samba.address}:3269`;
      const directory = await reading([exact('Tier1'), exact('Everywhere')], { url });
      expect(groupOf(directory, 'Everywhere').evidence.complete).toBe(true);
      expect(groupOf(directory, 'Tier1').evidence.reasons.join()).toContain('global catalog');
    });
  });

  describe('nested groups', () => {
    it.each([
      ['Level1', 4],
      ['Level3', 2],
      ['Hen', 2],
      ['Egg', 2],
      ['Tier1', 3],
    ])('below %s are those that the server’s own matching rule finds', async (name, count) => {
      const directory = await reading([exact(name)]);
      expect(peopleBelow(directory, name)).toEqual(await printedChain(samba, name));
      expect(peopleBelow(directory, name)).toHaveLength(count);
    });

    it('read by the server or level by level, the directory is the same', async () => {
      const scope = [exact('Level1'), exact('Hen'), exact('Mixed'), exact('Beyond'), exact('Hidden')];
      const walked = await reading(scope);
      expect(walked.groups.map(({ name }) => name)).toContain(`${special} team`);
      expect(await reading(scope, { nested: 'server' })).toEqual(walked);
      // The service account of the group Beyond is below another base.
      const apart = { peopleBaseDn: `CN=Users,${domainDn}` };
      const both = await reading(scope, apart);
      expect(membersOf(both, 'Beyond')).toEqual(['Reader of groups', 'ana']);
      expect(await reading(scope, { ...apart, nested: 'server' })).toEqual(both);
    });
  });

  describe('large reads', () => {
    const crowd = `CN=Crowd,OU=groups,OU=world1,${domainDn}`;
    let session: LdapSession;
    beforeAll(async () => {
      const parsed = ldapOptions().parse(options());
      session = await openSession(parsed, await readTlsFiles(parsed, '/'), silentLog, never);
    });
    afterAll(() => session?.close());

    it('a membership is put together from ranges as the server numbers them', async () => {
      const asked: string[] = [];
      // Samba sends any number of values at once, so the cap of Active Directory is put on each question here.
      const capped: LdapSession = {
        ...session,
        search(search) {
          const [attribute = ''] = search.attributes;
          const from = Number(/;range=(\d+)-\*$/u.exec(attribute)?.[1]);
          const attributes = [`member;range=${from}-${from + 799}`];
          asked.push(attribute);
          return session.search({ ...search, attributes });
        },
      };
      const entry = async (attribute: string) =>
        (await session.search({ base: crowd, scope: 'base', attributes: [attribute] })).entries[0]!;
      const first = await entry('member;range=0-799');
      expect([...first.attributes.keys()]).toEqual(['member;range=0-799']);
      const layout = layoutFor('active-directory', undefined, {});
      const { entry: whole, reasons, pages } = await withAllMembers(first, layout, capped);
      expect(reasons).toEqual([]);
      expect(asked).toEqual(['member;range=800-*', 'member;range=1600-*', 'member;range=2400-*']);
      expect(pages).toBe(3);
      const sorted = (values: string[]) => values.map(value => normalDn(value)!).sort();
      expect(sorted(textsOf(whole, 'member'))).toEqual(sorted(textsOf(await entry('member'), 'member')));
      expect(new Set(textsOf(whole, 'member')).size).toBe(2500);
    });

    it('a list of many pages is the list of one page', async () => {
      const whole = await reading([all], { pageSize: 1000 });
      const paged = await reading([all], { pageSize: 3 });
      expect(whole.evidence).toMatchObject({ complete: true, pages: 1 });
      expect(paged.evidence).toMatchObject({ complete: true, pages: 5 });
      expect(paged.groups).toEqual(whole.groups);
      expect(paged.people).toEqual(whole.people);
    });

    /** A wire that is cut in the middle of the list of groups, which comes in pages of one. */
    async function cutInTheList(later: (within: number) => number | undefined) {
      const behind = async (bytesAllowed: (nth: number) => number | undefined) => {
        const proxy = await startCuttingProxy(636, bytesAllowed, samba.address);
        proxies.push(proxy);
        return { proxy, more: { url: `ldaps://127.0.0.1:${proxy.port}`, pageSize: 1 } };
      };
      const measured = async (checking: Readonly<Record<string, unknown>>) => {
        const { proxy, more } = await behind(() => undefined);
        await source({ ...more, ...checking })
          .check(never)
          .catch(() => {});
        return proxy.sent;
      };
      // A check ends with the list of groups, and one with a wrong password before it begins.
      const within = (await measured({})) - 1500;
      const before = (await measured({ password: 'wrong' })) + 1500;
      const { proxy, more } = await behind(nth => (nth === 1 ? within : later(before)));
      return { proxy, read: () => reading([all], more) };
    }

    it('a connection that is lost between pages is made anew, and the read is whole', async () => {
      const { proxy, read } = await cutInTheList(() => undefined);
      const directory = await read();
      expect(proxy.connections).toBe(2);
      expect(directory).toEqual(await reading([all], { pageSize: 1 }));
    });

    it('a connection that is lost between pages again leaves an incomplete list, not a shorter one', async () => {
      const { proxy, read } = await cutInTheList(within => within);
      const directory = await read();
      expect(proxy.connections).toBe(2);
      expect(directory.groups.length).toBeGreaterThan(0);
      expect(directory.evidence.reasons.join()).toContain('the list of groups broke off');
      expect(directory.groups.every(({ evidence }) => !evidence.complete)).toBe(true);
    });

    it('a server that dies between pages and does not come back is an error', async () => {
      let killed: Promise<void> | undefined;
      const { read } = await cutInTheList(() => {
        killed ??= samba.kill();
        return 0;
      });
      try {
        const error = await failing(read);
        expect(killed).toBeDefined();
        expect(error).toMatchObject({ code: 'source.read-failed' });
      } finally {
        await killed;
        await samba.start();
      }
      expect(membersOf(await reading([exact('Tier1')]), 'Tier1')).toHaveLength(3);
    });

    it('a server that dies while members are read leaves incomplete groups', async () => {
      let killed: Promise<void> | undefined;
      try {
        const stop = () => {
          killed ??= samba.kill();
        };
        const directory = await source().read({ groups: [exact('Level1')] }, never, stop);
        await killed;
        expect(directory.evidence.complete).toBe(true);
        const reasons = directory.groups.flatMap(({ evidence }) => evidence.reasons);
        expect(reasons.join()).toContain('could not be read');
      } finally {
        await killed;
        await samba.start();
      }
    });

    it('a server that is not there is unreachable', async () => {
      await samba.kill();
      try {
        const error = await failing(() => reading([exact('Tier1')]));
        expect(error).toMatchObject({ code: 'source.unreachable' });
      } finally {
        await samba.start();
      }
    });
  });
});
