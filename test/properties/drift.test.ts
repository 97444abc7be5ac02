import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strategies } from '../../src/assignment/registry.ts';
import type { TargetDrift } from '../../src/model/drift.ts';
import type { NoteCode } from '../../src/model/note.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Seen } from '../../src/model/seen.ts';
import { configDrift } from '../../src/plan/drift/config.ts';
import { comingBack, putBackPlan } from '../../src/plan/drift/put-back-plan.ts';
import { placedFor, sourceDrift } from '../../src/plan/drift/sources.ts';
import { targetDrift } from '../../src/plan/drift/target.ts';
import { weighedForDrift } from '../../src/plan/drift/weighed.ts';
import { seenAfter } from '../../src/plan/seen.ts';
import type { PureTenant } from '../support/pure-tenant.ts';
import { runs } from './runs.ts';
import { type Day, inputOn, type Meddling, meddle, planFor, stories, worldOf } from './worlds.ts';

/** How a run leaves what is ours, as the run itself would write it down: what it read back included. */
function leave(world: PureTenant, plan: Plan): Seen {
  const before = world.tenant('all');
  world.apply(plan);
  const after = world.tenant('all');
  const present = strategies.flatMap(each => each.present(before));
  const made = Object.fromEntries(
    [...world.ledger.values()].flatMap(({ edge }) => (edge.kind === 'group' ? [[edge.key, edge.group]] : [])),
  );
  const shown = new Map(after.queues.map(queue => [queue.id, queue]));
  return seenAfter({ tenant: before, present, ledger: world.ledger, done: plan.changes, made, shown });
}

function look(world: PureTenant, { directory, mappings }: Day, seen: Seen) {
  const input = inputOn(world.tenant('all'), world, directory, mappings);
  const weighed = weighedForDrift(input);
  const { ledger, sights } = weighed;
  const placed = placedFor(ledger);
  const ids = new Set(mappings.map(mapping => mapping.id));
  return {
    input,
    target: targetDrift({
      tenant: input.tenant,
      present: input.present,
      ledger,
      sights,
      seen,
      before: ledger,
      written: new Map(),
      partings: new Map(),
      knownAbsent: new Set(),
      back: comingBack(weighed, seen),
    }),
    sources: sourceDrift({
      desired: input.desired,
      weighed,
      placed,
      mappings: ids,
      personName: () => undefined,
      userName: user => user,
      groupName: () => undefined,
      people: () => undefined,
      sourceOf: () => 'corp',
    }).drift,
    config: configDrift({
      weighed,
      placed,
      mappings: ids,
      dormant: new Map(),
      seen,
      queueName: queue => queue,
    }),
  };
}

/** Everything that is there, in so many words. */
const pictureOf = (world: PureTenant): string[] =>
  [
    ...[...world.groups.values()].flatMap(({ id, members, queues }) => [
      ...[...members].map(user => `member ${id} ${user}`),
      ...[...queues].map(queue => `attachment ${queue} ${id} scim-extension`),
    ]),
    ...[...world.queues.values()].flatMap(({ id, groups, rings, direct }) => [
      ...[...groups].map(group => `attachment ${id} ${group} member-groups`),
      ...rings.flatMap((ring, at) =>
        [...ring].map(group => `attachment ${id} ${group} ring-groups ${at + 1}`),
      ),
      ...[...direct].map(user => `queue-member ${id} ${user}`),
    ]),
  ].toSorted();

/** As an edge, where the drift is about one. */
function edgesOf({ kind, place, subject, ring }: TargetDrift, world: PureTenant): string[] {
  if (kind.startsWith('member.')) return [`member ${place.id} ${subject!.id}`];
  if (kind === 'queue-member.gone') return [`queue-member ${place.id} ${subject!.id}`];
  if (kind === 'attachment.gone')
    return [...world.ledger.keys()].filter(
      id =>
        id.startsWith(`attachment ${place.id} ${subject!.id} `) &&
        (ring === undefined ? !id.includes(' ring-groups ') : id.endsWith(` ring-groups ${ring}`)),
    );
  if (kind === 'group.deleted')
    return [...world.ledger.keys()].filter(id => id.split(' ').includes(place.id));
  return [];
}

