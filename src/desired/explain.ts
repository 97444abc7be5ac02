import type { Directory, Person } from '../model/directory.ts';
import type {
  Absence,
  PersonExplanation,
  Place,
  QueueExplanation,
  QueuePerson,
} from '../model/explanation.ts';
import type { GroupKey, MappingId, UserId } from '../model/keys.ts';
import type { Ledger } from '../model/ledger.ts';
import type { Mapping } from '../model/mapping.ts';
import { matchKey } from '../model/match-key.ts';
import type { Tenant, TenantGroup, TenantQueue } from '../model/tenant.ts';
import { indexDirectory } from './flatten-nested.ts';
import type { Dormant } from './in-force.ts';
import { linkPeople } from './link-people.ts';
import { type FindPeople, peopleFinder } from './people-of.ts';
import { placeOf } from './place-of.ts';
import { type ResolveInput, resolve } from './resolve.ts';
import { type SelectedGroup, selectGroups } from './select-groups.ts';
import { whyAbsent } from './why-absent.ts';

export interface ExplainInput extends Omit<ResolveInput, 'tenant'> {
  readonly tenant: Tenant;
  readonly ledger: Ledger;
  /** The Genesys group that stands for a source group, where it exists. */
  readonly groupOf: (key: GroupKey) => TenantGroup | undefined;
  /** Mappings that do not hold now; they are not among `mappings`. */
  readonly dormant: readonly Dormant[];
}

/** People whom a text may mean: mail address, login name, id, else name; compared without case. */
export function findPeople(directories: readonly Directory[], text: string): Person[] {
  const wanted = matchKey(text);
  const by = (valuesOf: (person: Person) => readonly (string | undefined)[]) =>
    directories
      .flatMap(directory => directory.people)
      .filter(person => valuesOf(person).some(value => value !== undefined && matchKey(value) === wanted));
  const exact = by(({ emails, userName, id, key, externalId }) => [...emails, userName, id, key, externalId]);
  return exact.length > 0 ? exact : by(person => [person.name]);
}

/** person ← group ← nested group ← mapping ← queue, and for every mapping that is silent, why. Pure. */
export function explainPerson(person: Person, input: ExplainInput): PersonExplanation {
  const { directories, mappings, tenant } = input;
  const everybody = directories.flatMap(directory => directory.people);
  const links = linkPeople(everybody, tenant.users, input.match);
  const userId = links.users.get(person.key);
  const user = tenant.users.find(each => each.id === userId);
  const { desired } = resolve(input);
  const { selected } = selectGroups(directories, mappings);
  const finders = findersOf(directories);
  const places: Place[] = [];
  const absences: Absence[] = [];
  for (const mapping of mappings) {
    const groups = selected.filter(each => each.mapping.id === mapping.id);
    const hits = groups.flatMap(each => pathsTo(person, each, finders));
    const found = hits.flatMap(({ group, path }) =>
      desired.services
        .filter(service => service.group === group.key && service.mapping === mapping.id)
        .map(service => ({ service, path, key: group.key })),
    );
    if (userId === undefined || found.length === 0) {
      const held = desired.heldMappings.find(each => each.mapping === mapping.id);
      absences.push({
        mapping: mapping.id,
        why: whyAbsent(person, mapping, groups, hits.length > 0, userId !== undefined, held),
      });
      continue;
    }
    for (const { service, path, key } of found) {
      const queue = tenant.queues.find(each => each.id === service.queue)!;
      places.push(
        placeOf({ service, path, queue, user: userId, group: input.groupOf(key), ledger: input.ledger }),
      );
    }
  }
  const subjects = new Set([...person.emails, person.userName, person.id]);
  const said = links.notes.find(note => subjects.has(note.subject));
  return {
    person: { key: person.key, name: person.name, emails: person.emails, status: person.status },
    ...(user
      ? { user: { id: user.id, name: user.name, ...(user.email === undefined ? {} : { email: user.email }) } }
      : {}),
    ...(userId === undefined ? { unlinked: said?.text ?? 'No active user in Genesys Cloud was found.' } : {}),
    places,
    absences: [...absences, ...input.dormant],
  };
}

/** Everybody on a queue and everybody who will be, with the reason; `queue.members` must have been read. Pure. */
export function explainQueue(queue: TenantQueue, input: ExplainInput): QueueExplanation {
  const { desired } = resolve(input);
  const services = desired.services.filter(service => service.queue === queue.id);
  const groups = new Map(desired.groups.map(group => [group.key, group]));
  const wanted = new Map<UserId, Reason[]>();
  for (const { group, mapping } of services) {
    for (const { user, path } of groups.get(group)?.members ?? []) {
      const reasons = wanted.get(user) ?? [];
      wanted.set(user, reasons);
      if (!reasons.some(reason => reason.mapping === mapping)) reasons.push({ mapping, path });
    }
  }
  const names = new Map(input.tenant.users.map(user => [user.id, user.name]));
  const present = (queue.members ?? []).map((member): QueuePerson => {
    const reasons = wanted.get(member.user);
    return {
      user: member.user,
      name: member.name ?? names.get(member.user) ?? member.user,
      state: reasons ? 'ours' : 'by-hand',
      by: member.by,
      ...(member.joined === undefined ? {} : { joined: member.joined }),
      ...(reasons ? reasonsTold(reasons) : {}),
    };
  });
  const there = new Set(present.map(each => each.user));
  const coming = [...wanted]
    .filter(([user]) => !there.has(user))
    .map(
      ([user, reasons]): QueuePerson => ({
        user,
        name: names.get(user) ?? user,
        state: 'coming',
        ...reasonsTold(reasons),
      }),
    );
  return {
    queue: { id: queue.id, name: queue.name },
    people: [...present, ...coming].sort((a, b) => (a.name < b.name ? -1 : 1)),
    servedBy: services.map(({ mapping, group, assign }) => ({
      mapping,
      group: groups.get(group)?.name ?? group,
      how: assign,
    })),
  };
}

interface Reason {
  readonly mapping: MappingId;
  readonly path: readonly string[];
}

const reasonsTold = ([first, ...also]: readonly Reason[]) => ({
  ...first!,
  ...(also.length > 0 ? { also } : {}),
});

type Finders = ReadonlyMap<Directory, FindPeople>;

const findersOf = (directories: readonly Directory[]): Finders =>
  new Map(directories.map(directory => [directory, peopleFinder(indexDirectory(directory))]));

function pathsTo(person: Person, group: SelectedGroup, finders: Finders) {
  const found = finders.get(group.directory)!(group).parts.find(part =>
    part.people.some(each => each.key === person.key),
  );
  return found ? [{ group, path: found.path }] : [];
}

/** The mappings without some of them: who would lose what is then a plan like any other. */
export const without = (mappings: readonly Mapping[], ids: ReadonlySet<string>): Mapping[] =>
  mappings.filter(mapping => !ids.has(mapping.id));
