import { describe, expect, it } from 'vitest';
import type { RequestRecord } from '../../src/emulator/emulate.ts';
import { seatId } from '../../src/model/seat.ts';
import { readLedger } from '../../src/store/file.ts';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import {
  callsByRoute,
  contracts,
  createWorld,
  journalOf,
  priceByRoute,
  shortName,
  startCli,
  type World,
  type WorldOptions,
} from '../support/world.ts';

const unjoinRoute = 'PATCH /api/v2/routing/queues/{queueId}/members';
const isUnjoin = ({ route }: RequestRecord): boolean => route === unjoinRoute;
const isWrite = ({ method, template }: RequestRecord): boolean =>
  method !== 'GET' && !template.endsWith('/search') && !template.endsWith('/oauth/token');

/** Who has activated the queue, by name. */
async function joined(world: World, queue: string): Promise<string[]> {
  const answer = await world.talk(
    'GET',
    `/api/v2/routing/queues/${world.queue(queue)}/members?joined=true&pageSize=100`,
  );
  return answer.body.entities.map(({ id }: { id: string }) => shortName(world.emulator, id)).sort();
}

/** Another hand activates the queue for somebody, or takes it back. */
async function setJoined(world: World, queue: string, name: string, on: boolean): Promise<void> {
  const path = `/api/v2/routing/queues/${world.queue(queue)}/members`;
  await world.talk('PATCH', path, [{ id: world.user(name), joined: on }]);
}

const seatsOf = async (world: World) => (await readLedger(`${world.dir}/.muster`)).seats ?? new Map();

/** A run has placed everybody; from now on there is a grace, and Bo has left support. */
async function leaving(options: WorldOptions, graceSeconds = 60): Promise<World> {
  const world = await createWorld({
    groups: { support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] },
    ...options,
  });
  await world.sync();
  await world.configure({ limits: { removals: { percent: 100 }, drain: { graceSeconds } } });
  await world.directory({ support: ['ana', 'eve'], billing: ['cy', 'dee'] });
  return world;
}

