import { describe, expect, it } from 'vitest';
import { applyPlanned } from '../../src/cli/apply.ts';
import type { Session } from '../../src/cli/session.ts';
import { createTerminal } from '../../src/cli/terminal.ts';
import type { Clock } from '../../src/clock.ts';
import { readLedger } from '../../src/store/file.ts';
import { contracts, createWorld, shortName, type World, type WorldOptions } from '../support/world.ts';

/** A clock that shows `text` now and goes on from there, and can be put on. */
function from(text: string, clock: Clock): Clock & { set(text: string): void } {
  let aheadMs = Date.parse(text) - clock.now();
  return {
    ...clock,
    now: () => clock.now() + aheadMs,
    set: later => {
      aheadMs = Date.parse(later) - clock.now();
    },
  };
}

/** Seven on a queue, one of whom has left; from 13:03 on there have to be seven. */
async function sevenAndAFloor(options: WorldOptions, limits: object = {}): Promise<World> {
  const all = ['ana', 'bo', 'cy', 'dee', 'eve', 'fay', 'gus'];
  const world = await createWorld({
    groups: { support: all, billing: ['hal'] },
    mappings: [{ group: 'support', queues: ['Support'] }],
    ...options,
  });
  await world.sync();
  await world.configure({
    limits: {
      removals: { percent: 100 },
      staffing: { queues: [{ queue: 'Support', minMembers: 7, hours: '13:03-20:00', timeZone: 'UTC' }] },
      ...limits,
    },
  });
  await world.directory({ support: all.slice(0, 6), billing: ['hal'] });
  return world;
}

async function joined(world: World, queue: string): Promise<string[]> {
  const answer = await world.talk(
    'GET',
    `/api/v2/routing/queues/${world.queue(queue)}/members?joined=true&pageSize=100`,
  );
  return answer.body.entities.map(({ id }: { id: string }) => shortName(world.emulator, id)).sort();
}

const everybody = ['ana', 'bo', 'cy', 'dee', 'eve', 'fay', 'gus'];

describe.each(contracts)('hours that turn between plan and removal, under the %s contract', contract => {
  it('a floor that begins while the grace lasts holds its people back, and they get their seat again', async () => {
    const world = await sevenAndAFloor({ contract }, { drain: { graceSeconds: 240 } });
    const clock = from('2026-11-24T12:00:00Z', world.clock);
    const muster = await world.open({ clock });
    const planned = await muster.plan();
    expect(planned.refusals).toEqual([]);
    // Time runs a hundred times as fast: the three minutes up to the floor are two seconds.
    clock.set('2026-11-24T13:00:00Z');

    const outcome = await muster.apply(planned);

    expect(await world.on('Support')).toEqual(everybody);
    expect(await joined(world, 'Support')).toEqual(everybody);
    expect(outcome).toMatchObject({ state: 'partly', drain: { people: 1, joinedAgain: 1, problems: [] } });
    expect(outcome.steps[0]).toMatchObject({
      state: 'skipped',
      problem: { code: 'guard.staffing-floor', subject: 'Support' },
    });
    expect(outcome.steps[0]!.problem!.happened).toContain('the floor is 7');
    expect([...((await readLedger(`${world.dir}/.muster`)).seats ?? new Map()).values()]).toEqual([]);
  });

  it('a floor that begins before the first write refuses the plan, and nothing is written', async () => {
    const world = await sevenAndAFloor({ contract, timeScale: 1 });
    const clock = from('2026-11-24T13:00:00Z', world.clock);
    const muster = await world.open({ clock });
    const planned = await muster.plan();
    expect(planned.refusals).toEqual([]);
    clock.set('2026-11-24T13:04:00Z');
    world.emulator.requests.reset();

    await expect(muster.apply(planned)).rejects.toMatchObject({
      code: 'plan.refused',
      refusals: [{ code: 'guard.staffing-floor', subject: 'Support' }],
    });

    expect(world.emulator.requests.counts()).toEqual({});
    expect(await world.on('Support')).toEqual(everybody);
  });

  it('whoever passes a plan that was refused already means it, also when it is applied later', async () => {
    const world = await sevenAndAFloor({ contract, timeScale: 1 });
    const muster = await world.open({ clock: from('2026-11-24T14:00:00Z', world.clock) });
    const planned = await muster.plan();
    expect(planned.refusals.map(({ code }) => code)).toEqual(['guard.staffing-floor']);
    expect((await muster.apply(planned)).state).toBe('done');
    expect(await world.on('Support')).toEqual(everybody.slice(0, 6));
  });

  it.each([
    [
      'a weekly window',
      { when: { hours: '08:00-13:03', timeZone: 'UTC' } },
      '2026-11-24T13:00:00Z',
      '2026-11-24T13:04:00Z',
    ],
    ['validFrom', { validFrom: '2026-11-24T13:03:00Z' }, '2026-11-24T13:00:00Z', '2026-11-24T13:04:00Z'],
    ['until', { until: '2026-11-24T13:03:00Z' }, '2026-11-24T13:00:00Z', '2026-11-24T13:04:00Z'],
  ])('a plan made before the turn of %s is not applied after it', async (_, holds, before, after) => {
    const world = await createWorld({
      contract,
      mappings: [
        { id: 'always', group: 'billing', queues: ['Billing'] },
        { id: 'sometimes', group: 'support', queues: ['Support'], ...holds },
      ],
      timeScale: 1,
    });
    const clock = from(before, world.clock);
    const muster = await world.open({ clock });
    const planned = await muster.plan();
    clock.set(after);
    world.emulator.requests.reset();
    await expect(muster.apply(planned)).rejects.toMatchObject({
      code: 'plan.world-moved',
      happened: expect.stringContaining('"sometimes"'),
    });
    expect(world.emulator.requests.counts()).toEqual({});
    expect((await muster.apply(await muster.plan())).state).toBe('done');
  });
});

it('a question that is answered after the floor began is answered too late: exit code 3', async () => {
  const world = await sevenAndAFloor({ timeScale: 1 });
  const clock = from('2026-11-24T13:00:00Z', world.clock);
  const muster = await world.open({ clock });
  let said = '';
  const terminal: Session['terminal'] = {
    ...createTerminal({ json: false, colour: false }),
    interactive: true,
    out: text => {
      said += text;
    },
    note: () => {},
    ask: async () => {
      clock.set('2026-11-24T13:05:00Z');
      return true;
    },
  };
  const never = new AbortController().signal;
  const session = { terminal, muster, stopping: { stop: never, signal: never, release: () => {} } };
  const planned = await muster.plan();
  world.emulator.requests.reset();

  const code = await applyPlanned(session as unknown as Session, planned, { agreed: false, files: {} });

  expect(code).toBe(3);
  expect(said).toContain('guard.staffing-floor');
  expect(said).toContain('Nothing was written');
  expect(world.emulator.requests.counts()).toEqual({});
});
