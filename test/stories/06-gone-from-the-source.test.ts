import { describe, expect, it } from 'vitest';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import { contracts, createWorld, type Groups, type World } from '../support/world.ts';

const removals = (planned: { plan: { changes: readonly { kind: string }[] } }) =>
  planned.plan.changes.filter(change => change.kind === 'member.remove' || change.kind === 'queue.detach');
const codes = (planned: { plan: { notes: readonly { code: string }[] } }) =>
  planned.plan.notes.map(note => note.code);

/** What the source may say without proving that anybody left. */
const doubtful: readonly [string, Groups, { cut?: boolean }?][] = [
  ['no longer shows a group', { billing: ['cy', 'dee', 'eve'] }],
  ['shows a group without anybody', { support: [], billing: ['cy', 'dee', 'eve'] }],
  ['was cut off', { billing: ['cy', 'dee', 'eve'] }, { cut: true }],
  ['could not read a nested group', { support: ['@lost'], billing: ['cy', 'dee', 'eve'] }],
  ['shows only people without a user', { support: ['nobody'], billing: ['cy', 'dee', 'eve'] }],
];

describe.each(contracts)('under the %s contract', contract => {
  it.each(doubtful)(
    'when the source %s, nobody is taken away, it is told, and others still come',
    async (...given) => {
      const [, groups, how] = given;
      const world = await createWorld({ contract });
      await world.sync();
      await world.directory(groups, how);

      const { planned, outcome } = await world.sync();

      expect(removals(planned)).toEqual([]);
      expect(planned.plan.notes.filter(note => note.level === 'warning').length).toBeGreaterThan(0);
      expect(codes(planned)).toContain('removal.kept');
      expect(outcome.state).toBe('done');
      expect(await world.on('Support')).toEqual(['ana', 'bo']);
      expect(await world.on('Billing')).toEqual(['cy', 'dee', 'eve']);
      // Nothing was forgotten: when the group is back, one who left it goes.
      await world.directory({ support: ['ana'], billing: ['cy', 'dee', 'eve'] });
      await world.sync();
      expect(await world.on('Support')).toEqual(['ana']);
    },
  );

  it('a source that shows nothing at all takes nobody away', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    const before = tenantState(world.emulator);
    await world.directory({});
    const { planned } = await world.sync();
    expect(planned.plan.changes).toEqual([]);
    expect(tenantState(world.emulator)).toEqual(before);
  });

  it('a group that is gone is taken as meant where the config says so, under the guards', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    await world.directory({ billing: ['cy', 'dee'] });
    await world.configure({ limits: { removals: { whenGroupGone: 'remove' } } });

    const refused = await world.plan();
    expect(refused.refusals.map(refusal => refusal.code)).toEqual(['guard.staffing-floor']);

    await world.configure({
      limits: { removals: { whenGroupGone: 'remove' }, staffing: { minMembers: 0 } },
    });
    const { planned, outcome } = await world.sync();
    expect(planned.refusals).toEqual([]);
    expect(outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual([]);
    expect(await world.on('Billing')).toEqual(['cy', 'dee']);
    expect((await ledgerState(world)).filter(edge => edge.includes('support'))).toEqual([
      'owned group support (corp.support)',
    ]);
  });

  it('a mapping that was removed takes its own edges away, and no other', async () => {
    const world = await createWorld({ contract, limits: { staffing: { minMembers: 0 } } });
    await world.sync();
    await world.configure({ mappings: [{ group: 'billing', queues: ['Billing'] }] });

    const { planned, outcome } = await world.sync();

    expect(planned.refusals).toEqual([]);
    expect(removals(planned).every(change => (change as { because?: string }).because === 'unmapped')).toBe(
      true,
    );
    expect(outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual([]);
    expect(await world.on('Billing')).toEqual(['cy', 'dee']);
    expect((await world.plan()).plan.changes).toEqual([]);
  });

  it('a mapping that is written in another way keeps its hold on what it placed', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    // The same group and queue, said by a pattern: the id of the mapping is another one.
    await world.configure({
      mappings: [
        { group: 'support*', queues: ['Support'] },
        { group: 'billing', queues: ['Billing'] },
      ],
    });
    expect((await world.sync()).planned.plan.changes).toEqual([]);
    // Now the source loses sight of the group: that is no proof that anybody left.
    await world.directory({ billing: ['cy', 'dee'] }, { cut: true });
    const { planned } = await world.sync();
    expect(removals(planned)).toEqual([]);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });

  it('a mapping that is written in another way while the source is incomplete takes nobody away', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    await world.configure({
      mappings: [
        { group: 'support*', queues: ['Support'] },
        { group: 'billing', queues: ['Billing'] },
      ],
    });
    await world.directory({ billing: ['cy', 'dee'] }, { cut: true });
    expect(removals(await world.plan())).toEqual([]);
  });

  it.each<[string, object]>([
    ['a typo in its group', { group: 'suport', queues: ['Support'] }],
    ['an exclusion that is not there', { group: 'support', queues: ['Support'], butNot: ['leavers'] }],
  ])('%s takes nobody away, although the mapping has another id by it', async (_, slip) => {
    const world = await createWorld({ contract });
    await world.sync();
    const rest = { group: 'billing', queues: ['Billing'] };
    await world.configure({ mappings: [slip, rest] });
    const { planned } = await world.sync();
    expect(removals(planned)).toEqual([]);
    expect(codes(planned)).toContain('removal.kept');
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    // Mended, it is as if nothing had been.
    await world.configure({ mappings: [{ group: 'support', queues: ['Support'] }, rest] });
    expect((await world.sync()).planned.plan.changes).toEqual([]);
    // Taken out, it is meant.
    await world.configure({ mappings: [rest], limits: { staffing: { minMembers: 0 } } });
    await world.sync();
    expect(await world.on('Support')).toEqual([]);
  });

  it('one of several groups of a rule that is gone keeps its people', async () => {
    const world: World = await createWorld({
      contract,
      groups: { 'q-Support': ['ana', 'bo'], 'q-Billing': ['cy'] },
      mappings: [{ group: '/^q-(?<queue>.+)$/', queues: ['{queue}'] }],
    });
    await world.sync();
    await world.directory({ 'q-Billing': ['cy'] });
    const { planned } = await world.sync();
    expect(removals(planned)).toEqual([]);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });
});
