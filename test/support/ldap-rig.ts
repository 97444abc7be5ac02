import { silentLog } from '../../src/log.ts';
import { ldapSource } from '../../src/sources/ldap/ldap.ts';
import type { Source } from '../../src/sources/source.ts';
import type { SourceRig, World, WorldGroup, WorldPerson } from '../contracts/source-contract.ts';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';
import { eagerClock } from './manual-clock.ts';
import { dnValue, groupSchema, ldifEntry, reader, type Slapd, startSlapd, suffix } from './slapd.ts';

/** A source from options as the config would have them; the clock stands still, so that reads can be compared. */
export function ldapFrom(options: Readonly<Record<string, unknown>>, baseDir = '/'): Source {
  const parsed = ldapSource.options.parse(options);
  const tools = { clock: eagerClock(), log: silentLog, baseDir, env: {} };
  return ldapSource.create('corp', parsed, tools);
}

/** Options that reach `slapd` as the reader over plain text on the loopback. */
export const plainOptions = (url: string, baseDn = suffix) => ({
  url,
  baseDn,
  bindDn: reader.dn,
  password: reader.password,
  allowInsecure: true,
});

/** How one way of writing groups puts a group and names its members. */
export interface GroupStyle {
  readonly entry: (group: WorldGroup, at: WorldAt) => string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Where a world is: the names of its entries. */
export interface WorldAt {
  readonly base: string;
  readonly person: (userName: string) => string;
  readonly group: (name: string) => string;
}

const worldAt = (base: string): WorldAt => ({
  base,
  person: userName => `uid=${dnValue(userName)},ou=people,${base}`,
  group: name => `cn=${dnValue(name)},ou=groups,${base}`,
});

/** One server for all worlds; each world is a subtree of its own. */
export async function makeLdapRig(style: GroupStyle): Promise<SourceRig> {
  const slapd: Slapd = await startSlapd({ schema: groupSchema, database: ['overlay ppolicy'] });
  const proxies: CuttingProxy[] = [];
  let worlds = 0;

  const seed = async (world: World): Promise<string> => {
    const at = worldAt(`ou=world${++worlds},${suffix}`);
    const units = [at.base, `ou=people,${at.base}`, `ou=groups,${at.base}`];
    await slapd.add(
      [
        ...units.map(dn => ldifEntry(dn, { objectClass: 'organizationalUnit' })),
        ...world.people.map(person => personEntry(person, at)),
        ...world.groups.map(group => style.entry(group, at)),
      ].join(''),
    );
    return at.base;
  };
  const over = (url: string, base: string) => ldapFrom({ ...plainOptions(url, base), ...style.options });

  return {
    put: async world => over(slapd.url, await seed(world)),
    async losing(world) {
      const proxy = await startCuttingProxy(slapd.port, () => 60_000);
      proxies.push(proxy);
      return over(`ldap://127.0.0.1:${proxy.port}`, await seed(world));
    },
    withWrongSecret: async () => ldapFrom({ ...plainOptions(slapd.url), password: 'not the password' }),
    async unreachable() {
      const proxy = await startCuttingProxy(slapd.port, () => 0);
      await proxy.close();
      return ldapFrom(plainOptions(`ldap://127.0.0.1:${proxy.port}`));
    },
    async close() {
      await Promise.all(proxies.map(proxy => proxy.close()));
      await slapd.stop();
    },
  };
}

const personEntry = (person: WorldPerson, at: WorldAt) =>
  ldifEntry(at.person(person.userName), {
    objectClass: 'inetOrgPerson',
    cn: person.name,
    sn: person.name,
    displayName: person.name,
    uid: person.userName,
    mail: person.email,
    pwdAccountLockedTime: person.disabled ? '000001010000Z' : undefined,
  });

const dnsOf = (group: WorldGroup, at: WorldAt) => [
  ...group.people.map(at.person),
  ...group.groups.map(at.group),
];

/** Groups as Active Directory has them, which may be empty. */
export const adStyle: GroupStyle = {
  entry: (group, at) =>
    ldifEntry(at.group(group.name), {
      objectClass: 'Group',
      cn: group.name,
      groupType: '2',
      member: dnsOf(group, at),
    }),
};

/** `groupOfUniqueNames`, which must have a member: a placeholder stands for an empty group. */
export const uniqueStyle: GroupStyle = {
  options: { ignoreMembers: ['cn=nobody'] },
  entry(group, at) {
    const members = dnsOf(group, at);
    return ldifEntry(at.group(group.name), {
      objectClass: 'groupOfUniqueNames',
      cn: group.name,
      uniqueMember: members.length > 0 ? members : ['CN = Nobody'],
    });
  },
};

/** `posixGroup`: login names instead of names of entries. */
export const posixStyle: GroupStyle = {
  entry: (group, at) =>
    ldifEntry(at.group(group.name), {
      objectClass: 'posixGroup',
      cn: group.name,
      gidNumber: '1000',
      memberUid: group.people,
    }),
};
