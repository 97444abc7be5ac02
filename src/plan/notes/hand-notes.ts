import type { Assignment, PresentAssignment } from '../../model/desired.ts';
import type { GroupId, GroupKey, UserId } from '../../model/keys.ts';
import { edgeId, type Ledger } from '../../model/ledger.ts';
import type { Note } from '../../model/note.ts';
import type { Tenant, TenantQueue } from '../../model/tenant.ts';
import type { Comparison } from '../weigh/compare-groups.ts';
import { someOf } from '../weigh/some-of.ts';

export interface HandInput {
  readonly comparisons: ReadonlyMap<GroupId, Comparison>;
  readonly tenant: Tenant;
  readonly present: readonly PresentAssignment[];
  readonly wanted: readonly Assignment[];
  /** Ours, or told already as something that came back. */
  readonly known: Pick<Ledger, 'has'>;
  readonly idOf: (key: GroupKey) => GroupId | undefined;
}

/** What people made by hand on the groups and queues that we serve: it stays, and is told. */
export function handNotes({ comparisons, tenant, present, wanted, known: owned, idOf }: HandInput): Note[] {
  let names: ReadonlyMap<UserId, string> | undefined;
  const nameOf = (user: UserId): string => {
    // As a rule there is nobody to be named, and a tenant has a hundred thousand users.
    names ??= new Map(tenant.users.map(each => [each.id, each.name]));
    return names.get(user) ?? user;
  };
  const notes: Note[] = [];
  for (const { found, strangers: notWanted } of comparisons.values()) {
    const strangers = [...notWanted].filter(
      user => !owned.has(edgeId({ kind: 'member', group: found.id, user })),
    );
    if (strangers.length === 0) continue;
    notes.push({
      code: 'member.by-hand',
      level: 'info',
      subject: found.name,
      text: `${someOf(strangers.map(nameOf))} in "${found.name}" ${strangers.length === 1 ? 'was' : 'were'} put there by somebody else and ${strangers.length === 1 ? 'stays' : 'stay'}.`,
    });
  }
  const served = new Set(wanted.map(assignment => assignment.queue));
  for (const queue of tenant.queues) if (served.has(queue.id)) notes.push(...directNotes(queue, owned));
  const ours = new Set(
    wanted.flatMap(({ queue, subject }) =>
      subject.kind === 'group' ? [`${queue} ${idOf(subject.group)}`] : [],
    ),
  );
  const rows = Map.groupBy(present, row => row.queue);
  for (const queue of tenant.queues) {
    if (!served.has(queue.id)) continue;
    const others = (rows.get(queue.id) ?? []).filter(
      row =>
        row.group !== undefined &&
        row.how !== 'direct-members' &&
        !ours.has(`${queue.id} ${row.group}`) &&
        !owned.has(
          edgeId({
            kind: 'attachment',
            queue: queue.id,
            group: row.group,
            how: row.how,
            ...(row.ring === undefined ? {} : { ring: row.ring }),
          }),
        ),
    );
    if (others.length === 0) continue;
    const groupName = (id: GroupId | undefined) =>
      queue.memberGroups.find(group => group.id === id)?.name ??
      tenant.groups.find(group => group.id === id)?.name ??
      id ??
      '';
    notes.push({
      code: 'attachment.by-hand',
      level: 'info',
      subject: queue.name,
      text: `${someOf(others.map(row => groupName(row.group)))} on "${queue.name}" ${others.length === 1 ? 'is' : 'are'} not ours and ${others.length === 1 ? 'stays' : 'stay'}.`,
    });
  }
  return notes;
}

/** By name where the people of the queue were read, else by the server's count. */
function directNotes(queue: TenantQueue, owned: HandInput['known']): Note[] {
  const direct = queue.members?.filter(member => member.by === 'user');
  const strangers = direct?.filter(
    ({ user }) => !owned.has(edgeId({ kind: 'queue-member', queue: queue.id, user })),
  );
  const count = strangers?.length ?? queue.userMemberCount ?? 0;
  if (count === 0) return [];
  const who = strangers
    ? someOf(strangers.map(member => member.name ?? member.user))
    : `${count} ${count === 1 ? 'person' : 'people'}`;
  return [
    {
      code: 'member.by-hand',
      level: 'info',
      subject: queue.name,
      text: `${who} on "${queue.name}" ${count === 1 ? 'was' : 'were'} put there directly by somebody else and ${count === 1 ? 'stays' : 'stay'}.`,
    },
  ];
}
