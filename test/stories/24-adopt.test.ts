import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AdoptPurpose } from '../../src/index.ts';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import { smallTenant } from '../support/small-tenant.ts';
import { contracts, createWorld, journalOf, type World, type WorldOptions } from '../support/world.ts';

const loose = { removals: { percent: 100, count: 1_000 }, staffing: { minMembers: 0 } };

/** Everything is placed as the config asks, and nothing of it is ours: what another tool, or a lost journal, leaves. */
async function placedByOthers(options: WorldOptions = {}): Promise<World> {
  const world = await createWorld({ limits: loose, ...options });
  await world.sync();
  await rm(join(world.dir, '.muster'), { recursive: true });
  return world;
}

async function adopt(world: World, wish: Omit<AdoptPurpose, 'kind'> = {}) {
  const muster = await world.open();
  const planned = await muster.planAdopt({ kind: 'adopt', ...wish });
  const before = tenantState(world.emulator);
  world.emulator.requests.reset();
  const outcome = await muster.apply(planned);
  if (planned.plan.changes.length === 0) {
    expect(world.emulator.requests.writes()).toEqual([]);
    expect(tenantState(world.emulator)).toEqual(before);
  }
  return { plan: planned.plan, refusals: planned.refusals, outcome };
}

/** Another hand puts these people into a group, and nobody else. */
function fill(world: World, group: string, names: readonly string[]): void {
  const row = world.emulator.db.groups.get(world.group(group))!;
  world.emulator.db.setIndividuals(row, new Set(names.map(world.user)));
}

