import fc from 'fast-check';
import { defaultStrategy, strategyNamed } from '../../src/assignment/registry.ts';
import { resolve } from '../../src/desired/resolve.ts';
import { servedQueues } from '../../src/desired/scope.ts';
import type { Contract } from '../../src/model/contract.ts';
import {
  completeEvidence,
  type Directory,
  incompleteEvidence,
  type Person,
} from '../../src/model/directory.ts';
import type { Limits } from '../../src/model/limits.ts';
import type { Mapping } from '../../src/model/mapping.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Tenant } from '../../src/model/tenant.ts';
import { type BystanderWish, bystandersToRead } from '../../src/plan/finish/bystanders.ts';
import { queuesToRead } from '../../src/plan/finish/outlook.ts';
import { makePlan, type PlanInput } from '../../src/plan/make-plan.ts';
import { inputOf } from '../../src/run/compose-plan.ts';
import { PureTenant } from '../support/pure-tenant.ts';

const readAt = '2026-01-05T09:00:00.000Z';
export const userIds = Array.from({ length: 8 }, (_, index) => `u${index + 1}`);
/** The last two have no user. */
const personIds = [...userIds, 'u9', 'u10'];
export const queueIds = ['Q1', 'Q2', 'Q3'];
const groupNames = ['g1', 'g2', 'g3', 'g4'];

/** What a source says on one day, and what the config asks for. */
export interface Day {
  readonly directory: Directory;
  readonly mappings: readonly Mapping[];
}

/** What somebody does to the tenant between two runs. */
export type Meddling = readonly {
  readonly what: 'join' | 'leave' | 'attach' | 'detach' | 'direct' | 'off' | 'delete';
  readonly group: number;
  readonly queue: number;
  readonly user: number;
}[];

export interface Story {
  readonly contract: Contract;
  /** See `PureTenant`. */
  readonly keepsBoth: boolean;
  readonly before: Meddling;
  readonly first: Day;
  readonly between: Meddling;
  readonly second: Day;
}

const person = (id: string): Person => ({
  key: `corp:${id}`,
  id,
  name: id,
  emails: [`${id}@example.com`],
  status: 'active',
});

const directory: fc.Arbitrary<Directory> = fc
  .record({
    whole: fc.boolean().map(value => value || undefined),
    groups: fc.tuple(
      ...groupNames.map(name =>
        fc.record({
          name: fc.constant(name),
          present: fc.integer({ min: 0, max: 5 }).map(value => value > 0),
          complete: fc.integer({ min: 0, max: 4 }).map(value => value > 0),
          people: fc.subarray(personIds),
          nested: fc.subarray(groupNames, { maxLength: 2 }),
        }),
      ),
    ),
  })
  .map(({ whole, groups }) => {
    const shown = groups.filter(group => group.present);
    return {
      source: 'corp',
      people: personIds.map(person),
      groups: shown.map(({ name, complete, people, nested }) => ({
        id: name,
        name,
        aliases: [],
        skipped: [],
        members: [
          ...people.map(id => ({ kind: 'person' as const, id })),
          ...nested
            .filter(other => other !== name && shown.some(group => group.name === other))
            .map(id => ({ kind: 'group' as const, id })),
        ],
        evidence: complete ? completeEvidence(readAt) : incompleteEvidence(readAt, 1, 'a page is missing'),
      })),
      evidence: whole ? completeEvidence(readAt) : incompleteEvidence(readAt, 1, 'the list was cut'),
      notes: [],
    };
  });

/** How a day's queues are told. From one day to the next any mapping may go over from groups to people, or back. */
type Ways = 'groups' | 'people' | 'both';

const assignsOf: Readonly<Record<Ways, readonly string[]>> = {
  groups: ['default', 'ring-groups'],
  people: ['direct-members'],
  both: ['default', 'ring-groups', 'direct-members'],
};

const mappings = (contract: Contract, ways: Ways): fc.Arbitrary<Mapping[]> =>
  fc
    .tuple(
      ...groupNames.map(name =>
        fc.record({
          name: fc.constant(name),
          asked: fc.integer({ min: 0, max: 4 }).map(value => value > 0),
          rewritten: fc.boolean(),
          queues: fc.subarray(queueIds, { minLength: 1 }),
          assign: fc.constantFrom(...assignsOf[ways]),
          ring: fc.constantFrom(1, 2),
          also: fc.option(fc.subarray(queueIds, { minLength: 1 }), { nil: undefined }),
        }),
      ),
    )
    .map(all =>
      all
        .filter(({ asked }) => asked)
        .flatMap(({ name, rewritten, queues, assign, ring, also }): Mapping[] => {
          const how = contract === 'platform' ? assign : 'default';
          const mapping: Mapping = {
            id: `m-${name}${rewritten ? '-again' : ''}`,
            from: 'corp',
            group: { kind: 'exact', text: name },
            queues,
            externalId: `iam-${name}`,
            ...(how === 'ring-groups' ? { assign: how, ring } : {}),
            ...(how === 'direct-members' ? { assign: how } : {}),
          };
          return also ? [mapping, { ...mapping, id: `${mapping.id}-also`, queues: also }] : [mapping];
        }),
    );

