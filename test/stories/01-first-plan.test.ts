import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { planText } from '../../src/report/plan-text.ts';
import { tenantState } from '../support/same-tenant.ts';
import { contracts, createWorld } from '../support/world.ts';

describe.each(contracts)('a first plan under the %s contract', contract => {
  it('says who comes onto which queue, why, at how many calls and minutes', async () => {
    const world = await createWorld({
      contract,
      groups: { support: ['ana', '@evening'], evening: ['bo'], billing: ['cy', 'dee'] },
    });
    const { plan, refusals } = await world.plan();

    expect(refusals).toEqual([]);
    expect(plan.choice.contract).toBe(contract);
    const billing = plan.queues.find(queue => queue.queue === world.queue('Billing'))!;
    expect(billing).toMatchObject({ before: 0, after: 2, leaving: [], exact: true });
    expect(billing.joining.toSorted()).toEqual([world.user('cy'), world.user('dee')].toSorted());
    expect(plan.changes.find(change => 'user' in change && change.user === world.user('bo'))).toMatchObject({
      kind: 'member.add',
      path: ['support', 'evening'],
    });
    expect(plan.price.calls).toBe(plan.price.byRoute.reduce((sum, row) => sum + row.calls, 0));
    expect(plan.price.calls).toBeGreaterThan(0);
    expect(plan.price.minutes).toBeCloseTo(plan.price.calls / 300);

    const text = planText(plan);
    expect(text).toContain(contract);
    expect(text).toMatch(/Support {2}0 → 2 members/u);
    expect(text).toMatch(/\+ Ana Test +via support\n/u);
    expect(text).toMatch(/\+ Bo Test +via evening ← support\n/u);
    expect(text).toMatch(/Price +\d+ calls, at most about \d+ seconds? at 300 calls a minute/u);
  });

  it('writes nothing, neither in the tenant nor on disk', async () => {
    const world = await createWorld({ contract });
    const before = tenantState(world.emulator);

    await world.plan();

    expect(world.emulator.requests.writes()).toEqual([]);
    expect(tenantState(world.emulator)).toEqual(before);
    expect((await readdir(world.dir)).sort()).toEqual(['directory.yaml', 'muster.yaml']);
  });

  it('tells people without a user, with an inactive one, and suspended ones, and leaves them out', async () => {
    const world = await createWorld({ contract, groups: { support: ['ana', 'nobody'], billing: ['hal'] } });
    const hal = world.emulator.db.users.get(world.user('hal'))!;
    hal.state = 'inactive';
    world.emulator.db.users.put(hal);

    const { plan } = await world.plan();

    expect(plan.notes.map(note => [note.code, note.subject])).toContainEqual([
      'person.unlinked',
      'nobody@example.com',
    ]);
    expect(plan.notes.map(note => [note.code, note.subject])).toContainEqual([
      'user.inactive',
      'hal@example.com',
    ]);
    const added = plan.changes.flatMap(change => (change.kind === 'member.add' ? [change.user] : []));
    expect(added).toEqual([world.user('ana')]);
  });
});

describe('the choice of the contract', () => {
  it.each(contracts)('is told with its reason when %s was detected', async contract => {
    const world = await createWorld({ contract });
    expect((await world.plan()).plan.choice).toMatchObject({ contract, by: 'detected' });
  });

  it('is kept when the config makes it, and the schemas are not asked for', async () => {
    const world = await createWorld({ genesys: { contract: 'platform' } });
    expect((await world.plan()).plan.choice).toMatchObject({ contract: 'platform', by: 'configured' });
    expect(world.emulator.requests.all.some(request => request.template.endsWith('/schemas'))).toBe(false);
  });
});