describe.each(contracts)('an adoption under the %s contract', contract => {
  it('makes ours what is there and agrees: who leaves the source later is taken away', async () => {
    const world = await placedByOthers({ contract });
    await world.directory({ support: ['ana'], billing: ['cy', 'dee'] });
    // Without it, Bo counts as placed by somebody else.
    expect((await world.sync()).planned.plan.changes).toEqual([]);
    await world.directory({ support: ['ana', 'bo'], billing: ['cy', 'dee'] });

    const { plan, outcome } = await adopt(world);

    expect(outcome.state).toBe('done');
    expect(plan.bookkeeping.adopt).toHaveLength(8);
    const how = contract === 'platform' ? 'member-groups' : 'scim-extension';
    expect(await ledgerState(world)).toEqual([
      `owned attachment Billing billing ${how} (corp.billing)`,
      `owned attachment Support support ${how} (corp.support)`,
      'owned group billing (corp.billing)',
      'owned group support (corp.support)',
      'owned member billing cy (corp.billing)',
      'owned member billing dee (corp.billing)',
      'owned member support ana (corp.support)',
      'owned member support bo (corp.support)',
    ]);
    const after = await world.plan();
    expect(after.plan.changes).toEqual([]);
    expect(after.plan.notes.map(note => note.code)).toEqual(['source.note']);
    await world.directory({ support: ['ana'], billing: ['cy', 'dee'] });
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana']);
  });

  it('a second time finds nothing to do, and leaves no line', async () => {
    const world = await placedByOthers({ contract });
    await adopt(world);
    const lines = (await journalOf(world)).length;
    const { plan, outcome } = await adopt(world);
    expect(plan.bookkeeping.adopt).toEqual([]);
    expect(outcome.state).toBe('nothing-to-do');
    expect(await journalOf(world)).toHaveLength(lines);
  });

  it('leaves what does not agree as it is: who is missing, and who is there by hand', async () => {
    const world = await placedByOthers({ contract });
    fill(world, 'support', ['ana', 'hal']);
    await adopt(world);
    const members = (await ledgerState(world)).filter(text => text.includes('member support'));
    expect(members).toEqual(['owned member support ana (corp.support)']);
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'hal']);
    await world.directory({ billing: ['cy', 'dee'], support: ['eve'] });
    await world.sync();
    expect(await world.on('Support')).toEqual(['eve', 'hal']);
  });

  it.each([
    [
      'a group',
      ['support'],
      ['attachment Support support', 'group support', 'member support ana', 'member support bo'],
    ],
    [
      'a queue',
      ['Billing'],
      ['attachment Billing billing', 'group billing', 'member billing cy', 'member billing dee'],
    ],
    [
      'a mapping',
      ['corp.billing'],
      ['attachment Billing billing', 'group billing', 'member billing cy', 'member billing dee'],
    ],
    ['a person', ['CY@example.com'], ['member billing cy']],
    [
      'a pattern',
      ['Supp*'],
      ['attachment Support support', 'group support', 'member support ana', 'member support bo'],
    ],
    ['several things', ['ana@example.com', 'dee@example.com'], ['member billing dee', 'member support ana']],
  ])('of %s is of that alone', async (_, names, expected) => {
    const world = await placedByOthers({ contract });
    await adopt(world, { names });
    const ledger = (await ledgerState(world)).map(text =>
      text.replace(/^owned /u, '').replace(/( member-groups| scim-extension)? \(.*$/u, ''),
    );
    expect(ledger).toEqual(expected);
  });

  it('with everything holds what no mapping asks for, and the next run takes it away, under the guards', async () => {
    const world = await placedByOthers({ contract, limits: {} });
    fill(world, 'support', ['ana', 'bo', 'hal']);
    await world.talk('POST', `/api/v2/routing/queues/${world.queue('Support')}/members`, [
      { id: world.user('gus') },
    ]);

    const { plan } = await adopt(world, { names: ['support', 'Support'], everything: true });

    expect(plan.notes.filter(note => note.code === 'adopt.will-go').map(note => note.text)).toEqual([
      'No mapping asks for 2 of these (Gus Test, Hal Test): once they are ours, the next sync takes them away, under the guards.',
    ]);
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'gus', 'hal']);
    await world.configure({ limits: { removals: { count: 1 } } });
    expect((await world.plan()).refusals.map(refusal => refusal.code)).toEqual(['guard.removals-count']);
    await world.configure({ limits: {} });
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    expect((await world.plan()).plan.changes).toEqual([]);
  });

  it('passes over protected groups and queues, unless they are named', async () => {
    const world = await placedByOthers({ contract });
    await world.configure({ limits: { protect: { queues: ['Support'] } } });
    const { plan } = await adopt(world);
    expect(plan.notes.map(note => note.code)).toEqual(['adopt.left-alone']);
    expect((await ledgerState(world)).join()).not.toContain('support');
    // A person is no name of the group.
    await adopt(world, { names: ['ana@example.com'] });
    expect((await ledgerState(world)).join()).not.toContain('support');
    await adopt(world, { names: ['Support'] });
    expect((await ledgerState(world)).filter(text => text.includes('support'))).toHaveLength(4);
  });

  it('is given back by an undo, and taken again by the undo of that', async () => {
    const world = await placedByOthers({ contract });
    await adopt(world);
    const ours = await ledgerState(world);
    const tenant = tenantState(world.emulator);
    const muster = await world.open();
    world.emulator.requests.reset();

    const undone = await muster.planUndo('last');

    expect(undone.plan.changes).toEqual([]);
    expect(undone.plan.notes.map(note => note.code)).toEqual(['undo.given-back']);
    expect((await muster.apply(undone)).state).toBe('done');
    expect(await ledgerState(world)).toEqual([]);
    expect((await muster.apply(await muster.planUndo('last'))).state).toBe('done');
    expect(await ledgerState(world)).toEqual(ours);
    expect(world.emulator.requests.writes()).toEqual([]);
    expect(tenantState(world.emulator)).toEqual(tenant);
  });

  it('of what a later run has written to is not given back', async () => {
    const world = await placedByOthers({ contract });
    await adopt(world);
    const run = (await journalOf(world)).findLast(line => line.kind === 'run')!.run as string;
    await world.directory({ support: ['ana', 'bo'], billing: ['cy'] });
    await world.sync();
    const muster = await world.open();
    const { plan } = await muster.planUndo(run);
    expect(plan.bookkeeping.release).toHaveLength(7);
    expect(plan.notes.map(note => note.code).toSorted()).toEqual(['undo.given-back', 'undo.left-alone']);
  });

  it('is shown and asked for on the command line', async () => {
    const world = await placedByOthers({ contract, timeScale: 1 });
    const asked = await world.cli('adopt');
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain('8 adoptions are planned');
    const { code, stdout } = await world.cli('adopt', '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain('8 things become ours as they are; nothing changes in Genesys Cloud.');
    expect(stdout).toContain('group support: the group, 2 people (Ana Test, Bo Test), on Support');
    expect(stdout).toMatch(/Fingerprint [0-9a-f]{16}/u);
    expect(stdout).toContain('Done: it is written down.');
    const history = await world.cli('history');
    expect(history.stdout).toContain('adoption, 8 things adopted');
    const again = await world.cli('adopt', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ kind: 'muster.outcome', state: 'nothing-to-do' });
  });

  it('does not write into the journal whom somebody named', async () => {
    const world = await placedByOthers({ contract });
    await adopt(world, { names: ['ana@example.com'] });
    const text = JSON.stringify(await journalOf(world));
    expect(text).not.toContain('ana@example.com"]');
    expect((await journalOf(world)).find(line => line.kind === 'run')!.purpose).toEqual({ kind: 'adopt' });
  });
});

