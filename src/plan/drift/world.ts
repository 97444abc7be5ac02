import type { Change } from '../../model/change.ts';
import type { PresentAssignment } from '../../model/desired.ts';
import type { Named, Placed } from '../../model/drift.ts';
import type { GroupId, QueueId, UserId } from '../../model/keys.ts';
import { edgeId, type Ledger, type OwnedEdge, type Partings } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import type { Seen } from '../../model/seen.ts';
import type { Tenant, TenantGroup, TenantQueue, TenantUser } from '../../model/tenant.ts';
import type { Sights } from '../weigh/sights.ts';

export interface TargetDriftInput {
  readonly tenant: Tenant;
  readonly present: readonly PresentAssignment[];
  readonly ledger: Ledger;
  readonly sights: Pick<Sights, 'shows' | 'wish'>;
  /** How the run that drift is told since left what is ours. */
  readonly seen: Seen;
  /** What was ours then. */
  readonly before: Ledger;
  /** What our runs named and anchored groups last: `fieldId` → value. */
  readonly written: ReadonlyMap<string, string | undefined>;
  readonly partings: Partings;
  /** Users who were not active when a run last looked. */
  readonly knownAbsent: ReadonlySet<UserId>;
  /** What a put-back would do. */
  readonly back: readonly Change[];
}

export const fieldId = (field: 'name' | 'externalId', group: GroupId): string => `${field} ${group}`;

/** Everything by its id, and how it is called. */
export interface World {
  readonly groups: ReadonlyMap<GroupId, TenantGroup>;
  readonly queues: ReadonlyMap<QueueId, TenantQueue>;
  readonly users: ReadonlyMap<UserId, TenantUser>;
  readonly rows: ReadonlyMap<QueueId, readonly PresentAssignment[]>;
  /** Attachments of ours. */
  readonly attached: ReadonlyMap<QueueId, readonly OwnedEdge[]>;
  group(id: GroupId): Named;
  queue(id: QueueId): Named;
  user(id: UserId): Named;
  /** Does a put-back do this? */
  comesBack(id: string): boolean;
}

export function worldOf({ tenant, present, ledger, seen, back }: TargetDriftInput): World {
  const groups = new Map(tenant.groups.map(group => [group.id, group]));
  const queues = new Map(tenant.queues.map(queue => [queue.id, queue]));
  const users = new Map(tenant.users.map(user => [user.id, user]));
  const others = new Map(
    tenant.queues.flatMap(({ members = [], memberGroups, rings }) => [
      ...members.flatMap(({ user, name }) => (name ? [[user, name] as const] : [])),
      ...[memberGroups, ...rings.map(ring => ring.memberGroups)]
        .flat()
        .flatMap(({ id, name }) => (name ? [[id, name] as const] : [])),
    ]),
  );
  const deeds = new Set(back.map(deedId));
  return {
    groups,
    queues,
    users,
    rows: Map.groupBy(present, row => row.queue),
    attached: Map.groupBy(
      [...bookOf(ledger).others()].filter(({ edge }) => edge.kind === 'attachment'),
      ({ edge }) => ('queue' in edge ? edge.queue : ''),
    ),
    group: id => ({
      kind: 'group',
      id,
      name: groups.get(id)?.name ?? seen.groups.get(id)?.name ?? others.get(id) ?? id,
    }),
    queue: id => ({ kind: 'queue', id, name: queues.get(id)?.name ?? seen.queues.get(id)?.name ?? id }),
    user: id => ({ kind: 'user', id, name: users.get(id)?.name ?? others.get(id) ?? id }),
    comesBack: id => deeds.has(id),
  };
}

/** What a change of a put-back makes true again. */
function deedId(change: Change): string {
  switch (change.kind) {
    case 'member.add':
      return edgeId({ kind: 'member', group: change.id ?? '', user: change.user });
    case 'queue.attach': {
      const { queue, user, id = '', how, ring } = change;
      if (user !== undefined) return edgeId({ kind: 'queue-member', queue, user });
      if (how === 'direct-members') return '';
      return edgeId({
        kind: 'attachment',
        queue,
        group: id,
        how,
        ...(ring === undefined ? {} : { ring }),
      });
    }
    case 'group.create':
      return `made ${change.group}`;
    case 'group.rename':
      return fieldId('name', change.id);
    case 'group.anchor':
      return fieldId('externalId', change.id);
    default:
      return '';
  }
}

export const placedBy = ({ run, at, mapping, also }: OwnedEdge): Placed => ({
  run,
  at,
  mapping,
  ...(also?.length ? { also: [...new Set(also.map(owner => owner.mapping))] } : {}),
});

/** What is told of anything that was ours and is gone. */
export const lost = (owned: OwnedEdge, { sights }: TargetDriftInput, world: World) => {
  const wanted = sights.wish(owned.edge) !== undefined;
  return { placed: placedBy(owned), wanted, comesBack: world.comesBack(edgeId(owned.edge)) };
};
