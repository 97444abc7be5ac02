import { describe, expect, it } from 'vitest';
import { tenantState } from '../support/same-tenant.ts';
import { smallTenant } from '../support/small-tenant.ts';
import { contracts, createWorld, type World } from '../support/world.ts';

const told = (planned: { plan: { notes: readonly { code: string; text: string }[] } }, code: string) =>
  planned.plan.notes.filter(note => note.code === code).map(note => note.text);

async function addByHand(world: World, queue: string, name: string): Promise<void> {
  const path = `/api/v2/routing/queues/${world.queue(queue)}/members`;
  expect((await world.talk('POST', path, [{ id: world.user(name) }])).status).toBe(204);
}

describe.each(contracts)('what people made by hand, under the %s contract', contract => {
  it('a member of our group stays when everybody whom we placed there goes, and is told', async () => {
    const world = await createWorld({ contract, limits: { staffing: { minMembers: 0 } } });
    await world.sync();
    const row = world.emulator.db.groups.get(world.group('support'))!;
    world.emulator.db.setIndividuals(row, new Set([...row.individuals, world.user('hal')]));
    await world.directory({ support: ['eve'], billing: ['cy', 'dee'] });

    const { planned } = await world.sync();

    expect(told(planned, 'member.by-hand')).toEqual([
      'Hal Test in "support" was put there by somebody else and stays.',
    ]);
    expect(await world.on('Support')).toEqual(['eve', 'hal']);
  });

  it('a person directly on the queue stays, and is told', async () => {
    const world = await createWorld({ contract });
    await addByHand(world, 'Support', 'hal');

    const { planned } = await world.sync();
    expect(told(planned, 'member.by-hand').join()).toMatch(/on "Support"/u);
    await world.directory({ support: ['ana'], billing: ['cy', 'dee'] });
    const second = await world.sync();

    expect(told(second.planned, 'member.by-hand').join()).toMatch(/Hal Test on "Support"/u);
    expect(await world.on('Support')).toEqual(['ana', 'hal']);
    expect(tenantState(world.emulator).queues.find(queue => queue.name === 'Support')?.direct).toEqual([
      'hal',
    ]);
  });

  it('a group that somebody attached stays on the queue, and is told', async () => {
    const world = await createWorld({
      contract,
      seed: smallTenant({
        groups: [{ name: 'Night crew', members: ['gus@example.com', 'hal@example.com'] }],
        queues: [{ name: 'Support', memberGroups: ['Night crew'] }, { name: 'Billing' }],
      }),
      limits: { staffing: { minMembers: 0 } },
    });

    const { planned } = await world.sync();
    expect(told(planned, 'attachment.by-hand')).toEqual(['Night crew on "Support" is not ours and stays.']);
    await world.configure({ mappings: [{ group: 'billing', queues: ['Billing'] }] });
    await world.sync();

    expect(await world.on('Support')).toEqual(['gus', 'hal']);
  });

  it('no other field of a queue moves, known to us or not', async () => {
    const settings = {
      description: 'Kept',
      fieldOfNextYear: { deep: [1, { er: null, list: [] }] },
      mediaSettings: {
        call: { alertingTimeoutSeconds: 11, serviceLevel: { percentage: 0.5, durationMs: 7000 } },
      },
      routingRules: [{ operator: 'MEETS_THRESHOLD', threshold: 90, waitSeconds: 1.5 }],
      conditionalGroupRouting: { rules: [{ waitSeconds: 2, operator: 'LessThan', groups: [] }] },
      queueFlow: { id: '6f8f5d62-3f0c-4f5c-8f6f-1c1f3c3f5f00', name: 'In queue' },
      whisperPrompt: { id: '6f8f5d62-3f0c-4f5c-8f6f-1c1f3c3f5f01' },
      callingPartyNumber: '+4930123456',
      enableManualAssignment: true,
      suppressInQueueCallRecording: false,
    };
    const world = await createWorld({
      contract,
      seed: smallTenant({ queues: [{ name: 'Support', settings }, { name: 'Billing' }] }),
    });
    const before = tenantState(world.emulator).queues.map(queue => [queue.name, queue.settings]);

    await world.sync();
    await world.directory({ support: ['ana', 'eve'], billing: ['cy'] });
    await world.sync();

    expect(tenantState(world.emulator).queues.map(queue => [queue.name, queue.settings])).toEqual(before);
  });

  it('who is unjoined stays unjoined', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    const path = `/api/v2/routing/queues/${world.queue('Support')}/members/${world.user('ana')}`;
    await world.talk('PATCH', path, { id: world.user('ana'), joined: false });
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] });
    await world.sync();
    const members = await world.talk(
      'GET',
      `/api/v2/routing/queues/${world.queue('Support')}/members?joined=false`,
    );
    expect(members.body.entities.map((entry: { id: string }) => entry.id)).toEqual([world.user('ana')]);
  });
});

