import { describe, expect, it } from 'vitest';
import { memberIds } from '../../src/emulator/membership.ts';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import { smallTenant, staff } from '../support/small-tenant.ts';
import { callsByRoute, createWorld, priceByRoute, shortName, type World } from '../support/world.ts';

type Way = 'member-groups' | 'ring-groups' | 'direct-members';

const limits = { staffing: { minMembers: 2 } };
const served = (assign: Way) => ({
  mappings: [
    {
      id: 'm',
      group: 'support',
      queues: ['VIP'],
      assign,
      ...(assign === 'ring-groups' ? { ring: 2 } : {}),
    },
  ],
});
const seed = () => smallTenant({ queues: [{ name: 'VIP', rings: [{}, {}] }, { name: 'Billing' }] });
const world = (assign: Way, knobs: Parameters<typeof createWorld>[0] = {}) =>
  createWorld({
    seed: seed(),
    groups: { support: ['ana', 'bo', 'cy'] },
    limits,
    ...served(assign),
    ...knobs,
    genesys: { concurrency: 1, ...knobs.genesys },
  });

const everybody = ['ana', 'bo', 'cy'];
const activation = 'PATCH /api/v2/routing/queues/{id}/members';
const look = 'GET /api/v2/routing/queues/{id}/members';

/** A price is the most that may be: what is given back costs nothing where the platform leaves it as it was. */
function withoutGiving(price: Readonly<Record<string, number>>, looksBack: number) {
  const { [activation]: _, ...rest } = price;
  return { ...rest, [look]: price[look]! - looksBack };
}

/** Who has the queue activated. */
async function activated(there: World): Promise<string[]> {
  const path = `/api/v2/routing/queues/${there.queue('VIP')}/members?joined=true&pageSize=100`;
  const { body } = await there.talk('GET', path);
  return (body as { entities: { id: string }[] }).entities
    .map(({ id }) => shortName(there.emulator, id))
    .sort();
}

/** By hand, as an agent does it. */
const activate = (there: World, names: readonly string[]) =>
  there.talk(
    'PATCH',
    `/api/v2/routing/queues/${there.queue('VIP')}/members`,
    names.map(name => ({ id: there.user(name), joined: true })),
  );
const memberPost = 'POST /api/v2/routing/queues/{queueId}/members';

/** Who was off the queue after which request. */
function watch({ emulator, queue }: World): string[] {
  const seen: string[] = [];
  emulator.on('applied', ({ method, template }) => {
    const here = [...memberIds(emulator.db, emulator.db.queues.get(queue('VIP'))!, 'seenByQueues')].map(id =>
      shortName(emulator, id),
    );
    const off = everybody.filter(name => !here.includes(name));
    if (off.length > 0) seen.push(`${off.join(', ')} after ${method} ${template}`);
  });
  return seen;
}

async function goOver(there: World, to: Way) {
  await there.configure(served(to));
  const muster = await there.open();
  const planned = await muster.plan();
  there.emulator.requests.reset();
  const outcome = await muster.apply(planned);
  return { planned, outcome, calls: callsByRoute(there.emulator) };
}

const pictureOf = async (there: World) => ({
  on: await there.on('VIP'),
  tenant: tenantState(there.emulator),
  ledger: await ledgerState(there),
});