/** Notes of what was not read to its end, is not shown, holds nobody or is left alone: nothing of it is taken away. */
const doubts: ReadonlySet<NoteCode> = new Set([
  'removal.kept',
  'group.name-taken',
  'group.dynamic',
  'group.empty',
  'group.gone',
  'group.incomplete',
]);

const meddling = stories.map(story => story.between);

describe('whatever the world, drift', () => {
  it('right after a run tells nothing of the target, nobody who came, and nothing that is asked for otherwise', () => {
    fc.assert(
      fc.property(stories, story => {
        const world = worldOf(story);
        const plan = planFor(world, story.second);
        const seen = leave(world, plan);
        const { target, sources, config } = look(world, story.second, seen);
        // What a run leaves as it is, for want of a proof or by whenGroupGone, stays told.
        const { evidence, groups } = story.second.directory;
        const isWhole = evidence.complete && groups.every(group => group.evidence.complete);
        const isKept = !isWhole || plan.notes.some(({ code }) => doubts.has(code));
        const asked = config.filter(({ kind }) => !isKept || !kind.endsWith('.gone'));
        expect([target, asked]).toEqual([[], []]);
        expect(sources.flatMap(({ came }) => came)).toEqual([]);
        if (!isKept) expect(sources.filter(({ lost }) => lost.length === 0)).toEqual([]);
      }),
      runs,
    );
  });

  it('tells everything of ours that another hand took away, and nothing of ours that is there', () => {
    fc.assert(
      fc.property(stories, meddling, (story, deeds: Meddling) => {
        const world = worldOf(story);
        const seen = leave(world, planFor(world, story.second));
        const owned = [...world.ledger].filter(([, { state }]) => state === 'owned').map(([id]) => id);
        const had = new Set(pictureOf(world));
        meddle(world, deeds);
        const has = new Set(pictureOf(world));
        const { target } = look(world, story.second, seen);
        const told = new Set(target.filter(({ placed }) => placed).flatMap(each => edgesOf(each, world)));
        // Who is on the queue through a group as well cannot be seen to stand there directly.
        const isHidden = (id: string) => {
          const [kind, queue = '', user = ''] = id.split(' ');
          return kind === 'queue-member' && world.on(queue).has(user);
        };
        for (const id of owned) {
          if (id.startsWith('group ') || isHidden(id)) continue;
          if (had.has(id)) expect([id, told.has(id)]).toEqual([id, !has.has(id)]);
        }
      }),
      runs,
    );
  });

  it('is mended by a put-back: what was ours and is asked for is there again, and nothing else has changed', () => {
    fc.assert(
      fc.property(stories, meddling, (story, deeds: Meddling) => {
        const world = worldOf(story);
        const left = leave(world, planFor(world, story.second));
        const was = pictureOf(world);
        meddle(world, deeds);
        const { input } = look(world, story.second, left);
        const between = pictureOf(world);
        const plan = putBackPlan({ ...input, seen: left });
        expect(
          plan.changes.filter(change => change.kind === 'member.remove' || change.kind === 'queue.detach'),
        ).toEqual([]);
        const groups = new Set(world.groups.keys());
        const ours = new Map(world.ledger);
        const seen = leave(world, plan);
        const now = pictureOf(world);
        const isRemade = (id: string) =>
          id.split(' ').some(part => world.groups.has(part) && !groups.has(part));
        expect(now).toEqual(expect.arrayContaining(between));
        // All that is new was there before, or is in a group that had to be made anew.
        expect(
          now.filter(id => !between.includes(id) && !was.includes(id) && !isRemade(id) && !ours.has(id)),
        ).toEqual([]);
        const after = look(world, story.second, seen).target;
        expect(after.filter(({ comesBack }) => comesBack)).toEqual([]);
        expect(after.filter(({ wanted }) => wanted)).toEqual([]);
      }),
      runs,
    );
  });
});
