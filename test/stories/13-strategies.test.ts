import { describe, expect, it } from 'vitest';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import { people, smallTenant } from '../support/small-tenant.ts';
import { callsByRoute, createWorld, priceByRoute, type World } from '../support/world.ts';

const putQueue = 'PUT /api/v2/routing/queues/{id}';

/** Applies and holds the price against the calls that were made. */
async function pricedSync(world: World) {
  const muster = await world.open();
  const planned = await muster.plan();
  world.emulator.requests.reset();
  const outcome = await muster.apply(planned);
  expect(outcome.state).toBe('done');
  const calls = callsByRoute(world.emulator);
  expect(calls).toEqual(priceByRoute(planned));
  return { planned, calls };
}

describe('direct-members', () => {
  const crowd = Array.from({ length: 130 }, (_, index) => `u${String(index).padStart(3, '0')}`);

  it('puts people on the queue one by one, in batches, and makes no group', async () => {
    const world = await createWorld({
      seed: smallTenant({ users: people([...crowd, 'cy']) }),
      groups: { support: crowd },
      mappings: [{ group: 'support', queues: ['Support'], assign: 'direct-members' }],
    });
    const { calls } = await pricedSync(world);
    expect(calls['POST /api/v2/routing/queues/{id}/members']).toBe(2);
    expect(await world.on('Support')).toEqual(crowd);
    expect(world.emulator.db.groups.size).toBe(0);
    expect((await world.plan()).plan.changes).toEqual([]);
  });

  it('takes away whom it placed, after those who come, and nobody else', async () => {
    const world = await createWorld({
      groups: { support: ['ana', 'bo'] },
      mappings: [{ group: 'support', queues: ['Support'], assign: 'direct-members' }],
    });
    await world.talk('POST', `/api/v2/routing/queues/${world.queue('Support')}/members`, [
      { id: world.user('hal') },
    ]);
    await world.sync();
    await world.directory({ support: ['ana', 'eve', 'hal'] });
    const { planned } = await pricedSync(world);
    expect(planned.plan.changes.map(change => change.kind)).toEqual(['queue.attach', 'queue.detach']);
    expect(await world.on('Support')).toEqual(['ana', 'eve', 'hal']);
    // Hal was there by hand, so it is not for us to take them away.
    await world.directory({ support: ['ana', 'eve'] });
    expect((await world.sync()).planned.plan.changes).toEqual([]);
    expect(await world.on('Support')).toEqual(['ana', 'eve', 'hal']);
    expect(await ledgerState(world)).toEqual([
      'owned queue-member Support ana (corp.support.direct-members)',
      'owned queue-member Support eve (corp.support.direct-members)',
    ]);
  });

  it('moves a person between two queues without a gap, even if both gain and lose', async () => {
    const world = await createWorld({
      groups: { support: ['ana', 'bo'], billing: ['cy', 'dee'] },
      mappings: [
        { group: 'support', queues: ['Support'], assign: 'direct-members' },
        { group: 'billing', queues: ['Billing'], assign: 'direct-members' },
      ],
      genesys: { concurrency: 1 },
    });
    await world.sync();
    await world.directory({ support: ['ana', 'cy'], billing: ['bo', 'dee'] });
    const missing: string[] = [];
    world.emulator.on('applied', () => {
      const staffed = tenantState(world.emulator).queues.flatMap(queue => queue.direct);
      for (const name of ['ana', 'bo', 'cy', 'dee']) if (!staffed.includes(name)) missing.push(name);
    });
    await pricedSync(world);
    expect(missing).toEqual([]);
    expect(await world.on('Support')).toEqual(['ana', 'cy']);
  });

  it('adds nobody directly whom a group brings already, and keeps its hold when the group goes', async () => {
    const world = await createWorld({
      seed: smallTenant({ groups: [{ name: 'Night crew', members: ['ana@example.com'] }] }),
      groups: { support: ['ana', 'bo'] },
      mappings: [{ group: 'support', queues: ['Support'], assign: 'direct-members' }],
    });
    await world.sync();
    const path = `/api/v2/routing/queues/${world.queue('Support')}`;
    const { body } = await world.talk('GET', path);
    const nightCrew = [{ id: world.group('Night crew'), type: 'GROUP' }];
    await world.talk('PUT', path, { ...body, memberGroups: nightCrew });
    const covered = await world.sync();
    expect(covered.planned.plan.changes).toEqual([]);
    await world.talk('PUT', path, { ...body, memberGroups: [] });
    await world.sync();
    await world.directory({ support: ['bo'] });
    await world.sync();
    expect(await world.on('Support')).toEqual(['bo']);
  });
});

