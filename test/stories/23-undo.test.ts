import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/index.ts';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import { people, smallTenant, staff } from '../support/small-tenant.ts';
import {
  callsByRoute,
  contracts,
  createWorld,
  journalOf,
  priceByRoute,
  type World,
  type WorldOptions,
} from '../support/world.ts';

const loose = { removals: { percent: 100, count: 1_000 }, staffing: { minMembers: 0 } };

/** Everything that there is and what of it is ours. */
const pictureOf = async (world: World) => ({
  tenant: tenantState(world.emulator),
  ledger: await ledgerState(world),
});

/** Plans an undo and carries it out, at the price that was told. */
async function undo(world: World, run = 'last') {
  const muster = await world.open();
  const planned = await muster.planUndo(run);
  world.emulator.requests.reset();
  const outcome = await muster.apply(planned);
  // What it takes to give seats back is only seen when people are there: for these a price is the most that there may be.
  const isExact = planned.plan.changes.every(change => change.kind !== 'queue.seat');
  if (outcome.state === 'done' && isExact)
    expect(callsByRoute(world.emulator)).toEqual(priceByRoute(planned));
  return { planned, outcome };
}

const lastRun = async (world: World): Promise<string> =>
  (await journalOf(world)).findLast(line => line.kind === 'run')!.run as string;

const textsOf = ({ notes }: Plan, code: string): string[] =>
  notes.filter(note => note.code === code).map(note => note.text);

/** A first run, and a second one in which people come, go and move, and a queue gains a group. */
async function afterTwoRuns(options: WorldOptions): Promise<World> {
  const world = await createWorld({ limits: loose, ...options });
  await world.sync();
  return world;
}

async function secondRun(world: World): Promise<void> {
  await world.directory({ support: ['ana', 'cy', 'eve'], billing: ['dee', 'bo'] });
  await world.configure({
    mappings: [
      { group: 'support', queues: ['Support', 'Sales'] },
      { group: 'billing', queues: ['Billing'] },
    ],
  });
  expect((await world.sync()).outcome.state).toBe('done');
}

