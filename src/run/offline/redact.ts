import { isOwnField } from '../../desired/people-of.ts';
import type { Directory, DirectoryGroup, Evidence, Person } from '../../model/directory.ts';
import type { Edge, OwnedEdge, Owner } from '../../model/ledger.ts';
import type { Note } from '../../model/note.ts';
import { partsOf } from '../../model/person-edge.ts';
import type { KeptSeat } from '../../model/seat.ts';
import type { QueueMember, Tenant, TenantGroup, TenantQueue, TenantUser } from '../../model/tenant.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';
import { type Pseudonyms, pseudonymsWith } from './pseudonyms.ts';
import { inSnapshotOrder } from './snapshot-order.ts';

/**
 * The same picture without anybody in it: names, addresses, logins and ids of people become pseudonyms, and every
 * free text goes, since a source may name people in it. Who is linked to whom, who is in which group and on which
 * queue stays, so a plan on it is the real one but for names. `key` must be chance, and must not be kept.
 */
export function withoutPeople(snapshot: WorldSnapshot, key: Uint8Array): WorldSnapshot {
  const names = pseudonymsWith(key);
  const { attributes } = snapshot.asked;
  return inSnapshotOrder({
    ...snapshot,
    people: 'pseudonyms',
    asked: {
      ...snapshot.asked,
      attributes: attributes === 'all' ? 'all' : attributes.filter(name => !isOwnField(name)),
    },
    directories: snapshot.directories.map(directory => directoryWith(directory, names)),
    tenant: tenantWith(snapshot.tenant, names),
    protectedUsers: snapshot.protectedUsers.map(names.userId),
    ledger: snapshot.ledger.map(owned => ownedWith(owned, names)),
    seats: snapshot.seats.map(seat => seatWith(seat, names)),
    partings: snapshot.partings.map(parting => ({ ...parting, id: edgeIdWith(parting.id, names) })),
  });
}

function directoryWith(directory: Directory, names: Pseudonyms): Directory {
  const { source } = directory;
  return {
    source,
    groups: directory.groups.map(group => groupWith(group, directory, names)),
    people: directory.people.map(person => personWith(person, directory, names)),
    evidence: evidenceWith(directory.evidence),
    notes: directory.notes.map(
      (note): Note => ({ ...note, subject: source, text: unsaid, remedy: undefined }),
    ),
  };
}

const unsaid = 'What the source remarked is left out here: it may name people.';

const groupWith = (
  { id, name, aliases, members, skipped, evidence }: DirectoryGroup,
  { source }: Directory,
  names: Pseudonyms,
): DirectoryGroup => ({
  id,
  name,
  aliases,
  members: members.map(({ kind, id: member }) => ({
    kind,
    id: kind === 'person' ? names.personId(source, member) : member,
  })),
  skipped,
  evidence: evidenceWith(evidence),
});

function personWith(person: Person, { source }: Directory, names: Pseudonyms): Person {
  const { key, id, name: _, userName, emails, externalId, userId, status, attributes, ...rest } = person;
  nothingElse(rest);
  return {
    key: names.personKey(key),
    id: names.personId(source, id),
    name: names.label({ email: emails[0] ?? userName, id: key }),
    ...(userName === undefined ? {} : { userName: names.address(userName) }),
    emails: emails.map(names.address),
    ...(externalId === undefined ? {} : { externalId: names.externalId(externalId) }),
    ...(userId === undefined ? {} : { userId: names.userId(userId) }),
    status,
    ...(attributes === undefined
      ? {}
      : {
          attributes: Object.fromEntries(
            Object.entries(attributes).filter(([name]) => !isOwnField(name.toLowerCase())),
          ),
        }),
  };
}

/** A reason may name a member (`"ana@example.com" is no person in these files`). That there is one is what counts. */
const evidenceWith = ({ complete, reasons, pages, expected, readAt, lastGood }: Evidence): Evidence => ({
  complete,
  reasons: reasons.map(() => 'a reason that is left out here, since it may name people'),
  pages,
  ...(expected === undefined ? {} : { expected }),
  readAt,
  ...(lastGood === undefined ? {} : { lastGood }),
});

function tenantWith(tenant: Tenant, names: Pseudonyms): Tenant {
  const { choice, queues, groups, users, budget, bystanders, elsewhere } = tenant;
  const labels = new Map(
    users.map(({ id, email, userName }) => [id, names.label({ email: email ?? userName, id })]),
  );
  return {
    choice,
    queues: queues.map(queue => queueWith(queue, names, labels)),
    groups: groups.map(group => tenantGroupWith(group, names)),
    users: users.map(user => userWith(user, names, labels)),
    budget,
    ...(bystanders === undefined
      ? {}
      : {
          bystanders: bystanders.map(({ id, memberIds, routingQueueIds, ...unknown }) => {
            nothingElse(unknown);
            return {
              id,
              memberIds: memberIds.map(names.userId),
              ...(routingQueueIds === undefined ? {} : { routingQueueIds }),
            };
          }),
        }),
    ...(elsewhere === undefined ? {} : { elsewhere: elsewhere.map(names.userId) }),
  };
}

