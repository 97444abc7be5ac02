import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Edge } from '../../src/model/ledger.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { seatId } from '../../src/model/seat.ts';
import { ownersOf } from '../../src/plan/weigh/owners.ts';
import { isSettled } from '../../src/run/sync.ts';
import type { JournalLine } from '../../src/store/journal-lines.ts';
import { LedgerFold } from '../../src/store/ledger-fold.ts';
import { PureApi } from '../support/pure-api.ts';
import { type Death, Life, live, type Settings } from './dying.ts';
import { patience, runs } from './runs.ts';
import { noLimits, queueIds, stories, worldOf } from './worlds.ts';

vi.setConfig(patience);

/** Deaths by how far the run has come: 0 is its first instant, 1 just past the last. */
const deaths = fc.array(
  fc.record({
    when: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
    moment: fc.constantFrom('before', 'after'),
    late: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
);

const settings: fc.Arbitrary<Settings> = fc
  .record({ graceSeconds: fc.constantFrom(0, 60), concurrency: fc.constantFrom(1, 4) })
  .map(({ graceSeconds, concurrency }) => ({
    concurrency,
    limits: { ...noLimits, drain: { graceSeconds, queues: [] } },
  }));

describe('whatever the world, a run that dies at any instant', () => {
  it('ends, run again, in the target and the ledger of one that was not interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(stories, settings, deaths, fc.nat(), async (story, how, dying, pace) => {
        const calm = worldOf(story);
        const world = calm.copy();
        const stood = new Set(
          queueIds.flatMap(queue => [...calm.on(queue)].map(user => seatId({ queue, user }))),
        );
        const whole = new Life(pace);
        const calmLines = [...calm.lines];
        const calmApi = new PureApi(calm);
        const active = activeSeats(calmApi, calmLines);
        const behind = behindGroups(calmApi, calmLines);
        const first = await live(calmApi, calmLines, story.second, how, whole);
        expect(failedSteps(first.outcome)).toEqual([]);
        expect(unjoined(active, calmApi)).toEqual([]);

        const lines = [...world.lines];
        const api = new PureApi(world);
        for (const { when, moment, late } of dying) {
          const at = 1 + Math.floor(when * Math.max(1, whole.instants));
          const death: Death = { at, moment: moment as Death['moment'], late };
          await live(api, lines, story.second, how, new Life(pace, death));
        }
        const again = await live(api, lines, story.second, how, new Life(pace));
        expect(failedSteps(again.outcome)).toEqual([]);
        const picture = pictureOf(api, lines, { stood, behind });
        expect(picture).toEqual(pictureOf(calmApi, calmLines, { stood, behind }));

        const after = await live(api, lines, story.second, how, new Life(pace));
        expect(
          isSettled(after.planned.plan),
          JSON.stringify([after.planned.plan.changes, after.planned.plan.bookkeeping]),
        ).toBe(true);
      }),
      runs,
    );
  });
});

/** That somebody is still seen on a queue whom another hand keeps there is no failure of a step. */
const failedSteps = (outcome: Outcome | undefined) =>
  outcome ? outcome.steps.filter(({ state }) => state !== 'done') : ['it died'];

/** A group brings them: if they stand there directly as well, no run after this one can see how. */
const hiddenSeats = (api: PureApi): string[] =>
  api
    .tenant()
    .queues.flatMap(({ id, members }) =>
      members!.filter(({ by }) => by === 'group').map(({ user }) => seatId({ queue: id, user })),
    );

/**
 * Somebody whom a hand put there directly, behind a group that brings them: a run that takes the group off and puts them
 * there cannot know that they are there already, and owns them; one that finds them without the group leaves them the
 * hand's.
 */
function behindGroups(api: PureApi, lines: readonly JournalLine[]): ReadonlySet<string> {
  const hidden = new Set(hiddenSeats(api));
  return new Set([...putByHand(api, lines)].filter(seat => hidden.has(seat)));
}

