import type { Source } from '../../src/sources/source.ts';
import type { SourceRig, World, WorldGroup, WorldPerson } from '../contracts/source-contract.ts';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';
import { ldapFrom } from './ldap-rig.ts';
import { adHostName, adReader, domainDn, type Samba } from './samba.ts';
import { dnValue, ldifEntry } from './slapd.ts';

/** Options that reach the domain controller over TLS as an ordinary user of the domain. */
export const adOptions = (samba: Samba, more: Readonly<Record<string, unknown>> = {}) => ({
  url: samba.ldapsUrl,
  servername: adHostName,
  caFile: samba.caFile,
  baseDn: domainDn,
  bindDn: adReader.upn,
  password: adReader.password,
  ...more,
});

/** An organisational unit of its own for each world; the names that a domain must not hold twice carry its number. */
interface WorldAt {
  readonly base: string;
  readonly number: number;
  readonly person: (userName: string) => string;
  readonly group: (name: string) => string;
}

function worldAt(number: number, world: World): WorldAt {
  const base = `OU=world${number},${domainDn}`;
  const names = new Map(world.people.map(({ userName, name }) => [userName, name]));
  return {
    base,
    number,
    person: userName => `CN=${dnValue(names.get(userName)!)},OU=people,${base}`,
    group: name => `CN=${dnValue(name)},OU=groups,${base}`,
  };
}

/** All worlds in one domain, whose controller is started and stopped elsewhere. */
export function sambaRig(samba: Samba): SourceRig {
  const proxies: CuttingProxy[] = [];
  // Nothing here writes after the seed, so one world that is put twice is the same world.
  const seeded = new Map<World, Promise<string>>();

  const seed = (world: World): Promise<string> => {
    const there = seeded.get(world) ?? addWorld(samba, worldAt(seeded.size + 1, world), world);
    seeded.set(world, there);
    return there;
  };
  const over = (base: string, more: Readonly<Record<string, unknown>> = {}): Source =>
    ldapFrom(adOptions(samba, { baseDn: base, attributes: { userName: 'uid' }, ...more }));
  const behind = async (bytesAllowed: number) => {
    const proxy = await startCuttingProxy(636, () => bytesAllowed, samba.address);
    proxies.push(proxy);
    return { proxy, url: `ldaps://127.0.0.1:${proxy.port}` };
  };

  return {
    put: async world => over(await seed(world)),
    losing: async world => over(await seed(world), { url: (await behind(60_000)).url }),
    withWrongSecret: async () => over(domainDn, { password: 'not the password' }),
    async unreachable() {
      const { proxy, url } = await behind(0);
      await proxy.close();
      return over(domainDn, { url });
    },
    close: async () => void (await Promise.all(proxies.map(proxy => proxy.close()))),
  };
}

async function addWorld(samba: Samba, at: WorldAt, world: World): Promise<string> {
  const units = [at.base, `OU=people,${at.base}`, `OU=groups,${at.base}`];
  const groups = world.groups.map((group, index) => ({ group, index }));
  await samba.add(
    [
      ...units.map(dn => ldifEntry(dn, { objectClass: 'organizationalUnit' })),
      ...world.people.map(person => personEntry(person, at)),
      ...groups.map(({ group, index }) => groupEntry(group, index, at)),
    ].join(''),
  );
  // A member must be there before it is named, and groups may name one another.
  await samba.modify(world.groups.flatMap(group => memberChange(group, at)).join(''));
  return at.base;
}

const personEntry = (person: WorldPerson, at: WorldAt) =>
  ldifEntry(at.person(person.userName), {
    objectClass: 'user',
    displayName: person.name,
    sAMAccountName: `w${at.number}-${person.userName}`,
    uid: person.userName,
    mail: person.email,
    // A normal account without need of a password; 2 is the bit of a disabled one.
    userAccountControl: String(person.disabled ? 544 + 2 : 544),
  });

const groupEntry = (group: WorldGroup, index: number, at: WorldAt) =>
  ldifEntry(at.group(group.name), { objectClass: 'group', sAMAccountName: `w${at.number}-group${index}` });

function memberChange(group: WorldGroup, at: WorldAt): string[] {
  const members = [...group.people.map(at.person), ...group.groups.map(at.group)];
  if (members.length === 0) return [];
  const [dn, ...values] = ldifEntry(at.group(group.name), { member: members }).trimEnd().split('\n');
  return [[dn, 'changetype: modify', 'add: member', ...values, '-', '', ''].join('\n')];
}
