import { limitsSection } from '../src/config/limits-section.ts';
import { uuidOf } from '../src/emulator/random.ts';
import type { Reading } from '../src/genesys/reading.ts';
import { withMembersNamed } from '../src/genesys/strangers.ts';
import { completeEvidence, type MemberRef, type Person } from '../src/model/directory.ts';
import { keyOf } from '../src/model/keys.ts';
import { LedgerBook } from '../src/model/ledger-book.ts';
import type { Mapping } from '../src/model/mapping.ts';
import type { Tenant, TenantUser } from '../src/model/tenant.ts';
import type { PlanJob } from '../src/run/job.ts';
import { directoryOf } from '../src/sources/directory-of.ts';

/** Everybody is in ten groups of a thousand, and each group serves a queue of its own. */
const groupSize = 1_000;
const groupsOfPerson = 10;
/** In one group of so many, one person has gone to the group after it: the plan has something to find. */
const movedEvery = 100;

const readAt = '2026-01-05T09:00:00.000Z';
const source = 'corp';

/**
 * A directory with so many memberships, and a tenant and a ledger that have all of them but those that moved: what a
 * run has in its hands when everything is read. Its reads answer at once, so that `planRun` on it is planning alone.
 */
export async function planningJob(memberships: number): Promise<PlanJob> {
  const groups = Math.round(memberships / groupSize);
  const people = Math.round(memberships / groupsOfPerson);
  const personIds = Array.from({ length: people }, (_, n) => `p${String(n).padStart(7, '0')}`);
  const personId = (n: number) => personIds[n]!;
  const personKeys = personIds.map(id => keyOf(source, id));
  const groupId = (n: number) => `g${String(n).padStart(5, '0')}`;
  const userIds = Array.from({ length: people }, (_, n) => uuidOf('planning', 'user', personId(n)));
  const inGroup = (group: number) =>
    Array.from({ length: groupSize }, (_, n) => (group * groupSize + n) % people);

  const directory = directoryOf({
    source,
    groups: Array.from({ length: groups }, (_, group) => ({
      id: groupId(group),
      name: groupId(group),
      aliases: [],
      members: movedMembers(group).map((n): MemberRef => ({ kind: 'person', id: personId(n) })),
      skipped: [],
      evidence: completeEvidence(readAt),
    })),
    people: asRead(
      Array.from(
        { length: people },
        (_, n): Person => ({
          key: personKeys[n]!,
          id: personId(n),
          name: `Person ${n}`,
          emails: [`${personId(n)}@example.com`],
          status: 'active',
        }),
      ),
    ),
    evidence: completeEvidence(readAt),
    notes: [],
  });

  /** The first of one group in a hundred has gone to the next group, unless that one holds the same people. */
  function movedMembers(group: number): number[] {
    const members = inGroup(group);
    if (group % movedEvery === 0) return members.slice(1);
    if (group % movedEvery === 1) return [...members, inGroup(group - 1)[0]!];
    return members;
  }

  const mappings = Array.from(
    { length: groups },
    (_, group): Mapping => ({
      id: `m-${groupId(group)}`,
      from: source,
      group: { kind: 'exact', text: groupId(group) },
      queues: [`queue-${groupId(group)}`],
    }),
  );

  const queueOf = (group: number) => uuidOf('planning', 'queue', groupId(group));
  const genesysGroup = (group: number) => uuidOf('planning', 'group', groupId(group));
  const tenant: Tenant = {
    choice: { contract: 'platform', by: 'configured', reason: 'the bench says so' },
    queues: Array.from({ length: groups }, (_, group) => ({
      id: queueOf(group),
      name: `queue-${groupId(group)}`,
      memberGroups: [{ id: genesysGroup(group), type: 'GROUP', memberCount: groupSize }],
      rings: [],
      otherGroups: [],
      memberCount: groupSize,
      userMemberCount: 0,
    })),
    groups: Array.from({ length: groups }, (_, group) => ({
      id: genesysGroup(group),
      name: groupId(group),
      externalId: groupId(group),
      version: '2',
      // A server has an order of its own; the reader takes each once.
      memberIds: [...new Set(asRead(inGroup(group).map(n => userIds[n]!)).sort())],
      dynamic: false,
    })),
    users: asRead(
      Array.from(
        { length: people },
        (_, n): TenantUser => ({
          id: userIds[n]!,
          name: `Person ${n}`,
          email: `${personId(n)}@example.com`,
          userName: `${personId(n)}@example.com`,
          state: 'active',
        }),
      ),
    ),
    budget: { perMinute: 300 },
  };

  await asReadingLeaves(tenant);

  const ledger = new LedgerBook();
  for (let group = 0; group < groups; group++) {
    const held = {
      state: 'owned',
      mapping: mappings[group]!.id,
      key: keyOf(source, groupId(group)),
      run: 'earlier',
      at: readAt,
    } as const;
    const id = genesysGroup(group);
    const made = { kind: 'group', group: id, key: held.key } as const;
    const attached = { kind: 'attachment', queue: queueOf(group), group: id, how: 'member-groups' } as const;
    for (const edge of [made, attached]) ledger.put({ edge, ...held });
    for (const n of inGroup(group)) {
      const edge = { kind: 'member', group: id, user: userIds[n]! } as const;
      ledger.put({ edge, ...held, person: personKeys[n]! });
    }
  }

  const membersOf = new Map(tenant.queues.map((queue, group) => [queue.id, tenant.groups[group]!.memberIds]));
  return {
    sources: [
      {
        id: source,
        kind: 'bench',
        read: async () => directory,
        check: async () => ({ server: '', warnings: [] }),
      },
    ],
    mappings,
    match: ['email', 'userName', 'externalId'],
    missing: 'report',
    limits: limitsSection.parse({}),
    contract: 'platform',
    batches: { members: 50, queueMembers: 100, newMembers: 5_000, readBack: 100 },
    tenant: {
      contract: async () => tenant.choice,
      read: async () => tenant,
      withBystanders: async known => known,
      usersLike: async () => [],
      queuesOf: async () => ({ queues: [], whole: false }),
      withMembers: async (known, queues) => {
        const wanted = new Set(queues);
        return {
          ...known,
          queues: known.queues.map(queue =>
            wanted.has(queue.id)
              ? { ...queue, members: membersOf.get(queue.id)!.map(user => ({ user, by: 'group' as const })) }
              : queue,
          ),
        };
      },
    },
    store: { ledger: async () => ({ ledger, mark: 0 }) },
    clock: { now: () => Date.parse(readAt), sleep: async () => {} },
  };
}

/** Everybody in the groups is one of the users, so nobody is asked for. */
const asReadingLeaves = ({ groups, users }: Tenant): Promise<unknown> =>
  withMembersNamed({} as Reading, groups, new Map(users.map(user => [user.id, user])));

/** With texts of their own, as everything has that came over a wire; what was put together here is kept in another way. */
const asRead = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