describe('groups of another kind, under the platform contract', () => {
  it('a dynamic group of our name is left alone and told', async () => {
    const world = await createWorld({
      seed: smallTenant({ groups: [{ name: 'support', members: [], ruleMembers: ['hal@example.com'] }] }),
      knobs: { scimMembers: 'effective' },
    });
    const { planned } = await world.sync();
    expect(told(planned, 'group.dynamic').join()).toContain('filled by rules');
    expect(tenantState(world.emulator).groups.find(group => group.name === 'support')?.members).toEqual([]);
    expect(await world.on('Support')).toEqual([]);
  });

  it('a group that somebody made under our name is not taken while it holds others, and is told', async () => {
    const world = await createWorld({
      seed: smallTenant({
        groups: [{ name: 'Leads', members: ['ana@example.com', 'gus@example.com', 'hal@example.com'] }],
      }),
      mappings: [
        { group: 'support', queues: ['Support', 'Sales'], displayName: 'Leads' },
        { group: 'billing', queues: ['Billing'] },
      ],
    });
    const before = tenantState(world.emulator).groups;

    const { planned, outcome } = await world.sync();

    expect(planned.plan.notes.filter(note => note.code === 'group.name-taken')).toEqual([
      {
        code: 'group.name-taken',
        level: 'warning',
        subject: 'Leads',
        text: 'A group "Leads" exists that is not ours, and 2 of its people (Gus Test, Hal Test) are not in the source group; they would come onto "Sales", "Support". It is left alone.',
        remedy:
          "If it is to be ours with them, `muster adopt 'Leads' --take-over`. Else give the mapping another displayName, or take these people out of the group.",
      },
    ]);
    expect(outcome.state).toBe('done');
    expect(tenantState(world.emulator).groups.filter(group => group.name === 'Leads')).toEqual(before);
    expect([await world.on('Support'), await world.on('Sales')]).toEqual([[], []]);
    expect(await world.on('Billing')).toEqual(['cy', 'dee']);
    expect((await world.plan()).plan.changes).toEqual([]);
  });

  it.each([
    ['that is empty', []],
    ['whose people are all wanted', ['ana@example.com']],
  ])('a group of our name %s is used', async (_, members) => {
    const world = await createWorld({ seed: smallTenant({ groups: [{ name: 'support', members }] }) });
    const made = world.group('support');
    const { planned } = await world.sync();
    expect(told(planned, 'group.name-taken')).toEqual([]);
    expect(world.group('support')).toBe(made);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });

  it('a group of ours that others were put into stays ours', async () => {
    const world = await createWorld();
    await world.sync();
    const row = world.emulator.db.groups.get(world.group('support'))!;
    world.emulator.db.setIndividuals(row, new Set([...row.individuals, world.user('hal')]));
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] });
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'eve', 'hal']);
  });

  it("another tool's group of our name is left alone and told", async () => {
    const world = await createWorld({
      seed: smallTenant({
        groups: [{ name: 'support', externalId: 'okta-4711', members: ['hal@example.com'] }],
      }),
    });
    const { planned } = await world.sync();
    expect(told(planned, 'group.name-taken').join()).toContain('okta-4711');
    expect(tenantState(world.emulator).groups.find(group => group.name === 'support')).toMatchObject({
      externalId: 'okta-4711',
      members: ['hal'],
    });
    expect(await world.on('Billing')).toEqual(['cy', 'dee']);
  });

  it('teams and skill groups on the queue stay there', async () => {
    const team = { id: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', type: 'TEAM' as const };
    const world = await createWorld({
      seed: smallTenant({ queues: [{ name: 'Support', memberGroups: [team] }, { name: 'Billing' }] }),
    });
    await world.sync();
    const row = world.emulator.db.queues.get(world.queue('Support'))!;
    expect(row.settings.memberGroups).toEqual([team, { id: world.group('support'), type: 'GROUP' }]);
  });
});
