import type { Change, Placement } from '../model/change.ts';
import type { Assignment, DesiredGroup, PresentAssignment } from '../model/desired.ts';
import type { JournalEdge } from '../model/journal.ts';
import type { GroupId, GroupKey } from '../model/keys.ts';
import { edgeId } from '../model/ledger.ts';
import type { Tenant, TenantGroup } from '../model/tenant.ts';
import type { Removal } from './keep-owned.ts';

/**
 * Additions: what the config wants and the target does not show.
 *
 * ```
 * group      tenant     desired    →
 * billing    –          {ana}      create, add ana
 * support    {bo}       {bo, cy}   add cy
 * legacy     {dee}      –          nothing here; removals come from the ledger alone
 * ```
 */
export function groupAdditions(group: DesiredGroup, present: TenantGroup | undefined): Change[] {
  const changes: Change[] = [];
  const { key, mapping } = group;
  if (!present) {
    changes.push({
      kind: 'group.create',
      group: key,
      name: group.name,
      externalId: group.externalId,
      mapping,
    });
  } else {
    if (present.name !== group.name) {
      changes.push({
        kind: 'group.rename',
        group: key,
        id: present.id,
        from: present.name,
        to: group.name,
        mapping,
      });
    }
    if (present.externalId !== group.externalId) {
      changes.push({
        kind: 'group.anchor',
        group: key,
        id: present.id,
        ...(present.externalId === undefined ? {} : { from: present.externalId }),
        to: group.externalId,
        mapping,
      });
    }
  }
  const already = new Set(present?.memberIds);
  for (const { user, person, path } of group.members) {
    if (already.has(user)) continue;
    changes.push({ kind: 'member.add', group: key, ...idOf(present), user, person, path, mapping });
  }
  return changes;
}

/** Attachments that the config wants and the target does not show. Several mappings may want the same one. */
export function attachments(
  wanted: readonly Assignment[],
  present: readonly PresentAssignment[],
  idsOf: (key: GroupKey) => GroupId | undefined,
): Change[] {
  const seen = new Set(present.map(presentId));
  const changes: Change[] = [];
  for (const assignment of wanted) {
    const placement = placementOf(assignment, idsOf);
    const id = presentId({ ...placement, group: placement.id ?? placement.group });
    if (seen.has(id)) continue;
    seen.add(id);
    changes.push({ kind: 'queue.attach', ...placement });
  }
  return changes;
}

function placementOf(assignment: Assignment, idsOf: (key: GroupKey) => GroupId | undefined): Placement {
  const { subject, queue, how, mapping } = assignment;
  const ring = assignment.ring === undefined ? {} : { ring: assignment.ring };
  if (subject.kind === 'user') {
    return {
      queue,
      how,
      ...ring,
      group: assignment.through!,
      user: subject.user,
      person: subject.person,
      mapping,
    };
  }
  const id = idsOf(subject.group);
  return { queue, how, ...ring, group: subject.group, ...(id === undefined ? {} : { id }), mapping };
}

const presentId = (row: Pick<PresentAssignment, 'how' | 'queue' | 'group' | 'user' | 'ring'>): string =>
  [row.how, row.queue, row.user ?? row.group, row.ring ?? ''].join(' ');

/** Removals, one for one from the edges that may go. */
export function removalChange({ owned, because }: Removal): Change {
  const { edge, key, mapping } = owned;
  const person = owned.person === undefined ? {} : { person: owned.person };
  switch (edge.kind) {
    case 'member':
      return {
        kind: 'member.remove',
        group: key,
        id: edge.group,
        user: edge.user,
        ...person,
        because,
        mapping,
      };
    case 'attachment':
      return {
        kind: 'queue.detach',
        queue: edge.queue,
        how: edge.how,
        ...(edge.ring === undefined ? {} : { ring: edge.ring }),
        group: key,
        id: edge.group,
        because,
        mapping,
      };
    case 'queue-member':
      return {
        kind: 'queue.detach',
        queue: edge.queue,
        how: 'direct-members',
        group: key,
        user: edge.user,
        ...person,
        because,
        mapping,
      };
    case 'group':
      throw new Error('A group that we made is never taken away by a plan.');
  }
}

/** What the config wants, by `edgeId`, for groups that exist; the first of several wishes for one thing. */
export function wantedEdges(
  pairs: ReadonlyMap<DesiredGroup, TenantGroup | undefined>,
  wanted: readonly Assignment[],
  idsOf: (key: GroupKey) => GroupId | undefined,
): Map<string, JournalEdge> {
  const edges = new Map<string, JournalEdge>();
  const put = (wish: JournalEdge) => {
    const id = edgeId(wish.edge);
    if (!edges.has(id)) edges.set(id, wish);
  };
  for (const [group, present] of pairs) {
    if (!present) continue;
    const { key, mapping } = group;
    put({ edge: { kind: 'group', group: present.id, key }, key, mapping });
    for (const { user, person } of group.members)
      put({ edge: { kind: 'member', group: present.id, user }, key, mapping, person });
  }
  for (const { subject, queue, how, mapping, through, ring } of wanted) {
    if (subject.kind === 'user') {
      const { user, person } = subject;
      put({ edge: { kind: 'queue-member', queue, user }, key: through!, mapping, person });
      continue;
    }
    const group = idsOf(subject.group);
    if (!group || how === 'direct-members') continue;
    const edge = { kind: 'attachment', queue, group, how, ...(ring === undefined ? {} : { ring }) } as const;
    put({ edge, key: subject.group, mapping });
  }
  return edges;
}

/** `edgeId`s that the target shows. */
export function presentEdges(
  { groups, queues }: Pick<Tenant, 'groups' | 'queues'>,
  present: readonly PresentAssignment[],
): Set<string> {
  const ids = new Set<string>();
  // A row by group hides a direct one (§3.4); to take away one that is not there is harmless.
  for (const { id: queue, members = [] } of queues)
    for (const { user } of members) ids.add(edgeId({ kind: 'queue-member', queue, user }));
  for (const group of groups) {
    ids.add(`group ${group.id}`);
    for (const user of group.memberIds) ids.add(edgeId({ kind: 'member', group: group.id, user }));
  }
  for (const row of present) {
    if (row.user !== undefined) ids.add(edgeId({ kind: 'queue-member', queue: row.queue, user: row.user }));
    else if (row.group !== undefined && row.how !== 'direct-members') {
      ids.add(
        edgeId({
          kind: 'attachment',
          queue: row.queue,
          group: row.group,
          how: row.how,
          ...(row.ring === undefined ? {} : { ring: row.ring }),
        }),
      );
    }
  }
  return ids;
}

const idOf = (present: TenantGroup | undefined) => (present ? { id: present.id } : {});
