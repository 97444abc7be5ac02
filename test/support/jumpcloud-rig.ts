import { silentLog } from '../../src/log.ts';
import { jumpcloudSource } from '../../src/sources/jumpcloud/jumpcloud.ts';
import type { Source } from '../../src/sources/source.ts';
import type { SourceRig, World } from '../contracts/source-contract.ts';
import { type JumpcloudServer, startJumpcloudServer } from './jumpcloud-server.ts';
import { type EagerClock, eagerClock } from './manual-clock.ts';

export const apiKey = 'jumpcloud-api-key-0123456789abcdef012345';

/** A source from options as the config would have them. */
export function jumpcloudFrom(
  options: Readonly<Record<string, unknown>>,
  clock: EagerClock = eagerClock(),
): Source {
  const parsed = jumpcloudSource.options.parse(options);
  return jumpcloudSource.create('jc', parsed, { clock, log: silentLog, baseDir: '/', env: {} });
}

/** The people and groups of a world in an organisation of their own. Ids look like those of JumpCloud. */
export async function startJumpcloudWorld(
  world: World,
  clock: EagerClock = eagerClock(),
): Promise<JumpcloudServer> {
  const server = await startJumpcloudServer(clock);
  server.apiKeys.add(apiKey);
  const idOf = (prefix: string, index: number) => `${prefix}${String(index + 1).padStart(22, '0')}`;
  const ids = new Map(world.people.map(({ userName }, index) => [userName, idOf('5a', index)]));
  for (const { userName, name, email, disabled } of world.people) {
    const fields = { username: userName, displayname: name, email, suspended: disabled === true };
    server.users.set(ids.get(userName)!, { ...fields, state: disabled ? 'SUSPENDED' : 'ACTIVATED' });
  }
  for (const [index, { name, people }] of world.groups.entries()) {
    const members = people.map(userName => ({ id: ids.get(userName)!, type: 'user' }));
    server.groups.set(idOf('6b', index), { id: idOf('6b', index), name, members });
  }
  return server;
}

export async function makeJumpcloudRig(): Promise<SourceRig> {
  const servers: JumpcloudServer[] = [];
  const start = async (world: World) => {
    const server = await startJumpcloudWorld(world);
    servers.push(server);
    return server;
  };
  const over = ({ url }: JumpcloudServer, key = apiKey) => jumpcloudFrom({ consoleUrl: url, apiKey: key });
  return {
    put: async world => over(await start(world)),
    async losing(world) {
      const server = await start(world);
      server.fault = ({ url }, nth) => (url.pathname.endsWith('/members') && nth > 1 ? 'cut' : undefined);
      return over(server);
    },
    withWrongSecret: async () => over(await start({ people: [], groups: [] }), 'not the key'),
    async unreachable() {
      const server = await startJumpcloudServer(eagerClock());
      await server.close();
      return over(server);
    },
    close: async () => {
      await Promise.all(servers.map(server => server.close()));
    },
  };
}