describe.each(contracts)('a grace before removals, under the %s contract', contract => {
  it('unjoins who leaves, waits, and takes them off then', async () => {
    const world = await leaving({ contract });
    const seen: string[][] = [];
    const at: number[] = [];
    world.emulator.on('applied', async record => {
      at.push(record.at);
      if (isUnjoin(record)) seen.push(await world.on('Support'), await joined(world, 'Support'));
    });
    world.emulator.requests.reset();
    const { planned, outcome } = await world.sync();

    expect(planned.plan.drain).toMatchObject({ graceSeconds: 60, queues: [{ seats: [{ joined: true }] }] });
    expect(outcome).toMatchObject({ state: 'done', drain: { people: 1, queues: 1, joinedAgain: 0 } });
    // At the moment of the unjoining he was still there, and had it no longer activated.
    expect(seen).toEqual([
      ['ana', 'bo', 'eve'],
      ['ana', 'eve'],
    ]);
    expect(at).toHaveLength(2);
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(60_000);
    expect(await world.on('Support')).toEqual(['ana', 'eve']);
    expect(await joined(world, 'Support')).toEqual(['ana', 'eve']);
  });

  it('makes exactly the calls that the plan announces', async () => {
    const world = await leaving({
      contract,
      groups: { support: ['ana', 'bo', 'eve', 'fay'], billing: ['cy', 'dee'] },
    });
    const planned = await world.plan();
    expect(priceByRoute(planned)[unjoinRoute.replace('queueId', 'id')]).toBe(1);
    const muster = await world.open();
    world.emulator.requests.reset();
    await muster.apply(planned);
    expect(callsByRoute(world.emulator)).toEqual(priceByRoute(planned));
  });

  it('lets nobody wait who comes: they are on the queue before the grace begins', async () => {
    const world = await leaving({ contract });
    await world.directory({ support: ['ana', 'eve', 'gus'], billing: ['cy', 'dee', 'bo'] });
    let present: Record<string, string[]> = {};
    world.emulator.on('request', async record => {
      if (isUnjoin(record))
        present = { Support: await world.on('Support'), Billing: await world.on('Billing') };
    });
    const { outcome } = await world.sync();
    expect(present).toEqual({ Support: ['ana', 'bo', 'eve', 'gus'], Billing: ['bo', 'cy', 'dee'] });
    expect(outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'eve', 'gus']);
  });

  it('disturbs nobody who has not activated the queue, and does not wait for them', async () => {
    const world = await leaving({ contract });
    await setJoined(world, 'Support', 'bo', false);
    world.emulator.requests.reset();
    const { planned, outcome } = await world.sync();
    expect(planned.plan.drain).toBeUndefined();
    expect(world.emulator.requests.count(unjoinRoute)).toBe(0);
    expect(outcome).toMatchObject({ state: 'done' });
    expect(outcome.drain).toBeUndefined();
  });

  it('is as long as the rule of the queue says, and there is none with --no-drain', async () => {
    const world = await leaving({ contract, timeScale: 1 });
    const drain = {
      graceSeconds: 0,
      queues: [
        { queue: 'Billing', graceSeconds: 5 },
        { queue: 'S*', graceSeconds: 600 },
      ],
    };
    await world.configure({ limits: { removals: { percent: 100 }, drain } });
    const told = await world.cli('plan');
    expect(told.stdout).toContain(
      'Drain   1 person is unjoined first; the run then waits 10 min before it takes anybody off',
    );
    const { code } = await world.cli('sync', '--yes', '--no-drain');
    expect(code).toBe(0);
    expect(world.emulator.requests.count(unjoinRoute)).toBe(0);
    expect(await world.on('Support')).toEqual(['ana', 'eve']);
  });

  it('takes nobody off who could not be unjoined, and everybody else', async () => {
    const world = await leaving({ contract });
    await world.directory({ support: ['ana', 'eve'], billing: ['cy'] });
    const path = `PATCH /api/v2/routing/queues/${world.queue('Support')}/members`;
    world.emulator.faults.add({ route: path, kind: 'status', status: 403 });
    const { outcome } = await world.sync();
    expect(outcome.state).toBe('partly');
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'eve']);
    expect(await world.on('Billing')).toEqual(['cy']);
    expect(await joined(world, 'Support')).toEqual(['ana', 'bo', 'eve']);
    const held = outcome.steps.find(step => step.state === 'skipped');
    expect(held?.problem?.happened).toContain('could not be unjoined first');
  });

  it('joins somebody again whose removal fails after all', async () => {
    const world = await leaving({ contract });
    world.emulator.faults.add({
      route: /^(?:PUT|PATCH) \/api\/v2\/scim\//u,
      kind: 'status',
      status: 400,
    });
    const { outcome } = await world.sync();
    expect(outcome).toMatchObject({ state: 'failed', drain: { people: 1, joinedAgain: 1, problems: [] } });
    expect(await joined(world, 'Support')).toEqual(['ana', 'bo', 'eve']);
    expect([...(await seatsOf(world)).values()]).toEqual([]);
  });

  it('stopped by Ctrl-C joins everybody again, begins no removal, and says how to go on', async () => {
    const world = await leaving({ contract, timeScale: 1 }, 600);
    const child = startCli(world, ['sync', '--yes']);
    let text = '';
    let asked = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        text += chunk;
        if (!asked && text.includes('draining 1 person, 10:00 left')) asked = child.kill('SIGINT');
      });
    }
    const code = await new Promise<number | null>(resolve => child.on('close', resolve));
    expect(code).toBe(4);
    expect(text).toContain('Stopped before the end.');
    expect(text).toContain('1 of these seats was activated again');
    expect(text).toContain('it goes on from the real state');
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'eve']);
    expect(await joined(world, 'Support')).toEqual(['ana', 'bo', 'eve']);
    expect((await journalOf(world)).at(-1)).toMatchObject({ kind: 'end', state: 'interrupted' });
  });
});

