import { describe, expect, it } from 'vitest';
import { contracts, createWorld } from '../support/world.ts';

describe.each(contracts)('a tenant that follows late, under the %s contract', contract => {
  it('is read back until it shows what was done', async () => {
    const world = await createWorld({ contract, knobs: { propagationMs: 10_000 }, timeScale: 50 });
    const muster = await world.open();
    const planned = await muster.plan();
    const begunMs = world.clock.now();
    const { state, unseen } = await muster.apply(planned);
    expect({ state, unseen }).toEqual({ state: 'done', unseen: [] });
    expect(world.clock.now() - begunMs).toBeGreaterThan(9_000);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });

  it('is not believed because the number of heads has not changed', async () => {
    const world = await createWorld({ contract, timeScale: 50 });
    await world.sync();
    world.emulator.knobs.propagationMs = 10_000;
    // One comes, one goes: as many as before.
    await world.directory({ support: ['ana', 'eve'], billing: ['cy', 'dee'] });
    const { outcome } = await world.sync();
    expect(outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'eve']);
  });

  it('is reported as not seen when it shows nothing in time, and nothing is claimed as done', async () => {
    const world = await createWorld({
      contract,
      knobs: { propagationMs: 10 * 3_600_000 },
      genesys: { settleSeconds: 20 },
      timeScale: 200,
    });
    const { outcome } = await world.sync();
    expect(outcome.state).toBe('partly');
    expect(outcome.steps.every(step => step.state === 'done')).toBe(true);
    expect(outcome.unseen.map(problem => [problem.code, problem.subject])).toEqual([
      ['settle.not-seen', 'queue Billing'],
      ['settle.not-seen', 'queue Support'],
    ]);
    expect(outcome.unseen[0]!.remedy).toContain('settleSeconds');
    // It was written all the same: once it shows, there is nothing left to do.
    world.emulator.settle();
    expect((await world.plan()).plan.changes).toEqual([]);
  });

  it('whose count of heads is never right is looked at person by person', async () => {
    const world = await createWorld({ contract, knobs: { memberCountDrift: 3 } });
    const { outcome } = await world.sync();
    expect(outcome).toMatchObject({ state: 'done', unseen: [] });
    await world.directory({ support: ['ana'], billing: ['cy', 'dee'] });
    expect((await world.sync()).outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana']);
  });

  it('that names no next page is read to the last person', async () => {
    const many = Array.from({ length: 230 }, (_, index) => `p${String(index).padStart(3, '0')}`);
    const world = await createWorld({
      contract,
      knobs: { memberNextUri: false },
      seed: {
        clients: [
          { id: 'muster', secret: 'example-secret-9f2c' },
          { id: 'observer', secret: 'observer-secret' },
        ],
        users: many.map(name => ({ name, email: `${name}@example.com` })),
        queues: [{ name: 'Support' }, { name: 'Billing' }],
      },
      groups: { support: many.slice(0, 220), billing: ['p001'] },
    });
    await world.sync();
    const muster = await world.open();
    const [roster] = await muster.roster([{ queue: world.queue('Support'), name: 'Support' }]);
    expect(roster!.members).toHaveLength(220);
    await world.directory({ support: many.slice(10, 220), billing: ['p001'] });
    const { planned, outcome } = await world.sync();
    expect(planned.plan.queues[0]).toMatchObject({ before: 220, after: 210 });
    expect(outcome.state).toBe('done');
  });
});

describe('a search index that lags behind, under the platform contract', () => {
  it('makes no second group when the answer to the first was lost', async () => {
    const world = await createWorld({
      knobs: { searchDelayMs: 5_000 },
      faults: [{ route: 'POST /api/v2/groups', kind: 'lost-answer', nth: 1 }],
    });
    await world.sync();
    await world.sync();
    await world.clock.sleep(6_000);
    const { outcome } = await world.sync();
    expect(['done', 'nothing-to-do']).toContain(outcome.state);
    expect([...world.emulator.db.groups.values()].map(group => group.name).sort()).toEqual([
      'billing',
      'support',
    ]);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });
});
