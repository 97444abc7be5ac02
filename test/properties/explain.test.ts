import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import type { Way } from '../../src/model/explanation.ts';
import { edgeId } from '../../src/model/ledger.ts';
import type { Limits } from '../../src/model/limits.ts';
import { decidedPlan } from '../../src/plan/make-plan.ts';
import { standingsOf } from '../../src/plan/standings/standings.ts';
import { patience, runs } from './runs.ts';
import { inputOn, noLimits, queueIds, stories, userIds, worldOf } from './worlds.ts';

vi.setConfig(patience);

const limits: fc.Arbitrary<Limits> = fc
  .record({
    takenAway: fc.constantFrom<Limits['takenAway']>('put-back', 'tell'),
    quarantine: fc.constantFrom(noLimits.quarantine, { percent: 50, from: 1 }),
    protect: fc.constantFrom(noLimits.protect, { people: ['u1'], groups: ['g3'], queues: ['Q2'] }),
  })
  .map(change => ({ ...noLimits, ...change }));

const verdicts = (ways: readonly Way[]) => new Set(ways.map(({ verdict }) => verdict));

it('what is said of everybody on every queue is what the plan does', () => {
  fc.assert(
    fc.property(stories, limits, (story, limit) => {
      const world = worldOf(story);
      const tenant = world.tenant('all');
      const input = inputOn(tenant, world, story.second.directory, story.second.mappings, limit);
      const { plan, decided } = decidedPlan(input);
      const standings = standingsOf({ input, decided, plan });
      const before = new Map(queueIds.map(id => [id, world.on(id)]));
      const broughtTo = (id: string) => new Set(world.suppliersOf(id).flatMap(group => [...group.members]));
      // A row by group hides a direct one: nobody can see that somebody stands there directly, too.
      const hidden = new Map(
        queueIds.map(id => [id, broughtTo(id).intersection(world.queues.get(id)!.direct)] as const),
      );
      const { ledger } = decided;
      const placed = new Set(
        plan.changes.flatMap(change =>
          change.kind === 'queue.attach' && change.user !== undefined
            ? [`${change.queue} ${change.user}`]
            : [],
        ),
      );
      world.apply(plan);
      for (const queue of tenant.queues) {
        const everybody = standings(queue);
        for (const user of userIds) {
          const said = everybody.get(user);
          expect(standings(queue, [user]).get(user)).toEqual(said);
          const was = before.get(queue.id)!.has(user);
          const isHidden = hidden.get(queue.id)!.has(user) && !placed.has(`${queue.id} ${user}`);
          const is = (isHidden ? broughtTo(queue.id) : world.on(queue.id)).has(user);
          expect([said?.now ?? 'off', said?.next ?? 'absent']).toEqual([
            was ? 'on' : 'off',
            was ? (is ? 'stays' : 'goes') : is ? 'comes' : 'absent',
          ]);
          if (!said) continue;
          const { ways, next } = said;
          const all = verdicts(ways);
          // Every answer has a reason of its own kind.
          if (next === 'stays')
            expect(['asked', 'kept', 'by-hand', 'coming'].some(each => all.has(each as Way['verdict']))).toBe(
              true,
            );
          if (next === 'comes') expect(all.has('coming')).toBe(true);
          if (next === 'goes') expect([...all].filter(each => each !== 'withheld')).toEqual(['going']);
          if (next === 'absent') expect([...all]).toEqual(['withheld']);
          for (const way of ways) {
            if (way.verdict === 'kept')
              expect(way).toMatchObject({ cause: expect.any(String), why: expect.any(String) });
            if (way.verdict === 'going') expect(way.because).toBeDefined();
            if (way.verdict === 'by-hand') expect(way.why).toBeDefined();
            if (way.verdict === 'withheld') expect(way.why).not.toContain('a part of it');
            if (way.verdict === 'asked') expect(way.reasons.length).toBeGreaterThan(0);
          }
        }
      }
      // What is told to be kept is ours before and after.
      for (const { owned } of decided.kept) {
        expect(ledger.has(edgeId(owned.edge))).toBe(true);
        expect(world.ledger.has(edgeId(owned.edge))).toBe(true);
      }
    }),
    runs,
  );
});

it('whoever a mapping asks for is told by that mapping, whether they come or not', () => {
  fc.assert(
    fc.property(stories, limits, (story, limit) => {
      const world = worldOf(story);
      const tenant = world.tenant('all');
      const input = inputOn(tenant, world, story.second.directory, story.second.mappings, limit);
      const standings = standingsOf({ input, ...decidedPlan(input) });
      for (const { group, queue: on, mapping } of input.desired.services) {
        const queue = tenant.queues.find(({ id }) => id === on)!;
        const { paths } = input.desired.groups.find(({ key }) => key === group)!;
        const members = paths.flatMap(({ path, members }) => members.map(({ user }) => ({ user, path })));
        for (const { user, path } of members) {
          const ways = standings(queue, [user])
            .get(user)!
            .ways.filter(({ reasons }) =>
              reasons.some(reason => reason.mapping === mapping && reason.key === group),
            );
          expect(ways).toHaveLength(1);
          expect(ways[0]!.reasons.find(reason => reason.mapping === mapping)!.path).toEqual(path);
          expect(['asked', 'coming', 'withheld']).toContain(ways[0]!.verdict);
        }
      }
    }),
    runs,
  );
});
