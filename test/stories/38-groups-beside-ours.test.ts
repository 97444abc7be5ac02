import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLedger } from '../../src/store/file.ts';
import { smallTenant } from '../support/small-tenant.ts';
import { contracts, createWorld, shortName, type World, type WorldOptions } from '../support/world.ts';

/** A group that somebody made and put on Support; Gus is in it, and in our group too. */
const nightCrew = { name: 'Night crew', members: ['gus@example.com', 'hal@example.com'] };
const beside = (support: object = { memberGroups: ['Night crew'] }) =>
  smallTenant({ groups: [nightCrew], queues: [{ name: 'Support', ...support }, { name: 'Billing' }] });

const start = (options: WorldOptions = {}): Promise<World> =>
  createWorld({
    seed: beside(),
    groups: { support: ['ana', 'bo', 'gus'], billing: ['cy'] },
    ...options,
  });

const loose = { removals: { percent: 100 } };
const drain = { ...loose, drain: { graceSeconds: 60 } };
const membersRoute = 'GET /api/v2/groups/{groupId}/members';

const onSupport = (world: World, { plan }: Awaited<ReturnType<World['plan']>>) => {
  const outlook = plan.queues.find(({ queue }) => queue === world.queue('Support'));
  const named = (ids: readonly string[] = []) => ids.map(id => shortName(world.emulator, id)).sort();
  return (
    outlook && {
      before: outlook.before,
      after: outlook.after,
      joining: named(outlook.joining),
      leaving: named(outlook.leaving),
      exact: outlook.exact,
    }
  );
};

async function joined(world: World, queue: string): Promise<string[]> {
  const path = `/api/v2/routing/queues/${world.queue(queue)}/members?joined=true&pageSize=100`;
  const { body } = await world.talk('GET', path);
  return body.entities.map(({ id }: { id: string }) => shortName(world.emulator, id)).sort();
}

const seatsOf = async (world: World) => [
  ...((await readLedger(join(world.dir, '.muster'))).seats ?? new Map()).values(),
];

describe.each(contracts)('a group of another hand on our queue, under the %s contract', contract => {
  it('brings people who are not counted twice when our group comes', async () => {
    const world = await start({ contract });
    const { planned, outcome } = await world.sync();
    expect(onSupport(world, planned)).toEqual({
      before: 2,
      after: 4,
      joining: ['ana', 'bo'],
      leaving: [],
      exact: true,
    });
    expect(outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'gus', 'hal']);
  });

  it('keeps who leaves the source: nobody is said to leave, unjoined or waited for', async () => {
    const world = await start({ contract });
    await world.sync();
    await world.configure({ limits: drain });
    await world.directory({ support: ['ana', 'bo'], billing: ['cy'] });

    const { planned, outcome } = await world.sync();

    expect(planned.plan.changes.map(change => change.kind)).toEqual(['member.remove']);
    expect(onSupport(world, planned)).toEqual({
      before: 4,
      after: 4,
      joining: [],
      leaving: [],
      exact: true,
    });
    expect(planned.plan.losses).toBe(0);
    expect(planned.plan.drain).toBeUndefined();
    expect(outcome).toMatchObject({ state: 'done', unseen: [] });
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'gus', 'hal']);
    expect(await joined(world, 'Support')).toEqual(['ana', 'bo', 'gus', 'hal']);
    expect(await seatsOf(world)).toEqual([]);
    expect((await world.plan()).plan.changes).toEqual([]);
  });

  it('keeps nobody else: who is in our group alone goes, with the grace', async () => {
    const world = await start({ contract });
    await world.sync();
    await world.configure({ limits: drain });
    await world.directory({ support: ['ana'], billing: ['cy'] });

    const { planned, outcome } = await world.sync();

    expect(onSupport(world, planned)).toMatchObject({ before: 4, after: 3, leaving: ['bo'] });
    expect(outcome).toMatchObject({ state: 'done', drain: { people: 1 } });
    expect(await world.on('Support')).toEqual(['ana', 'gus', 'hal']);
    expect(await joined(world, 'Support')).toEqual(['ana', 'gus', 'hal']);
  });

  it('may be that of another muster, with a ledger of its own', async () => {
    const world = await start({ contract, seed: smallTenant(), limits: loose });
    const mapping = (hand: string) => ({
      mappings: [{ group: 'support', queues: ['Support'], displayName: hand, externalId: hand }],
    });
    await world.configure(mapping('first hand'));
    await world.sync();
    const [state, other] = [join(world.dir, '.muster'), join(world.dir, '.first')];
    await rename(state, other);
    await world.configure(mapping('second hand'));
    const second = await world.sync();
    expect(onSupport(world, second.planned)).toMatchObject({ before: 3, after: 3, joining: [] });

    // The second one loses everybody, which is no loss to the queue.
    await world.directory({ support: ['bo'] });
    const { planned, outcome } = await world.sync();
    expect(onSupport(world, planned)).toMatchObject({ before: 3, after: 3, leaving: [] });
    expect(planned.refusals).toEqual([]);
    expect(outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'gus']);

    // Now the last hold on two of them.
    await rename(state, join(world.dir, '.second'));
    await rename(other, state);
    await world.configure(mapping('first hand'));
    const last = await world.sync();
    expect(onSupport(world, last.planned)).toMatchObject({ before: 3, after: 1, leaving: ['ana', 'gus'] });
    expect(await world.on('Support')).toEqual(['bo']);
  });
});

