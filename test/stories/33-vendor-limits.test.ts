import { describe, expect, it } from 'vitest';
import { smallTenant, staff } from '../support/small-tenant.ts';
import { callsByRoute, contracts, createWorld, type World } from '../support/world.ts';

/** Ana is in so many official groups, and in one social group more, which is counted apart. */
const crowded = (official: number) =>
  smallTenant({
    groups: [
      ...Array.from({ length: official }, (_, index) => ({
        name: `club ${index}`,
        members: ['ana@example.com'],
      })),
      { name: 'football', type: 'social' as const, members: ['ana@example.com'] },
    ],
  });

/** Refused by library and command line, with subject and remedy, and nothing is written. */
async function expectRefused(world: World, code: string, subject: string): Promise<void> {
  const { refusals } = await world.plan();
  expect(refusals.map(each => [each.code, each.subject])).toEqual([[code, subject]]);
  expect(refusals[0]!.remedy).toMatch(/limits\./u);
  world.emulator.requests.reset();
  const cli = await world.cli('sync', '--yes');
  expect(cli.code).toBe(3);
  expect(cli.stdout).toContain(code);
  expect(cli.stdout).toContain('Nothing was written');
  expect(world.emulator.requests.writes()).toEqual([]);
}

describe.each(contracts)('the platform’s own limits under the %s contract', contract => {
  it('nobody is brought into more groups than a user may be in, and no call is made to know', async () => {
    const mappings = [
      { group: 'support', queues: ['Support'] },
      { group: 'billing', queues: ['Billing'] },
    ];
    const options = {
      contract,
      mappings,
      timeScale: 1,
      groups: { support: ['ana', 'bo'], billing: ['ana'] },
    };
    const calm = await createWorld({ ...options, seed: crowded(98) });
    expect((await calm.plan()).refusals).toEqual([]);

    const full = await createWorld({ ...options, seed: crowded(99) });
    await expectRefused(full, 'guard.groups-per-user', 'Ana Test');
    full.emulator.requests.reset();
    calm.emulator.requests.reset();
    const [refused] = (await full.plan()).refusals;
    await calm.plan();
    expect(callsByRoute(full.emulator)).toEqual(callsByRoute(calm.emulator));
    expect(refused!.text).toContain('Ana Test in 101; the platform allows 100.');

    // One of the two groups is allowed; another limit, where the organisation has one, is a word in the config.
    await full.configure({ mappings: mappings.slice(0, 1) });
    expect((await full.sync()).outcome.state).toBe('done');
    await full.configure({ mappings });
    await expectRefused(full, 'guard.groups-per-user', 'Ana Test');
    await full.configure({ limits: { groupsPerUser: 150 } });
    expect((await full.sync()).outcome.state).toBe('done');
    expect(await full.on('Billing')).toEqual(['ana']);
  });

  it('somebody who changes groups is for a moment in both, and that counts', async () => {
    const world = await createWorld({
      contract,
      seed: crowded(99),
      groups: { support: ['ana', 'bo'], billing: ['cy'] },
      timeScale: 1,
    });
    expect((await world.sync()).outcome.state).toBe('done');
    await world.directory({ support: ['bo'], billing: ['ana', 'cy'] });
    await expectRefused(world, 'guard.groups-per-user', 'Ana Test');
  });

  it('who leaves, or comes into no new group, is never refused, however full they are', async () => {
    const world = await createWorld({
      contract,
      seed: crowded(99),
      groups: { support: ['ana', 'bo'], billing: ['cy'] },
      timeScale: 1,
    });
    await world.sync();
    await world.configure({ limits: { groupsPerUser: 50 } });
    await world.directory({ support: ['bo', 'dee'], billing: ['cy'] });
    expect((await world.sync()).planned.refusals).toEqual([]);
    expect(await world.on('Support')).toEqual(['bo', 'dee']);
  });

  it('where the answer is too large to tell the groups, those of the plan alone are counted, and it is said', async () => {
    const world = await createWorld({
      contract,
      seed: crowded(99),
      groups: { support: ['ana'], billing: ['ana'] },
      limits: { groupsPerUser: 1 },
      timeScale: 1,
    });
    const off = world.emulator.faults.add({
      route: 'POST /api/v2/users/search',
      kind: 'status',
      status: 400,
      code: 'response.entity.too.large',
      times: 1,
    });
    const { refusals, plan } = await world.plan();
    off();
    expect(plan.fullest).toEqual([{ user: world.user('ana'), groups: 2, known: false }]);
    expect(refusals[0]!.text).toContain('Ana Test in 2; the platform allows 1.');
    expect(refusals[0]!.text).toContain('only the groups that this plan is about are known');
  });

  it('no queue gets more members than it may have', async () => {
    const world = await createWorld({
      contract,
      groups: { support: [...staff].slice(0, 4), billing: ['cy'] },
      limits: { queueSize: 3 },
      timeScale: 1,
    });
    await expectRefused(world, 'guard.queue-size', 'Support');
    await world.configure({ limits: { queueSize: 4 } });
    expect((await world.sync()).outcome.state).toBe('done');
  });
});

