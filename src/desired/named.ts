import type { Desired } from '../model/desired.ts';
import type { Directory } from '../model/directory.ts';
import type { GroupKey, MappingId, PersonKey, QueueId } from '../model/keys.ts';
import { matcher, nearest, selectorOf } from '../model/select.ts';
import type { Tenant } from '../model/tenant.ts';
import { findPeople } from './find-people.ts';

/** What somebody named on the command line, of whatever kind it is. */
export interface Named {
  readonly groups: ReadonlySet<GroupKey>;
  readonly queues: ReadonlySet<QueueId>;
  readonly mappings: ReadonlySet<MappingId>;
  readonly people: ReadonlySet<PersonKey>;
}

export interface NamedThings {
  readonly named: Named;
  /** Names that mean nothing here, with names that are near. */
  readonly unknown: readonly { readonly name: string; readonly near: readonly string[] }[];
}

/**
 * Groups and queues of the mappings, mappings, and people of the sources, by name or id; for all but people a pattern
 * will do. A name may mean several things at once.
 */
export function thingsNamed(
  names: readonly string[],
  world: { readonly desired: Desired; readonly directories: readonly Directory[]; readonly tenant: Tenant },
): NamedThings {
  const { desired, directories } = world;
  const served = new Set(desired.services.map(service => service.queue));
  const queues = world.tenant.queues.filter(queue => served.has(queue.id));
  const mappings = [...new Set([...desired.groups, ...desired.services].map(({ mapping }) => mapping))];
  const found = {
    groups: new Set<GroupKey>(),
    queues: new Set<QueueId>(),
    mappings: new Set<MappingId>(),
    people: new Set<PersonKey>(),
  };
  const unknown: { name: string; near: string[] }[] = [];
  for (const name of names) {
    const means = matcher(selectorOf(name));
    const hits = [
      ...desired.groups
        .filter(group => means([group.name, group.sourceName ?? group.name, group.key]))
        .map(group => found.groups.add(group.key)),
      ...queues.filter(queue => means([queue.name, queue.id])).map(queue => found.queues.add(queue.id)),
      ...mappings.filter(id => means([id])).map(id => found.mappings.add(id)),
      ...findPeople(directories, name).map(person => found.people.add(person.key)),
    ];
    if (hits.length > 0) continue;
    const known = [
      ...desired.groups.flatMap(group => [group.name, ...(group.sourceName ? [group.sourceName] : [])]),
      ...queues.map(queue => queue.name),
      ...mappings,
      ...directories.flatMap(({ people }) => people.flatMap(person => [person.name, ...person.emails])),
    ];
    unknown.push({ name, near: nearest(name, known) });
  }
  return { named: found, unknown };
}