/** A field that is new to a type does not compile here until somebody has decided whether it names people. */
const nothingElse = (_: Readonly<Record<string, never>>): void => {};

function tenantGroupWith(group: TenantGroup, names: Pseudonyms): TenantGroup {
  const { id, name, externalId, version, memberIds, dynamic, routingQueueIds, ...rest } = group;
  const { modified: _, memberCount: __, remembered: ___, ...unknown } = rest;
  nothingElse(unknown);
  return {
    id,
    name,
    ...(externalId === undefined ? {} : { externalId }),
    ...(version === undefined ? {} : { version }),
    memberIds: memberIds.map(names.userId),
    dynamic,
    ...(routingQueueIds === undefined ? {} : { routingQueueIds }),
  };
}

type Labels = ReadonlyMap<string, string>;

function queueWith(queue: TenantQueue, names: Pseudonyms, labels: Labels): TenantQueue {
  const { id, name, memberGroups, rings, otherGroups, members, ...rest } = queue;
  const { memberCount, userMemberCount, joinedMemberCount, ...unknown } = rest;
  nothingElse(unknown);
  return {
    id,
    name,
    memberGroups,
    rings,
    otherGroups,
    ...(memberCount === undefined ? {} : { memberCount }),
    ...(userMemberCount === undefined ? {} : { userMemberCount }),
    ...(joinedMemberCount === undefined ? {} : { joinedMemberCount }),
    ...(members === undefined ? {} : { members: members.map(member => memberWith(member, names, labels)) }),
  };
}

function memberWith(member: QueueMember, names: Pseudonyms, labels: Labels): QueueMember {
  const { user, name: _, by, joined, ring, ...rest } = member;
  nothingElse(rest);
  return {
    user: names.userId(user),
    name: labels.get(user) ?? names.label({ id: user }),
    by,
    ...(joined === undefined ? {} : { joined }),
    ...(ring === undefined ? {} : { ring }),
  };
}

function userWith(user: TenantUser, names: Pseudonyms, labels: Labels): TenantUser {
  const { id, name: _, email, userName, externalIds, state, groupCount, ...rest } = user;
  const { readAt: __, remembered: ___, ...unknown } = rest;
  nothingElse(unknown);
  return {
    id: names.userId(id),
    name: labels.get(id)!,
    ...(email === undefined ? {} : { email: names.address(email) }),
    ...(userName === undefined ? {} : { userName: names.address(userName) }),
    ...(externalIds === undefined ? {} : { externalIds: externalIds.map(names.externalId) }),
    state,
    ...(groupCount === undefined ? {} : { groupCount }),
  };
}

function ownedWith(owned: OwnedEdge, names: Pseudonyms): OwnedEdge {
  const { edge, state, mapping, key, person, also, run, at, again, ...rest } = owned;
  nothingElse(rest);
  return {
    edge: edgeWith(edge, names),
    state,
    ...ownerWith({ mapping, key, ...(person === undefined ? {} : { person }) }, names),
    ...(also === undefined ? {} : { also: also.map(owner => ownerWith(owner, names)) }),
    run,
    at,
    ...(again === undefined ? {} : { again }),
  };
}

function ownerWith(owner: Owner, names: Pseudonyms): Owner {
  const { mapping, key, person, ...rest } = owner;
  nothingElse(rest);
  return { mapping, key, ...(person === undefined ? {} : { person: names.personKey(person) }) };
}

function seatWith(seat: KeptSeat, names: Pseudonyms): KeptSeat {
  const { queue, user, ring, joined, mapping, key, person, stays, state, run, write, ...rest } = seat;
  nothingElse(rest);
  return {
    queue,
    user: names.userId(user),
    ...(ring === undefined ? {} : { ring }),
    ...(joined === undefined ? {} : { joined }),
    mapping,
    key,
    ...(person === undefined ? {} : { person: names.personKey(person) }),
    ...(stays === undefined ? {} : { stays }),
    state,
    run,
    write,
  };
}

const edgeWith = (edge: Edge, names: Pseudonyms): Edge =>
  'user' in edge ? { ...edge, user: names.userId(edge.user) } : edge;

function edgeIdWith(id: string, names: Pseudonyms): string {
  const [kind, place, user] = partsOf(id);
  return kind ? `${kind} ${place} ${names.userId(user)}` : id;
}
