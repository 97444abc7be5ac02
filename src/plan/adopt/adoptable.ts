import type { Assignment, DesiredGroup, PresentAssignment } from '../../model/desired.ts';
import type { JournalEdge } from '../../model/journal.ts';
import type { GroupKey, MappingId, QueueId } from '../../model/keys.ts';
import { type Edge, edgeId } from '../../model/ledger.ts';
import type { Tenant, TenantGroup } from '../../model/tenant.ts';
import { membersByUser } from '../weigh/compare-groups.ts';
import { joint, ownedBy, ownersFor } from '../weigh/owners.ts';

interface Worlds {
  /** Source groups with the Genesys groups that stand for them. */
  readonly pairs: ReadonlyMap<DesiredGroup, TenantGroup>;
  readonly wanted: readonly Assignment[];
  readonly present: readonly PresentAssignment[];
  readonly tenant: Tenant;
  /** The mappings that need a source group as a Genesys group. */
  readonly neededBy: (key: GroupKey) => readonly MappingId[];
}

/** What the config wants and the target shows, with the mapping, group and person that want it. */
export function agreeing({ pairs, wanted, present, neededBy }: Worlds): JournalEdge[] {
  const entries = new Map<string, JournalEdge>();
  const put = (entry: JournalEdge) => {
    const id = edgeId(entry.edge);
    entries.set(id, joint(entry, entries.get(id)));
  };
  for (const [group, found] of pairs) {
    const { key, mapping } = group;
    const owners = ownersFor(key, neededBy(key));
    put({ edge: { kind: 'group', group: found.id, key }, key, mapping });
    const members = membersByUser(group);
    for (const user of found.memberIds) {
      const member = members.get(user);
      if (member)
        put(
          ownedBy({ kind: 'member', group: found.id, user }, owners, { key, mapping, person: member.person }),
        );
    }
  }
  const ids = idsOf(pairs);
  const shown = new Set(present.flatMap(row => edgeOfRow(row) ?? []).map(edgeId));
  for (const { subject, queue, how, ring, mapping, through } of wanted) {
    const group = subject.kind === 'group' ? ids.get(subject.group) : undefined;
    const edge = edgeOfRow({
      queue,
      how,
      ...(ring === undefined ? {} : { ring }),
      ...(group === undefined ? {} : { group }),
      ...(subject.kind === 'user' ? { user: subject.user } : {}),
    });
    if (!edge || !shown.has(edgeId(edge))) continue;
    if (subject.kind === 'user') put({ edge, key: through!, mapping, person: subject.person });
    else put({ edge, key: subject.group, mapping });
  }
  return [...entries.values()];
}

/**
 * What no mapping asks for on these groups and queues. In a group of ours it is held as if it had left the source
 * group; on a queue by nobody, as if its mapping were gone: so the next plan takes it away.
 */
export function strangers(
  { pairs, wanted, present }: Worlds,
  named: { readonly groups: ReadonlySet<GroupKey>; readonly queues: ReadonlySet<QueueId> },
): JournalEdge[] {
  const entries: JournalEdge[] = [];
  const ids = idsOf(pairs);
  const owners = new Map([...pairs].map(([group, found]) => [found.id, group]));
  for (const [group, found] of pairs) {
    if (!named.groups.has(group.key)) continue;
    const members = membersByUser(group);
    for (const user of found.memberIds) {
      if (members.has(user)) continue;
      entries.push({
        edge: { kind: 'member', group: found.id, user },
        key: group.key,
        mapping: group.mapping,
      });
    }
  }
  const asked = new Set(
    wanted.map(
      ({ queue, subject }) => `${queue} ${subject.kind === 'user' ? subject.user : ids.get(subject.group)}`,
    ),
  );
  for (const row of present) {
    const edge = edgeOfRow(row);
    if (!edge || asked.has(`${row.queue} ${row.user ?? row.group}`)) continue;
    const owner = row.group === undefined ? undefined : owners.get(row.group);
    if (!named.queues.has(row.queue) && !(owner && named.groups.has(owner.key))) continue;
    entries.push({
      edge,
      key: owner?.key ?? `${nobody}:${row.user ?? row.group}`,
      mapping: owner?.mapping ?? nobody,
    });
  }
  return entries;
}

/** Source and mapping of what nobody asks for. */
const nobody = 'adopted';

const idsOf = (pairs: Worlds['pairs']) => new Map([...pairs].map(([group, found]) => [group.key, found.id]));

/** A row by a group is no edge of a person: only who stands there directly can be taken off one by one. */
function edgeOfRow({ queue, how, ring, group, user }: PresentAssignment): Edge | undefined {
  if (user !== undefined) return { kind: 'queue-member', queue, user };
  if (group === undefined || how === 'direct-members') return undefined;
  return { kind: 'attachment', queue, group, how, ...(ring === undefined ? {} : { ring }) };
}
