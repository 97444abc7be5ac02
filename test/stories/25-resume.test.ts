import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isWrite, killAt } from '../support/kill.ts';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import { contracts, createWorld, journalOf, type World, type WorldOptions } from '../support/world.ts';

const pictureOf = async (world: World) => ({
  tenant: tenantState(world.emulator),
  ledger: await ledgerState(world),
});

const runIds = async (world: World): Promise<string[]> =>
  (await journalOf(world)).filter(line => line.kind === 'run').map(line => line.run as string);

/** A run that adds, moves and takes away is due; `concurrency: 1` gives its writes an order. */
async function dueWorld(contract: WorldOptions['contract']): Promise<World> {
  const world = await createWorld({
    contract: contract!,
    timeScale: 1,
    groups: { support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] },
    genesys: { memberBatch: 1, concurrency: 1 },
  });
  await world.sync();
  await world.directory({ support: ['ana', 'cy'], billing: ['bo', 'dee', 'fay'] });
  await world.configure({
    mappings: [
      { group: 'support', queues: ['Support'] },
      { group: 'billing', queues: ['Billing', 'Sales'] },
    ],
  });
  return world;
}

describe.each(contracts)('under the %s contract, a run', contract => {
  it.each(['before', 'applied'] as const)(
    'that was killed with SIGKILL at any write (%s) is gone on with, without a question, to the same end',
    async moment => {
      const calm = await dueWorld(contract);
      calm.emulator.requests.reset();
      await calm.sync();
      const writes = calm.emulator.requests.writes().length;
      const end = await pictureOf(calm);
      expect(writes).toBeGreaterThan(2);
      for (let n = 1; n <= writes; n++) {
        const world = await dueWorld(contract);
        expect(await killAt(world, n, moment)).toBe(true);
        const died = (await runIds(world)).at(-1)!;
        const { code, stdout } = await world.cli('apply', '--resume');
        expect({ n, code, ...(await pictureOf(world)) }).toEqual({ n, code: 0, ...end });
        expect(stdout).toContain(`Goes on with run ${died}, which died after`);
      }
    },
    90_000,
  );

  it('that was killed while it made its first group is gone on with', async () => {
    const options = { contract, timeScale: 1, groups: { support: ['ana', 'bo'], billing: ['cy'] } };
    const calm = await createWorld(options);
    await calm.sync();
    const end = await pictureOf(calm);
    const world = await createWorld(options);
    expect(await killAt(world, 1, 'applied')).toBe(true);
    expect((await world.cli('apply', '--resume')).code).toBe(0);
    expect(await pictureOf(world)).toEqual(end);
  });

  it('is told in the history as gone on with', async () => {
    const world = await dueWorld(contract);
    await killAt(world, 2, 'before');
    const died = (await runIds(world)).at(-1)!;
    await world.cli('apply', '--resume');
    const { stdout } = await world.cli('history');
    const [latest, before] = stdout.split('\n');
    expect(latest).toContain(`goes on with ${died}`);
    expect(before).toContain('died');
  });

  it('is gone on with as far as it was approved, and what is new is listed and refused', async () => {
    const world = await dueWorld(contract);
    await killAt(world, 2, 'before');
    await world.directory({ support: ['ana', 'cy'], billing: ['bo', 'dee', 'fay', 'gus'] });
    const before = await pictureOf(world);
    world.emulator.requests.reset();

    const { code, stderr } = await world.cli('apply', '--resume');

    expect(code).toBe(1);
    expect(stderr).toContain('plan.world-moved');
    expect(stderr).toContain('New is: Gus Test into group billing.');
    expect(world.emulator.requests.writes()).toEqual([]);
    expect(await pictureOf(world)).toEqual(before);
  });

  it('is not gone on with where only the taking away is left of a move', async () => {
    const world = await dueWorld(contract);
    await killAt(world, 1, 'before');
    // Bo was to go from Support to Billing. Now he is to go, and nowhere to come.
    await world.directory({ support: ['ana', 'cy'], billing: ['dee', 'fay'] });
    const { code, stderr } = await world.cli('apply', '--resume');
    expect(code).toBe(1);
    expect(stderr).toContain('No longer asked for is: Bo Test into group billing.');
  });

  it('of which less is left is gone on with', async () => {
    const world = await dueWorld(contract);
    await killAt(world, 1, 'before');
    await world.directory({ support: ['ana', 'cy'], billing: ['bo', 'dee'] });
    const { code } = await world.cli('apply', '--resume');
    expect(code).toBe(0);
    expect(await world.on('Billing')).toEqual(['bo', 'dee']);
  });

  it('with one write that is refused does all the others, lists it, and is gone on with once that is mended', async () => {
    const world = await createWorld({ contract, timeScale: 1, genesys: { concurrency: 1 } });
    const route = contract === 'platform' ? 'PUT /api/v2/scim/v2/groups/{id}' : 'POST /api/v2/scim/groups';
    const mend = world.emulator.faults.add({
      route,
      nth: 1,
      kind: 'status',
      status: 400,
      code: 'bad.request',
    });

    const partly = await world.cli('sync', '--yes');

    expect(partly.code).toBe(4);
    expect(partly.stdout).toContain('failed  group billing  genesys.bad-request');
    expect(partly.stdout).toContain('muster apply --resume');
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    expect(await world.on('Billing')).toEqual([]);
    mend();
    expect((await world.cli('apply', '--resume')).code).toBe(0);
    expect(await world.on('Billing')).toEqual(['cy', 'dee']);
    const calm = await createWorld({ contract });
    await calm.sync();
    expect(await pictureOf(world)).toEqual(await pictureOf(calm));
  });

  it('that undoes another is gone on with as an undo', async () => {
    const world = await dueWorld(contract);
    const before = await pictureOf(world);
    await world.sync();
    const run = (await runIds(world)).at(-1)!;
    expect(await killAt(world, 2, 'before', isWrite, ['undo', run, '--yes', '--min-members', '0'])).toBe(
      true,
    );
    const { code, stdout } = await world.cli('apply', '--resume', '--min-members', '0');
    expect(code).toBe(0);
    expect(stdout).toContain(`Plan: undo of ${run}`);
    expect(await pictureOf(world)).toEqual(before);
  });

  it('that came to its end leaves nothing to go on with', async () => {
    const world = await createWorld({ contract, timeScale: 1 });
    const none = await world.cli('apply', '--resume');
    expect(none).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no run has written anything yet'),
    });
    await world.sync();
    const [run] = await runIds(world);
    const done = await world.cli('apply', '--resume');
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining(`run ${run} came to its end`) });
    const json = JSON.parse((await world.cli('apply', '--resume', '--json')).stdout);
    expect(json).toEqual({ kind: 'muster.resume', version: 1, run });
  });

  it('whose quarantined removals were let go needs no new word for the rest of them', async () => {
    const team = ['ana', 'bo', 'eve', 'fay', 'gus', 'hal'];
    const world = await createWorld({
      contract,
      timeScale: 1,
      groups: { support: team, billing: ['cy', 'dee'] },
      genesys: { memberBatch: 2, concurrency: 1 },
      limits: { removals: { percent: 100 }, quarantine: { percent: 50, from: 3 } },
    });
    await world.sync();
    await world.directory({ support: ['ana'], billing: ['cy', 'dee', 'bo'] });
    const { plan } = await world.plan();
    const token = /--release (\w+)/u.exec(JSON.stringify(plan.notes))![1]!;
    const args = ['sync', '--yes', '--release', token];
    expect(await killAt(world, 2, contract === 'platform' ? 'applied' : 'before', isWrite, args)).toBe(true);
    expect((await world.cli('apply', '--resume')).code).toBe(0);
    expect(await world.on('Support')).toEqual(['ana']);
  });
});

