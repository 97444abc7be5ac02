import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { planOffline } from '../../src/index.ts';
import type { Change } from '../../src/model/change.ts';
import type { Edge } from '../../src/model/ledger.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { WorldSnapshot } from '../../src/model/world-snapshot.ts';
import { afterPlan } from '../../src/run/simulate/after-plan.ts';
import { pureConfig, pureSnapshot } from '../support/pure-snapshot.ts';
import type { PureTenant } from '../support/pure-tenant.ts';
import { patience, runs } from './runs.ts';
import { type Story, stories, worldOf } from './worlds.ts';

vi.setConfig(patience);

const at = '2026-01-06T09:00:00.000Z';

/** What is foretold of a plan, and the world in which it was then done. */
interface Foretold {
  readonly plan: Plan;
  readonly told: WorldSnapshot;
  readonly real: WorldSnapshot;
  readonly world: PureTenant;
  readonly story: Story;
}

const always = (check: (foretold: Foretold) => Promise<void> | void) =>
  fc.assert(
    fc.asyncProperty(stories, async story => {
      const world = worldOf(story);
      const before = pureSnapshot(world, story.second);
      const { plan } = await planOffline(pureConfig(story.second), before);
      const told = afterPlan(before, plan, at);
      world.apply(plan);
      await check({ plan, told, real: pureSnapshot(world, story.second), world, story });
    }),
    runs,
  );

/** Groups by their names: the one that was made has another id in each world. */
const inNames = (snapshot: WorldSnapshot) => {
  const names = new Map(snapshot.tenant.groups.map(group => [group.id, `group ${group.name}`]));
  return (id: string) => names.get(id) ?? id;
};

function stateOf(snapshot: WorldSnapshot) {
  const name = inNames(snapshot);
  const edge = (each: Edge) => ('group' in each ? { ...each, group: name(each.group) } : each);
  return {
    groups: snapshot.tenant.groups
      .map(({ name: called, externalId, memberIds, routingQueueIds }) =>
        JSON.stringify([called, externalId, memberIds.toSorted(), routingQueueIds?.toSorted()]),
      )
      .sort(),
    queues: snapshot.tenant.queues.map(({ id, memberGroups, rings }) => ({
      id,
      groups: memberGroups.map(group => `${name(group.id)}: ${group.memberCount}`).sort(),
      rings: rings.map(ring => ring.memberGroups.map(group => name(group.id)).sort()),
    })),
    ledger: snapshot.ledger
      .map(({ edge: each, mapping, key, person, state, again }) =>
        JSON.stringify([edge(each), mapping, key, person, state, again]),
      )
      .sort(),
  };
}

/** Who stands on a queue directly, or through a group that we did not put there. */
function keptByOthers(world: PureTenant, id: string): Set<string> {
  const queue = world.queues.get(id)!;
  const ours = new Set(
    [...world.ledger.values()].flatMap(({ edge }) =>
      edge.kind === 'attachment' && edge.queue === id ? [edge.group] : [],
    ),
  );
  const groups = [...world.groups.values()].filter(
    group =>
      !ours.has(group.id) &&
      (queue.groups.has(group.id) || queue.rings.some(ring => ring.has(group.id)) || group.queues.has(id)),
  );
  return new Set([...queue.direct, ...groups.flatMap(group => [...group.members])]);
}

/** Who is on a queue and was not foretold to be; by whom they may be kept there is asked elsewhere. */
function hiddenFrom(told: WorldSnapshot, real: WorldSnapshot): Set<string> {
  const pairs = ({ tenant }: WorldSnapshot) =>
    tenant.queues.flatMap(({ id, members }) => members!.map(({ user }) => `${id} ${user}`));
  const foretold = new Set(pairs(told));
  return new Set(pairs(real).filter(pair => !foretold.has(pair)));
}

describe('the world that is foretold', () => {
  it('has the groups, what stands on the queues, and the ledger of the world in which the plan was done', async () => {
    await always(({ told, real }) => {
      expect(stateOf(told)).toEqual(stateOf(real));
    });
  });

  it('has the people on each queue, but for those whom another hand keeps there', async () => {
    await always(({ told, real, world }) => {
      for (const queue of told.tenant.queues) {
        const foretold = new Set(queue.members!.map(member => member.user));
        const there = new Set(
          real.tenant.queues.find(each => each.id === queue.id)!.members!.map(member => member.user),
        );
        for (const user of foretold) expect(there.has(user)).toBe(true);
        // A row by group hides a direct one, and one by another group: who leaves ours is foretold to go.
        const others = keptByOthers(world, queue.id);
        for (const user of there) if (!foretold.has(user)) expect(others.has(user)).toBe(true);
      }
    });
  });

  it('leaves nothing to do for the same config', async () => {
    await always(async ({ told, story }) => {
      const { plan } = await planOffline(pureConfig(story.second), told);
      expect(plan.changes).toEqual([]);
    });
  });

  it('gets the plan of another config that the real one gets', async () => {
    const changesOf = ({ changes }: Plan, snapshot: WorldSnapshot, hidden: ReadonlySet<string>) => {
      const name = inNames(snapshot);
      const named = (change: Change) =>
        ({
          ...change,
          ...('id' in change && change.id !== undefined ? { id: name(change.id) } : {}),
          ...('insteadOf' in change ? { insteadOf: change.insteadOf!.map(name).sort() } : {}),
        }) as Change;
      const isFree = (change: Change) =>
        change.kind !== 'queue.attach' || !hidden.has(`${change.queue} ${change.user}`);
      return changes
        .filter(isFree)
        .map(change => JSON.stringify(named(change)))
        .sort();
    };
    await always(async ({ told, real, story }) => {
      const other = pureConfig({ ...story.second, mappings: story.first.mappings });
      const onTold = await planOffline(other, told);
      const onReal = await planOffline(other, real);
      const hidden = hiddenFrom(told, real);
      expect(changesOf(onTold.plan, told, hidden)).toEqual(changesOf(onReal.plan, real, hidden));
    });
  });
});
