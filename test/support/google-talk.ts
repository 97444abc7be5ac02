import { expect, onTestFinished } from 'vitest';
import type { Directory, DirectoryGroup } from '../../src/model/directory.ts';
import { selectorOf } from '../../src/model/select.ts';
import { googleFrom, googleOptionsFor } from './google-rig.ts';
import { type GoogleServer, startGoogleServer } from './google-server.ts';
import { type EagerClock, eagerClock } from './manual-clock.ts';

/** A Workspace account for one test. */
export async function workspace(clock: EagerClock = eagerClock()): Promise<GoogleServer> {
  const server = await startGoogleServer(clock);
  onTestFinished(() => server.close());
  return server;
}

/** A group of so many people. */
export function crowd(server: GoogleServer, name: string, size: number) {
  const group = server.directory.addGroup(name, `${name.toLowerCase()}@example.org`);
  for (let index = 0; index < size; index++)
    server.directory.join(group, server.directory.addUser(`${name.toLowerCase()}-${index}@example.org`));
  return group;
}

/** What a source with small pages reads of the groups that these texts mean, as a config would write them. */
export function read(
  server: GoogleServer,
  texts: string | readonly string[],
  more: Readonly<Record<string, unknown>> = {},
  clock?: EagerClock,
): Promise<Directory> {
  const source = googleFrom({ ...googleOptionsFor(server), pageSize: 10, ...more }, clock);
  return source.read({ groups: [texts].flat().map(selectorOf) }, new AbortController().signal);
}

export function one(directory: Directory, name: string): DirectoryGroup {
  const found = directory.groups.filter(group => group.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]!;
}

export const isMembers = ({ url }: { readonly url: URL }): boolean => url.pathname.endsWith('/members');

/** The requests whose path ends so. */
export const calls = (server: GoogleServer, end: string) =>
  server.requests.filter(({ url }) => url.pathname.endsWith(end));
