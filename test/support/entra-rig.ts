import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLog } from '../../src/log.ts';
import { entraSource } from '../../src/sources/entra/entra.ts';
import type { Source } from '../../src/sources/source.ts';
import type { SourceRig, World } from '../contracts/source-contract.ts';
import { graphError } from './entra-directory.ts';
import { type EntraServer, startEntra } from './entra-server.ts';
import { type EagerClock, eagerClock } from './manual-clock.ts';

export interface EntraTools {
  readonly clock?: EagerClock;
  readonly baseDir?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A source from options as the config would have them. */
export function entraFrom(options: Readonly<Record<string, unknown>>, tools: EntraTools = {}): Source {
  const { clock = eagerClock(), baseDir = '/', env = {} } = tools;
  return entraSource.create('corp', entraSource.options.parse(options), {
    clock,
    log: silentLog,
    baseDir,
    env,
  });
}

/** Where the server is, and that its client id and secret are ours. */
export const entraOptions = (server: EntraServer): Record<string, unknown> => ({
  tenant: server.login.tenant,
  clientId: server.login.app.clientId,
  clientSecret: server.login.app.secret,
  loginUrl: server.url,
  graphUrl: server.url,
});

/** Puts a world into a tenant; ids by name. */
export function fill(server: EntraServer, world: World): ReadonlyMap<string, string> {
  const { tenant } = server;
  const ids = new Map<string, string>();
  for (const { userName, name, email, disabled } of world.people) {
    const id = tenant.addUser(userName, {
      displayName: name,
      mail: email,
      onPremisesSamAccountName: userName,
      accountEnabled: !disabled,
    });
    ids.set(`person ${userName}`, id);
  }
  for (const { name } of world.groups) ids.set(`group ${name}`, tenant.addGroup(name));
  for (const { name, people, groups } of world.groups) {
    const members = [...people.map(each => `person ${each}`), ...groups.map(each => `group ${each}`)];
    tenant.addMember(ids.get(`group ${name}`)!, ...members.map(each => ids.get(each)!));
  }
  return ids;
}

/** One server for each world. `more` are options besides those that reach the server. */
export async function makeEntraRig(more: Readonly<Record<string, unknown>> = {}): Promise<SourceRig> {
  const servers: EntraServer[] = [];
  const baseDir = await mkdtemp(path.join(tmpdir(), 'muster-entra-'));
  const start = async (world: World = { people: [], groups: [] }): Promise<EntraServer> => {
    const server = await startEntra(eagerClock());
    servers.push(server);
    fill(server, world);
    return server;
  };
  // A userPrincipalName has a domain behind it; the contract's login names have none.
  const over = (server: EntraServer, options: Readonly<Record<string, unknown>> = {}) =>
    entraFrom(
      {
        ...entraOptions(server),
        attributes: { userName: 'onPremisesSamAccountName' },
        ...more,
        deltaDir: `state-${servers.indexOf(server)}`,
        ...options,
      },
      { baseDir },
    );
  return {
    put: async world => over(await start(world)),
    async losing(world) {
      const server = await start(world);
      const lost = graphError(500, 'UnknownError', 'Something went wrong.');
      Object.assign(server.delta.knobs, { chunk: 500, pageSize: 2 });
      server.fault = ({ query }) => (query.has('$skiptoken') ? lost : undefined);
      return over(server);
    },
    withWrongSecret: async () => over(await start(), { clientSecret: 'not the secret' }),
    async unreachable() {
      const server = await start();
      await server.close();
      return over(server);
    },
    async close() {
      await Promise.all(servers.map(server => server.close().catch(() => {})));
      await rm(baseDir, { recursive: true, force: true });
    },
  };
}
