import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeId } from '../../src/model/ledger.ts';
import { ownersOf } from '../../src/plan/weigh/owners.ts';
import type { PureTenant } from '../support/pure-tenant.ts';
import { runs } from './runs.ts';
import { undoOf } from './undoing.ts';
import { planFor, queueIds, type Story, stories, userIds, worldOf } from './worlds.ts';

describe('whatever the world, an undo', () => {
  it('of the run before leaves the target and what is ours as they were', () => {
    always((story, world) => {
      const plan = planFor(world, story.second);
      // Whom an edge belongs to follows the config, and the next run would say the same again: that is not undone.
      const rehomed = new Set(plan.bookkeeping.rehome.map(({ edge }) => edgeId(edge)));
      // Nor is a first anchor under the documented contract, where a group cannot be written without one.
      const bare = [...world.groups.values()].filter(({ externalId }) => externalId === undefined);
      const anchored = new Set(story.contract === 'platform' ? [] : bare.map(({ id }) => id));
      const before = pictureOf(world, { rehomed, anchored });
      world.apply(plan);
      world.apply(undoOf(world));
      expect(pictureOf(world, { rehomed, anchored })).toEqual(before);
    });
  });

  it('of an undo does again what was undone', () => {
    always((story, world) => {
      world.apply(planFor(world, story.second));
      const after = pictureOf(world);
      world.apply(undoOf(world));
      world.apply(undoOf(world));
      expect(pictureOf(world)).toEqual(after);
    });
  });

  it('that is done finds nothing more to do', () => {
    always((story, world) => {
      world.apply(planFor(world, story.second));
      const run = world.runs.at(-1)!.run;
      world.apply(undoOf(world));
      expect(undoOf(world, run).changes).toEqual([]);
    });
  });

  it('is told exactly, queue by queue', () => {
    always((story, world) => {
      world.apply(planFor(world, story.second));
      const plan = undoOf(world);
      const was = new Map(queueIds.map(queue => [queue, world.on(queue)]));
      world.apply(plan);
      for (const queue of queueIds) {
        const told = plan.queues.find(each => each.queue === queue);
        const joining = [...world.on(queue)].filter(user => !was.get(queue)!.has(user)).toSorted();
        const leaving = [...was.get(queue)!].filter(user => !world.on(queue).has(user)).toSorted();
        if (!told) expect([joining, leaving]).toEqual([[], []]);
        else expect(told.leaving).toEqual(expect.arrayContaining(leaving));
        if (told?.exact) expect(told.joining).toEqual(joining);
      }
    });
  });

  it('takes away nothing that another hand put there after the run', () => {
    fc.assert(
      fc.property(stories, fc.subarray(userIds), fc.nat({ max: queueIds.length - 1 }), (story, users, at) => {
        const world = worldOf(story);
        world.apply(planFor(world, story.second));
        const queue = world.queues.get(queueIds[at]!)!;
        const strangers = users.filter(user => !world.on(queue.id).has(user));
        for (const user of strangers) queue.direct.add(user);
        world.apply(undoOf(world));
        for (const user of strangers) expect(queue.direct.has(user)).toBe(true);
      }),
      runs,
    );
  });
});

function always(check: (story: Story, world: PureTenant) => void): void {
  fc.assert(
    fc.property(stories, story => check(story, worldOf(story))),
    runs,
  );
}

/**
 * All that there is, and what of it is ours. A group that a run made stays when it is undone, empty: without anybody and
 * without a queue it is not in the picture.
 */
function pictureOf(
  world: PureTenant,
  { rehomed, anchored }: Readonly<Record<'rehomed' | 'anchored', ReadonlySet<string>>> = {
    rehomed: new Set(),
    anchored: new Set(),
  },
) {
  // Who is on a queue through a group as well is not put there directly again: nobody should stand there twice.
  const alone = [...world.queues.values()].map(({ id, direct }) => {
    const through = new Set(world.suppliersOf(id).flatMap(group => [...group.members]));
    return { id, users: [...direct].filter(user => !through.has(user)).toSorted() };
  });
  const attached = [...world.queues.values()].flatMap(queue => [
    ...[...queue.groups].map(group => `${group} on ${queue.id}`),
    ...queue.rings.flatMap((ring, at) => [...ring].map(group => `${group} on ${queue.id}, ring ${at + 1}`)),
  ]);
  const groups = [...world.groups.values()].map(
    ({ id, name, externalId, members, queues }) =>
      `${id} ${name} ${anchored.has(id) ? '' : externalId} [${[...members].toSorted()}] [${[...queues].toSorted()}]`,
  );
  const busy = groups.filter(
    text => !text.endsWith('[] []') || attached.some(each => text.startsWith(`${each.split(' ')[0]} `)),
  );
  const shown = new Set([
    ...alone.flatMap(({ id, users }) => users.map(user => `queue-member ${id} ${user}`)),
    ...[...world.groups.values()].flatMap(({ id, members, queues }) => [
      ...[...members].map(user => `member ${id} ${user}`),
      ...[...queues].map(queue => `attachment ${queue} ${id} scim-extension`),
    ]),
    ...[...world.queues.values()].flatMap(queue => [
      ...[...queue.groups].map(group => `attachment ${queue.id} ${group} member-groups`),
      ...queue.rings.flatMap((ring, at) =>
        [...ring].map(group => `attachment ${queue.id} ${group} ring-groups ${at + 1}`),
      ),
    ]),
  ]);
  return {
    groups: busy.toSorted(),
    attached: attached.toSorted(),
    direct: alone,
    ours: [...world.ledger]
      .filter(([id]) => shown.has(id))
      .map(([id, owned]) => {
        const { state, person } = owned;
        // Which of several owners is named first means nothing.
        const owners = ownersOf(owned).map(
          each => `${each.mapping}, ${each.key} ${each.person ?? person ?? ''}`,
        );
        return rehomed.has(id) ? `${state} ${id}` : `${state} ${id} for ${owners.toSorted().join('; ')}`;
      })
      .toSorted(),
  };
}