/** Who stands directly, and is none of ours. */
function putByHand(api: PureApi, lines: readonly JournalLine[]): ReadonlySet<string> {
  const { ledger } = folded(lines);
  return new Set(directSeats(api).filter(seat => !ledger.has(`queue-member ${seat}`)));
}

const directSeats = (api: PureApi): string[] =>
  [...api.world.queues].flatMap(([queue, { direct }]) => [...direct].map(user => seatId({ queue, user })));

/** How those stand who have a queue activated, but for those whom a hand put there. */
function activeSeats(api: PureApi, lines: readonly JournalLine[]): ReadonlyMap<string, string> {
  const byHand = putByHand(api, lines);
  return new Map(
    [...seatsOn(api)].flatMap(([seat, { by, joined }]) => (joined && !byHand.has(seat) ? [[seat, by]] : [])),
  );
}

/**
 * Who stands on their queue in another way by now, and has it no longer activated. Who is there both ways in the end is
 * told by the plan (`overlap.direct-and-group`), and what the platform makes of it is not known.
 */
function unjoined(before: ReadonlyMap<string, string>, api: PureApi): string[] {
  const direct = new Set(directSeats(api));
  return [...seatsOn(api)].flatMap(([seat, { by, joined }]) => {
    const way = before.get(seat);
    const isBoth = by === 'group' && direct.has(seat);
    return way !== undefined && way !== by && !isBoth && !joined ? [seat] : [];
  });
}

const seatsOn = (api: PureApi) =>
  new Map(
    api
      .tenant()
      .queues.flatMap(({ id, members }) =>
        members!.map(({ user, by, joined }) => [seatId({ queue: id, user }), { by, joined }] as const),
      ),
  );

/**
 * Target and ledger in names: a group that was made twice over has another id. Of the seats that are kept, those of people
 * who `stood` on the queue before: whoever came onto it in one life, in passing, and went in the next has one, too. Whose
 * somebody is who stood `behind` a group, or is brought by one in the end, is left out: a queue does not show whether they
 * stand there directly as well.
 */
function pictureOf(
  api: PureApi,
  lines: readonly JournalLine[],
  { stood, behind }: Readonly<Record<'stood' | 'behind', ReadonlySet<string>>>,
) {
  const { world } = api;
  const fold = folded(lines);
  const hidden = new Set(hiddenSeats(api));
  const name = (id: string) => world.groups.get(id)?.name ?? id;
  return {
    groups: [...world.groups.values()]
      .map(group => `${group.name} ${group.externalId} [${sorted(group.members)}] [${sorted(group.queues)}]`)
      .sort(),
    queues: api.tenant().queues.map(({ id, members }) => ({
      id,
      groups: sorted([...world.queues.get(id)!.groups].map(name)),
      rings: world.queues.get(id)!.rings.map(ring => sorted([...ring].map(name))),
      direct: sorted(world.queues.get(id)!.direct),
      people: members!.map(({ user, by, joined, ring }) => `${user} ${by} ${joined} ${ring}`).sort(),
    })),
    ours: [...fold.ledger.values()]
      .filter(
        ({ edge }) => edge.kind !== 'queue-member' || !(behind.has(seatId(edge)) || hidden.has(seatId(edge))),
      )
      .map(owned => {
        const owners = ownersOf(owned).map(
          each => `${each.mapping} ${each.key} ${each.person ?? owned.person ?? ''}`,
        );
        return `${owned.state} ${edgeText(owned.edge, name)} for ${sorted(owners)}`;
      })
      .sort(),
    seats: [...fold.seats.values()]
      .filter(seat => stood.has(seatId(seat)))
      .map(({ run: _, write: __, ...seat }) => JSON.stringify(seat))
      .sort(),
  };
}

function folded(lines: readonly JournalLine[]): LedgerFold {
  const fold = new LedgerFold();
  for (const line of lines) fold.add(line);
  return fold;
}

const sorted = (items: Iterable<string>): string => [...items].sort().join(', ');

function edgeText(edge: Edge, name: (id: string) => string): string {
  const { kind, ...rest } = edge;
  return `${kind} ${Object.values('group' in rest ? { ...rest, group: name(rest.group) } : rest).join(' ')}`;
}
