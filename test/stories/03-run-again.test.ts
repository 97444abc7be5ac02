import { describe, expect, it } from 'vitest';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import { contracts, createWorld } from '../support/world.ts';

describe.each(contracts)('running again under the %s contract', contract => {
  it('plans no change and writes nothing', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    const [tenant, ledger] = [tenantState(world.emulator), await ledgerState(world)];
    world.emulator.requests.reset();

    const { planned, outcome } = await world.sync();

    expect(planned.plan.changes).toEqual([]);
    expect(planned.plan.price.calls).toBe(0);
    expect(outcome).toMatchObject({ state: 'nothing-to-do', calls: 0 });
    expect(world.emulator.requests.writes()).toEqual([]);
    expect(tenantState(world.emulator)).toEqual(tenant);
    expect(await ledgerState(world)).toEqual(ledger);
  });

  it('writes nothing even where the source lists its people and groups in another order', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    await world.directory({ billing: ['dee', 'cy'], support: ['bo', 'ana'] });
    expect((await world.plan()).plan.changes).toEqual([]);
  });

  it('mends what somebody else undid, and only that', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    const row = world.emulator.db.groups.get(world.group('support'))!;
    world.emulator.db.setIndividuals(row, new Set([world.user('ana')]));

    const { planned } = await world.sync();

    expect(planned.plan.changes.map(change => change.kind)).toEqual(['member.add']);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    expect((await world.plan()).plan.changes).toEqual([]);
  });
});
