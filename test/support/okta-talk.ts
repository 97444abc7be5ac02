import { expect, onTestFinished } from 'vitest';
import type { Directory, DirectoryGroup } from '../../src/model/directory.ts';
import { selectorOf } from '../../src/model/select.ts';
import { type EagerClock, eagerClock } from './manual-clock.ts';
import { apiToken, oktaFrom } from './okta-rig.ts';
import { type OktaServer, startOktaServer } from './okta-server.ts';

/** An org for one test, which takes our API token. */
export async function org(clock: EagerClock = eagerClock()): Promise<OktaServer> {
  const server = await startOktaServer(clock);
  server.apiTokens.add(apiToken);
  onTestFinished(() => server.close());
  return server;
}

/** A group of so many people. */
export function crowd(server: OktaServer, name: string, size: number) {
  const users = Array.from({ length: size }, (_, index) =>
    server.directory.addUser({ login: `${name}-${index}`, email: `${name}-${index}@example.org` }),
  );
  return server.directory.addGroup(name, users);
}

/** What a source with small pages reads of the groups that these texts mean, as a config would write them. */
export function read(
  server: OktaServer,
  texts: string | readonly string[],
  more: Readonly<Record<string, unknown>> = {},
  clock?: EagerClock,
): Promise<Directory> {
  const source = oktaFrom({ url: server.url, token: apiToken, pageSize: 10, ...more }, clock);
  return source.read({ groups: [texts].flat().map(selectorOf) }, new AbortController().signal);
}

export function one(directory: Directory, name: string): DirectoryGroup {
  const found = directory.groups.filter(group => group.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]!;
}

export const isMembers = ({ url }: { readonly url: URL }): boolean => url.pathname.endsWith('/users');
