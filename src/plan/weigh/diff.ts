import type { Change, Placement } from '../../model/change.ts';
import type { Assignment, DesiredGroup, PresentAssignment } from '../../model/desired.ts';
import type { GroupId, GroupKey, UserId } from '../../model/keys.ts';
import type { Owner } from '../../model/ledger.ts';
import type { TenantGroup } from '../../model/tenant.ts';
import type { Removal } from './keep-owned.ts';
import { eachOnce, others, ownersOf } from './owners.ts';

/**
 * Additions: what the config wants and the target does not show. `missing` is left out where there is no group yet.
 *
 * ```
 * group      tenant     desired    →
 * billing    –          {ana}      create, add ana
 * support    {bo}       {bo, cy}   add cy
 * legacy     {dee}      –          nothing here; removals come from the ledger alone
 * ```
 */
export function groupAdditions(
  group: DesiredGroup,
  present: TenantGroup | undefined,
  missing: ReadonlySet<UserId> | undefined,
  owners: readonly Owner[],
): Change[] {
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
  if (missing?.size === 0) return changes;
  const wantedBy = { mapping: owners[0]?.mapping ?? mapping, ...others(owners) };
  for (const { path, members } of group.paths) {
    for (const { user, person } of members) {
      if (missing?.has(user) === false) continue;
      changes.push({ kind: 'member.add', group: key, ...idOf(present), user, person, path, ...wantedBy });
    }
  }
  return changes;
}

/** Attachments that the config wants and the target does not show; one that several mappings want is one change. */
export function attachments(
  wanted: readonly Assignment[],
  present: readonly PresentAssignment[],
  idsOf: (key: GroupKey) => GroupId | undefined,
): Change[] {
  const seen = new Set(present.map(presentId));
  const placements = new Map<string, Placement>();
  for (const assignment of wanted) {
    const placement = placementOf(assignment, idsOf);
    const id = presentId({ ...placement, group: placement.id ?? placement.group });
    if (seen.has(id)) continue;
    const known = placements.get(id);
    placements.set(id, known ? shared(known, placement) : placement);
  }
  return [...placements.values()].map(placement => ({ kind: 'queue.attach', ...placement }));
}

function shared(first: Placement, second: Placement): Placement {
  const ownersIn = ({ group, ...rest }: Placement) => ownersOf({ ...rest, key: group });
  return { ...first, ...others(eachOnce([...ownersIn(first), ...ownersIn(second)])) };
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
  const whose = {
    ...(owned.person === undefined ? {} : { person: owned.person }),
    ...(owned.also === undefined ? {} : { also: owned.also }),
  };
  switch (edge.kind) {
    case 'member':
      return {
        kind: 'member.remove',
        group: key,
        id: edge.group,
        user: edge.user,
        ...whose,
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
        ...whose,
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
        ...whose,
        because,
        mapping,
      };
    case 'group':
      throw new Error('A group that we made is never taken away by a plan.');
  }
}

const idOf = (present: TenantGroup | undefined) => (present ? { id: present.id } : {});