describe.each(contracts)('an undo under the %s contract', contract => {
  it('puts the target and what is ours back to where they were, and the undo of it back again', async () => {
    const world = await afterTwoRuns({ contract });
    const before = await pictureOf(world);
    await secondRun(world);
    const after = await pictureOf(world);

    const { planned, outcome } = await undo(world);

    expect(outcome.state).toBe('done');
    expect(planned.plan.notes.map(note => note.code)).toEqual(['undo.comes-again']);
    expect(await pictureOf(world)).toEqual(before);
    await undo(world);
    expect(await pictureOf(world)).toEqual(after);
  });

  it('needs no source: it works while the identity provider is down', async () => {
    const world = await afterTwoRuns({ contract });
    const before = await pictureOf(world);
    await secondRun(world);
    await world.directory({}, { cut: true });
    expect((await undo(world)).outcome.state).toBe('done');
    expect(await pictureOf(world)).toEqual(before);
  });

  it('is a run like any other in the history', async () => {
    const world = await createWorld({ contract, timeScale: 1, limits: loose });
    await world.sync();
    const run = await lastRun(world);
    expect((await world.cli('undo', run, '--yes')).code).toBe(0);
    const { stdout } = await world.cli('history');
    expect(stdout.split('\n')[0]).toContain(`undo of ${run}`);
    const { runs } = JSON.parse((await world.cli('history', 'last', '--json')).stdout);
    expect(runs[0].purpose).toEqual({ kind: 'undo', of: run });
    expect((await world.cli('history', '--verify')).code).toBe(0);
  });

  it('empties the groups that the run made and takes them off their queues, and deletes none', async () => {
    const world = await afterTwoRuns({ contract });
    const { planned } = await undo(world);
    expect(textsOf(planned.plan, 'undo.group-stays')).toEqual([
      expect.stringContaining('The run made billing, support'),
    ]);
    const { groups } = tenantState(world.emulator);
    expect(groups.map(({ name, members, queues }) => ({ name, members, queues }))).toEqual([
      { name: 'billing', members: [], queues: [] },
      { name: 'support', members: [], queues: [] },
    ]);
    expect(await world.on('Support')).toEqual([]);
    expect(await ledgerState(world)).toEqual([
      expect.stringContaining('owned group billing'),
      expect.stringContaining('owned group support'),
    ]);
    // They are still ours: the next run fills the same groups.
    await world.sync();
    expect(world.emulator.db.groups.size).toBe(2);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });

  it('is stopped by the guards, like any plan', async () => {
    const world = await createWorld({ contract, timeScale: 1 });
    await world.sync();
    const before = await pictureOf(world);
    world.emulator.requests.reset();

    const refused = await world.cli('undo', 'last', '--yes');

    expect(refused.code).toBe(3);
    expect(refused.stdout).toContain('guard.staffing-floor');
    expect(world.emulator.requests.writes()).toEqual([]);
    expect(await pictureOf(world)).toEqual(before);
    const allowed = await world.cli('undo', 'last', '--yes', '--min-members', '0');
    expect(allowed.code).toBe(0);
    expect(await world.on('Support')).toEqual([]);
  });

  it('measures the share of removals by all that is ours, not by the little that it reads', async () => {
    const crowd = Array.from({ length: 20 }, (_, index) => `t${index}`);
    const world = await createWorld({
      contract,
      seed: smallTenant({ users: people([...crowd, ...staff]) }),
      groups: { support: crowd, billing: ['cy', 'dee'] },
    });
    await world.sync();
    await world.directory({ support: crowd, billing: ['cy', 'dee', 'eve', 'fay', 'gus'] });
    await world.sync();
    world.emulator.requests.reset();
    const muster = await world.open();
    const { plan, refusals } = await muster.planUndo('last');
    expect(plan.losses).toBe(3);
    expect(plan.held).toBe(25);
    expect(refusals).toEqual([]);
    // The other group is not even read.
    const read = world.emulator.requests.all.map(({ path }) => path).join();
    expect(read).toContain(world.group('billing'));
    expect(read).not.toContain(world.group('support'));
  });

  it('leaves alone what a later run changed, and says so', async () => {
    const world = await afterTwoRuns({ contract });
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee', 'fay'] });
    await world.sync();
    const run = await lastRun(world);
    await world.directory({ support: ['ana', 'bo'], billing: ['cy', 'dee', 'fay'] });
    await world.sync();
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee', 'fay'] });
    await world.sync();

    const { planned } = await undo(world, run);

    expect(textsOf(planned.plan, 'undo.left-alone')).toEqual([
      '1 thing that the run did is left as it is: a later run wrote there.',
    ]);
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'eve']);
    expect(await world.on('Billing')).toEqual(['cy', 'dee']);
  });

  it('leaves alone what another hand changed, and says so', async () => {
    const world = await afterTwoRuns({ contract });
    await world.directory({ support: ['ana', 'eve'], billing: ['cy', 'dee', 'fay'] });
    await world.sync();
    // Somebody put Bo back by hand, and took Fay away.
    const { db } = world.emulator;
    const support = db.groups.get(world.group('support'))!;
    db.setIndividuals(support, new Set([...support.individuals, world.user('bo')]));
    const billing = db.groups.get(world.group('billing'))!;
    db.setIndividuals(billing, new Set([world.user('cy'), world.user('dee')]));

    const { planned } = await undo(world);

    expect(planned.plan.changes.map(change => change.kind)).toEqual(['member.remove']);
    expect(textsOf(planned.plan, 'undo.left-alone')).toEqual([
      '1 thing that the run did is left as it is: put back by somebody else already.',
    ]);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    // Bo is there by another hand: he is not ours to take away.
    expect((await ledgerState(world)).filter(text => text.includes(' bo '))).toEqual([]);
    expect((await ledgerState(world)).filter(text => text.includes(' fay '))).toEqual([]);
  });

  it('leaves out whom it cannot put back, and says why', async () => {
    const world = await afterTwoRuns({ contract });
    await world.directory({ support: ['ana'], billing: ['cy'] });
    await world.sync();
    const { db } = world.emulator;
    db.users.put({ ...db.users.get(world.user('bo'))!, state: 'inactive' });
    const { planned } = await undo(world);
    expect(textsOf(planned.plan, 'undo.left-alone')).toEqual([
      '1 thing that the run did is left as it is: no active user any more.',
    ]);
    expect(await world.on('Support')).toEqual(['ana']);
    expect(await world.on('Billing')).toEqual(['cy', 'dee']);
  });

  it('takes nothing away from what is protected', async () => {
    const world = await createWorld({ contract, limits: loose });
    await world.sync();
    await world.configure({ limits: { ...loose, protect: { people: ['ana@example.com'] } } });
    const { planned } = await undo(world);
    expect(planned.plan.notes.map(note => note.code)).toContain('removal.kept');
    // The group of a protected person stays on its queue.
    expect(await world.on('Support')).toEqual(['ana']);
    expect(await world.on('Billing')).toEqual([]);
  });

  it('gives a group its name and its anchor back', async () => {
    const world = await afterTwoRuns({
      contract,
      mappings: [{ id: 'm', group: 'support', queues: ['Support'], displayName: 'Old', externalId: 'iam-1' }],
    });
    const before = await pictureOf(world);
    await world.configure({
      mappings: [{ id: 'm', group: 'support', queues: ['Support'], displayName: 'New', externalId: 'iam-2' }],
    });
    await world.sync();
    expect(tenantState(world.emulator).groups[0]).toMatchObject({ name: 'New', externalId: 'iam-2' });

    const { planned } = await undo(world);

    expect(planned.plan.changes.map(change => change.kind)).toEqual(['group.rename', 'group.anchor']);
    expect(await pictureOf(world)).toEqual(before);
  });

  it('leaves a name alone that somebody has changed since', async () => {
    const mapping = { id: 'm', group: 'support', queues: ['Support'] };
    const world = await afterTwoRuns({ contract, mappings: [{ ...mapping, displayName: 'Old' }] });
    await world.configure({ mappings: [{ ...mapping, displayName: 'New' }] });
    await world.sync();
    world.emulator.db.changeGroup(world.emulator.db.groups.get(world.group('New'))!, { name: 'Other' });
    const { planned } = await undo(world);
    expect(planned.plan.changes).toEqual([]);
    expect(textsOf(planned.plan, 'undo.left-alone')).toEqual([
      '1 thing that the run did is left as it is: changed by somebody else since.',
    ]);
  });

  it('says that the config still asks for what is undone; the next run does it again', async () => {
    const world = await afterTwoRuns({ contract });
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] });
    await world.sync();
    const { planned } = await undo(world);
    const [told] = planned.plan.notes.filter(note => note.code === 'undo.comes-again');
    expect(told).toMatchObject({
      level: 'warning',
      text: expect.stringContaining('mapping corp.support'),
      remedy: expect.stringContaining('before the next sync'),
    });
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'eve']);
  });

  it('can be saved, approved and applied; a world that has moved is refused', async () => {
    const world = await createWorld({ contract, timeScale: 1, limits: loose });
    await world.sync();
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] });
    await world.sync();
    world.emulator.requests.reset();
    const saved = await world.cli('undo', 'last', '--out', 'undo.json');
    expect(saved.code).toBe(0);
    expect(world.emulator.requests.writes()).toEqual([]);
    const run = await lastRun(world);
    const plan = JSON.parse(await readFile(join(world.dir, 'undo.json'), 'utf8')) as Plan;
    expect(plan.purpose).toEqual({ kind: 'undo', of: run });

    expect((await world.cli('apply', 'undo.json')).code).toBe(0);

    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    const again = await world.cli('apply', 'undo.json');
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('plan.world-moved') });
  });

  it('goes on where another undo of the same run was stopped', async () => {
    const world = await afterTwoRuns({ contract, genesys: { concurrency: 1, memberBatch: 1 } });
    const before = await pictureOf(world);
    await secondRun(world);
    const run = await lastRun(world);
    const stop = new AbortController();
    const off = world.emulator.on('applied', record => {
      if (record.method !== 'GET') stop.abort();
    });
    const muster = await world.open();
    const stopped = await muster.apply(await muster.planUndo(run), { stop: stop.signal });
    off();
    expect(stopped.state).toBe('interrupted');
    expect((await muster.apply(await muster.planUndo(run))).state).toBe('done');
    expect(await pictureOf(world)).toEqual(before);
  });

  it('of a run that lost an answer goes by what the target shows', async () => {
    const world = await afterTwoRuns({ contract, genesys: { concurrency: 1 } });
    const before = tenantState(world.emulator);
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] });
    const muster = await world.open();
    const planned = await muster.plan();
    // The first write is done, and its answer never comes.
    const cut = new AbortController();
    const off = world.emulator.on('applied', async record => {
      if (record.method === 'GET') return;
      cut.abort();
      throw new Error('The line is cut.');
    });
    await muster.apply(planned, { signal: cut.signal }).catch(() => {});
    off();
    expect((await ledgerState(world)).filter(text => text.startsWith('claimed'))).toHaveLength(1);
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'eve']);

    expect((await undo(world)).outcome.state).toBe('done');

    expect(tenantState(world.emulator)).toEqual(before);
    expect((await ledgerState(world)).filter(text => text.startsWith('claimed'))).toEqual([]);
  });
});

