import { describe, expect, it } from 'vitest';
import { people, smallTenant } from '../support/small-tenant.ts';
import { contracts, createWorld, type World } from '../support/world.ts';

const team = Array.from({ length: 12 }, (_, index) => `t${index + 1}`);
const others = Array.from({ length: 60 }, (_, index) => `o${index + 1}`);

const seed = smallTenant({ users: people([...team, ...others, 'ana', 'bo', 'cy', 'dee']) });

/** The guard stands in the way of library and command line alike, and nothing is written. */
async function expectRefused(
  world: World,
  codes: readonly string[],
  args: readonly string[] = [],
): Promise<void> {
  const planned = await world.plan();
  expect(planned.refusals.map(refusal => refusal.code)).toEqual(codes);
  for (const refusal of planned.refusals) {
    expect(refusal.subject).not.toBe('');
    expect(refusal.remedy).toMatch(/--|limits\.|by hand/u);
  }
  world.emulator.requests.reset();
  const cli = await world.cli('sync', '--yes', ...args);
  expect(cli.code).toBe(3);
  expect(cli.stdout).toContain('Nothing was written');
  for (const code of codes) expect(cli.stdout).toContain(code);
  expect(world.emulator.requests.writes()).toEqual([]);
}

describe.each(contracts)('a guard under the %s contract', contract => {
  it('refuses a plan that takes away too large a share, and lets it pass when it is meant', async () => {
    const world = await createWorld({
      contract,
      seed,
      groups: { support: team, billing: ['cy'] },
      timeScale: 1,
    });
    await world.sync();
    await world.directory({ support: team.slice(0, 6), billing: ['cy'] });

    await expectRefused(world, ['guard.removals-percent']);

    const cli = await world.cli('sync', '--yes', '--max-removals-percent', '50');
    expect(cli.code).toBe(0);
    expect(await world.on('Support')).toEqual(team.slice(0, 6).toSorted());
  });

  it('measures the share by what is ours, however many others stand on the queue by hand', async () => {
    const world = await createWorld({
      contract,
      seed,
      groups: { support: team, billing: ['cy'] },
      timeScale: 1,
    });
    await world.sync();
    const path = `/api/v2/routing/queues/${world.queue('Support')}/members`;
    await world.talk(
      'POST',
      path,
      others.map(name => ({ id: world.user(name) })),
    );
    await world.directory({ support: team.slice(0, 6), billing: ['cy'] });
    await expectRefused(world, ['guard.removals-percent']);
  });

  it('refuses a plan that takes away too many', async () => {
    const world = await createWorld({
      contract,
      seed,
      groups: { support: team, billing: ['cy'] },
      limits: { removals: { count: 2, percent: 100 } },
      timeScale: 1,
    });
    await world.sync();
    await world.directory({ support: team.slice(0, 9), billing: ['cy'] });
    await expectRefused(world, ['guard.removals-count']);
    const cli = await world.cli('sync', '--yes', '--max-removals', '3');
    expect(cli.code).toBe(0);
  });

  it('counts everybody whom a mapping takes off a queue with one group', async () => {
    const serving = (queues: readonly string[]) => [
      { id: 'first', group: 'support', queues },
      { id: 'billing', group: 'billing', queues: ['Billing'] },
    ];
    const world = await createWorld({
      contract,
      seed,
      groups: { support: team.slice(0, 6), billing: ['cy'] },
      mappings: serving(['Support', 'Sales']),
      timeScale: 1,
    });
    await world.sync();
    const free = { percent: 100, perMapping: 5 };
    await world.configure({
      mappings: serving(['Sales']),
      limits: { removals: free, staffing: { minMembers: 0 } },
    });
    expect((await world.plan()).plan.lossesByMapping).toEqual({ first: 6 });
    await expectRefused(world, ['guard.removals-mapping']);
    await world.configure({ limits: { removals: { ...free, perMapping: 6 }, staffing: { minMembers: 0 } } });
    expect((await world.plan()).refusals).toEqual([]);
  });

  it('does not count a person who stays on the queue by another group', async () => {
    const world = await createWorld({
      contract,
      groups: { support: ['ana', 'bo'], billing: ['cy'] },
      mappings: [
        { group: 'support', queues: ['Support'] },
        { group: 'billing', queues: ['Support'] },
      ],
      limits: { removals: { count: 0 } },
    });
    await world.sync();
    await world.directory({ support: ['ana'], billing: ['bo', 'cy'] });
    const { planned, outcome } = await world.sync();
    expect(planned.refusals).toEqual([]);
    expect(planned.plan.losses).toBe(0);
    expect(outcome.state).toBe('done');
  });

  it('refuses a plan that takes a queue under its staffing floor', async () => {
    const world = await createWorld({
      contract,
      limits: { staffing: { minMembers: 2 } },
      timeScale: 1,
    });
    await world.sync();
    await world.directory({ support: ['ana'], billing: ['cy', 'dee'] });
    await expectRefused(world, ['guard.staffing-floor']);
    expect((await world.cli('sync', '--yes', '--min-members', '1')).code).toBe(0);
    expect(await world.on('Support')).toEqual(['ana']);
  });

  it('refuses to empty a queue where nobody set a floor', async () => {
    const world = await createWorld({ contract, timeScale: 1 });
    await world.sync();
    await world.configure({ mappings: [{ group: 'billing', queues: ['Billing'] }] });
    await expectRefused(world, ['guard.staffing-floor']);
  });

  it('counts who stands on the queue by hand for the floor', async () => {
    const world = await createWorld({ contract, limits: { staffing: { minMembers: 2 } } });
    await world.sync();
    await world.talk('POST', `/api/v2/routing/queues/${world.queue('Support')}/members`, [
      { id: world.user('hal') },
    ]);
    await world.directory({ support: ['ana'], billing: ['cy', 'dee'] });
    expect((await world.plan()).refusals).toEqual([]);
  });

  it('refuses a person both directly on a queue and through a group, where the config says so', async () => {
    const world = await createWorld({ contract, limits: { overlap: 'refuse' }, timeScale: 1 });
    await world.talk('POST', `/api/v2/routing/queues/${world.queue('Support')}/members`, [
      { id: world.user('ana') },
    ]);
    await expectRefused(world, ['guard.overlap']);
    await world.configure({ limits: { overlap: 'note' } });
    const { planned, outcome } = await world.sync();
    expect(planned.plan.notes.map(note => note.code)).toContain('overlap.direct-and-group');
    expect(outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });

  it('tells of a limit that no queue of the run is called, and of hours without a time zone', async () => {
    const protect = { queues: ['Suport'] };
    const staffing = { queues: [{ queue: 'Support', minMembers: 1, hours: '08:00-18:00' }] };
    const world = await createWorld({ contract, limits: { protect, staffing }, timeScale: 1 });
    const note = (await world.plan()).plan.notes.find(({ code }) => code === 'limits.unmatched');
    expect(note).toMatchObject({
      level: 'warning',
      text: expect.stringContaining('One is called "Support".'),
    });
    const check = await world.cli('check');
    expect(check.code).toBe(0);
    expect(check.stdout).toContain('"Suport" in limits.protect.queues limits nothing in this run');
    expect(check.stdout).toContain('read as UTC: "Support" 08:00-18:00');
  });

  it('keeps a protected person on the queue, whether they leave their group or its mapping goes', async () => {
    const protect = { people: ['ana@example.com'] };
    const world = await createWorld({ contract, limits: { protect, staffing: { minMembers: 0 } } });
    await world.sync();
    await world.directory({ support: ['bo'], billing: ['cy', 'dee'] });
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    await world.configure({ mappings: [{ group: 'billing', queues: ['Billing'] }] });
    await world.sync();
    expect(await world.on('Support')).toContain('ana');
  });
});