describe.each(['member-groups', 'ring-groups'] as const)('a queue that goes over from %s to people', way => {
  it('does so in one run, off the queue for one request at the most, and is told so', async () => {
    const there = await world(way);
    await there.sync();
    const off = watch(there);
    const { planned, outcome, calls } = await goOver(there, 'direct-members');
    expect(planned.refusals).toEqual([]);
    expect(planned.plan.notes.map(note => note.code)).toContain('queue.handover');
    expect(planned.plan.queues).toMatchObject([{ joining: [], leaving: [], before: 3, after: 3 }]);
    expect(outcome.state).toBe('done');
    expect(calls).toEqual(withoutGiving(priceByRoute(planned), 1));
    expect(off).toEqual(['ana, bo, cy after PUT /api/v2/routing/queues/{queueId}']);
    expect(tenantState(there.emulator).queues.find(({ name }) => name === 'VIP')!.direct).toEqual(everybody);
    expect((await there.plan()).plan.changes).toEqual([]);
  });

  it('comes onto it also where the platform refuses whoever a group still brings, and sees late that it is gone', async () => {
    const there = await world(way, { knobs: { overlap: 'refuse', propagationMs: 5_000 } });
    await there.sync();
    const { outcome } = await goOver(there, 'direct-members');
    expect(outcome.steps.flatMap(({ problem }) => problem ?? [])).toEqual([]);
    expect(outcome.state).toBe('done');
    expect(tenantState(there.emulator).queues.find(({ name }) => name === 'VIP')!.direct).toEqual(everybody);
  });

  it('comes onto it also where the group was let go of and every answer to that was lost', async () => {
    // With more attempts, one that comes late enough reads the queue again and finds that all is done.
    const there = await world(way, { genesys: { attempts: 1 } });
    await there.sync();
    there.emulator.faults.add({ route: 'PUT /api/v2/routing/queues/{queueId}', kind: 'lost-answer' });
    expect((await goOver(there, 'direct-members')).outcome.state).not.toBe('done');
    expect(await there.on('VIP')).toEqual(everybody);
  });

  it('is undone, and the undo as well', async () => {
    const there = await world(way);
    await there.sync();
    const before = await pictureOf(there);
    await goOver(there, 'direct-members');
    const between = await pictureOf(there);
    const off = watch(there);
    for (const picture of [before, between]) {
      const muster = await there.open();
      const planned = await muster.planUndo('last');
      expect(planned.refusals).toEqual([]);
      expect((await muster.apply(planned)).state).toBe('done');
      await muster.close();
      expect(await pictureOf(there)).toEqual(picture);
    }
    expect(off).toEqual(['ana, bo, cy after PUT /api/v2/routing/queues/{queueId}']);
  });

  it('and dies in between, is mended by the next run', async () => {
    const there = await world(way);
    await there.sync();
    there.emulator.faults.add({ route: memberPost, kind: 'status', status: 400, times: 2 });
    const { outcome } = await goOver(there, 'direct-members');
    expect(outcome.state).not.toBe('done');
    expect(await there.on('VIP')).toEqual([]);
    expect((await there.sync()).outcome.state).toBe('done');
    expect(await there.on('VIP')).toEqual(everybody);
    expect((await there.plan()).plan.changes).toEqual([]);
  });
});

describe('people who come directly to a queue on which somebody keeps their group', () => {
  it('go out of it one after the other, and none of our requests gets in the way of another', async () => {
    const there = await createWorld({
      seed: smallTenant({ queues: [{ name: 'VIP' }, { name: 'Billing' }] }),
      groups: { support: staff, second: staff },
      mappings: [{ group: 'support', queues: ['Billing'] }],
    });
    await there.sync();
    const path = `/api/v2/routing/queues/${there.queue('VIP')}`;
    const { body } = await there.talk('GET', path);
    const support = { id: there.group('support'), type: 'GROUP' };
    await there.talk('PUT', path, { ...(body as object), memberGroups: [support] });
    await there.configure({
      mappings: [{ group: 'second', queues: ['VIP'], assign: 'direct-members' }],
      limits: { removals: { percent: 100 }, quarantine: { percent: 100 } },
    });
    const muster = await there.open();
    const planned = await muster.plan();
    expect(planned.plan.steps.filter(step => step.kind === 'queue.handover')).toHaveLength(staff.length);
    there.emulator.requests.reset();
    expect((await muster.apply(planned)).state).toBe('done');
    expect(callsByRoute(there.emulator)).toEqual(withoutGiving(priceByRoute(planned), staff.length));
    expect(await there.on('VIP')).toEqual([...staff]);
  });
});