describe('ring-groups', () => {
  const rings = (count: number) =>
    smallTenant({
      queues: [{ name: 'VIP', rings: Array.from({ length: count }, () => ({})) }, { name: 'Billing' }],
    });

  it('serve the ring that the mapping names, and the other rings stay as they are', async () => {
    const world = await createWorld({
      seed: rings(3),
      mappings: [
        { group: 'support', queues: ['VIP'], assign: 'ring-groups', ring: 1 },
        { group: 'billing', queues: ['VIP'], assign: 'ring-groups', ring: 3 },
      ],
    });
    const { calls } = await pricedSync(world);
    expect(calls[putQueue]).toBe(1);
    expect(tenantState(world.emulator).queues.find(queue => queue.name === 'VIP')?.rings).toEqual([
      ['support'],
      [],
      ['billing'],
    ]);
    expect(await world.on('VIP')).toEqual(['ana', 'bo', 'cy', 'dee']);
    expect((await world.plan()).plan.changes).toEqual([]);
  });

  it('move from ring to ring in one write', async () => {
    const world = await createWorld({
      seed: rings(2),
      mappings: [{ group: 'support', queues: ['VIP'], assign: 'ring-groups', ring: 1 }],
    });
    await world.sync();
    await world.configure({
      mappings: [{ group: 'support', queues: ['VIP'], assign: 'ring-groups', ring: 2 }],
    });
    const { calls } = await pricedSync(world);
    expect(calls[putQueue]).toBe(1);
    expect(tenantState(world.emulator).queues.find(queue => queue.name === 'VIP')?.rings).toEqual([
      [],
      ['support'],
    ]);
  });

  it('are told when the queue has no such ring, and nothing is written to it', async () => {
    const world = await createWorld({
      seed: rings(1),
      mappings: [{ group: 'support', queues: ['VIP'], assign: 'ring-groups', ring: 4 }],
    });
    const { outcome } = await world.sync();
    expect(outcome.steps.find(step => step.state === 'failed')?.problem).toMatchObject({
      subject: 'queue VIP',
      happened: expect.stringContaining('no bullseye ring 4'),
    });
    expect(callsByRoute(world.emulator)[putQueue]).toBeUndefined();
  });

  it('leave a bullseye queue whole when a group serves all of it', async () => {
    const world = await createWorld({
      seed: rings(2),
      mappings: [{ group: 'support', queues: ['VIP'] }],
    });
    const before = world.emulator.db.queues.get(world.queue('VIP'))!.settings.bullseye;
    await pricedSync(world);
    expect(world.emulator.db.queues.get(world.queue('VIP'))!.settings.bullseye).toEqual(before);
    expect(await world.on('VIP')).toEqual(['ana', 'bo']);
  });
});

describe('how few writes it takes', () => {
  it('a queue that gains two groups is written once', async () => {
    const world = await createWorld({
      mappings: [
        { group: 'support', queues: ['Support'] },
        { group: 'billing', queues: ['Support'] },
      ],
    });
    const { calls } = await pricedSync(world);
    expect(calls[putQueue]).toBe(1);
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'cy', 'dee']);
  });

  it('under the documented contract a group is written once, whatever changes about it', async () => {
    const world = await createWorld({
      contract: 'scim-extension',
      mappings: [{ group: 'support', queues: ['Support', 'Billing'] }],
    });
    const first = await pricedSync(world);
    expect(first.calls['POST /api/v2/scim/groups']).toBe(1);
    await world.directory({ support: ['bo', 'eve'] });
    await world.configure({
      mappings: [{ group: 'support', queues: ['Support', 'Sales'], displayName: 'First line' }],
      limits: { staffing: { minMembers: 0 } },
    });
    const second = await pricedSync(world);
    expect(second.planned.plan.changes.map(change => change.kind)).toEqual([
      'group.rename',
      'member.add',
      'queue.attach',
      'queue.detach',
      'member.remove',
    ]);
    expect(second.calls['PUT /api/v2/scim/groups/{id}']).toBe(1);
    expect(await world.on('Support')).toEqual(['bo', 'eve']);
    expect(await world.on('Sales')).toEqual(['bo', 'eve']);
    expect(await world.on('Billing')).toEqual([]);
  });

  it('under the documented contract an update never empties members or queues on the way', async () => {
    const world = await createWorld({ contract: 'scim-extension' });
    await world.sync();
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy'] });
    await world.sync();
    const bodies = world.emulator.requests.writes().map(request => request.body as Record<string, unknown>);
    expect(bodies.length).toBeGreaterThan(3);
    for (const body of bodies) {
      expect((body.members as unknown[]).length).toBeGreaterThan(0);
      expect((body.routingQueueIds as unknown[]).length).toBeGreaterThan(0);
    }
  });

  it('members beyond one batch come in as many patches as the plan says', async () => {
    const world = await createWorld({
      groups: { support: ['ana'], billing: ['cy'] },
      genesys: { memberBatch: 2 },
    });
    await world.sync();
    await world.directory({ support: ['ana', 'bo', 'dee', 'eve', 'fay', 'gus'], billing: ['cy'] });
    const { calls } = await pricedSync(world);
    expect(calls['PATCH /api/v2/scim/v2/groups/{id}']).toBe(3);
  });
});
