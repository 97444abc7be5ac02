import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { killAt, type Moment } from '../support/kill.ts';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import { smallTenant } from '../support/small-tenant.ts';
import { contracts, createWorld, type World } from '../support/world.ts';
import { fewer, patience } from './runs.ts';

vi.setConfig(patience);

type Contract = (typeof contracts)[number];

/** Every way to serve a queue that the contract has, a rename, people who come, go and move, and a grace. */
async function dueWorld(contract: Contract): Promise<World> {
  const ways = contract === 'platform';
  const mappings = (queues: readonly string[], displayName: string) => [
    { group: 'support', queues: ['Support'], displayName },
    { group: 'billing', queues, ...(ways ? { assign: 'direct-members' } : {}) },
    { group: 'bench', queues: ['Bullseye'], ...(ways ? { assign: 'ring-groups', ring: 2 } : {}) },
  ];
  const world = await createWorld({
    contract,
    timeScale: 1,
    seed: smallTenant({
      queues: [
        { name: 'Support', settings: { fieldOfNextYear: { kept: [1, 2] } } },
        { name: 'Billing' },
        { name: 'Sales' },
        { name: 'Bullseye', settings: { bullseye: { rings: [{}, {}, {}] } } },
      ],
    }),
    groups: { support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'], bench: ['fay', 'gus'] },
    mappings: mappings(['Billing'], 'Support'),
    genesys: { memberBatch: 1, queueMemberBatch: 1, concurrency: 1 },
    limits: { removals: { percent: 100 }, staffing: { minMembers: 0 } },
  });
  await world.sync();
  await world.directory({ support: ['ana', 'cy'], billing: ['bo', 'dee', 'fay'], bench: ['gus', 'eve'] });
  await world.configure({
    mappings: mappings(['Billing', 'Sales'], 'Support, first line'),
    limits: { removals: { percent: 100 }, staffing: { minMembers: 0 }, drain: { graceSeconds: 1 } },
  });
  return world;
}

const pictureOf = async (world: World) => ({
  tenant: tenantState(world.emulator),
  ledger: await ledgerState(world),
});

describe.each(contracts)('a process of its own under the %s contract, killed with SIGKILL', contract => {
  it('at any write, once or twice, ends, run again, as if it had never been', async () => {
    const calm = await dueWorld(contract);
    calm.emulator.requests.reset();
    await calm.sync();
    const writes = calm.emulator.requests.writes().length;
    const end = await pictureOf(calm);
    expect(writes).toBeGreaterThan(contract === 'platform' ? 8 : 3);
    const death = fc.record({
      at: fc.integer({ min: 1, max: writes }),
      moment: fc.constantFrom<Moment>('before', 'applied'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(death, { minLength: 1, maxLength: 2 }), async deaths => {
        const world = await dueWorld(contract);
        // The second life may come to its end before it would have died.
        for (const { at, moment } of deaths) await killAt(world, at, moment);
        const { outcome } = await world.sync();
        expect(outcome.steps.filter(step => step.state !== 'done')).toEqual([]);
        expect(await pictureOf(world)).toEqual(end);
        expect((await world.plan()).plan.changes).toEqual([]);
      }),
      // Each is a process or two; and a smaller world would be no easier to read.
      { ...fewer(0.004), endOnFailure: true },
    );
  });
});
