import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ledgerState } from '../support/same-tenant.ts';
import { contracts, createWorld, startCli, type World } from '../support/world.ts';

const journalPath = (world: World) => join(world.dir, '.muster', 'journal.jsonl');
const lockPath = (world: World) => join(world.dir, '.muster', 'lock');

async function leaveLock(world: World, pid: number, host = hostname()): Promise<void> {
  await mkdir(join(world.dir, '.muster'), { recursive: true });
  await writeFile(lockPath(world), JSON.stringify({ pid, host, since: '2026-01-05T09:00:00.000Z' }));
}

/** The id of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;

describe.each(contracts)('two runs at once, under the %s contract', contract => {
  it('in two processes: the second is told who holds the state, and writes nothing', async () => {
    const world = await createWorld({ contract, timeScale: 1, genesys: { concurrency: 1 } });
    const gate = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const off = world.emulator.on('applied', async () => {
      arrived.resolve();
      await gate.promise;
    });
    const first = startCli(world, ['sync', '--yes']);
    first.stdout.resume();
    first.stderr.resume();
    const ended = new Promise<number | null>(resolve => first.on('close', resolve));
    await arrived.promise;
    const writes = world.emulator.requests.writes().length;

    const second = await world.cli('sync', '--yes');

    expect(second.code).toBe(1);
    expect(second.stderr).toContain('state.locked');
    expect(second.stderr).toContain(`process ${first.pid}`);
    expect(world.emulator.requests.writes()).toHaveLength(writes);
    off();
    gate.resolve();
    expect(await ended).toBe(0);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    expect(await readdir(join(world.dir, '.muster'))).toEqual(['journal.jsonl', 'reads.jsonl', 'runs']);
  });

  it('one after the other on one plan each: the second is told that the world has moved', async () => {
    const world = await createWorld({ contract });
    const [one, other] = [await world.open(), await world.open()];
    const [planned, late] = [await one.plan(), await other.plan()];
    expect((await one.apply(planned)).state).toBe('done');
    world.emulator.requests.reset();
    await expect(other.apply(late)).rejects.toMatchObject({ code: 'plan.world-moved' });
    expect(world.emulator.requests.writes()).toEqual([]);
  });
});

describe('the lock of the state directory', () => {
  it('of a process that has died is taken over', async () => {
    const world = await createWorld();
    await leaveLock(world, deadPid());
    expect((await world.sync()).outcome.state).toBe('done');
  });

  it('that names this very process is a dead one of the same number, as in a container', async () => {
    const world = await createWorld();
    await leaveLock(world, process.pid);
    expect((await world.sync()).outcome.state).toBe('done');
  });

  it('of a process that lives is respected', async () => {
    const world = await createWorld();
    await leaveLock(world, process.ppid);
    await expect(world.sync()).rejects.toMatchObject({
      code: 'state.locked',
      happened: expect.stringContaining(String(process.ppid)),
    });
    expect(world.emulator.requests.writes()).toEqual([]);
  });

  it('of another machine is respected: nobody here can see whether it lives', async () => {
    const world = await createWorld();
    await leaveLock(world, deadPid(), 'another-host');
    await expect(world.sync()).rejects.toMatchObject({
      code: 'state.locked',
      happened: expect.stringContaining('another-host'),
      remedy: expect.stringContaining(lockPath(world)),
    });
  });

  it('that nobody can read is one of a writer that died, and taken over', async () => {
    const world = await createWorld();
    await mkdir(join(world.dir, '.muster'), { recursive: true });
    await writeFile(lockPath(world), '');
    expect((await world.sync()).outcome.state).toBe('done');
  });

  it('is given back after a run that failed', async () => {
    const world = await createWorld();
    const muster = await world.open();
    const planned = await muster.plan();
    world.emulator.faults.add({ route: '*', kind: 'status', status: 400 });
    expect((await muster.apply(planned)).state).toBe('failed');
    world.emulator.faults.clear();
    expect((await world.sync()).outcome.state).toBe('done');
  });
});

describe('the journal', () => {
  it('whose last line a crash cut short is read up to there, and goes on behind it', async () => {
    const world = await createWorld();
    await world.sync();
    const ledger = await ledgerState(world);
    await appendFile(journalPath(world), '{"kind":"begin","run":"x","at":"20');
    expect(await ledgerState(world)).toEqual(ledger);
    await world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] });
    expect((await world.sync()).outcome.state).toBe('done');
    expect(await ledgerState(world)).toContain('owned member support eve (corp.support)');
  });

  it.each([
    ['in the middle', (lines: string[]) => lines.map((line, at) => (at === 2 ? line.slice(0, 40) : line))],
    [
      'by zeros, as a disk leaves them',
      (lines: string[]) => lines.map((line, at) => (at === 3 ? '\0'.repeat(line.length) : line)),
    ],
    ['by a line that is no object', (lines: string[]) => lines.map((line, at) => (at === 1 ? 'null' : line))],
    [
      'by a line without its fields',
      (lines: string[]) => lines.map((line, at) => (at === 1 ? '{"kind":"begin"}' : line)),
    ],
  ])('that is damaged %s stops the run with file and line, and nothing is written', async (_, damage) => {
    const world = await createWorld();
    await world.sync();
    const lines = (await readFile(journalPath(world), 'utf8')).split('\n');
    await writeFile(journalPath(world), damage(lines).join('\n'));
    await world.directory({ support: ['ana'], billing: ['cy', 'dee', 'eve'] });
    world.emulator.requests.reset();
    await expect(world.sync()).rejects.toMatchObject({
      code: 'state.damaged',
      subject: expect.stringMatching(/journal\.jsonl:[2-4]$/u),
      remedy: expect.stringContaining('backup'),
    });
    expect(world.emulator.requests.writes()).toEqual([]);
  });

  it('that is lost makes everything count as made by hand: nothing is taken away', async () => {
    const world = await createWorld();
    await world.sync();
    await writeFile(journalPath(world), '');
    await world.directory({ support: ['ana'], billing: ['cy', 'dee'] });
    const { planned } = await world.sync();
    expect(planned.plan.changes).toEqual([]);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });

  it('can be read while another run holds it', async () => {
    const world = await createWorld();
    await world.sync();
    await leaveLock(world, process.ppid);
    expect((await world.plan()).plan.changes).toEqual([]);
  });
});
