import { describe, expect, it } from 'vitest';
import { callsByRoute, contracts, createWorld, priceByRoute } from '../support/world.ts';

const crowd = (count: number) =>
  Array.from({ length: count }, (_, index) => `p${String(index).padStart(5, '0')}`);

const seedOf = (names: readonly string[]) => ({
  clients: [
    { id: 'muster', secret: 'example-secret-9f2c' },
    { id: 'observer', secret: 'observer-secret' },
  ],
  users: names.map(name => ({ name, email: `${name}@example.com` })),
  queues: [{ name: 'Support' }],
});

describe.each(contracts)('a group of 5,000 under the %s contract', contract => {
  it('is made within the limit of a body, and staffs its queue, at the price that was told', async () => {
    const names = crowd(5_000);
    const world = await createWorld({
      contract,
      seed: seedOf(names),
      groups: { support: names },
      mappings: [{ group: 'support', queues: ['Support'] }],
    });
    const muster = await world.open();
    const planned = await muster.plan();
    // Five thousand people are found in some tens of calls, not in thousands.
    expect(world.emulator.requests.total).toBeLessThan(60);
    world.emulator.requests.reset();

    const outcome = await muster.apply(planned);

    expect(outcome.steps.filter(step => step.problem)).toEqual([]);
    expect(outcome.state).toBe('done');
    expect(callsByRoute(world.emulator)).toEqual(priceByRoute(planned));
    expect(planned.plan.price.calls).toBeLessThan(8);
    expect(await world.on('Support')).toHaveLength(5_000);

    // Most of them stay, some come and go: an update is no larger than what changes.
    await world.directory({ support: names.slice(30) });
    const second = await world.sync();
    expect(second.outcome.state).toBe('done');
    expect(second.planned.plan.losses).toBe(30);
    expect(await world.on('Support')).toHaveLength(4_970);
  });
});

describe('a group that is larger than one body', () => {
  it('is filled in several requests under the platform contract', async () => {
    const names = crowd(5_200);
    const world = await createWorld({
      seed: seedOf(names),
      groups: { support: names },
      mappings: [{ group: 'support', queues: ['Support'] }],
      knobs: { maxQueueMembers: 10_000 },
    });
    const muster = await world.open();
    const planned = await muster.plan();
    world.emulator.requests.reset();
    expect((await muster.apply(planned)).state).toBe('done');
    expect(callsByRoute(world.emulator)).toEqual(priceByRoute(planned));
    expect(world.emulator.db.membersOf(world.emulator.db.groups.get(world.group('support'))!).size).toBe(
      5_200,
    );
  });
});
