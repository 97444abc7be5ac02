import { throwAll } from '../../errors.ts';
import type { BystandersAsked } from '../../genesys/bystanders.ts';
import { keyed, UserIndex } from '../../genesys/link-keys.ts';
import type { TenantReader } from '../../genesys/tenant-reader.ts';
import type { Contract, ContractChoice } from '../../model/contract.ts';
import type { QueueId } from '../../model/keys.ts';
import type { Note } from '../../model/note.ts';
import { matcher, selectorOf } from '../../model/select.ts';
import type { Tenant, TenantGroup, TenantQueue } from '../../model/tenant.ts';
import type { TenantScope } from '../../model/tenant-scope.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';
import { lacks, lacksPeopleOf, quoted } from './lacks.ts';

/**
 * The tenant as it was when the snapshot was taken, seen as a live run sees it: the groups that it would read, and the
 * people of a queue only where it would ask for them. So a plan on the snapshot is the plan that was made then.
 *
 * People of a queue that the snapshot does not hold stay unread, and a note says so; a plan that would take somebody
 * off such a queue fails (`run/sync.ts`). Calls nothing.
 */
export const offlineTenant = (snapshot: WorldSnapshot): TenantReader => ({
  contract: async wanted => contractThen(snapshot, wanted),
  read: async (choice, scope) => {
    const { tenant } = snapshot;
    const { groups, notes } = groupsIn(snapshot, choice, scope);
    const then: Tenant = {
      ...tenant,
      choice,
      groups,
      queues: tenant.queues.map(withoutMembers),
      bystanders: [],
      notes: [...(tenant.notes ?? []), ...notes],
    };
    if (scope.memberQueues === 'none') return then;
    // Who is placed one by one is only known from the queue itself: unread, everything of ours would look gone.
    const ours = new Set(scope.queueIds);
    throwAll(
      tenant.queues
        .filter(queue => ours.has(queue.id) && !queue.members)
        .map(queue => lacksPeopleOf(queue.name)),
    );
    const isAsked = queueMatcher(scope);
    return read(
      snapshot,
      then,
      tenant.queues.filter(queue => ours.has(queue.id) || isAsked(queue)),
    );
  },
  withBystanders: async (then, asked) => bystandersThen(snapshot, then, asked),
  withMembers: async (then, ids) => {
    const wanted = new Set(ids);
    return read(
      snapshot,
      then,
      snapshot.tenant.queues.filter(queue => wanted.has(queue.id)),
    );
  },
  usersLike: async (wish, match) => {
    const index = new UserIndex(match);
    for (const user of snapshot.tenant.users) index.add(user);
    return [...index.named(keyed(wish, match))];
  },
  queuesOf: async user => ({
    queues: snapshot.tenant.queues.flatMap(({ id, name, members = [] }) =>
      members
        .filter(member => member.user === user)
        .map(({ joined }) => ({ id, name, ...(joined === undefined ? {} : { joined }) })),
    ),
    whole: false,
  }),
});

/** Of what the snapshot does not hold nobody can say who is in it: they may stay. */
function bystandersThen({ tenant }: WorldSnapshot, then: Tenant, { groups, users }: BystandersAsked): Tenant {
  const read = new Set(then.groups.filter(group => !group.dynamic).map(group => group.id));
  const wanted = new Set(groups);
  const held = [...(tenant.bystanders ?? []), ...tenant.groups.filter(group => !group.dynamic)].map(
    ({ id, memberIds, routingQueueIds }) => ({
      id,
      memberIds,
      ...(routingQueueIds === undefined ? {} : { routingQueueIds }),
    }),
  );
  const unknown = tenant.bystanders ? new Set(tenant.elsewhere) : new Set(users);
  const elsewhere = users.filter(user => unknown.has(user));
  return {
    ...then,
    bystanders: held.filter(({ id }) => !read.has(id) && (wanted.has(id) || users.length > 0)),
    ...(elsewhere.length > 0 ? { elsewhere } : {}),
  };
}