describe('a queue that goes over from people to a group', () => {
  it('does so in one run, with nobody off it at any instant, and back by an undo', async () => {
    const there = await world('direct-members');
    await there.sync();
    const before = await pictureOf(there);
    const off = watch(there);
    const { planned, outcome, calls } = await goOver(there, 'member-groups');
    expect([planned.refusals, outcome.state]).toEqual([[], 'done']);
    expect(calls).toEqual(withoutGiving(priceByRoute(planned), 1));
    expect(off).toEqual([]);
    expect(await there.on('VIP')).toEqual(everybody);
    expect((await there.plan()).plan.changes).toEqual([]);
    const muster = await there.open();
    expect((await muster.apply(await muster.planUndo('last'))).state).toBe('done');
    expect((await pictureOf(there)).on).toEqual(before.on);
    expect((await pictureOf(there)).tenant.queues).toEqual(before.tenant.queues);
  });

  it('waits until the queue shows that the group brings them', async () => {
    const there = await world('direct-members', { knobs: { propagationMs: 5_000 } });
    await there.sync();
    const off = watch(there);
    const { outcome } = await goOver(there, 'member-groups');
    expect(outcome.state).toBe('done');
    expect(off).toEqual([]);
  });

  it('takes nobody off where the queue does not show it in time, and nobody is without activation for good', async () => {
    const there = await world('direct-members', {
      knobs: { propagationMs: 60_000, directMembersJoined: false, groupMembersJoined: false },
    });
    await there.sync();
    await activate(there, ['ana', 'cy']);
    const off = watch(there);
    const { outcome } = await goOver(there, 'member-groups');
    expect(outcome.state).toBe('partly');
    expect(outcome.steps.map(step => step.problem?.code)).toContain('settle.not-seen');
    expect(off).toEqual([]);
    await there.clock.sleep(60_000, AbortSignal.timeout(60_000));
    expect((await there.sync()).outcome.state).toBe('done');
    expect([await there.on('VIP'), off]).toEqual([everybody, []]);
    expect(await activated(there)).toEqual(['ana', 'cy']);
    expect((await there.plan()).plan.changes).toEqual([]);
  });
});

describe('a platform that shows people who stand both ways as direct members', () => {
  const knobs = { overlapRow: 'user', directMembersJoined: false, groupMembersJoined: false } as const;

  it('does not show that a group brings them: they stay directly, and the run after takes that away', async () => {
    const there = await world('direct-members', { knobs });
    await there.sync();
    await activate(there, ['ana', 'cy']);
    const off = watch(there);
    const { outcome } = await goOver(there, 'member-groups');
    expect([outcome.state, outcome.steps.flatMap(step => step.problem?.code ?? [])]).toEqual([
      'partly',
      ['settle.not-seen'],
    ]);
    expect((await there.sync()).outcome.state).toBe('done');
    const [queue] = tenantState(there.emulator).queues.filter(({ name }) => name === 'VIP');
    expect([queue!.direct, await there.on('VIP'), off]).toEqual([[], everybody, []]);
    expect(await activated(there)).toEqual(['ana', 'cy']);
    expect((await there.plan()).plan.changes).toEqual([]);
  });

  it.each(['no-op', 'add', 'refuse'] as const)(
    'has them come directly in one run, and what they have activated with them (overlap: %s)',
    async overlap => {
      const there = await world('member-groups', { knobs: { ...knobs, overlap } });
      await there.sync();
      await activate(there, ['ana', 'cy']);
      expect((await goOver(there, 'direct-members')).outcome.state).toBe('done');
      expect([await there.on('VIP'), await activated(there)]).toEqual([everybody, ['ana', 'cy']]);
      expect((await there.plan()).plan.changes).toEqual([]);
    },
  );
});