describe('an undo of people placed one by one', () => {
  it('takes off whom the run put on, and puts back whom it took off', async () => {
    const mappings = [{ group: 'support', queues: ['Support'], assign: 'direct-members' }];
    const world = await afterTwoRuns({ mappings, groups: { support: ['ana', 'bo'] } });
    const before = await pictureOf(world);
    await world.directory({ support: ['ana', 'eve'] });
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana', 'eve']);
    expect((await undo(world)).outcome.state).toBe('done');
    expect(await pictureOf(world)).toEqual(before);
  });
});

describe('an undo of a bullseye ring', () => {
  it('puts the group back into the ring that it was in', async () => {
    const mapping = { id: 'm', group: 'support', queues: ['VIP'], assign: 'ring-groups' };
    const world = await afterTwoRuns({
      seed: smallTenant({ queues: [{ name: 'VIP', rings: [{}, {}] }] }),
      groups: { support: ['ana', 'bo'] },
      mappings: [{ ...mapping, ring: 1 }],
    });
    const before = await pictureOf(world);
    await world.configure({ mappings: [{ ...mapping, ring: 2 }] });
    await world.sync();
    expect(tenantState(world.emulator).queues[0]!.rings).toEqual([[], ['support']]);
    expect((await undo(world)).outcome.state).toBe('done');
    expect(await pictureOf(world)).toEqual(before);
  });
});