describe('an adoption on the platform contract', () => {
  const seed = smallTenant({
    groups: [{ name: 'support', members: ['ana@example.com', 'hal@example.com'], externalId: 'okta-77' }],
  });

  it('leaves a group alone that is anchored to something else, until it is told to take it over', async () => {
    const world = await createWorld({ seed, limits: loose });
    const refused = await adopt(world, { names: ['support'] });
    expect(refused.plan.notes).toMatchObject([
      { code: 'group.name-taken', remedy: expect.stringContaining("muster adopt 'support' --take-over") },
    ]);
    expect(await ledgerState(world)).toEqual([]);

    const { plan, outcome } = await adopt(world, { names: ['support'], takeOver: true });

    expect(outcome.state).toBe('done');
    expect(plan.changes).toMatchObject([{ kind: 'group.anchor', from: 'okta-77', to: 'g-support' }]);
    expect(await ledgerState(world)).toEqual([
      'owned group support (corp.support)',
      'owned member support ana (corp.support)',
    ]);
    const muster = await world.open();
    expect((await muster.apply(await muster.planUndo('last'))).state).toBe('done');
    expect(tenantState(world.emulator).groups[0]!.externalId).toBe('okta-77');
    expect(await ledgerState(world)).toEqual([]);
  });

  it('leaves a group alone that holds people whom nobody asks for, until it is told to take it with them', async () => {
    const world = await createWorld({
      limits: loose,
      seed: smallTenant({
        groups: [{ name: 'support', members: ['ana@example.com', 'hal@example.com'] }],
      }),
    });
    for (const names of [undefined, ['support']]) {
      const { plan } = await adopt(world, names ? { names } : {});
      expect(plan.notes.map(note => note.code)).toEqual(['group.name-taken']);
      expect(await ledgerState(world)).toEqual([]);
    }

    const { plan, outcome } = await adopt(world, { names: ['support'], takeOver: true });

    expect(outcome.state).toBe('done');
    expect(plan.changes).toMatchObject([{ kind: 'group.anchor', to: 'g-support' }]);
    expect(plan.notes.map(({ code, text }) => `${code}: ${text}`)).toEqual([
      'adopt.comes-along: With "support" comes who is in it and in no source group (Hal Test): the next sync brings them onto "Support", and they stay.',
    ]);
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'hal']);
    expect((await world.plan()).plan.changes).toEqual([]);
  });

  it('takes people who stand on a queue one by one, and only those who stand there themselves', async () => {
    const world = await placedByOthers({
      groups: { support: ['ana', 'bo'] },
      mappings: [{ group: 'support', queues: ['Support'], assign: 'direct-members' }],
    });
    await adopt(world);
    expect(await ledgerState(world)).toEqual([
      'owned queue-member Support ana (corp.support.direct-members)',
      'owned queue-member Support bo (corp.support.direct-members)',
    ]);
    await world.directory({ support: ['ana'] });
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana']);
  });

  it('with everything on a queue takes a group of another hand, too', async () => {
    const world = await createWorld({
      limits: loose,
      seed: smallTenant({ groups: [{ name: 'Others', members: ['gus@example.com'] }] }),
    });
    await world.sync();
    const { db } = world.emulator;
    const queue = db.queues.get(world.queue('Support'))!;
    const body = await world.talk('GET', `/api/v2/routing/queues/${queue.id}`);
    await world.talk('PUT', `/api/v2/routing/queues/${queue.id}`, {
      ...body.body,
      memberGroups: [...body.body.memberGroups, { id: world.group('Others'), type: 'GROUP' }],
    });
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'gus']);

    await adopt(world, { names: ['Support'], everything: true });

    expect((await ledgerState(world)).filter(text => text.includes('Others'))).toEqual([
      'owned attachment Support Others member-groups (adopted)',
    ]);
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    // The group itself is not ours, and stays as it is.
    expect(tenantState(world.emulator).groups.find(group => group.name === 'Others')!.members).toEqual([
      'gus',
    ]);
  });
});

it('a name that means nothing is an error that names what is near', async () => {
  const world = await createWorld({ timeScale: 1 });
  const { code, stderr } = await world.cli('adopt', 'suport', '--yes');
  expect(code).toBe(1);
  expect(stderr).toContain('name.not-found');
  expect(stderr).toContain('Near it: Support, support');
});

it.each(['--everything', '--take-over'])('%s is for names', async option => {
  const world = await createWorld({ timeScale: 1 });
  world.emulator.requests.reset();
  const { code, stderr } = await world.cli('adopt', option, '--yes');
  expect(code).toBe(1);
  expect(stderr).toContain('for groups and queues that are named');
  expect(world.emulator.requests.all).toEqual([]);
});
