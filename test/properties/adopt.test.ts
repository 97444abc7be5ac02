import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeId } from '../../src/model/ledger.ts';
import type { Plan } from '../../src/model/plan.ts';
import { adoptPlan } from '../../src/plan/adopt/adopt.ts';
import { sightsOf } from '../../src/plan/weigh/sights.ts';
import type { PureTenant } from '../support/pure-tenant.ts';
import { runs } from './runs.ts';
import { undoOf } from './undoing.ts';
import { type Day, inputOn, planFor, type Story, stories, worldOf } from './worlds.ts';

describe('whatever the world, an adoption', () => {
  it('takes only what is there, is asked for and is not ours yet, and changes nothing', () => {
    always(({ second }, world) => {
      const { changes, bookkeeping } = adoptionOf(world, second);
      const { shows } = sightsOf({
        ...inputFor(world, second),
        comparisons: new Map(),
        idOf: () => undefined,
        neededBy: () => [],
      });
      expect(changes).toEqual([]);
      for (const { edge } of bookkeeping.adopt ?? []) {
        expect(shows(edge)).toBe(true);
        expect(world.ledger.has(edgeId(edge))).toBe(false);
      }
    });
  });

  it.each(['as it is', 'after the journal was lost'])('makes the next plan do nothing else (%s)', how => {
    always(({ second }, world) => {
      if (how !== 'as it is') world.loseJournal();
      const before = planFor(world, second).changes;
      world.apply(adoptionOf(world, second));
      expect(planFor(world, second).changes).toEqual(before);
    });
  });

  it('is undone without a trace', () => {
    always(({ second }, world) => {
      const before = keysOf(world);
      const plan = adoptionOf(world, second);
      if ((plan.bookkeeping.adopt ?? []).length === 0) return;
      world.apply(plan);
      world.apply(undoOf(world));
      expect(keysOf(world)).toEqual(before);
    });
  });
});

function always(check: (story: Story, world: PureTenant) => void): void {
  fc.assert(
    fc.property(stories, story => check(story, worldOf(story))),
    runs,
  );
}

const inputFor = (world: PureTenant, { directory, mappings }: Day) =>
  inputOn(world.tenant('all'), world, directory, mappings);

const adoptionOf = (world: PureTenant, day: Day): Plan =>
  adoptPlan({ ...inputFor(world, day), purpose: { kind: 'adopt' } });

const keysOf = (world: PureTenant): Set<string> => new Set(world.ledger.keys());
