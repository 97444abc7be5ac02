import { silentLog } from '../../src/log.ts';
import { oktaSource } from '../../src/sources/okta/okta.ts';
import type { Source } from '../../src/sources/source.ts';
import type { SourceRig, World } from '../contracts/source-contract.ts';
import { type EagerClock, eagerClock } from './manual-clock.ts';
import { type OktaServer, startOktaServer } from './okta-server.ts';

export const apiToken = '00aSecretApiToken-0123456789abcdefghijkl';

/** A source from options as the config would have them. */
export function oktaFrom(
  options: Readonly<Record<string, unknown>>,
  clock: EagerClock = eagerClock(),
): Source {
  const parsed = oktaSource.options.parse(options);
  return oktaSource.create('okta', parsed, { clock, log: silentLog, baseDir: '/', env: {} });
}

/** The people and groups of a world in an org of their own. */
export async function startOktaWorld(world: World, clock: EagerClock = eagerClock()): Promise<OktaServer> {
  const server = await startOktaServer(clock);
  server.apiTokens.add(apiToken);
  const users = new Map(
    world.people.map(({ userName, name, email, disabled }) => [
      userName,
      server.directory.addUser(
        { login: userName, email, displayName: name },
        disabled ? 'SUSPENDED' : 'ACTIVE',
      ),
    ]),
  );
  for (const group of world.groups)
    server.directory.addGroup(
      group.name,
      group.people.map(userName => users.get(userName)!),
    );
  return server;
}

export async function makeOktaRig(): Promise<SourceRig> {
  const servers: OktaServer[] = [];
  const start = async (world: World) => {
    const server = await startOktaWorld(world);
    servers.push(server);
    return server;
  };
  return {
    put: async world => oktaFrom({ url: (await start(world)).url, token: apiToken }),
    async losing(world) {
      const server = await start(world);
      server.fault = ({ url }, nth) => (url.pathname.endsWith('/users') && nth > 1 ? 'cut' : undefined);
      return oktaFrom({ url: server.url, token: apiToken });
    },
    async withWrongSecret() {
      return oktaFrom({ url: (await start({ people: [], groups: [] })).url, token: 'not the token' });
    },
    async unreachable() {
      const server = await startOktaServer(eagerClock());
      await server.close();
      return oktaFrom({ url: server.url, token: apiToken });
    },
    close: async () => {
      await Promise.all(servers.map(server => server.close()));
    },
  };
}
