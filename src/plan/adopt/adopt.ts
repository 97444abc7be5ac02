import type { Change } from '../../model/change.ts';
import type { DesiredGroup } from '../../model/desired.ts';
import type { JournalEdge } from '../../model/journal.ts';
import type { GroupKey, MappingId, PersonKey, QueueId } from '../../model/keys.ts';
import { type Edge, edgeId } from '../../model/ledger.ts';
import type { Note } from '../../model/note.ts';
import type { Plan } from '../../model/plan.ts';
import type { AdoptPurpose } from '../../model/purpose.ts';
import type { Tenant, TenantGroup } from '../../model/tenant.ts';
import { finishPlan } from '../finish/finish-plan.ts';
import { protectedPlaces } from '../guards/protect.ts';
import type { PlanInput } from '../make-plan.ts';
import { groupAdditions } from '../weigh/diff.ts';
import { bindUnmade, matchGroups, servedNames } from '../weigh/match-groups.ts';
import { someOf } from '../weigh/some-of.ts';
import { agreeing, strangers } from './adoptable.ts';

export interface AdoptInput extends PlanInput {
  readonly purpose: AdoptPurpose;
  /** Only what concerns these; left out, everything that agrees. */
  readonly named?: {
    readonly groups: ReadonlySet<GroupKey>;
    readonly queues: ReadonlySet<QueueId>;
    readonly mappings: ReadonlySet<MappingId>;
    readonly people: ReadonlySet<PersonKey>;
  };
}

/**
 * What is there already and the config asks for becomes ours, so that muster may keep it and later take it away.
 * Nothing in the target changes, unless a group is taken over that is anchored to something else: then its anchor does.
 */
export function adoptPlan(input: AdoptInput): Plan {
  const { desired, tenant, present, purpose, named } = input;
  const groups = new Map(desired.groups.map(group => [group.key, group]));
  const needed = desired.groups.filter(group => input.groupsNeeded.has(group.key));
  const mayTake = (group: DesiredGroup) => purpose.takeOver === true && named?.groups.has(group.key) === true;
  const matches = matchGroups(needed, tenant, input.ledger, {
    mayTake,
    queuesOf: servedNames(input.wanted, tenant),
  });
  const pairs = new Map(
    [...matches.pairs].flatMap(([group, found]) => (found ? [[group, found] as const] : [])),
  );
  const ids = new Map([...pairs].map(([group, found]) => [group.key, found.id]));
  const { ledger, bind } = bindUnmade(input.ledger, key => ids.get(key));
  const neededBy = (key: GroupKey) => input.groupsNeeded.get(key) ?? [];
  const world = { pairs, wanted: input.wanted, present, tenant, neededBy };
  const isNew = ({ edge }: JournalEdge) => !ledger.has(edgeId(edge));

  const reach = reachOf(input);
  const agreed = agreeing(world).filter(entry => isNew(entry) && reach.concerns(entry));
  const extra = purpose.everything && named ? strangers(world, named).filter(isNew) : [];
  const isProtected = placeIsIn(protectedPlaces(tenant, input.limits.protect));
  const adopt = [...agreed, ...extra].filter(entry => !isProtected(entry.edge) || reach.names(entry));
  const left = agreed.length + extra.length - adopt.length;

  return finishPlan(
    { ...input, seats: new Map() },
    {
      purpose,
      changes: anchors(pairs, matches.taken),
      groups,
      ledger,
      bookkeeping: { bind, confirm: [], forget: [], rehome: [], adopt },
      notes: [
        ...matches.notes,
        ...protectedNote(left),
        ...willGoNote(
          extra.filter(each => adopt.includes(each)),
          tenant,
        ),
      ],
    },
  );
}

/** What the names on the command line mean for an edge. */
function reachOf({ named, desired }: AdoptInput) {
  const keys = new Set(named?.groups);
  for (const { group, queue, mapping } of desired.services)
    if (named?.queues.has(queue) || named?.mappings.has(mapping)) keys.add(group);
  /** A group or queue that was meant, by its own name or by that of a queue or mapping. */
  const names = ({ edge, key, mapping }: JournalEdge): boolean =>
    named !== undefined &&
    ('queue' in edge
      ? named.queues.has(edge.queue) || named.groups.has(key) || named.mappings.has(mapping)
      : keys.has(key));
  const concerns = (entry: JournalEdge): boolean =>
    named === undefined || names(entry) || (entry.person !== undefined && named.people.has(entry.person));
  return { names, concerns };
}

const placeIsIn =
  ({ groups, queues }: ReturnType<typeof protectedPlaces>) =>
  (edge: Edge): boolean =>
    ('group' in edge && groups.has(edge.group)) || ('queue' in edge && queues.has(edge.queue));

const anchors = (pairs: ReadonlyMap<DesiredGroup, TenantGroup>, taken: ReadonlySet<GroupKey>): Change[] =>
  [...pairs]
    .filter(([group]) => taken.has(group.key))
    .flatMap(([group, found]) => groupAdditions(group, found, new Set(), []))
    .filter(change => change.kind === 'group.anchor');

const protectedNote = (count: number): Note[] =>
  count === 0
    ? []
    : [
        {
          code: 'adopt.left-alone',
          level: 'info',
          subject: `${count} thing${count === 1 ? '' : 's'}`,
          text: `${count} thing${count === 1 ? ' is' : 's are'} not adopted: limits.protect names the group or queue.`,
          remedy: 'Name the group or queue to adopt it all the same.',
        },
      ];

function willGoNote(extra: readonly JournalEdge[], tenant: Tenant): Note[] {
  if (extra.length === 0) return [];
  const users = new Map(tenant.users.map(user => [user.id, user.name]));
  for (const { members = [] } of tenant.queues)
    for (const { user, name } of members) if (name && !users.has(user)) users.set(user, name);
  const groups = new Map([
    ...tenant.queues.flatMap(({ memberGroups }) =>
      memberGroups.map(({ id, name }) => [id, name ?? id] as const),
    ),
    ...tenant.groups.map(group => [group.id, group.name] as const),
  ]);
  const called = extra.map(({ edge }) =>
    'user' in edge ? (users.get(edge.user) ?? edge.user) : (groups.get(edge.group) ?? edge.group),
  );
  return [
    {
      code: 'adopt.will-go',
      level: 'warning',
      subject: `${extra.length} thing${extra.length === 1 ? '' : 's'}`,
      text: `No mapping asks for ${extra.length} of these (${someOf([...new Set(called)].sort())}): once they are ours, the next sync takes them away, under the guards.`,
      remedy: 'Leave out --everything to keep them as they are.',
    },
  ];
}
