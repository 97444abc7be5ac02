import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Change, isRemoval } from '../../src/model/change.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Tenant } from '../../src/model/tenant.ts';
import { takers } from '../../src/plan/finish/drain.ts';
import { runs } from './runs.ts';
import { noLimits, planFor, planOn, stories, worldOf } from './worlds.ts';

/** For every story: the plan of its second run with a grace, everybody having activated their queues, and without. */
const always = (check: (plan: Plan, without: Plan, tenant: Tenant) => void) =>
  fc.assert(
    fc.property(stories, story => {
      const world = worldOf(story);
      const seen = world.tenant('all');
      const tenant = {
        ...seen,
        queues: seen.queues.map(queue => ({
          ...queue,
          members: queue.members!.map(member => ({ ...member, joined: true })),
        })),
      };
      const { directory, mappings } = story.second;
      const limits = { ...noLimits, drain: { graceSeconds: 60, queues: [] } };
      check(planOn(tenant, world, directory, mappings, limits), planFor(world, story.second), tenant);
    }),
    runs,
  );

/** Who comes so has their place through the group until then, and does not wait for it. */
const isHandedOver = (change: Change) => change.kind === 'queue.attach' && change.insteadOf !== undefined;

describe('whatever the world, with a grace', () => {
  it('everybody who leaves a queue is unjoined there first, and nobody else', () => {
    always(plan => {
      const drained = plan.drain?.queues.flatMap(({ seats }) =>
        seats.map(seat => `${seat.queue} ${seat.user}`),
      );
      const leaving = plan.queues.flatMap(({ queue, leaving }) => leaving.map(user => `${queue} ${user}`));
      expect(drained?.toSorted() ?? []).toEqual(leaving.toSorted());
    });
  });

  it('whatever takes a drained person off comes after the grace, and brings nobody', () => {
    always((plan, _, tenant) => {
      const taking = takers(plan.changes, tenant.groups);
      for (const { queue, seats } of plan.drain?.queues ?? []) {
        const outlook = plan.queues.find(each => each.queue === queue)!;
        for (const { user } of seats) {
          const changes = taking(outlook, user);
          expect(changes.length).toBeGreaterThan(0);
          for (const change of changes) {
            const step = plan.steps.find(each => each.changes.some(index => plan.changes[index] === change))!;
            const moves = step.changes.map(index => plan.changes[index]!);
            expect(step.phase).toBeGreaterThanOrEqual(3);
            if (moves.some(each => 'user' in each && each.user === user))
              expect(moves.every(each => isRemoval(each) || isHandedOver(each))).toBe(true);
          }
        }
      }
    });
  });

  it('the changes are those of a plan without one', () => {
    always((plan, without) => {
      expect(plan.changes).toEqual(without.changes);
      expect(plan.fingerprint).toBe(without.fingerprint);
    });
  });
});
