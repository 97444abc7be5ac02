import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/model/limits.ts';
import { queuesToRead } from '../../src/plan/finish/outlook.ts';
import { guard } from '../../src/plan/guards/guard.ts';
import { runs } from './runs.ts';
import { noLimits, planOn, queueIds, stories, worldOf } from './worlds.ts';

const hour = 60 * 60_000;
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** 2026-01-05 is a Monday; times are UTC. */
const mondayMs = Date.UTC(2026, 0, 5);

interface Rule {
  readonly queue: string;
  readonly minMembers: number;
  readonly days: readonly (typeof days)[number][] | undefined;
  readonly from: number;
  readonly to: number;
}

/** A floor for all queues, and more for some of them, at some hours of some days. */
const floors = fc.record({
  general: fc.nat({ max: 4 }),
  rules: fc.array(
    fc.record({
      queue: fc.constantFrom('*', 'Q1', 'Q2', 'Q*', 'none'),
      minMembers: fc.nat({ max: 6 }),
      days: fc.option(fc.subarray([...days], { minLength: 1 }), { nil: undefined }),
      from: fc.nat({ max: 23 }),
      to: fc.nat({ max: 23 }),
    }),
    { maxLength: 3 },
  ),
  /** Hours since Monday began. */
  at: fc.nat({ max: 7 * 24 - 1 }),
});

describe('whatever the world, the limits and the hour', () => {
  it('no queue that loses somebody ends under its floor when the guards let the plan through', () => {
    fc.assert(
      fc.property(stories, floors, (story, { general, rules, at }) => {
        const world = worldOf(story);
        const { directory, mappings } = story.second;
        const limits: Limits = { ...noLimits, staffing: { minMembers: general, queues: rules.map(ruleOf) } };
        const first = world.tenant('all');
        const plan = planOn(first, world, directory, mappings, limits);
        expect(queuesToRead(plan.queues, first)).toEqual([]);
        const refusals = guard(plan, limits, mondayMs + at * hour + 30 * 60_000);

        const before = new Map(queueIds.map(queue => [queue, world.on(queue)]));
        world.apply(plan);
        const refused = new Set(
          refusals.filter(({ code }) => code === 'guard.staffing-floor').map(({ subject }) => subject),
        );
        for (const queue of queueIds) {
          const [was, is] = [before.get(queue)!, world.on(queue)];
          const loses = [...was].some(user => !is.has(user));
          const floor = floorOf(queue, general, rules, at);
          // A queue that gains as many as it loses is as short of people as it was, and no shorter.
          if (loses && is.size < floor && is.size < was.size) expect([...refused]).toContain(queue);
          // Whom another hand keeps there counts as gone: the guard may see more danger than there is, never less.
          const told = plan.queues.find(each => each.queue === queue);
          if (refused.has(queue)) expect(told!.after).toBeLessThan(Math.min(floor, told!.before));
        }
      }),
      runs,
    );
  });
});

const hourText = (hours: number): string => `${String(hours).padStart(2, '0')}:00`;

const ruleOf = ({ queue, minMembers, days: on, from, to }: Rule): Limits['staffing']['queues'][number] => ({
  queue,
  minMembers,
  ...(on ? { days: on } : {}),
  hours: `${hourText(from)}-${hourText(to)}`,
});

/** The strictest that holds at this hour of the week, said here a second time: hour by hour from where a rule begins. */
function floorOf(queue: string, general: number, rules: readonly Rule[], at: number): number {
  const mine = rules.filter(rule => rule.queue === '*' || rule.queue === 'Q*' || rule.queue === queue);
  const open = mine.filter(rule =>
    days.some((day, index) => {
      if (rule.days && !rule.days.includes(day)) return false;
      const lasts = (rule.to - rule.from + 24) % 24;
      const since = (at - index * 24 - rule.from + 2 * 7 * 24) % (7 * 24);
      return since < lasts;
    }),
  );
  return Math.max(general, ...open.map(rule => rule.minMembers));
}
