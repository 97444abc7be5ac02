import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { holdBack, stillOf, unmade } from '../../src/apply/hold-back.ts';
import { strategies } from '../../src/assignment/registry.ts';
import type { Contract } from '../../src/model/contract.ts';
import type { GroupKey } from '../../src/model/keys.ts';
import type { StepOutcome } from '../../src/model/outcome.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import type { Tenant } from '../../src/model/tenant.ts';
import { directory, mapping, sourceGroup } from '../support/builders.ts';
import { patience, runs } from './runs.ts';
import { planFor, queueIds, type Story, stories, userIds, worldOf } from './worlds.ts';

vi.setConfig(patience);

/** Two groups of which some people go and others come from one day to the next, and nobody from one to the other. */
const exchanges: fc.Arbitrary<Story> = fc
  .record({
    contract: fc.constantFrom<Contract>('platform', 'scim-extension'),
    people: fc.array(
      fc.record({ home: fc.constantFrom('a', 'b'), what: fc.constantFrom('stays', 'comes', 'goes') }),
      {
        minLength: userIds.length,
        maxLength: userIds.length,
      },
    ),
    queues: fc.tuple(...['a', 'b'].map(() => fc.subarray(queueIds, { minLength: 2 }))),
  })
  .map(({ contract, people, queues }) => {
    const mappings = ['a', 'b'].map((name, at) => mapping(name, queues[at]!, { externalId: `iam-${name}` }));
    const [first, second] = ['comes', 'goes'].map(notThere => ({
      directory: directory(
        ['a', 'b'].map(name =>
          sourceGroup(
            name,
            userIds.filter((_, at) => people[at]!.home === name && people[at]!.what !== notThere),
          ),
        ),
      ),
      mappings,
    }));
    return { contract, keepsBoth: false, before: [], first: first!, between: [], second: second! };
  });

/** In which order the steps of a phase are done, and which of them fail. */
interface Luck {
  readonly order: readonly number[];
  readonly fails: readonly boolean[];
}

/** The last one is never reached: then a queue must not have fewer than before, or than the plan leaves. */
const floors = fc.constantFrom(1, 2, 3, userIds.length);

const lucks = (fails: fc.Arbitrary<boolean>): fc.Arbitrary<Luck> =>
  fc.record({
    order: fc.array(fc.nat({ max: 9 }), { minLength: 12, maxLength: 12 }),
    fails: fc.array(fails, { minLength: 12, maxLength: 12 }),
  });

/** The steps as a run does them, each with what is done of it: what fails does nothing, what must wait is held back. */
function* carriedOut(
  plan: Plan,
  tenant: Tenant,
  floor: number,
  { order, fails }: Luck,
  outcomes: Map<Step, StepOutcome>,
): Generator<Step> {
  const present = strategies.flatMap(each => each.present(tenant));
  const groups = new Map(tenant.groups.map(group => [group.id, group]));
  const holding = holdBack({ plan, tenant, present, floorOf: () => floor }, groups);
  const made = new Map<GroupKey, string>();
  const luckOf = <Value>(values: readonly Value[], step: Step) => values[plan.steps.indexOf(step) % 12]!;
  for (const phase of [1, 2, 3, 4, 5, 6]) {
    const hold = holding(outcomes);
    const steps = plan.steps.filter(step => step.phase === phase);
    for (const step of steps.toSorted((a, b) => luckOf(order, a) - luckOf(order, b))) {
      const changes = step.changes.map(index => plan.changes[index]!);
      const problem = unmade(changes, made, '') ?? hold(step);
      const done = problem
        ? stillOf(step, plan).filter(
            change => !('group' in change) || problem.happened !== 'Its group could not be made.',
          )
        : changes;
      const state = luckOf(fails, step) ? 'failed' : problem ? 'skipped' : 'done';
      outcomes.set(step, { step, state, ...(problem ? { problem } : {}) });
      if (state === 'failed') continue;
      for (const change of done) if (change.kind === 'group.create') made.set(change.group, change.group);
      yield { ...step, changes: done.map(change => plan.changes.indexOf(change)) };
    }
  }
}

/** Looks after every step at every queue that the plan takes somebody from. */
function always(fails: fc.Arbitrary<boolean>, check: (outcomes: readonly StepOutcome[]) => void): void {
  fc.assert(
    fc.property(fc.oneof(stories, exchanges), floors, lucks(fails), (story, floor, luck) => {
      const world = worldOf(story);
      const plan = planFor(world, story.second);
      const tenant = world.tenant('all');
      const before = new Map(queueIds.map(queue => [queue, world.on(queue).size]));
      const outcomes = new Map<Step, StepOutcome>();
      world.apply(plan, carriedOut(plan, tenant, floor, luck, outcomes), () => {
        for (const { queue, after, leaving } of plan.queues) {
          if (leaving.length === 0) continue;
          const least = Math.min(floor, before.get(queue)!, after);
          expect(world.on(queue).size, `people on ${queue}`).toBeGreaterThanOrEqual(least);
        }
      });
      check([...outcomes.values()]);
    }),
    runs,
  );
}

describe('at every instant between two steps', () => {
  it('no queue has fewer people than its floor, or than before, or than the plan leaves, and nothing is held back', () => {
    always(fc.constant(false), outcomes => {
      expect(outcomes.filter(({ state }) => state !== 'done')).toEqual([]);
    });
  });

  it('no queue has fewer, whatever fails', () => {
    always(
      fc.integer({ min: 0, max: 3 }).map(value => value === 0),
      () => {},
    );
  });
});
