import { describe, expect, it } from 'vitest';
import { memberIds } from '../../src/emulator/membership.ts';
import { tenantState } from '../support/same-tenant.ts';
import { callsByRoute, contracts, createWorld, priceByRoute, type World } from '../support/world.ts';

/** Everybody who stands on no queue after a write, though they stood on one before the run and will after it. */
function watchForGaps(world: World, names: readonly string[]): string[] {
  const gaps: string[] = [];
  world.emulator.on('applied', record => {
    const { db } = world.emulator;
    const staffed = new Set([...db.queues.values()].flatMap(queue => [...memberIds(db, queue)]));
    for (const name of names) {
      if (!staffed.has(world.user(name))) gaps.push(`${name} after ${record.method} ${record.path}`);
    }
  });
  return gaps;
}

describe.each(contracts)('a person who moves between two groups, under the %s contract', contract => {
  it('comes onto the new queue before they go off the old one', async () => {
    const world = await createWorld({ contract, groups: { support: ['ana', 'bo'], billing: ['cy'] } });
    await world.sync();
    await world.directory({ support: ['ana'], billing: ['bo', 'cy'] });
    const gaps = watchForGaps(world, ['ana', 'bo', 'cy']);
    const { plan } = await world.plan();
    expect(plan.changes.map(change => change.kind)).toEqual(['member.add', 'member.remove']);

    const { outcome } = await world.sync();

    expect(outcome.state).toBe('done');
    expect(gaps).toEqual([]);
    expect(await world.on('Support')).toEqual(['ana']);
    expect(await world.on('Billing')).toEqual(['bo', 'cy']);
  });

  it('leaves a queue that nobody moved from or to untouched', async () => {
    const world = await createWorld({
      contract,
      groups: { support: ['ana', 'bo'], billing: ['cy'], sales: ['eve'] },
      mappings: ['Support', 'Billing', 'Sales'].map(queue => ({
        group: queue.toLowerCase(),
        queues: [queue],
      })),
    });
    await world.sync();
    const before = tenantState(world.emulator).queues.find(queue => queue.name === 'Sales');
    await world.directory({ support: ['ana'], billing: ['bo', 'cy'], sales: ['eve'] });
    world.emulator.requests.reset();

    const { planned } = await world.sync();

    expect(planned.plan.queues.map(queue => planned.plan.names.queues[queue.queue])).toEqual([
      'Billing',
      'Support',
    ]);
    const written = world.emulator.requests.writes().map(request => request.path);
    expect(written.some(path => path.includes(world.queue('Sales')))).toBe(false);
    expect(written.some(path => path.includes(world.group('sales')))).toBe(false);
    expect(tenantState(world.emulator).queues.find(queue => queue.name === 'Sales')).toEqual(before);
  });

  it('is never without a queue when two people swap places, and the price holds', async () => {
    const world = await createWorld({
      contract,
      groups: { support: ['ana', 'bo'], billing: ['cy', 'dee'] },
      genesys: { concurrency: 1 },
    });
    await world.sync();
    await world.directory({ support: ['ana', 'cy'], billing: ['bo', 'dee'] });
    const gaps = watchForGaps(world, ['ana', 'bo', 'cy', 'dee']);
    const muster = await world.open();
    const planned = await muster.plan();
    world.emulator.requests.reset();

    const outcome = await muster.apply(planned);

    expect(outcome.state).toBe('done');
    expect(gaps).toEqual([]);
    expect(callsByRoute(world.emulator)).toEqual(priceByRoute(planned));
    expect(await world.on('Support')).toEqual(['ana', 'cy']);
    expect(await world.on('Billing')).toEqual(['bo', 'dee']);
  });

  it('stays on the old queue when the new group refuses them, even if both groups also lose somebody', async () => {
    const world = await createWorld({
      contract,
      groups: { support: ['ana', 'bo'], billing: ['cy', 'dee'] },
    });
    await world.sync();
    // bo goes to billing, dee leaves altogether: billing both gains and loses.
    await world.directory({ support: ['ana'], billing: ['bo', 'cy'] });
    const group = world.group('billing');
    world.emulator.faults.add({ route: new RegExp(`^(PUT|PATCH) .*${group}`), kind: 'status', status: 400 });

    const { outcome } = await world.sync();

    expect(outcome.state).not.toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    world.emulator.faults.clear();
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana']);
    expect(await world.on('Billing')).toEqual(['bo', 'cy']);
  });
});

describe('a queue that changes its groups, under the platform contract', () => {
  it('keeps its people when the group that replaces the old one could not be made', async () => {
    const world = await createWorld({
      groups: { support: ['ana', 'bo'], new1: ['ana'], new2: ['bo', 'cy'] },
    });
    await world.configure({ mappings: [{ group: 'support', queues: ['Support'] }] });
    await world.sync();
    await world.configure({
      mappings: [
        { group: 'new1', queues: ['Support'] },
        { group: 'new2', queues: ['Support'] },
      ],
    });
    world.emulator.faults.add({ route: 'POST /api/v2/groups', kind: 'status', status: 400, nth: 2 });

    const { outcome } = await world.sync();

    expect(outcome.state).toBe('partly');
    expect(await world.on('Support')).toEqual(expect.arrayContaining(['ana', 'bo']));
    world.emulator.faults.clear();
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'cy']);
  });

  it('keeps its people when their coming to another queue has failed', async () => {
    const world = await createWorld({
      groups: { support: ['ana', 'bo'], billing: ['cy', 'dee'] },
      limits: { removals: { percent: 100 }, staffing: { minMembers: 0 } },
    });
    await world.sync();
    // The group of support no longer serves its queue; its people are meant to come to billing.
    await world.directory({ support: ['ana', 'bo'], billing: ['ana', 'bo', 'cy', 'dee'] });
    await world.configure({ mappings: [{ group: 'billing', queues: ['Billing'] }] });
    world.emulator.faults.add({ route: 'PATCH /api/v2/scim/v2/groups/{id}', kind: 'status', status: 400 });

    await world.sync();

    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    world.emulator.faults.clear();
    await world.sync();
    expect(await world.on('Support')).toEqual([]);
    expect(await world.on('Billing')).toEqual(['ana', 'bo', 'cy', 'dee']);
  });

  it('gives no queue up before the other has it, when two groups swap their queues', async () => {
    const world = await createWorld({ groups: { support: ['ana', 'bo'], billing: ['cy', 'dee'] } });
    await world.sync();
    await world.configure({
      mappings: [
        { group: 'support', queues: ['Billing'] },
        { group: 'billing', queues: ['Support'] },
      ],
      genesys: { concurrency: 1 },
    });
    const gaps = watchForGaps(world, ['ana', 'bo', 'cy', 'dee']);
    const muster = await world.open();
    const planned = await muster.plan();
    world.emulator.requests.reset();
    const outcome = await muster.apply(planned);
    expect(outcome.state).toBe('done');
    expect(gaps).toEqual([]);
    expect(callsByRoute(world.emulator)).toEqual(priceByRoute(planned));
    expect(await world.on('Support')).toEqual(['cy', 'dee']);
  });
});