describe('an undo on the platform contract', () => {
  it('takes an anchor away from a group that had none', async () => {
    const world = await createWorld({
      limits: loose,
      seed: smallTenant({ groups: [{ name: 'support', members: ['ana@example.com'] }] }),
      mappings: [{ group: 'support', queues: ['Support'] }],
    });
    const before = tenantState(world.emulator);
    await world.sync();
    expect(tenantState(world.emulator).groups[0]!.externalId).toBe('g-support');
    expect((await undo(world)).outcome.state).toBe('done');
    expect(tenantState(world.emulator)).toEqual(before);
    expect(await ledgerState(world)).toEqual([]);
  });
});

it('a run that the journal does not have is an error that names those near it', async () => {
  const world = await createWorld({ timeScale: 1 });
  expect((await world.cli('undo', 'last')).stderr).toContain('run.not-found');
  await world.sync();
  const run = await lastRun(world);
  const { code, stderr } = await world.cli('undo', `${run.slice(0, -1)}x`);
  expect(code).toBe(1);
  expect(stderr).toContain('run.not-found');
  expect(stderr).toContain(run);
});

it('nobody is asked where nobody is: an undo without --yes writes nothing', async () => {
  const world = await createWorld({ timeScale: 1, limits: loose });
  await world.sync();
  world.emulator.requests.reset();
  const { code, stderr } = await world.cli('undo', 'last');
  expect(code).toBe(1);
  expect(stderr).toContain('run.interrupted');
  expect(world.emulator.requests.writes()).toEqual([]);
});

it('with nothing left to undo, an undo says so and leaves no line', async () => {
  const world = await createWorld({ timeScale: 1, limits: loose });
  await world.sync();
  const run = await lastRun(world);
  await world.cli('undo', run, '--yes');
  const lines = (await journalOf(world)).length;
  const { code, stdout } = await world.cli('undo', run, '--yes');
  expect(code).toBe(0);
  expect(stdout).toContain('Nothing is left to undo.');
  expect(await journalOf(world)).toHaveLength(lines);
});
