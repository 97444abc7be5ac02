import { silentLog } from '../../src/log.ts';
import { scimSource } from '../../src/sources/scim/scim.ts';
import type { Source } from '../../src/sources/source.ts';
import type { SourceRig, World } from '../contracts/source-contract.ts';
import { type EagerClock, eagerClock } from './manual-clock.ts';
import { type ScimHabits, type ScimServer, startScimServer } from './scim-server.ts';

export const bearer = 'scim-bearer-0123456789abcdef';

/** A source from options as the config would have them. */
export function scimFrom(
  options: Readonly<Record<string, unknown>>,
  clock: EagerClock = eagerClock(),
): Source {
  const parsed = scimSource.options.parse(options);
  return scimSource.create('idp', parsed, { clock, log: silentLog, baseDir: '/', env: {} });
}

/** The people and groups of a world on a server of their own; ids are `u1`, `u2`, … and `g1`, `g2`, …. */
export async function startScimWorld(
  world: World,
  habits: ScimHabits = {},
  clock: EagerClock = eagerClock(),
): Promise<ScimServer> {
  const server = await startScimServer(clock, habits);
  server.accepted.add(`Bearer ${bearer}`);
  const userIds = new Map(world.people.map(({ userName }, index) => [userName, `u${index + 1}`]));
  const groupIds = new Map(world.groups.map(({ name }, index) => [name, `g${index + 1}`]));
  for (const { userName, name, email, disabled } of world.people) {
    const id = userIds.get(userName)!;
    server.users.set(id, {
      id,
      userName,
      displayName: name,
      active: !disabled,
      emails: [{ value: email, type: 'work', primary: true }],
    });
  }
  for (const { name, people, groups } of world.groups) {
    const id = groupIds.get(name)!;
    const members = [...people.map(each => userIds.get(each)!), ...groups.map(each => groupIds.get(each)!)];
    server.groups.set(id, { id, displayName: name, externalId: `ext-${id}`, members });
  }
  return server;
}

/** How one kind of server behaves, and what a config says about it. */
export interface ScimStyle {
  readonly habits: ScimHabits;
  readonly options?: Readonly<Record<string, unknown>>;
  /** The path of the list that loses whatever comes after its second page, and a user by id. */
  readonly loses: RegExp;
}

export async function makeScimRig({ habits, options, loses }: ScimStyle): Promise<SourceRig> {
  const servers: ScimServer[] = [];
  const start = async (world: World) => {
    const server = await startScimWorld(world, habits);
    servers.push(server);
    return server;
  };
  const over = ({ baseUrl }: ScimServer, token = bearer) => scimFrom({ baseUrl, token, ...options });
  return {
    put: async world => over(await start(world)),
    async losing(world) {
      const server = await start(world);
      server.fault = ({ url }, nth) =>
        (loses.test(url.pathname) && nth > 2) || url.pathname.endsWith('/u1200') ? 'cut' : undefined;
      return over(server);
    },
    withWrongSecret: async () => over(await start({ people: [], groups: [] }), 'not the token'),
    async unreachable() {
      const server = await start({ people: [], groups: [] });
      await server.close();
      servers.pop();
      return over(server);
    },
    close: async () => {
      await Promise.all(servers.map(server => server.close()));
    },
  };
}

/** By the book. */
export const bookStyle: ScimStyle = { habits: {}, loses: /Users$/u };

/** Caps pages, tells totals as texts, leaves members out of lists and says nowhere what a member is. */
export const sloppyStyle: ScimStyle = {
  habits: {
    discovery: 'none',
    largestPage: 30,
    totals: 'texts',
    members: 'by id',
    userGroups: false,
    memberKinds: 'nothing',
    filters: 'ignored',
    trims: 'refused',
    bareEmptyLists: true,
    activeOnly: true,
  },
  loses: /Users$/u,
};

/** Shows memberships at the users alone, page by page with cursors. */
export const userStyle: ScimStyle = {
  habits: { members: 'nowhere', paging: 'cursor', totals: 'nowhere', lowerCase: true, memberKinds: 'ref' },
  loses: /users$/u,
};

/** Shows them nowhere, and finds users by their groups. */
export const filterStyle: ScimStyle = {
  habits: { members: 'nowhere', userGroups: false, filters: ['displayName', 'groups.value'] },
  loses: /Users$/u,
};

/** AWS: empty member lists, pages with a cursor alone, and groups found by their members (ListGroups, Constraints). */
export const awsStyle: ScimStyle = {
  habits: {
    members: 'never any',
    userGroups: false,
    filters: ['displayName', 'externalId', 'members.value'],
    paging: 'cursor on request',
    totals: 'of the page',
    largestPage: 100,
  },
  options: { paging: 'cursor', memberships: 'groups-by-user', concurrency: 10 },
  loses: /Users$/u,
};
