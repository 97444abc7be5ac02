import { createHash } from 'node:crypto';
import { chmod, copyFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/index.ts';
import type { Planned } from '../../src/run/job.ts';
import { smallTenant, staff } from '../support/small-tenant.ts';
import { callsByRoute, contracts, createWorld, type World } from '../support/world.ts';

const readsPath = (world: World) => join(world.dir, '.muster', 'reads.jsonl');
const routesOf = {
  platform: { versions: 'GET /api/v2/groups', group: 'GET /api/v2/scim/v2/groups/{id}' },
  'scim-extension': { versions: 'GET /api/v2/scim/groups', group: 'GET /api/v2/scim/groups/{id}' },
} as const;
const schemas = 'GET /api/v2/scim/v2/schemas';
const queues = 'GET /api/v2/routing/queues';
const search = 'POST /api/v2/users/search';
const users = 'GET /api/v2/users';

const linesOf = (text: string, kind: string): string[] =>
  text.split('\n').filter(line => line.startsWith(`{"kind":"${kind}"`));

/** Replaces groups and people of the memory, and signs it as muster would. */
async function rewrite(path: string, change: (text: string) => readonly string[]): Promise<void> {
  const text = await readFile(path, 'utf8');
  const rest = [...linesOf(text, 'source'), ...linesOf(text, 'tenant'), ...change(text)];
  const body = rest.map(line => `${line}\n`).join('');
  const sha256 = createHash('sha256').update(body).digest('hex');
  await writeFile(path, `${JSON.stringify({ kind: 'muster.reads', version: 1, sha256 })}\n${body}`);
}

/** Seven groups: enough that versions are asked for in pages. */
const teams = staff.slice(0, 7);
const many = {
  groups: Object.fromEntries(teams.map((name, index) => [`team-${name}`, [name, staff[(index + 1) % 8]!]])),
  mappings: [{ group: '/^team-/', queues: ['Support'] }],
};

/** Plans (and applies) with all calls counted. */
async function counted(world: World, fresh = false): Promise<{ planned: Planned; calls: object }> {
  const muster = await world.open({ fresh });
  world.emulator.requests.reset();
  const planned = await muster.plan();
  const calls = callsByRoute(world.emulator);
  await muster.close();
  return { planned, calls };
}

async function syncFresh(world: World): Promise<Outcome> {
  const muster = await world.open({ fresh: true });
  return muster.apply(await muster.plan()).finally(() => muster.close());
}

describe.each(contracts)('what was read is remembered, under the %s contract', contract => {
  const { versions, group } = routesOf[contract];

  it('so that a run with nothing to do asks for the contract, the queues and the versions', async () => {
    const world = await createWorld({ contract, ...many });
    await world.sync();
    const { planned, calls } = await counted(world);
    expect(planned.plan.changes).toEqual([]);
    expect(calls).toEqual({ [schemas]: 1, [queues]: 1, [versions]: 1 });
  });

  it('but not when --fresh asks for everything, and then it is remembered anew', async () => {
    const world = await createWorld({ contract, ...many });
    await world.sync();
    const { calls } = await counted(world, true);
    // The seven groups come with their members from one page, which is fewer than seven calls.
    const whole = contract === 'platform' ? { 'GET /api/v2/scim/v2/groups': 1 } : { [versions]: 1 };
    expect(calls).toEqual({ [schemas]: 1, [queues]: 1, [search]: 1, ...whole });
    await syncFresh(world);
    expect((await counted(world)).calls).toEqual({ [schemas]: 1, [queues]: 1, [versions]: 1 });
  });

  it('and only the group that somebody changed since is read', async () => {
    const world = await createWorld({ contract, ...many });
    await world.sync();
    const row = world.emulator.db.groups.get(world.group('team-ana'))!;
    world.emulator.db.setIndividuals(row, new Set([world.user('ana')]));
    const { planned, calls } = await counted(world);
    expect(planned.plan.changes.map(change => change.kind)).toEqual(['member.add']);
    expect(calls).toMatchObject({ [versions]: 1, [group]: 1 });
  });

  it('by a plan alone nothing is: it writes no file', async () => {
    const world = await createWorld({ contract });
    await world.plan();
    await expect(stat(readsPath(world))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('a group that was deleted is made anew, one that was renamed gets its name back', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    const db = world.emulator.db;
    db.removeGroup(db.groups.get(world.group('support'))!);
    db.changeGroup(db.groups.get(world.group('billing'))!, { name: 'mine' });
    const { planned, outcome } = await world.sync();
    expect(new Set(planned.plan.changes.map(change => change.kind))).toEqual(
      new Set(['group.create', 'group.rename', 'member.add', 'queue.attach']),
    );
    expect(outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });

  it('a person is looked up again when the hours are over', async () => {
    const world = await createWorld({ contract, genesys: { rememberHours: 0.01 }, timeScale: 1_000 });
    await world.sync();
    await world.clock.sleep(40_000);
    expect((await counted(world)).calls).toMatchObject({ [search]: 1 });
  });

  it('nothing of the tenant is with rememberHours: 0', async () => {
    const world = await createWorld({ contract, ...many, genesys: { rememberHours: 0 } });
    await world.sync();
    expect(await readFile(readsPath(world), 'utf8')).not.toContain('"kind":"group"');
    expect((await counted(world)).calls).toMatchObject({ [search]: 1 });
  });

  it('the same twice is written once', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    const { mtimeMs, mode } = await stat(readsPath(world));
    expect(mode & 0o777).toBe(0o600);
    await world.sync();
    expect((await stat(readsPath(world))).mtimeMs).toBe(mtimeMs);
  });
});

describe.each(contracts)(
  'nobody is taken away on account of what is remembered, under the %s contract',
  contract => {
    const { group } = routesOf[contract];

    it('the group that loses somebody is read, and the floor is judged by who is really there', async () => {
      const world = await createWorld({ contract, groups: { support: ['ana', 'bo'] }, mappings: support });
      await world.sync();
      // A change that no version tells: bo is gone, so that ana is the last one.
      const row = world.emulator.db.groups.get(world.group('support'))!;
      Object.assign(row, { individuals: new Set([world.user('ana'), world.user('cy')]) });
      row.seenByQueues = new Set([world.user('ana')]);
      await world.directory({ support: ['bo'] });
      const { planned, calls } = await counted(world);
      expect(calls).toMatchObject({ [group]: 1 });
      expect(planned.plan.changes).toEqual([
        expect.objectContaining({ kind: 'member.add', user: world.user('bo') }),
        expect.objectContaining({ kind: 'member.remove', user: world.user('ana') }),
      ]);
      expect(planned.plan.notes.map(note => note.code)).toContain('member.by-hand');
    });

    it('so are the other groups on a queue that loses somebody: who stays through them?', async () => {
      const world = await createWorld({
        contract,
        groups: { support: ['ana', 'bo'], billing: ['ana', 'cy'], sales: ['dee'] },
        mappings: [
          { group: 'support', queues: ['Support'] },
          { group: 'billing', queues: ['Support'] },
          { group: 'sales', queues: ['Sales'] },
        ],
      });
      await world.sync();
      await world.directory({ support: ['ana'], billing: ['ana', 'cy'], sales: ['dee'] });
      const { planned, calls } = await counted(world);
      expect(planned.plan.losses).toBe(1);
      // Three known groups are read each under the documented contract anyway: no list is known to be fewer calls.
      expect(calls).toMatchObject({ [group]: contract === 'platform' ? 2 : 3 });
    });

    it('a person whose memory is older than the ledger is looked up, and nobody goes', async () => {
      const world = await createWorld({ contract, groups: { support: ['ana', 'bo'] }, mappings: support });
      await world.sync();
      await copyFile(readsPath(world), join(world.dir, 'old'));
      // Ana gets another user, and the group follows.
      const { db } = world.emulator;
      const [old, fresh] = [db.users.get(world.user('ana'))!, db.users.get(world.user('eve'))!];
      Object.assign(old, { email: 'ana.before@example.com' });
      Object.assign(fresh, { email: 'ana@example.com' });
      for (const row of [old, fresh]) db.users.put(row);
      expect((await syncFresh(world)).state).toBe('done');
      expect(await world.on('Support')).toEqual(['ana', 'bo']);

      await copyFile(join(world.dir, 'old'), readsPath(world));
      const { planned, calls } = await counted(world);
      expect(planned.plan.changes).toEqual([]);
      expect(planned.plan.notes.map(note => note.code)).not.toContain('person.ambiguous');
      // Both users by id: the one who is in the group, and the one who is remembered by the same address.
      expect(calls).toMatchObject({ [users]: 2 });
    });

    it('a person whose link alone is older than the ledger is looked up before anybody goes', async () => {
      const world = await createWorld({ contract, groups: { support: ['ana', 'bo'], billing: ['eve'] } });
      await world.sync();
      const { db } = world.emulator;
      const [old, fresh] = [db.users.get(world.user('ana'))!, db.users.get(world.user('eve'))!];
      const before = await readFile(readsPath(world), 'utf8');
      Object.assign(old, { email: 'ana.before@example.com' });
      Object.assign(fresh, { email: 'ana@example.com' });
      for (const row of [old, fresh]) db.users.put(row);
      expect((await syncFresh(world)).state).toBe('done');
      // As if the memory of the groups were of today, and that of the people of yesterday.
      await rewrite(readsPath(world), text => [...linesOf(text, 'group'), ...linesOf(before, 'user')]);
      const { planned, calls } = await counted(world);
      expect(planned.plan.changes).toEqual([]);
      expect(calls).toMatchObject({ [search]: 1, [users]: 1 });
    });

    it('a user who is no more is told by the write, forgotten, and looked up by the next run', async () => {
      const world = await createWorld({ contract });
      await world.sync();
      world.emulator.db.deleteUser(world.emulator.db.users.get(world.user('dee'))!);
      await world.directory({ support: ['ana', 'bo', 'dee'], billing: ['cy', 'dee'] });
      const { outcome } = await world.sync();
      expect(outcome.state).not.toBe('done');
      const { planned, outcome: next } = await world.sync();
      expect(next.state).toBe('nothing-to-do');
      expect(planned.plan.notes.map(note => note.code)).toContain('person.unlinked');
    });

    it('a group that took somebody without a word and did not is not remembered as if it had', async () => {
      const world = await createWorld({ contract, knobs: { unknownUser: 'ignore' } });
      await world.sync();
      world.emulator.db.deleteUser(world.emulator.db.users.get(world.user('dee'))!);
      await world.directory({ support: ['ana', 'bo', 'dee'], billing: ['cy'] });
      const muster = await world.open();
      const planned = await muster.plan();
      const controller = new AbortController();
      // What is not seen is waited for; long enough for a story is one look.
      setTimeout(() => controller.abort(), 200);
      await muster.apply(planned, { signal: controller.signal }).catch(() => {});
      await muster.close();
      expect((await counted(world, true)).planned.plan.notes.map(note => note.code)).toContain(
        'person.unlinked',
      );
    });
  },
);

const support = [{ group: 'support', queues: ['Support'] }];

describe('a memory that is not to be trusted is as good as none', () => {
  const readsEverything = { [search]: 1 };

  it.each([
    ['missing', (path: string) => rm(path)],
    ['empty', (path: string) => writeFile(path, '')],
    ['cut short', async (path: string) => writeFile(path, (await readFile(path, 'utf8')).slice(0, -40))],
    [
      'changed by hand',
      async (path: string) => writeFile(path, (await readFile(path, 'utf8')).replace('ana@', 'anna@')),
    ],
    [
      'of another version of muster',
      async (path: string) =>
        writeFile(path, (await readFile(path, 'utf8')).replace('"version":1', '"version":0')),
    ],
    ['no text', (path: string) => writeFile(path, Buffer.from([0xff, 0xfe, 0x00, 0x0a]))],
    ['not to be read', (path: string) => chmod(path, 0o000).then(() => rm(path))],
  ])('%s', async (_, damage) => {
    const world = await createWorld();
    await world.sync();
    expect((await counted(world)).calls).not.toMatchObject(readsEverything);
    await damage(readsPath(world));
    const { planned, calls } = await counted(world);
    expect(planned.plan.changes).toEqual([]);
    expect(calls).toMatchObject(readsEverything);
  });

  it('of another OAuth client, who may see another organisation', async () => {
    const seed = smallTenant();
    const other = { id: 'other', secret: 'other-secret', permissions: ['*'] };
    const world = await createWorld({ seed: { ...seed, clients: [...seed.clients!, other] } });
    await world.sync();
    await world.configure({ genesys: { clientId: 'other', clientSecret: 'other-secret' } });
    expect((await counted(world)).calls).toMatchObject(readsEverything);
  });

  it('of the other contract', async () => {
    const world = await createWorld({ contract: 'scim-extension' });
    await world.sync();
    await world.configure({ genesys: { contract: 'platform' } });
    expect((await counted(world)).calls).toMatchObject(readsEverything);
  });
});

describe('on the command line', () => {
  it('--verbose tells what was read and what was not', async () => {
    const world = await createWorld({ timeScale: 1 });
    await world.cli('sync', '--yes');
    const { stderr } = await world.cli('plan', '--verbose');
    expect(stderr).toContain('groups: 0 read, 2 unchanged since they were read');
    expect(stderr).toContain('people: 4 known, 0 searched');
    expect(stderr).toContain('queues: 2 by id, 0 by name');
    const fresh = await world.cli('plan', '--verbose', '--fresh');
    expect(fresh.stderr).toContain('groups: 2 read, 0 unchanged');
  });
});

/** What somebody does to the tenant, or to the source, between two looks. */
const move = fc.record({
  what: fc.constantFrom('join', 'leave', 'rename', 'delete', 'source', 'sync'),
  group: fc.constantFrom('support', 'billing', 'sales'),
  who: fc.subarray([...staff], { minLength: 1, maxLength: 4 }),
});

describe.each(contracts)('a remembered plan, under the %s contract', contract => {
  it('is the plan that is made when everything is read, whatever happened in between', async () => {
    const mappings = ['support', 'billing', 'sales'].map((group, index) => ({
      group,
      queues: [['Support', 'Billing', 'Sales'][index]!, 'Support'],
    }));
    const sources: Record<string, readonly string[]> = {
      support: ['ana', 'bo'],
      billing: ['cy', 'dee'],
      sales: ['eve', 'ana'],
    };
    const world = await createWorld({
      contract,
      groups: sources,
      mappings,
      limits: { removals: { percent: 100, count: 1_000 }, staffing: { minMembers: 0 } },
    });
    const { db } = world.emulator;
    await world.sync();
    let moves = 0;
    for (const { what, group, who } of fc.sample(move, { numRuns: 60, seed: 20_261_123 })) {
      const row = db.groups.by('name', group)[0];
      const users = who.map(name => world.user(name));
      if (what === 'join' && row) db.setIndividuals(row, new Set([...row.individuals, ...users]));
      if (what === 'leave' && row)
        db.setIndividuals(row, new Set([...row.individuals].filter(id => !users.includes(id))));
      if (what === 'rename' && row) db.changeGroup(row, { name: `${group} by hand ${moves}` });
      if (what === 'delete' && row) db.removeGroup(row);
      if (what === 'source') {
        sources[group] = who;
        await world.directory(sources);
      }
      if (what === 'sync') await world.sync();
      const [remembered, fresh] = [await counted(world), await counted(world, true)];
      expect(remembered.planned.plan.fingerprint).toBe(fresh.planned.plan.fingerprint);
      expect(remembered.planned.plan.queues).toEqual(fresh.planned.plan.queues);
      moves++;
    }
    expect(moves).toBe(60);
  }, 60_000);
});
