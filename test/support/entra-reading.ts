import { onTestFinished } from 'vitest';
import type { Directory, DirectoryGroup } from '../../src/model/directory.ts';
import { selectorOf } from '../../src/model/select.ts';
import type { Source } from '../../src/sources/source.ts';
import { entraFrom, entraOptions } from './entra-rig.ts';
import { type EntraServer, type SeenCall, startEntra } from './entra-server.ts';
import { type EagerClock, eagerClock } from './manual-clock.ts';

export interface EntraBench {
  readonly server: EntraServer;
  readonly clock: EagerClock;
  /** A source on this server; options besides those that reach it. */
  source(more?: Readonly<Record<string, unknown>>): Source;
}

/** A server that is gone when the test is. */
export async function bench(): Promise<EntraBench> {
  const clock = eagerClock();
  const server = await startEntra(clock);
  onTestFinished(() => server.close());
  return {
    server,
    clock,
    source: more => entraFrom({ ...entraOptions(server), ...more }, { clock }),
  };
}

/** Reads groups as a config would name them: `Support`, `CC-*`, `/^x/`. */
export const readGroups = (source: Source, ...texts: readonly string[]): Promise<Directory> =>
  source.read({ groups: texts.map(selectorOf) }, new AbortController().signal);

export function groupNamed(directory: Directory, name: string): DirectoryGroup {
  const group = directory.groups.find(each => each.name === name);
  if (!group) throw new Error(`There is no group ${name}; there are ${namesOf(directory).join(', ')}.`);
  return group;
}

export const namesOf = (directory: Directory): string[] => directory.groups.map(({ name }) => name);

/** Names of the people directly in a group, sorted. */
export function peopleIn(directory: Directory, name: string): string[] {
  const byId = new Map(directory.people.map(person => [person.id, person.name]));
  const { members } = groupNamed(directory, name);
  return members.flatMap(({ kind, id }) => (kind === 'person' ? [byId.get(id)!] : [])).sort();
}

/** `GET /groups?$filter=…`, decoded, in the order of their coming. */
export const asked = (calls: readonly SeenCall[]): string[] =>
  calls.map(({ method, path, query }) => {
    const options = [...query].map(([name, value]) => `${name}=${value}`).join('&');
    return `${method} ${path}${options === '' ? '' : `?${options}`}`;
  });

/** What went wrong, for a read that must. */
export const failureOf = (reading: Promise<unknown>): Promise<unknown> =>
  reading.then(
    () => new Error('nothing went wrong'),
    (error: unknown) => error,
  );
