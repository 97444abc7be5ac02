import { silentLog } from '../../src/log.ts';
import { keycloakSource } from '../../src/sources/keycloak/keycloak.ts';
import type { Source } from '../../src/sources/source.ts';
import type { SourceRig, World, WorldGroup } from '../contracts/source-contract.ts';
import type { KeycloakRealm } from './keycloak-realm.ts';
import { type KeycloakServer, type KeycloakServerOptions, startKeycloakServer } from './keycloak-server.ts';
import { type EagerClock, eagerClock } from './manual-clock.ts';

export const reader = { clientId: 'muster', clientSecret: 'a secret + with % odd & letters' };

/** A source from options as the config would have them. */
export function keycloakFrom(
  options: Readonly<Record<string, unknown>>,
  clock: EagerClock = eagerClock(),
): Source {
  const parsed = keycloakSource.options.parse({ realm: 'acme', ...reader, ...options });
  return keycloakSource.create('sso', parsed, { clock, log: silentLog, baseDir: '/', env: {} });
}

/** The first word of a name, and the others. */
export function namesIn(name: string): { firstName: string; lastName: string } {
  const [firstName = '', ...rest] = name.split(' ');
  return { firstName, lastName: rest.join(' ') };
}

/** A tree from groups that name the groups below them. */
export function treeOf<Made>(
  groups: readonly WorldGroup[],
  make: (group: WorldGroup, path: string, children: Made[]) => Made,
): Made[] {
  const nested = new Set(groups.flatMap(group => group.groups));
  const build = (group: WorldGroup, above: string): Made => {
    const path = `${above}/${group.name}`;
    const children = group.groups.map(name => build(groups.find(each => each.name === name)!, path));
    return make(group, path, children);
  };
  return groups.filter(({ name }) => !nested.has(name)).map(group => build(group, ''));
}

/** Puts people and groups of a world into a realm, and a client that may read them. */
export function fillRealm(realm: KeycloakRealm, world: World): void {
  realm.addClient(reader.clientId, reader.clientSecret, ['view-users']);
  const users = new Map(
    world.people.map(({ userName, name, email, disabled }) => [
      userName,
      realm.addUser(userName, { ...namesIn(name), email, enabled: !disabled }),
    ]),
  );
  const add = (group: WorldGroup, parentId: string | undefined): void => {
    const members = group.people.map(userName => users.get(userName)!);
    const id = realm.addGroup(group.name, parentId, members);
    for (const name of group.groups) add(world.groups.find(each => each.name === name)!, id);
  };
  for (const root of treeOf(world.groups, group => group)) add(root, undefined);
}

/** Small servers of one version, each with a world of its own. */
export async function makeKeycloakRig(options: KeycloakServerOptions = {}): Promise<SourceRig> {
  const servers: KeycloakServer[] = [];
  const start = async (world: World): Promise<KeycloakServer> => {
    const server = await startKeycloakServer(eagerClock(), options);
    servers.push(server);
    fillRealm(server.realm, world);
    return server;
  };
  return {
    put: async world => keycloakFrom({ url: (await start(world)).url }),
    async losing(world) {
      const server = await start(world);
      server.fault = ({ url }) =>
        url.pathname.endsWith('/members') && Number(url.searchParams.get('first')) > 900
          ? { status: 500, body: { error: 'unknown_error' } }
          : undefined;
      return keycloakFrom({ url: server.url });
    },
    async withWrongSecret() {
      const { url } = await start({ people: [], groups: [] });
      return keycloakFrom({ url, clientSecret: 'not the secret' });
    },
    async unreachable() {
      const server = await startKeycloakServer(eagerClock());
      await server.close();
      return keycloakFrom({ url: server.url });
    },
    close: async () => {
      await Promise.all(servers.map(server => server.close()));
    },
  };
}
