import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { weekdays } from '../../src/model/weekly-window.ts';
import { contracts, createWorld, type World } from '../support/world.ts';

const day = {
  id: 'day',
  group: 'support',
  queues: ['Support'],
  when: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], hours: '08:00-18:00', timeZone: 'Europe/Berlin' },
};
const night = {
  id: 'night',
  group: 'billing',
  queues: ['Support'],
  when: [
    { days: ['mon', 'tue', 'wed', 'thu'], hours: '18:00-08:00', timeZone: 'Europe/Berlin' },
    { days: ['fri'], hours: '18:00-24:00', timeZone: 'Europe/Berlin' },
    { days: ['sat', 'sun'], timeZone: 'Europe/Berlin' },
    { days: ['mon'], hours: '00:00-08:00', timeZone: 'Europe/Berlin' },
  ],
};

/** A clock that shows `text` now and goes on from there. */
function from(text: string, clock: Clock): Clock {
  const aheadMs = Date.parse(text) - clock.now();
  return { ...clock, now: () => clock.now() + aheadMs };
}

async function syncAt(world: World, text: string) {
  const muster = await world.open({ clock: from(text, world.clock) });
  try {
    const planned = await muster.plan();
    if (planned.refusals.length === 0) await muster.apply(planned);
    return planned;
  } finally {
    await muster.close();
  }
}

const told = ({ plan }: Awaited<ReturnType<typeof syncAt>>) =>
  plan.notes.filter(note => note.code.startsWith('mapping.')).map(note => note.text);

describe.each(contracts)('weekly windows under the %s contract', contract => {
  it('hand a queue over from day to night and back, across the end of summer time', async () => {
    const world = await createWorld({ contract, mappings: [day, night], timeScale: 1 });

    // Friday afternoon in Berlin, two hours ahead of UTC; on Sunday the clocks go back.
    expect(told(await syncAt(world, '2026-10-23T15:00:00Z'))).toEqual([
      'The mapping "day" holds until Fri 2026-10-23 18:00 (Europe/Berlin): then its people leave their queues.',
      'The mapping "night" holds again from Fri 2026-10-23 18:00 (Europe/Berlin), and is left out until then.',
    ]);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);

    expect(told(await syncAt(world, '2026-10-23T16:00:01Z'))).toEqual([
      'The mapping "day" holds again from Mon 2026-10-26 08:00 (Europe/Berlin), and is left out until then.',
      'The mapping "night" holds until Mon 2026-10-26 08:00 (Europe/Berlin): then its people leave their queues.',
    ]);
    expect(await world.on('Support')).toEqual(['cy', 'dee']);

    // 08:00 in summer time would have been 06:00 UTC; by the wall of Berlin it is 07:00.
    await syncAt(world, '2026-10-26T06:00:01Z');
    expect(await world.on('Support')).toEqual(['cy', 'dee']);
    await syncAt(world, '2026-10-26T07:00:01Z');
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });

  it('close under the guards: nobody goes where that would leave the queue empty', async () => {
    const world = await createWorld({ contract, mappings: [day], timeScale: 1 });
    await syncAt(world, '2026-10-23T15:00:00Z');
    const { refusals } = await syncAt(world, '2026-10-23T16:30:00Z');
    expect(refusals.map(refusal => refusal.code)).toEqual(['guard.staffing-floor']);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);

    // The floor that the documentation advises: somebody in the hours, nobody need be there after them.
    await world.configure({
      limits: {
        staffing: { minMembers: 0, queues: [{ ...day.when, queue: '*', minMembers: 1 }] },
      },
    });
    expect((await syncAt(world, '2026-10-23T16:30:00Z')).refusals).toEqual([]);
    expect(await world.on('Support')).toEqual([]);
  });

  it('take nobody off whom another mapping keeps there, nor whom somebody put there by hand', async () => {
    const world = await createWorld({
      contract,
      groups: { support: ['ana', 'bo'], billing: ['bo'] },
      mappings: [day, { id: 'always', group: 'billing', queues: ['Support'] }],
      timeScale: 1,
    });
    await syncAt(world, '2026-10-23T15:00:00Z');
    await world.talk('POST', `/api/v2/routing/queues/${world.queue('Support')}/members`, [
      { id: world.user('hal') },
    ]);
    await syncAt(world, '2026-10-23T16:30:00Z');
    expect(await world.on('Support')).toEqual(['bo', 'hal']);
  });

  it('a plan made before a boundary says so, and is another one after it', async () => {
    const world = await createWorld({
      contract,
      mappings: [day, { ...night, when: undefined }],
      timeScale: 1,
    });
    await syncAt(world, '2026-10-23T15:00:00Z');
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] });

    const before = await world.open({ clock: from('2026-10-23T15:50:00Z', world.clock) });
    const { plan } = await before.plan();
    expect(plan.notes.filter(note => note.level === 'warning').map(note => note.text)).toEqual([
      'The mapping "day" holds until Fri 2026-10-23 18:00 (Europe/Berlin), in 10 minutes: then its people leave their queues.',
    ]);
    const after = await world.open({ clock: from('2026-10-23T16:00:05Z', world.clock) });
    await expect(after.planAgain(plan)).rejects.toMatchObject({ code: 'plan.world-moved' });
  });
});

it('explain and plan tell, on the command line, when a mapping that does not hold now will', async () => {
  // Neither today nor tomorrow, wherever in the day this test runs.
  const today = (new Date().getUTCDay() + 6) % 7;
  const days = weekdays.filter((_, index) => (index - today + 7) % 7 > 1);
  const world = await createWorld({
    groups: { support: ['ana'], billing: ['ana'] },
    mappings: [
      { id: 'later', group: 'support', queues: ['Support'], when: { days } },
      { id: 'always', group: 'billing', queues: ['Billing'] },
    ],
    timeScale: 1,
  });
  const holdsAgain = /holds again from \w{3} \d{4}-\d\d-\d\d 00:00 \(UTC\)/u;
  const plan = await world.cli('plan');
  expect(plan.stdout).toMatch(/The mapping "later" holds again from/u);
  expect(plan.stdout).toMatch(holdsAgain);
  expect(plan.stdout).not.toContain('Support');
  const why = await world.cli('explain', 'ana@example.com');
  expect(why.stdout).toMatch(/not by:\n\s+later: /u);
  expect(why.stdout).toMatch(holdsAgain);
  const where = await world.cli('explain', 'ana@example.com', 'Support');
  expect(where.stdout).toMatch(/^No: .* is not on Support\.\n/u);
  expect(where.stdout).toMatch(/not by:\n\s+later: holds again from .*; in "support"/u);
});
