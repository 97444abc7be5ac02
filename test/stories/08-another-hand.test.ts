import { describe, expect, it } from 'vitest';
import { callsByRoute, contracts, createWorld, priceByRoute, type World } from '../support/world.ts';

const root = (contract: string) =>
  contract === 'platform' ? '/api/v2/scim/v2/groups' : '/api/v2/scim/groups';
const writeRoute = (contract: string) =>
  contract === 'platform' ? 'PATCH /api/v2/scim/v2/groups/{id}' : 'PUT /api/v2/scim/groups/{id}';

/** Somebody else adds a person to a group, so that its version moves on. */
function otherHandAdds(world: World, group: string, name: string): void {
  const row = world.emulator.db.groups.get(world.group(group))!;
  world.emulator.db.setIndividuals(row, new Set([...row.individuals, world.user(name)]));
}

describe.each(contracts)('another hand at the same group, under the %s contract', contract => {
  it('between plan and apply costs one more read and one more write, and both changes hold', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    await world.directory({ support: ['ana', 'eve'], billing: ['cy', 'dee'] });
    const muster = await world.open();
    const planned = await muster.plan();
    otherHandAdds(world, 'support', 'hal');
    world.emulator.requests.reset();

    const outcome = await muster.apply(planned);

    expect(outcome.state).toBe('done');
    const [made, priced] = [callsByRoute(world.emulator), priceByRoute(planned)];
    expect(made[writeRoute(contract)]).toBe(priced[writeRoute(contract)]! + 1);
    const read = `GET ${root(contract)}/{id}`;
    expect(made[read]).toBe((priced[read] ?? 0) + 1);
    expect(await world.on('Support')).toEqual(['ana', 'eve', 'hal']);
  });

  it.each([400, 409, 412] as const)('is recognised by a stale version that is answered %i', async status => {
    const world = await createWorld({ contract, knobs: { scimStaleStatus: status } });
    await world.sync();
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] });
    const muster = await world.open();
    const planned = await muster.plan();
    otherHandAdds(world, 'support', 'hal');
    expect((await muster.apply(planned)).state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'eve', 'hal']);
  });

  it('that did the very same thing leaves nothing to do', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] });
    const muster = await world.open();
    const planned = await muster.plan();
    otherHandAdds(world, 'support', 'eve');
    expect((await muster.apply(planned)).state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'eve']);
  });

  it('at every single moment ends the attempts after some, and the step says so', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee', 'fay'] });
    const muster = await world.open();
    const planned = await muster.plan();
    let turn = 0;
    world.emulator.on('request', record => {
      if (record.method === 'GET' || !record.path.endsWith(world.group('support'))) return;
      otherHandAdds(world, 'support', turn++ % 2 === 0 ? 'gus' : 'hal');
    });
    world.emulator.requests.reset();

    const outcome = await muster.apply(planned);

    expect(outcome.state).toBe('partly');
    const failed = outcome.steps.find(step => step.state === 'failed')!;
    expect(failed.problem).toMatchObject({
      code: 'genesys.stale',
      subject: 'group support',
      remedy: expect.stringContaining('Run again'),
    });
    expect(turn).toBeLessThanOrEqual(6);
    expect(await world.on('Billing')).toEqual(['cy', 'dee', 'fay']);
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'gus', 'hal']);
  });

  it('is not overwritten when a read answers with what was true before', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    // The plan's reads fill the memory of the emulator; from then on single reads are one answer behind.
    await world.plan();
    otherHandAdds(world, 'support', 'hal');
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] });
    world.emulator.faults.add({ route: `GET ${root(contract)}/{id}`, kind: 'stale', times: 3 });
    world.emulator.faults.add({ route: `GET ${root(contract)}`, kind: 'stale', times: 3 });

    await world.sync();
    world.emulator.faults.clear();
    await world.sync();

    expect(await world.on('Support')).toEqual(['ana', 'bo', 'eve', 'hal']);
    expect(world.emulator.requests.count(writeRoute(contract))).toBeLessThan(20);
  });
});

