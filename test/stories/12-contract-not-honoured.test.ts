import { describe, expect, it } from 'vitest';
import type { Knobs } from '../../src/emulator/emulate.ts';
import { ledgerState } from '../support/same-tenant.ts';
import { createWorld } from '../support/world.ts';

const broken: readonly [Exclude<Knobs['honour'], 'yes'>, RegExp][] = [
  ['not-found', /POST was answered 404/u],
  ['method-not-allowed', /POST was answered 405/u],
  ['drop-queues', /did not keep routingQueueIds for (Support|Billing)/u],
  // The answers of its writes show what it has not kept: the queues do not.
  ['echo-queues', /did not keep routingQueueIds for (Support|Billing)/u],
];

describe.each(broken)('a tenant that lists the documented contract and answers %s', (honour, why) => {
  it('is told with the remedy when the config insists on that contract', async () => {
    const world = await createWorld({
      contract: 'scim-extension',
      knobs: { honour },
      genesys: { contract: 'scim-extension' },
    });

    const [first, ...more] = await world.syncOn();

    expect(more).toEqual([]);
    expect(first!.outcome.state).toBe('failed');
    for (const { problem } of first!.outcome.steps) {
      expect(problem).toMatchObject({
        code: 'genesys.contract-not-honoured',
        subject: expect.stringMatching(/^group (support|billing)$/u),
        happened: expect.stringMatching(why),
        remedy: expect.stringContaining('genesys.contract'),
      });
    }
  });

  it('has its queues staffed the platform way when the config leaves the choice', async () => {
    const world = await createWorld({ contract: 'scim-extension', knobs: { honour } });

    const runs = await world.syncOn();

    expect(runs.map(run => run.planned.plan.choice.contract)).toEqual(['scim-extension', 'platform']);
    expect(runs[1]!.planned.plan.choice).toMatchObject({
      by: 'switched',
      reason: expect.stringMatching(why),
    });
    expect(runs[1]!.planned.plan.notes.map(note => note.code)).toContain('contract.switched');
    expect(runs[1]!.outcome).toMatchObject({ state: 'done', unseen: [] });
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    expect(await world.on('Billing')).toEqual(['cy', 'dee']);
    expect([...world.emulator.db.groups.values()].map(group => group.name).sort()).toEqual([
      'billing',
      'support',
    ]);
  });

  it('is not written to again, and what was placed stays ours', async () => {
    const world = await createWorld({
      contract: 'scim-extension',
      knobs: { honour },
      limits: { staffing: { minMembers: 0 } },
    });
    await world.syncOn();
    const ledger = await ledgerState(world);
    expect(ledger.filter(edge => edge.includes('attachment'))).toEqual([
      'owned attachment Billing billing member-groups (corp.billing)',
      'owned attachment Support support member-groups (corp.support)',
    ]);
    world.emulator.requests.reset();

    const again = await world.syncOn();

    expect(again.map(run => run.planned.plan.changes)).toEqual([[]]);
    expect(world.emulator.requests.writes()).toEqual([]);
    expect(await ledgerState(world)).toEqual(ledger);
    await world.directory({ support: ['ana'], billing: ['cy', 'dee'] });
    await world.syncOn();
    expect(await world.on('Support')).toEqual(['ana']);
    await world.configure({ mappings: [{ group: 'support', queues: ['Support'] }] });
    await world.syncOn();
    expect(await world.on('Billing')).toEqual([]);
  });

  it('is followed by the command line to the end, with exit code 0', async () => {
    const world = await createWorld({ contract: 'scim-extension', knobs: { honour }, timeScale: 1 });
    const { code, stdout } = await world.cli('sync', '--yes');
    expect(stdout).toContain('genesys.contract-not-honoured');
    expect(stdout).toMatch(/Done, and seen by reading back/u);
    expect(code).toBe(0);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });
});

describe('a tenant that honoured the contract yesterday', () => {
  it.each([404, 405, 501])(
    'and answers %i to a look-up today stops the run, and nothing is told anew',
    async status => {
      const world = await createWorld({ contract: 'scim-extension' });
      await world.sync();
      await world.directory({ support: ['ana', 'eve'], billing: ['cy', 'dee'], sales: ['fay'] });
      await world.configure({
        mappings: ['support', 'billing', 'sales'].map(group => ({
          group,
          queues: [group.replace(/^./u, letter => letter.toUpperCase())],
        })),
      });
      world.emulator.faults.add({ route: 'GET /api/v2/scim/groups', kind: 'status', status });
      world.emulator.requests.reset();
      await expect(world.syncOn()).rejects.toMatchObject({ code: 'genesys.contract-not-honoured' });
      expect(world.emulator.requests.writes()).toEqual([]);
    },
  );

  it('and today knows none of the groups, neither by id nor by anchor, stops the run as well', async () => {
    const world = await createWorld({ contract: 'scim-extension' });
    await world.sync();
    for (const route of ['GET /api/v2/scim/groups', 'GET /api/v2/scim/groups/{id}'])
      world.emulator.faults.add({ route, kind: 'status', status: 404 });
    world.emulator.requests.reset();
    await expect(world.syncOn()).rejects.toMatchObject({ code: 'genesys.contract-not-honoured' });
    expect(world.emulator.requests.writes()).toEqual([]);
  });
});

