import { describe, expect, it } from 'vitest';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import { callsByRoute, contracts, createWorld, priceByRoute } from '../support/world.ts';

describe.each(contracts)('a first apply under the %s contract', contract => {
  it('puts the people on their queues, as the member listing of the queue shows', async () => {
    const world = await createWorld({ contract });

    const { outcome } = await world.sync();

    expect(outcome).toMatchObject({ state: 'done', unseen: [] });
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    expect(await world.on('Billing')).toEqual(['cy', 'dee']);
    expect(await world.on('Sales')).toEqual([]);
    const { groups } = tenantState(world.emulator);
    expect(groups.map(group => [group.name, group.externalId])).toEqual([
      ['billing', 'g-billing'],
      ['support', 'g-support'],
    ]);
  });

  it('makes exactly the calls that the plan named, by route', async () => {
    const world = await createWorld({ contract });
    const muster = await world.open();
    const planned = await muster.plan();
    world.emulator.requests.reset();

    const outcome = await muster.apply(planned);

    expect(outcome.state).toBe('done');
    expect(callsByRoute(world.emulator)).toEqual(priceByRoute(planned));
    expect(outcome.calls).toBe(planned.plan.price.calls);
  });

  it('leaves a ledger that holds exactly what muster placed', async () => {
    const world = await createWorld({ contract, groups: { support: ['ana'], billing: ['cy'] } });
    await world.sync();
    const how = contract === 'platform' ? 'member-groups' : 'scim-extension';
    expect(await ledgerState(world)).toEqual([
      `owned attachment Billing billing ${how} (corp.billing)`,
      `owned attachment Support support ${how} (corp.support)`,
      'owned group billing (corp.billing)',
      'owned group support (corp.support)',
      'owned member billing cy (corp.billing)',
      'owned member support ana (corp.support)',
    ]);
  });

  it('takes over a group of the same name that was there, and does not own what was in it', async () => {
    const world = await createWorld({ contract, groups: { support: ['ana', 'bo'], billing: ['cy'] } });
    const anchored = contract === 'platform' ? {} : { externalId: 'g-support' };
    const made = await world.talk(
      'POST',
      contract === 'platform' ? '/api/v2/groups' : '/api/v2/scim/groups',
      contract === 'platform'
        ? { name: 'support', type: 'official', visibility: 'public', rulesVisible: true }
        : {
            schemas: [
              'urn:ietf:params:scim:schemas:core:2.0:Group',
              'urn:ietf:params:scim:schemas:extension:genesys:2.0:Group',
            ],
            ...anchored,
            displayName: 'support',
            meta: { resourceType: 'Group' },
          },
    );
    expect(made.status).toBeLessThan(300);
    const row = world.emulator.db.groups.get(made.body.id)!;
    world.emulator.db.setIndividuals(row, new Set([world.user('ana')]));

    const { outcome } = await world.sync();

    expect(outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    expect(world.emulator.db.groups.by('name', 'support')).toHaveLength(1);
    expect(await ledgerState(world)).not.toContainEqual(expect.stringContaining('member support ana'));
    expect(await ledgerState(world)).not.toContainEqual(expect.stringContaining('group support'));
  });
});