describe('where a group of another hand stands', () => {
  it('in a ring, it keeps its people as well', async () => {
    const world = await start({
      seed: beside({ rings: [{ memberGroups: ['Night crew'] }, {}] }),
      mappings: [{ group: 'support', queues: ['Support'], assign: 'ring-groups', ring: 2 }],
      limits: loose,
    });
    await world.sync();
    await world.directory({ support: ['ana', 'bo'] });
    const { planned, outcome } = await world.sync();
    expect(onSupport(world, planned)).toMatchObject({ before: 4, after: 4, leaving: [] });
    expect(outcome.state).toBe('done');
  });

  it('people whom a rule brings are its people', async () => {
    const world = await start({
      seed: smallTenant({
        groups: [{ name: 'Night crew', members: [], ruleMembers: ['gus@example.com', 'hal@example.com'] }],
        queues: [{ name: 'Support', memberGroups: ['Night crew'] }, { name: 'Billing' }],
      }),
      limits: drain,
    });
    await world.sync();
    await world.directory({ support: ['ana', 'bo'], billing: ['cy'] });
    const { planned, outcome } = await world.sync();
    expect(onSupport(world, planned)).toMatchObject({ before: 4, after: 4, leaving: [] });
    expect(outcome).toMatchObject({ state: 'done' });
    expect(await joined(world, 'Support')).toEqual(['ana', 'bo', 'gus', 'hal']);
  });

  it.each(['TEAM', 'SKILLGROUP'] as const)('nobody is unjoined who may stay by a %s', async type => {
    const other = { id: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', type };
    const world = await start({ seed: beside({ memberGroups: [other] }), limits: drain });
    await world.sync();
    await world.directory({ support: ['ana', 'bo'], billing: ['cy'] });
    const { planned, outcome } = await world.sync();
    // The floor is judged on the safe side.
    expect(onSupport(world, planned)).toMatchObject({ before: 3, after: 2, leaving: ['gus'], exact: false });
    expect(planned.plan.drain).toBeUndefined();
    const told = planned.plan.notes.filter(note => note.code === 'queue.may-stay').map(note => note.text);
    expect(told).toEqual([
      `Gus Test may stay on "Support": a ${type === 'TEAM' ? 'team' : 'skill group'} stands there, whose people are not read.`,
    ]);
    expect(outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });
});

describe('what is read for it', () => {
  it('is one page of each such group, and only where somebody goes', async () => {
    const world = await start({ limits: loose });
    await world.sync();
    await world.directory({ support: ['ana', 'bo', 'eve', 'gus'], billing: ['cy'] });
    world.emulator.requests.reset();
    await world.sync();
    await world.sync();
    expect(world.emulator.requests.count(membersRoute)).toBe(0);
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy'] });
    await world.plan();
    expect(world.emulator.requests.count(membersRoute)).toBe(1);
  });
});

it.each(contracts)(
  'who is still on the queue when their removal is done has it activated again (%s)',
  async contract => {
    const world = await start({ contract, seed: smallTenant(), genesys: { settleSeconds: 5 } });
    await world.sync();
    await world.configure({ limits: drain });
    await world.directory({ support: ['ana', 'bo'], billing: ['cy'] });
    const row = () => world.emulator.db.queues.get(world.queue('Support'))!;
    let once = true;
    // Another hand attaches a group that he is in while he is drained.
    world.emulator.on('applied', async ({ route }) => {
      if (!once || route !== 'PATCH /api/v2/routing/queues/{queueId}/members') return;
      once = false;
      const made = await world.talk('POST', '/api/v2/groups', {
        name: 'Night crew',
        type: 'official',
        visibility: 'public',
        rulesVisible: true,
      });
      const crew = world.emulator.db.groups.get(made.body.id)!;
      world.emulator.db.setIndividuals(crew, new Set([world.user('gus')]));
      const queue = await world.talk('GET', `/api/v2/routing/queues/${row().id}`);
      const memberGroups = [...(queue.body.memberGroups ?? []), { id: crew.id, type: 'GROUP' }];
      await world.talk('PUT', `/api/v2/routing/queues/${row().id}`, { ...queue.body, memberGroups });
    });
    const { outcome } = await world.sync();
    expect(outcome).toMatchObject({ drain: { people: 1, joinedAgain: 1, problems: [] } });
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'gus']);
    expect(await joined(world, 'Support')).toEqual(['ana', 'bo', 'gus']);
    expect(await seatsOf(world)).toEqual([]);
  },
);