describe('another hand at the same queue, under the platform contract', () => {
  it('between plan and apply keeps what it changed', async () => {
    const world = await createWorld({ tolerate: text => /fieldOfNextYear|otherNews/u.test(text) });
    const muster = await world.open();
    const planned = await muster.plan();
    const path = `/api/v2/routing/queues/${world.queue('Support')}`;
    const { body } = await world.talk('GET', path);
    const changed = await world.talk('PUT', path, {
      ...body,
      description: 'Changed meanwhile',
      otherNews: [7],
    });
    expect(changed.status).toBe(200);

    expect((await muster.apply(planned)).state).toBe('done');

    const after = await world.talk('GET', path);
    expect(after.body).toMatchObject({ description: 'Changed meanwhile', otherNews: [7] });
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });

  it('that deleted it fails its step, tells it, and leaves the others alone', async () => {
    const world = await createWorld();
    const muster = await world.open();
    const planned = await muster.plan();
    await world.talk('DELETE', `/api/v2/routing/queues/${world.queue('Support')}`);

    const outcome = await muster.apply(planned);

    expect(outcome.state).toBe('partly');
    expect(outcome.steps.filter(step => step.state !== 'done').map(step => step.problem)).toEqual([
      expect.objectContaining({ code: 'genesys.not-found', subject: 'queue Support' }),
    ]);
    expect(await world.on('Billing')).toEqual(['cy', 'dee']);
  });
});

describe('a group that is renamed', () => {
  it.each([400, 408, 409] as const)(
    'is renamed although its version moved on and that is answered %i',
    async status => {
      const world = await createWorld({ knobs: { groupStaleStatus: status } });
      await world.sync();
      await world.configure({
        mappings: [
          { group: 'support', queues: ['Support'], displayName: 'First line' },
          { group: 'billing', queues: ['Billing'] },
        ],
      });
      let touched = false;
      world.emulator.on('request', record => {
        if (record.method !== 'PUT' || touched) return;
        touched = true;
        otherHandAdds(world, 'support', 'hal');
      });
      const { outcome } = await world.sync();
      expect(outcome.state).toBe('done');
      expect(world.emulator.db.groups.get(world.group('First line'))?.name).toBe('First line');
      expect(await world.on('Support')).toEqual(['ana', 'bo', 'hal']);
    },
  );

  it('is renamed once, even if the answer is lost', async () => {
    const world = await createWorld();
    await world.sync();
    await world.configure({
      mappings: [{ group: 'support', queues: ['Support'], displayName: 'First line' }],
    });
    world.emulator.faults.add({ route: 'PUT /api/v2/groups/{id}', kind: 'lost-answer', nth: 1 });
    const { outcome } = await world.sync();
    expect(outcome.steps.find(step => step.step.kind === 'group.update')?.state).toBe('done');
  });
});

describe('another hand at the same queue', () => {
  it('that changes it while our write waits to be repeated is not undone', async () => {
    // Slow enough that two requests in a row are no ten seconds apart, on a machine that has other things to do as well.
    const world = await createWorld({
      contract: 'platform',
      timeScale: 10,
      mappings: [{ group: 'support', queues: ['Support'] }],
    });
    const queue = world.emulator.db.queues.get(world.queue('Support'))!;
    world.emulator.faults.add({
      route: 'PUT /api/v2/routing/queues/{queueId}',
      kind: 'status',
      status: 429,
      retryAfter: 20,
      times: 1,
    });
    world.emulator.on('answer', ({ route, status }) => {
      if (status === 429 && route.startsWith('PUT /api/v2/routing/queues'))
        queue.settings.description = 'by another hand';
    });
    const { outcome } = await world.sync();
    expect(outcome.state).toBe('done');
    expect(queue.settings.description).toBe('by another hand');
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });
});