describe.each(contracts)('limits that are off until somebody sets them, under the %s contract', contract => {
  const loose = { removals: { percent: 100 } };
  const four = [...staff].slice(0, 4);
  const eight = [...staff];

  it.each([
    {
      code: 'guard.removals-queue',
      subject: 'Support',
      limits: { removals: { percent: 100, perQueuePercent: 25, percentFrom: 4 } },
      next: { support: four.slice(0, 2), billing: ['cy'] },
    },
    {
      code: 'guard.removals-mapping',
      subject: 'mapping corp.support',
      limits: { removals: { percent: 100, perMapping: 1 } },
      next: { support: four.slice(0, 2), billing: ['cy'] },
    },
    {
      code: 'guard.additions-count',
      subject: '4 additions',
      limits: { ...loose, additions: { count: 3 } },
      next: { support: eight, billing: ['cy'] },
    },
    {
      code: 'guard.additions-percent',
      subject: '80 % of 5',
      limits: { removals: { percent: 100, percentFrom: 5 }, additions: { percent: 50 } },
      next: { support: eight, billing: ['cy'] },
    },
  ])(
    '$code refuses when it is set, and is silent when it is not',
    async ({ code, subject, limits, next }) => {
      const world = await createWorld({
        contract,
        groups: { support: four, billing: ['cy'] },
        limits: loose,
        timeScale: 1,
      });
      await world.sync();
      await world.directory(next);
      expect((await world.plan()).refusals).toEqual([]);
      await world.configure({ limits });
      await expectRefused(world, code, subject);
      await world.configure({ limits: loose });
      expect((await world.sync()).outcome.state).toBe('done');
      expect(await world.on('Support')).toEqual(next.support.toSorted());
    },
  );

  it('guard.staffing-joined keeps people on a queue while too few of the others have activated it', async () => {
    const world = await createWorld({
      contract,
      groups: { support: ['ana', 'bo', 'cy'], billing: ['dee'] },
      limits: { staffing: { minJoined: 2 } },
      timeScale: 1,
    });
    await world.sync();
    const activate = (name: string, joined: boolean) =>
      world.talk('PATCH', `/api/v2/routing/queues/${world.queue('Support')}/members/${world.user(name)}`, {
        joined,
      });
    for (const name of ['ana', 'bo', 'cy']) await activate(name, name !== 'cy');
    await world.directory({ support: ['bo', 'cy'], billing: ['dee'] });
    await expectRefused(world, 'guard.staffing-joined', 'Support');
    await activate('cy', true);
    expect((await world.sync()).planned.refusals).toEqual([]);
    expect(await world.on('Support')).toEqual(['bo', 'cy']);
  });
});