export const meddling: fc.Arbitrary<Meddling> = fc.array(
  fc.record({
    what: fc.constantFrom('join', 'leave', 'attach', 'detach', 'direct', 'off', 'delete'),
    group: fc.nat({ max: 5 }),
    queue: fc.nat({ max: queueIds.length - 1 }),
    user: fc.nat({ max: userIds.length - 1 }),
  }),
  { maxLength: 6 },
);

export const stories: fc.Arbitrary<Story> = fc
  .constantFrom<[Contract, Ways, Ways]>(
    ['scim-extension', 'groups', 'groups'],
    ['platform', 'groups', 'groups'],
    ['platform', 'people', 'people'],
    ['platform', 'groups', 'people'],
    ['platform', 'people', 'groups'],
    ['platform', 'both', 'both'],
  )
  .chain(([contract, ...ways]) => {
    const [first, second] = ways.map(way => fc.record({ directory, mappings: mappings(contract, way) }));
    return fc.record({
      contract: fc.constant(contract),
      keepsBoth: fc.boolean(),
      before: meddling,
      first: first!,
      between: meddling,
      second: second!,
    });
  });

/** No limit stands in the way: what is told here is what a plan says, not whether it may be applied. */
export const noLimits: Limits = {
  removals: { percent: 100, count: 10_000, percentFrom: 10_000, whenGroupGone: 'keep' },
  additions: {},
  staffing: { minMembers: 0, queues: [] },
  quarantine: { percent: 100, from: 10_000 },
  protect: { people: [], groups: [], queues: [] },
  drain: { graceSeconds: 0, queues: [] },
  queueSize: 5_000,
  groupsPerUser: 100,
  overlap: 'note',
  takenAway: 'put-back',
};

/** What a run is shown of a world. */
export interface Shown extends Pick<PureTenant, 'tenant' | 'ledger'> {
  /** Groups of other hands, which a tenant that shows all groups need not be asked for. */
  readonly bystanders?: (tenant: Tenant, asked: BystanderWish) => Tenant['bystanders'];
}

/** Plans as a run does, the second look at uncertain queues included, and the one at the groups of other hands there. */
export function planFor(world: Shown, { directory: seen, mappings: asked }: Day): Plan {
  const directly = asked.some(mapping => mapping.assign && strategyNamed(mapping.assign).readsMembers);
  const owned = [...world.ledger.values()].some(({ edge }) => edge.kind === 'queue-member');
  const first = world.tenant(directly || owned ? 'all' : new Set());
  const plan = planOn(first, world, seen, asked);
  const uncertain = queuesToRead(plan.queues, first);
  const closer = uncertain.length === 0 ? first : world.tenant(new Set(uncertain));
  const looked = uncertain.length === 0 ? plan : planOn(closer, world, seen, asked);
  const bystanders = world.bystanders?.(closer, bystandersToRead(looked.queues, closer)) ?? [];
  return bystanders.length === 0 ? looked : planOn({ ...closer, bystanders }, world, seen, asked);
}

export function planOn(
  tenant: Tenant,
  world: Pick<PureTenant, 'ledger'>,
  seen: Directory,
  asked: readonly Mapping[],
  limits: Limits = noLimits,
): Plan {
  return makePlan(inputOn(tenant, world, seen, asked, limits));
}

export function inputOn(
  tenant: Tenant,
  world: Pick<PureTenant, 'ledger'>,
  seen: Directory,
  asked: readonly Mapping[],
  limits: Limits = noLimits,
): PlanInput {
  const resolved = resolve({
    directories: [seen],
    mappings: asked,
    tenant,
    match: ['email'],
    defaultAssign: defaultStrategy[tenant.choice.contract],
    served: servedQueues(world.ledger),
  });
  return inputOf({
    job: { mappings: asked, limits, batches: { members: 3, newMembers: 4, queueMembers: 3, readBack: 2 } },
    mappings: asked,
    notes: [],
    resolved,
    tenant,
    ledger: world.ledger,
  });
}

/** The tenant as it stands before the second run: hand-made things, a run, and more things made and undone by hand. */
export function worldOf(
  story: Pick<Story, 'contract' | 'keepsBoth' | 'before' | 'first' | 'between'>,
): PureTenant {
  const world = new PureTenant(story.contract, userIds, queueIds, story.keepsBoth);
  world.addGroup('g2', ['u1', 'u2']);
  world.addGroup('by hand', ['u3', 'u4']);
  meddle(world, story.before);
  world.apply(planFor(world, story.first));
  meddle(world, story.between);
  return world;
}

export function meddle(world: PureTenant, deeds: Meddling): void {
  for (const { what, group: at, queue: on, user: who } of deeds) {
    const group = [...world.groups.values()].at(at);
    const queue = [...world.queues.values()][on]!;
    const user = userIds[who]!;
    if (what === 'direct') world.addDirect(queue.id, user);
    else if (what === 'off') queue.direct.delete(user);
    else if (!group) continue;
    else if (what === 'join') group.members.add(user);
    else if (what === 'leave') group.members.delete(user);
    else if (what === 'attach') queue.groups.add(group.id);
    else if (what === 'detach') {
      queue.groups.delete(group.id);
      group.queues.delete(queue.id);
    } else {
      world.groups.delete(group.id);
      for (const each of world.queues.values()) {
        each.groups.delete(group.id);
        for (const ring of each.rings) ring.delete(group.id);
      }
    }
  }
}