/** Kills `muster sync` at its n-th write, or, without one, while it waits for the grace to end. */
async function kill(world: World, n: number | 'waiting', moment: 'before' | 'applied'): Promise<boolean> {
  const child = startCli(world, ['sync', '--yes']);
  const ended = new Promise<NodeJS.Signals | null>(resolve =>
    child.on('close', (_, signal) => resolve(signal)),
  );
  child.stdout.resume();
  child.stderr.on('data', chunk => {
    if (n === 'waiting' && String(chunk).includes('draining')) child.kill('SIGKILL');
  });
  let seen = 0;
  const off = world.emulator.on(moment === 'before' ? 'request' : 'applied', async record => {
    if (!isWrite(record) || ++seen !== n) return;
    child.kill('SIGKILL');
    await ended;
    if (moment === 'before') throw new Error('The client is dead.');
  });
  const signal = await ended;
  off();
  return signal === 'SIGKILL';
}

const endOf = async (world: World) => ({
  tenant: tenantState(world.emulator),
  joined: { Support: await joined(world, 'Support'), Billing: await joined(world, 'Billing') },
  ledger: await ledgerState(world),
  open: [...(await seatsOf(world)).values()].filter(seat => seat.state === 'open').map(seatId),
});

describe.each(contracts)(
  'a run that is killed with SIGKILL while it drains, under the %s contract',
  contract => {
    const start = () => leaving({ contract, timeScale: 1 }, 0.3);

    it('ends, run again, as if it had never been, wherever it was killed', async () => {
      const calm = await start();
      calm.emulator.requests.reset();
      await calm.sync();
      const writes = calm.emulator.requests.writes().length;
      expect(writes).toBe(2);
      const end = await endOf(calm);
      expect(end.open).toEqual([]);

      for (const [n, moment] of [
        [1, 'before'],
        [1, 'applied'],
        ['waiting', 'before'],
        [2, 'before'],
        [2, 'applied'],
      ] as const) {
        const world = await start();
        expect(await kill(world, n, moment)).toBe(true);
        await world.sync();
        expect({ n, moment, ...(await endOf(world)) }).toEqual({ n, moment, ...end });
        const { plan } = await world.plan();
        expect([plan.changes, plan.bookkeeping.seats]).toEqual([[], undefined]);
      }
    }, 60_000);

    it.each([1, 'waiting'] as const)(
      'leaves nobody unjoined whom nobody wants to take off any more (%s)',
      async n => {
        const world = await start();
        expect(await kill(world, n, 'applied')).toBe(true);
        expect(await joined(world, 'Support')).toEqual(['ana', 'eve']);
        // He is back before the next run.
        await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] });
        const { stdout } = await world.cli('plan');
        expect(stdout).toContain('Bo Test on Support: activated');
        const { planned, outcome } = await world.sync();
        expect(planned.plan.changes.map(change => change.kind)).toEqual(['queue.seat']);
        expect(outcome.state).toBe('done');
        expect(await joined(world, 'Support')).toEqual(['ana', 'bo', 'eve']);
        expect((await seatsOf(world)).size).toBe(0);
        expect((await world.plan()).plan.changes).toEqual([]);
      },
    );

    it('is not waited for by the next run where they have gone by another hand', async () => {
      const world = await start();
      expect(await kill(world, 'waiting', 'applied')).toBe(true);
      await world.talk('DELETE', `/api/v2/groups/${world.group('support')}/members?ids=${world.user('bo')}`);
      const { outcome } = await world.sync();
      expect(outcome.drain).toBeUndefined();
      expect([...(await seatsOf(world)).values()]).toMatchObject([{ state: 'left' }]);
    });
  },
);

