import { silentLog } from '../../src/log.ts';
import { googleSource } from '../../src/sources/google/google.ts';
import type { Source } from '../../src/sources/source.ts';
import type { SourceRig, World } from '../contracts/source-contract.ts';
import { type GoogleServer, startGoogleServer } from './google-server.ts';
import { type EagerClock, eagerClock } from './manual-clock.ts';

/** A source from options as the config would have them. */
export function googleFrom(
  options: Readonly<Record<string, unknown>>,
  clock: EagerClock = eagerClock(),
  baseDir = '/',
): Source {
  const parsed = googleSource.options.parse(options);
  return googleSource.create('workspace', parsed, { clock, log: silentLog, baseDir, env: {} });
}

/** What reaches a server as its administrator, by domain-wide delegation. */
export const googleOptionsFor = (server: GoogleServer): Readonly<Record<string, unknown>> => ({
  key: server.oauth.keyFile(`${server.url}/token`),
  subject: 'admin@example.org',
  apiUrl: server.url,
});

/** Where the worlds keep login names: in Workspace itself the login name is always the primary address. */
const attributes = { userName: 'customSchemas.Staff.login' };

export async function startGoogleWorld(
  world: World,
  clock: EagerClock = eagerClock(),
): Promise<GoogleServer> {
  const server = await startGoogleServer(clock);
  const { directory } = server;
  const users = new Map(
    world.people.map(({ userName, name, email, disabled }) => [
      userName,
      directory.addUser(email, {
        name: { fullName: name },
        suspended: disabled ?? false,
        customSchemas: { Staff: { login: userName } },
      }),
    ]),
  );
  const groups = new Map(world.groups.map(({ name }) => [name, directory.addGroup(name)]));
  for (const group of world.groups) {
    for (const userName of group.people) directory.join(groups.get(group.name)!, users.get(userName)!);
    for (const name of group.groups) directory.join(groups.get(group.name)!, groups.get(name)!);
  }
  return server;
}

export async function makeGoogleRig(): Promise<SourceRig> {
  const servers: GoogleServer[] = [];
  const start = async (world: World) => {
    const server = await startGoogleWorld(world);
    servers.push(server);
    return server;
  };
  const nobody: World = { people: [], groups: [] };
  return {
    put: async world => googleFrom({ ...googleOptionsFor(await start(world)), attributes }),
    async losing(world) {
      const server = await start(world);
      server.fault = ({ url }, nth) => (url.pathname.endsWith('/members') && nth > 1 ? 'cut' : undefined);
      return googleFrom({ ...googleOptionsFor(server), attributes });
    },
    async withWrongSecret() {
      const server = await start(nobody);
      const key = { ...server.oauth.keyFile(`${server.url}/token`), private_key_id: 'deleted' };
      return googleFrom({ ...googleOptionsFor(server), key });
    },
    async unreachable() {
      const server = await startGoogleServer(eagerClock());
      await server.close();
      return googleFrom(googleOptionsFor(server));
    },
    close: async () => {
      await Promise.all(servers.map(server => server.close()));
    },
  };
}
