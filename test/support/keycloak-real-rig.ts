import type { SourceRig, World, WorldGroup } from '../contracts/source-contract.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import type { RealKeycloak } from './keycloak-real.ts';
import { keycloakFrom, namesIn, reader, treeOf } from './keycloak-rig.ts';
import { eagerClock } from './manual-clock.ts';

/** Clients with a service account each, and the roles of `realm-management` that it has. */
export const clients: Readonly<Record<string, readonly string[]>> = {
  [reader.clientId]: ['view-users'],
  'sees-nothing': ['query-groups'],
  'may-nothing': [],
};

export interface GroupRepresentation {
  readonly name: string;
  readonly subGroups: readonly GroupRepresentation[];
}

/** A world as Keycloak imports it. Service accounts are in the groups of `serviceAccountIn`. */
export function realmOf(world: World, realm: string, serviceAccountIn: readonly string[] = []): object {
  const pathsOf = new Map<string, string[]>();
  const groups = treeOf<GroupRepresentation>(world.groups, (group: WorldGroup, path, subGroups) => {
    for (const userName of group.people) pathsOf.set(userName, [...(pathsOf.get(userName) ?? []), path]);
    return { name: group.name, subGroups };
  });
  const people = world.people.map(({ userName, name, email, disabled }) => ({
    username: userName,
    ...namesIn(name),
    email,
    enabled: !disabled,
    groups: pathsOf.get(userName) ?? [],
  }));
  const accounts = Object.entries(clients).map(([clientId, roles]) => ({
    username: `service-account-${clientId}`,
    enabled: true,
    serviceAccountClientId: clientId,
    clientRoles: { 'realm-management': roles },
    groups: clientId === reader.clientId ? serviceAccountIn : [],
  }));
  return {
    realm,
    enabled: true,
    clients: Object.keys(clients).map(clientId => ({
      clientId,
      secret: reader.clientSecret,
      serviceAccountsEnabled: true,
      standardFlowEnabled: false,
    })),
    users: [...people, ...accounts],
    groups,
  };
}

/** Realms of one real Keycloak, one a world. `keycloak` is stopped by whoever started it. */
export async function makeRealRig(keycloak: RealKeycloak): Promise<SourceRig> {
  const realms = new Map<World, string>();
  const fronts: ApiServer[] = [];

  const put = async (world: World): Promise<string> => {
    const known = realms.get(world);
    if (known !== undefined) return known;
    const realm = `world-${realms.size + 1}`;
    realms.set(world, realm);
    await keycloak.admin('POST', '/realms', realmOf(world, realm));
    return realm;
  };

  return {
    put: async world => keycloakFrom({ url: keycloak.base, realm: await put(world) }),
    async losing(world) {
      const front = await startFront(keycloak);
      fronts.push(front);
      front.fault = ({ url }) =>
        url.pathname.endsWith('/members') && Number(url.searchParams.get('first')) > 900
          ? { status: 502, body: '<html>Bad Gateway</html>' }
          : undefined;
      return keycloakFrom({ url: front.url, realm: await put(world) });
    },
    async withWrongSecret() {
      const realm = await put({ people: [], groups: [] });
      return keycloakFrom({ url: keycloak.base, realm, clientSecret: 'not the secret' });
    },
    async unreachable() {
      const front = await startFront(keycloak);
      await front.close();
      return keycloakFrom({ url: front.url });
    },
    close: async () => {
      await Promise.all(fronts.map(front => front.close()));
    },
  };
}

/** A gateway before Keycloak, which may fail where Keycloak does not. */
function startFront({ base }: RealKeycloak): Promise<ApiServer> {
  const { origin } = new URL(base);
  return startApiServer(eagerClock(), async ({ method, url, headers, body }) => {
    const { authorization = '', 'content-type': type = 'application/json' } = headers;
    const answer = await fetch(`${origin}${url.pathname}${url.search}`, {
      method,
      headers: { 'content-type': type, ...(authorization && { authorization }) },
      ...(method === 'POST' && { body }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text.startsWith('<') ? text : JSON.parse(text) };
  });
}
