import { describe, expect, it } from 'vitest';
import { MusterErrors } from '../../src/errors.ts';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import { contracts, createWorld, type World } from '../support/world.ts';

function rename(world: World, from: string, to: string): void {
  const row = world.emulator.db.queues.get(world.queue(from))!;
  row.name = to;
  world.emulator.db.queues.put(row);
}

describe.each(contracts)('a queue that was renamed, under the %s contract', contract => {
  it('stops the run with its new name, and nothing is written', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    rename(world, 'Support', 'First Line');
    const ledger = await ledgerState(world);
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy'] });
    const tenant = tenantState(world.emulator);
    world.emulator.requests.reset();

    await expect(world.sync()).rejects.toMatchObject({
      code: 'queue.not-found',
      subject: 'queue Support, mapping corp.support',
      happened: 'No queue is called "Support"; the one that this mapping serves is called "First Line" now.',
      remedy: expect.stringContaining('"First Line"'),
    });

    expect(world.emulator.requests.writes()).toEqual([]);
    expect(tenantState(world.emulator)).toEqual(tenant);
    expect(await ledgerState(world)).toEqual(ledger);
  });

  it('is recognised among several queues of one mapping', async () => {
    const world = await createWorld({
      contract,
      mappings: [{ group: 'support', queues: ['Support', 'Sales'] }],
    });
    await world.sync();
    rename(world, 'Sales', 'New Business');
    await expect(world.plan()).rejects.toMatchObject({
      code: 'queue.not-found',
      happened: 'No queue is called "Sales"; the one that this mapping serves is called "New Business" now.',
    });
  });

  it('is served on as before when the mapping names it by id', async () => {
    const world = await createWorld({ contract });
    await world.configure({ mappings: [{ group: 'support', queues: [world.queue('Support')] }] });
    await world.sync();
    rename(world, 'Support', 'First Line');
    expect((await world.plan()).plan.changes).toEqual([]);
    expect(await world.on('First Line')).toEqual(['ana', 'bo']);
  });
});

describe('names that lead nowhere', () => {
  it('are all told at once, each with the nearest name', async () => {
    const world = await createWorld({
      mappings: [
        { group: 'support', queues: ['Suport'] },
        { group: 'billing', queues: ['billing'] },
      ],
    });
    const error = await world.plan().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MusterErrors);
    const { errors } = error as MusterErrors;
    expect(errors.map(each => each.code)).toEqual(['queue.not-found', 'queue.not-found']);
    expect(errors.map(each => each.happened).sort()).toEqual([
      expect.stringContaining('Near it: "Support"'),
      expect.stringContaining('Near it: "Billing"'),
    ]);
    expect(world.emulator.requests.writes()).toEqual([]);
  });
});