describe('whoever has the queue activated has it afterwards, whatever the platform makes of it', () => {
  const knobs = { directMembersJoined: false, groupMembersJoined: false };
  const ways = [
    ['member-groups', 'direct-members'],
    ['direct-members', 'member-groups'],
  ] as const;

  it.each(ways)('where it goes over from %s to %s', async (from, to) => {
    const there = await world(from, { knobs });
    await there.sync();
    await activate(there, ['ana', 'cy']);
    const { planned, outcome, calls } = await goOver(there, to);
    expect(outcome.state).toBe('done');
    expect(calls).toEqual(priceByRoute(planned));
    expect([await there.on('VIP'), await activated(there)]).toEqual([everybody, ['ana', 'cy']]);
    expect((await there.plan()).plan.changes).toEqual([]);
  });

  it.each(ways)('and back by an undo (%s to %s)', async (from, to) => {
    const there = await world(from, { knobs });
    await there.sync();
    await activate(there, ['ana', 'cy']);
    await goOver(there, to);
    const muster = await there.open();
    expect((await muster.apply(await muster.planUndo('last'))).state).toBe('done');
    expect([await there.on('VIP'), await activated(there)]).toEqual([everybody, ['ana', 'cy']]);
  });

  it.each(ways)('which nobody pays for who has nobody activated (%s to %s)', async (from, to) => {
    const there = await world(from, { knobs });
    await there.sync();
    const { planned, calls } = await goOver(there, to);
    expect(calls).toEqual(priceByRoute(planned));
    expect(calls[activation]).toBeUndefined();
  });

  it.each(ways)('and the run after one that could not give it back does (%s to %s)', async (from, to) => {
    const there = await world(from, { knobs });
    await there.sync();
    await activate(there, ['ana', 'cy']);
    there.emulator.faults.add({
      route: 'PATCH /api/v2/routing/queues/{queueId}/members',
      kind: 'status',
      status: 400,
      times: 1,
    });
    expect((await goOver(there, to)).outcome.state).not.toBe('done');
    expect(await activated(there)).toEqual([]);
    expect((await there.sync()).outcome.state).toBe('done');
    expect([await there.on('VIP'), await activated(there)]).toEqual([everybody, ['ana', 'cy']]);
    expect((await there.plan()).plan.changes).toEqual([]);
  });

  it('also where the queue is later than 20 looks', async () => {
    const there = await world('member-groups', { knobs: { ...knobs, propagationMs: 40_000 } });
    await there.sync();
    await there.clock.sleep(60_000, AbortSignal.timeout(60_000));
    await activate(there, ['ana', 'cy']);
    expect((await goOver(there, 'direct-members')).outcome.state).not.toBe('done');
    await there.clock.sleep(60_000, AbortSignal.timeout(60_000));
    expect((await there.sync()).outcome.state).toBe('done');
    expect([await there.on('VIP'), await activated(there)]).toEqual([everybody, ['ana', 'cy']]);
  });

  it('also while others have a grace before they go', async () => {
    const there = await createWorld({
      seed: seed(),
      groups: { support: everybody, billing: ['dee', 'eve'] },
      mappings: [...served('direct-members').mappings, { group: 'billing', queues: ['Billing'] }],
      knobs,
    });
    await there.sync();
    await activate(there, ['ana', 'cy']);
    const billing = `/api/v2/routing/queues/${there.queue('Billing')}/members`;
    await there.talk('PATCH', billing, [{ id: there.user('eve'), joined: true }]);
    await there.directory({ support: everybody, billing: ['dee'] });
    await there.configure({
      mappings: [...served('member-groups').mappings, { group: 'billing', queues: ['Billing'] }],
      limits: { removals: { percent: 100 }, drain: { graceSeconds: 60 } },
    });
    const muster = await there.open();
    const planned = await muster.plan();
    expect(planned.plan.drain?.queues).toHaveLength(1);
    const seen: (readonly string[])[] = [];
    const outcome = await muster.apply(planned, {
      onProgress: ({ stage }) => {
        if (stage !== 'draining') return;
        const row = there.emulator.db.queues.get(there.queue('VIP'))!;
        seen.push(
          [...row.joinedOverrides]
            .filter(([, on]) => on)
            .map(([id]) => shortName(there.emulator, id))
            .sort(),
        );
      },
    });
    expect(outcome.state).toBe('done');
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen.map(names => names.join()))).toEqual(new Set(['ana,cy']));
    expect(await activated(there)).toEqual(['ana', 'cy']);
  });

  it.each([
    ['', 0],
    [', also where the run between could not give back what they had', 1],
  ])('and their bullseye ring when they come directly again%s', async (_, times) => {
    const there = await world('direct-members', { knobs });
    await there.sync();
    const path = `/api/v2/routing/queues/${there.queue('VIP')}/members/${there.user('bo')}`;
    await there.talk('PATCH', path, { id: there.user('bo'), ringNumber: 2 });
    await activate(there, ['bo']);
    there.emulator.faults.add({
      route: 'PATCH /api/v2/routing/queues/{queueId}/members',
      kind: 'status',
      status: 400,
      times,
    });
    await goOver(there, 'member-groups');
    expect((await there.sync()).outcome.state).toBe(times === 0 ? 'nothing-to-do' : 'done');
    expect(await activated(there)).toEqual(['bo']);
    expect((await goOver(there, 'direct-members')).outcome.state).toBe('done');
    const seat = there.emulator.db.queues.get(there.queue('VIP'))!.direct.get(there.user('bo'));
    expect(seat).toMatchObject({ ring: 2, joined: true });
    expect((await there.plan()).plan.changes).toEqual([]);
  });
});