describe('a tenant that no longer keeps what it says it kept', () => {
  it('is found out before anybody goes: who moves stays where they are', async () => {
    const world = await createWorld({
      contract: 'scim-extension',
      genesys: { contract: 'scim-extension' },
      limits: { removals: { percent: 100 } },
    });
    await world.sync();
    world.emulator.knobs.honour = 'echo-queues';
    await world.directory({ support: ['bo'], billing: ['cy', 'dee'], sales: ['ana'] });
    await world.configure({
      mappings: [
        { group: 'support', queues: ['Support'] },
        { group: 'billing', queues: ['Billing'] },
        { group: 'sales', queues: ['Sales'] },
      ],
    });

    const { outcome } = await world.sync();

    expect(outcome.steps.map(step => [step.step.group, step.state, step.problem?.code])).toEqual([
      ['corp:g-sales', 'failed', 'genesys.contract-not-honoured'],
      ['corp:g-support', 'skipped', 'run.interrupted'],
    ]);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });

  it('is found out by the one queue that nobody came to, while the others are done', async () => {
    const world = await createWorld({ contract: 'scim-extension', genesys: { contract: 'scim-extension' } });
    world.emulator.on('applied', record => {
      // From the second group on.
      if (record.method === 'POST' && record.path.endsWith('/scim/groups'))
        world.emulator.knobs.honour = 'echo-queues';
    });
    await world.configure({ genesys: { contract: 'scim-extension', concurrency: 1 } });
    const { outcome } = await world.sync();
    expect(outcome.state).toBe('partly');
    expect(outcome.steps.map(step => step.state).sort()).toEqual(['done', 'failed']);
    expect(outcome.unseen).toEqual([]);
    expect([...(await world.on('Support')), ...(await world.on('Billing'))]).toHaveLength(2);
  });
});

describe('a tenant that honours the contract and shows it late', () => {
  it.each([
    ['answers what was true before', { kind: 'stale' }],
    ['does not know the group yet', { kind: 'status', status: 404 }],
  ] as const)('is not taken for a broken contract because a read %s', async (_, fault) => {
    const world = await createWorld({ contract: 'scim-extension' });
    await world.sync();
    // Who comes to the queue is there already, so that its heads cannot show whether the group is.
    await world.talk('POST', `/api/v2/routing/queues/${world.queue('Sales')}/members`, [
      { id: world.user('ana') },
      { id: world.user('bo') },
    ]);
    await world.configure({
      mappings: [
        { group: 'support', queues: ['Support', 'Sales'] },
        { group: 'billing', queues: ['Billing'] },
      ],
    });
    // The read that the emulator will give again is that of before the write.
    await world.talk('GET', `/api/v2/scim/groups/${world.group('support')}`);
    const muster = await world.open();
    const planned = await muster.plan();
    world.emulator.faults.add({ route: 'GET /api/v2/scim/groups/{id}', times: 2, ...fault });

    const outcome = await muster.apply(planned);

    expect(outcome.state).toBe('done');
    expect(world.emulator.requests.count('GET /api/v2/scim/groups/{groupId}')).toBeGreaterThan(2);
    expect(await world.on('Sales')).toEqual(['ana', 'bo']);
  });
});

describe('a config that goes over to the other contract', () => {
  it('moves everything without a gap, and takes the old way back', async () => {
    const world = await createWorld({ contract: 'scim-extension', genesys: { contract: 'platform' } });
    // The emulator under the documented contract takes a PUT only as documented, so the groups are made by hand.
    await world.configure({ genesys: { contract: 'scim-extension' } });
    await world.sync();
    const group = world.group('support');
    const path = `/api/v2/routing/queues/${world.queue('Support')}`;
    const { body } = await world.talk('GET', path);
    await world.talk('PUT', path, { ...body, memberGroups: [{ id: group, type: 'GROUP' }] });
    const { planned } = await world.sync();
    expect(planned.plan.changes).toEqual([]);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });

  it('to the platform keeps and tells what only the documented one can take back', async () => {
    const world = await createWorld({ contract: 'scim-extension' });
    await world.sync();
    await world.configure({
      genesys: { contract: 'platform' },
      mappings: [{ group: 'support', queues: ['Support'] }],
      limits: { staffing: { minMembers: 0 } },
    });
    const { planned, outcome } = await world.sync();
    expect(outcome.state).toBe('done');
    expect(planned.plan.notes.find(note => note.code === 'removal.kept')?.text).toContain('scim-extension');
    expect(await ledgerState(world)).toContain(
      'owned attachment Support support scim-extension (corp.support)',
    );
    await world.configure({ genesys: { contract: 'scim-extension' } });
    await world.sync();
    expect(await ledgerState(world)).toEqual([
      'owned attachment Support support scim-extension (corp.support)',
      'owned group billing (corp.billing)',
      'owned group support (corp.support)',
      'owned member support ana (corp.support)',
      'owned member support bo (corp.support)',
    ]);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    expect(await world.on('Billing')).toEqual([]);
  });
});