const directly = { mappings: [{ group: 'support', queues: ['Support'], assign: 'direct-members' }] };

/** Bo stands directly on Support in ring 3 and has it not activated; then he is taken off. */
async function gone(options: WorldOptions = {}): Promise<World> {
  const world = await createWorld({ ...directly, groups: { support: ['ana', 'bo', 'eve'] }, ...options });
  await world.sync();
  const member = `/api/v2/routing/queues/${world.queue('Support')}/members/${world.user('bo')}`;
  await world.talk('PATCH', member, { id: world.user('bo'), ringNumber: 3 });
  await setJoined(world, 'Support', 'bo', false);
  await world.configure({ limits: { removals: { percent: 100 } } });
  await world.directory({ support: ['ana', 'eve'] });
  await world.sync();
  expect(await world.on('Support')).toEqual(['ana', 'eve']);
  return world;
}

const seatOn = (world: World, name: string) => {
  const { ring, joined: on } = world.emulator.db.queues
    .get(world.queue('Support'))!
    .direct.get(world.user(name))!;
  return { ring, joined: on };
};

describe('somebody who comes back directly', () => {
  it.each([
    ['at once', {}],
    ['late', { newMemberDelayMs: 3_000, joinDelayMs: 3_000 }],
  ] as const)('gets ring number and activation back as they were (%s)', async (_, knobs) => {
    const world = await gone();
    Object.assign(world.emulator.knobs, knobs);
    await world.directory({ support: ['ana', 'bo', 'eve'] });
    const { planned, outcome } = await world.sync();
    expect(planned.plan.changes.map(change => change.kind)).toEqual(['queue.attach', 'queue.seat']);
    expect(outcome.state).toBe('done');
    expect(seatOn(world, 'bo')).toEqual({ ring: 3, joined: false });
    expect((await world.plan()).plan.changes).toEqual([]);
    expect((await seatsOf(world)).size).toBe(0);
  });

  it('is left as the platform placed them where that is how they were', async () => {
    const world = await createWorld({ ...directly, groups: { support: ['ana', 'bo', 'eve'] } });
    await world.configure({ limits: { removals: { percent: 100 } } });
    await world.sync();
    await world.directory({ support: ['ana', 'eve'] });
    await world.sync();
    await world.directory({ support: ['ana', 'bo', 'eve'] });
    world.emulator.requests.reset();
    const { planned, outcome } = await world.sync();
    expect(outcome.state).toBe('done');
    const patches = world.emulator.requests.writes().filter(record => record.method === 'PATCH');
    expect(patches).toEqual([]);
    expect(outcome.calls).toBeLessThanOrEqual(planned.plan.price.calls);
  });

  it('is told where it cannot be given back, and the next run tries again, but unjoins nobody', async () => {
    const world = await gone();
    await world.directory({ support: ['ana', 'bo', 'eve'] });
    const off = world.emulator.faults.add({
      route: 'PATCH /api/v2/routing/queues/{queueId}/members/{memberId}',
      kind: 'status',
      status: 403,
    });
    const { outcome } = await world.sync();
    expect(outcome.state).toBe('partly');
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'eve']);
    off();
    const again = await world.sync();
    expect(again.planned.plan.changes).toMatchObject([{ kind: 'queue.seat', because: 'owed', ring: 3 }]);
    expect(again.outcome.state).toBe('done');
    // He may have activated it himself in between.
    expect(seatOn(world, 'bo')).toEqual({ ring: 3, joined: true });
  });
});

it.each(contracts)(
  'somebody who was unjoined, taken off and brought back by the group has the queue activated again (%s)',
  async contract => {
    const world = await leaving({ contract });
    await world.sync();
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] });
    const { outcome } = await world.sync();
    expect(outcome.state).toBe('done');
    expect(await joined(world, 'Support')).toEqual(['ana', 'bo', 'eve']);
    expect((await world.plan()).plan.changes).toEqual([]);
  },
);
