import { expect, onTestFinished } from 'vitest';
import type { Directory, DirectoryGroup } from '../../src/model/directory.ts';
import { selectorOf } from '../../src/model/select.ts';
import type { World } from '../contracts/source-contract.ts';
import { type EagerClock, eagerClock } from './manual-clock.ts';
import { bearer, scimFrom, startScimWorld } from './scim-rig.ts';
import type { ScimHabits, ScimServer } from './scim-server.ts';

/** A server that ends with the test. */
export async function scimServer(
  world: World,
  habits: ScimHabits = {},
  clock: EagerClock = eagerClock(),
): Promise<ScimServer> {
  const server = await startScimWorld(world, habits, clock);
  onTestFinished(() => server.close());
  return server;
}

export const readScim = (
  server: ScimServer,
  texts: string | readonly string[],
  options: Readonly<Record<string, unknown>> = {},
  clock?: EagerClock,
): Promise<Directory> =>
  scimFrom({ baseUrl: server.baseUrl, token: bearer, ...options }, clock).read(
    { groups: [texts].flat().map(selectorOf) },
    new AbortController().signal,
  );

export function one(directory: Directory, name: string): DirectoryGroup {
  const found = directory.groups.filter(group => group.name === name);
  expect(found, `groups called ${name}`).toHaveLength(1);
  return found[0]!;
}

export const idsOf = (group: DirectoryGroup): string[] => group.members.map(({ id }) => id);

/** What was asked below the base, with the query where there was one, discovery left out. */
export const asked = (server: ScimServer): string[] =>
  server.requests
    .map(({ url }) => decodeURIComponent(url.href.replace(server.baseUrl, '')))
    .filter(text => !/^\/(?:ServiceProviderConfig|ResourceTypes)$/u.test(text) && text.startsWith('/'));

/** So many people `p1`, … in one group, and others who are in none. */
export const crowdOf = (members: number, others = 0): World => ({
  people: Array.from({ length: members + others }, (_, index) => ({
    userName: `p${index + 1}`,
    name: `Person ${index + 1}`,
    email: `p${index + 1}@example.org`,
  })),
  groups: [
    { name: 'Crowd', people: Array.from({ length: members }, (_, index) => `p${index + 1}`), groups: [] },
  ],
});

/** Empty groups by name. */
export const named = (...names: readonly string[]): World => ({
  people: [{ userName: 'ana', name: 'Ana', email: 'ana@example.org' }],
  groups: names.map(name => ({ name, people: ['ana'], groups: [] })),
});