describe('the kept plan', () => {
  it('is for its owner alone, and only those of the last twenty runs are there', async () => {
    const world = await createWorld({ limits: { staffing: { minMembers: 0 }, removals: { percent: 100 } } });
    for (let day = 0; day < 22; day++) {
      await world.directory({ support: day % 2 ? ['ana'] : ['ana', 'bo'], billing: ['cy', 'dee'] });
      await world.sync();
    }
    const folder = join(world.dir, '.muster', 'runs');
    const names = await readdir(folder);
    const runs = await runIds(world);
    expect(runs).toHaveLength(22);
    expect(names.toSorted()).toEqual(runs.slice(2).map(run => `${run}.json`));
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
    const kept = JSON.parse(await readFile(join(folder, names.at(-1)!), 'utf8'));
    expect(kept).toMatchObject({
      kind: 'muster.kept-plan',
      version: 1,
      changes: [{ user: world.user('bo') }],
    });
  }, 60_000);

  it('that is lost or damaged is an error that says how to go on', async () => {
    const world = await dueWorld('platform');
    await killAt(world, 2, 'before');
    const [, run] = await runIds(world);
    const path = join(world.dir, '.muster', 'runs', `${run}.json`);
    await writeFile(path, '{"half":');
    expect((await world.cli('apply', '--resume')).stderr).toContain('cannot be read');
    await rm(path);
    const { code, stderr } = await world.cli('apply', '--resume');
    expect(code).toBe(1);
    expect(stderr).toContain('plan.unreadable');
    expect((await world.sync()).outcome.state).toBe('done');
  });

  it('is another thing than a plan in a file', async () => {
    const world = await createWorld({ timeScale: 1 });
    const { code, stderr } = await world.cli('apply', 'plan.json', '--resume');
    expect(code).toBe(1);
    expect(stderr).toContain('Leave one of them out.');
  });
});
