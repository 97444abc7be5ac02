import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { isMusterError, MusterError } from '../../src/errors.ts';
import type { Plan } from '../../src/model/plan.ts';
import { canonicalJson } from '../../src/plan/finish/fingerprint.ts';
import { jsonOf } from '../../src/report/plan-json.ts';
import { asApproved, parseSavedPlan } from '../../src/run/saved-plan.ts';
import type { JournalLine } from '../../src/store/journal-lines.ts';
import { PureApi } from '../support/pure-api.ts';
import type { PureTenant } from '../support/pure-tenant.ts';
import { Life, live, opened, type Settings } from './dying.ts';
import { patience, runs } from './runs.ts';
import { type Day, meddle, meddling, noLimits, type Story, stories, worldOf } from './worlds.ts';

vi.setConfig(patience);

const how: Settings = { limits: noLimits, concurrency: 4 };

/** What becomes of the world between the approval and the applying. */
const moving = fc.record({
  /** The source and the config are as on the first day again. */
  back: fc.boolean(),
  hands: fc.oneof(fc.constant([]), meddling),
  /** Another run in between: of this very plan, or of the day before. */
  run: fc.constantFrom('none', 'none', 'the same', 'the first'),
  /** That run comes when the plan has been compared already. */
  late: fc.boolean(),
});

describe('whatever the world, a saved plan', () => {
  it('is applied to the letter, or refused as moved and nothing is written', async () => {
    await fc.assert(
      fc.asyncProperty(stories, moving, async (story, moved) => {
        const { api, world, lines, day, saved } = await approved(story);
        const now: Day = moved.back ? story.first : day;
        const another = async () => {
          if (moved.run === 'none') return;
          await live(api, lines, moved.run === 'the same' ? day : story.first, how, new Life(1));
        };
        meddle(world, moved.hands);
        if (!moved.late) await another();

        const { plan, apply } = opened(api, lines, now, how, new Life(1));
        const planned = await plan();
        if (moved.late) await another();
        const before = { picture: pictureOf(world), lines: lines.length };
        try {
          const same = asApproved(planned, parseSavedPlan(saved, 'plan.json'));
          expect(same.plan.changes).toEqual((JSON.parse(saved) as Plan).changes);
          const told = carriedOut(world, JSON.parse(saved) as Plan);
          const outcome = await apply(same);
          expect(outcome!.steps.every(({ state }) => state === 'done')).toBe(true);
          expect(pictureOf(world)).toEqual(pictureOf(told));
        } catch (error) {
          if (!isMusterError(error)) throw error;
          expect(error.code).toBe('plan.world-moved');
          expect({ picture: pictureOf(world), lines: lines.length }).toEqual(before);
        }
      }),
      runs,
    );
  });

  it('of a world that stands still is applied', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async story => {
        const { api, lines, day, saved } = await approved(story);
        const planned = await opened(api, lines, day, how, new Life(1)).plan();
        expect(asApproved(planned, parseSavedPlan(saved, 'plan.json'))).toBe(planned);
      }),
      runs,
    );
  });

  it('that was edited is refused', async () => {
    await fc.assert(
      fc.asyncProperty(stories, edits, async (story, edit) => {
        const { saved } = await approved(story);
        const plan = JSON.parse(saved) as Plan;
        const edited = edit(plan);
        if (approvedIn(edited) === approvedIn(plan)) return;
        expect(() => parseSavedPlan(JSON.stringify(edited), 'plan.json')).toThrow(
          expect.objectContaining({ code: 'plan.unreadable' }),
        );
      }),
      runs,
    );
  });

  it('of which a part is missing is refused', async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.double({ min: 0, max: 0.999, noNaN: true }), async (story, share) => {
        const { saved } = await approved(story);
        const cut = saved.slice(0, Math.floor(share * (saved.length - 2)));
        expect(() => parseSavedPlan(cut, 'plan.json')).toThrow(MusterError);
      }),
      runs,
    );
  });
});

/** What somebody may do to the file: to one change, to the list of them, or to what stands around it. */
const edits: fc.Arbitrary<(plan: Plan) => unknown> = fc
  .tuple(
    fc.constantFrom('drop', 'repeat', 'turn', 'field', 'contract', 'fingerprint', 'adopt'),
    fc.nat(),
    fc.constantFrom('u1', 'u8', 'Q1', 'Q3', 'made-1', 2, undefined),
  )
  .map(([what, at, value]) => (plan: Plan) => {
    const { changes } = plan;
    const index = changes.length === 0 ? 0 : at % changes.length;
    const change = (changes[index] ?? {}) as Record<string, unknown>;
    switch (what) {
      case 'drop':
        return { ...plan, changes: changes.toSpliced(index, 1) };
      case 'repeat':
        return { ...plan, changes: changes.toSpliced(index, 0, ...changes.slice(index, index + 1)) };
      case 'turn':
        return { ...plan, changes: changes.toReversed() };
      case 'field': {
        if (changes.length === 0) return { ...plan, changes: [{ kind: 'member.remove', user: value }] };
        const names = Object.keys(change);
        const name = names[at % Math.max(1, names.length)] ?? 'user';
        return { ...plan, changes: changes.with(index, { ...change, [name]: value } as never) };
      }
      case 'contract':
        return { ...plan, choice: { ...plan.choice, contract: 'another' } };
      case 'fingerprint':
        return {
          ...plan,
          fingerprint: plan.fingerprint.replace(/^./u, digit => (digit === '0' ? '1' : '0')),
        };
      default:
        return {
          ...plan,
          bookkeeping: {
            ...plan.bookkeeping,
            adopt: [{ edge: { kind: 'member', group: 'made-1', user: 'u1' }, mapping: 'm', key: 'corp:g1' }],
          },
        };
    }
  });

/** What somebody says yes to. */
const approvedIn = (plan: unknown): string => {
  const { choice, changes, fingerprint, bookkeeping } = plan as Plan;
  return canonicalJson([choice.contract, changes, fingerprint, bookkeeping.adopt, bookkeeping.release]);
};

/** The plan of the second day as a file, and the world that it was made on. */
async function approved(story: Story) {
  const world = worldOf(story);
  const lines: JournalLine[] = [...world.lines];
  const api = new PureApi(world);
  const day = story.second;
  const { plan, refusals } = await opened(api, lines, day, how, new Life(1)).plan();
  const saved = jsonOf({ plan, refusals, at: '2026-01-05T09:00:00.000Z' });
  return { api, world, lines, day, saved };
}

/** Whoever is handed over is looked at until they stand there directly, also where a group was put there by hand meanwhile. */
function carriedOut(world: PureTenant, plan: Plan): PureTenant {
  const told = world.copy();
  told.apply(plan);
  for (const change of plan.changes)
    if (change.kind === 'queue.attach' && change.insteadOf) told.addDirect(change.queue, change.user!);
  return told;
}

const pictureOf = (world: PureTenant) => {
  const name = (id: string) => world.groups.get(id)?.name ?? id;
  const names = (ids: Iterable<string>) => [...ids].map(name).sort();
  return {
    groups: [...world.groups.values()]
      .map(group => `${group.name} ${group.externalId} [${names(group.members)}] [${names(group.queues)}]`)
      .sort(),
    queues: [...world.queues.values()].map(({ groups, rings, direct }) => ({
      groups: names(groups),
      rings: rings.map(names),
      direct: names(direct),
    })),
  };
};