/** What the tenant was found to speak, unless the config asks for the other contract: that one was not read. */
function contractThen({ tenant, asked }: WorldSnapshot, wanted: Contract | 'auto'): ContractChoice {
  const { choice } = tenant;
  if (wanted === asked.contract) return choice;
  if (wanted === 'auto')
    return { ...choice, reason: `the snapshot was taken with genesys.contract: ${asked.contract}` };
  if (wanted === choice.contract)
    return { contract: wanted, by: 'configured', reason: `genesys.contract is ${wanted}` };
  throw lacks(
    `the tenant under the ${wanted} contract`,
    `contract ${wanted}`,
    `Take the snapshot with a config that has \`contract: ${wanted}\`; this one speaks ${choice.contract}.`,
  );
}

const withoutMembers = ({ members: _, ...queue }: TenantQueue): TenantQueue => queue;

function read({ tenant }: WorldSnapshot, then: Tenant, queues: readonly TenantQueue[]): Tenant {
  const members = new Map(queues.map(queue => [queue.id, queue.members]));
  const unread = queues.filter(queue => !queue.members);
  return {
    ...then,
    queues: then.queues.map(queue => {
      const found = members.get(queue.id);
      return found ? { ...queue, members: found } : queue;
    }),
    notes: [...(then.notes ?? []), ...unread.map(unreadNote)],
    users: tenant.users,
  };
}

const unreadNote = ({ name, memberCount }: TenantQueue): Note => ({
  code: 'snapshot.assumed',
  level: 'warning',
  subject: name,
  text: `The snapshot does not hold who is on "${name}"${memberCount === undefined ? '' : `, only that they are ${memberCount}`}. Who comes is counted as new there.`,
  remedy: `Take the snapshot with \`--queue-members ${quoted(name)}\`.`,
});

function queueMatcher({ queueTexts }: TenantScope): (queue: { id: QueueId; name: string }) => boolean {
  const matches = queueTexts.map(text => matcher(selectorOf(text)));
  const texts = new Set(queueTexts);
  return ({ id, name }) => texts.has(id) || matches.some(match => match([name]) !== undefined);
}

/** The groups that a live run would have read. */
function groupsIn(
  { tenant, groupNames, asked }: WorldSnapshot,
  { contract }: ContractChoice,
  scope: TenantScope,
): { readonly groups: readonly TenantGroup[]; readonly notes: readonly Note[] } {
  const recorded = new Set(scope.groupIds);
  if (contract === 'scim-extension') {
    const anchors = new Set(scope.groups.map(group => group.externalId));
    const groups = tenant.groups.filter(
      ({ id, externalId }) => recorded.has(id) || (externalId !== undefined && anchors.has(externalId)),
    );
    const known = new Set([...asked.anchors, ...groups.map(group => group.externalId)]);
    const unasked = scope.groups.filter(({ externalId }) => !known.has(externalId));
    return { groups, notes: unasked.map(anchorNote) };
  }
  const names = new Set(scope.groups.map(group => group.name));
  const held = new Set(tenant.groups.map(group => group.id));
  const unread = groupNames.filter(({ id, name }) => names.has(name) && !held.has(id));
  throwAll(
    unread.map(({ name }) =>
      lacks(
        `who is in the Genesys group "${name}"`,
        `group ${name}`,
        `Take the snapshot with \`--genesys-groups ${quoted(name)}\`.`,
      ),
    ),
  );
  return { groups: tenant.groups.filter(({ id, name }) => recorded.has(id) || names.has(name)), notes: [] };
}

/** The documented contract has a look-up and no listing, so nothing can be said of what was not looked up. */
const anchorNote = ({ name, externalId }: TenantScope['groups'][number]): Note => ({
  code: 'snapshot.assumed',
  level: 'info',
  subject: name,
  text: `When the snapshot was taken nobody looked for a group with the externalId "${externalId}"; it is taken for new.`,
  remedy: 'Take the snapshot with this config to know.',
});
