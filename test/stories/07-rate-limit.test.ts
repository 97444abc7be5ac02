import { describe, expect, it } from 'vitest';
import { contracts, createWorld, type WorldOptions } from '../support/world.ts';

const count = 24;
const names = Array.from({ length: count }, (_, index) => `q${String(index + 1).padStart(2, '0')}`);

/** Enough groups and queues that a run needs far more calls than one small window allows. */
const manyQueues = (contract: WorldOptions['contract'], knobs: WorldOptions['knobs']): WorldOptions => ({
  ...(contract ? { contract } : {}),
  ...(knobs ? { knobs } : {}),
  seed: {
    clients: [
      { id: 'muster', secret: 'example-secret-9f2c' },
      { id: 'observer', secret: 'observer-secret' },
    ],
    users: names.map(name => ({ name, email: `${name}@example.com` })),
    queues: names.map(name => ({ name })),
  },
  groups: Object.fromEntries(names.map(name => [`g-${name}`, [name]])),
  mappings: [{ group: '/^g-(?<queue>.+)$/', queues: ['{queue}'] }],
  timeScale: 400,
});

const seen429 = (world: { emulator: { requests: { all: readonly { status?: number }[] } } }) =>
  world.emulator.requests.all.filter(request => request.status === 429).length;

describe.each(contracts)('the rate limit under the %s contract', contract => {
  it('of 20 requests a window lets a run of many more calls end well', async () => {
    const world = await createWorld(manyQueues(contract, { rateLimit: 20 }));

    const { planned, outcome } = await world.sync();

    expect(planned.plan.price.calls).toBeGreaterThan(20);
    expect(planned.plan.price.perMinute).toBe(20);
    expect(planned.plan.price.minutes).toBeCloseTo(planned.plan.price.calls / 20);
    expect(outcome).toMatchObject({ state: 'done', unseen: [] });
    // The windows were waited for, not run into: hardly a request was refused.
    expect(seen429(world)).toBeLessThan(10);
    expect(await world.on('q01')).toEqual(['q01']);
    expect(await world.on('q24')).toEqual(['q24']);
  });

  it('of 300 requests a window is never run into by a healthy run', async () => {
    const world = await createWorld(manyQueues(contract, { rateLimit: 300 }));
    const { outcome } = await world.sync();
    expect(outcome.state).toBe('done');
    expect(seen429(world)).toBe(0);
  });

  it('that another client spends all the same is waited out as the server asks', async () => {
    const world = await createWorld({ ...manyQueues(contract, {}), timeScale: 1_000 });
    world.emulator.faults.add({ route: '*', kind: 'status', status: 429, retryAfter: 30, every: 7 });
    const { outcome } = await world.sync();
    expect(outcome.state).toBe('done');
    expect(seen429(world)).toBeGreaterThan(3);
    world.emulator.faults.clear();
    expect(await world.on('q24')).toEqual(['q24']);
  });
});

describe('a limit of one route', () => {
  it('holds the run back and does not end it', async () => {
    const world = await createWorld(
      manyQueues('platform', {
        routeLimits: [
          {
            route: 'PUT /api/v2/routing/queues/{id}',
            requests: 8,
            windowSeconds: 60,
            key: 'queue.put.rate.per.minute',
            namespace: 'routing',
          },
        ],
      }),
    );
    const { outcome } = await world.sync();
    expect(outcome.state).toBe('done');
    expect(seen429(world)).toBeGreaterThan(0);
    expect(await world.on('q24')).toEqual(['q24']);
  });
});
