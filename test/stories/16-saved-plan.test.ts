import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/index.ts';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import { contracts, createWorld, type World } from '../support/world.ts';

const savedPlan = async (world: World): Promise<Plan> =>
  JSON.parse(await readFile(join(world.dir, 'plan.json'), 'utf8')) as Plan;

describe.each(contracts)('a saved plan under the %s contract', contract => {
  it('is applied as it was approved, and the file is for its owner alone', async () => {
    const world = await createWorld({ contract, timeScale: 1 });
    const planned = await world.cli('plan', '--out', 'plan.json', '--detailed-exitcode');
    expect(planned.code).toBe(2);
    expect(world.emulator.requests.writes()).toEqual([]);
    const plan = await savedPlan(world);
    expect(plan).toMatchObject({ kind: 'muster.plan', version: 1, choice: { contract } });
    expect((await stat(join(world.dir, 'plan.json'))).mode & 0o077).toBe(0);

    const applied = await world.cli('apply', 'plan.json');

    expect(applied).toMatchObject({ code: 0, stdout: expect.stringContaining('Done, and seen') });
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    const again = await world.cli('plan', '--detailed-exitcode');
    expect(again.code).toBe(0);
  });

  it('is applied by the library as well, changes and all', async () => {
    const world = await createWorld({ contract });
    const saved = JSON.parse(JSON.stringify((await world.plan()).plan)) as Plan;
    const muster = await world.open();
    const planned = await muster.planAgain(saved);
    expect(planned.plan.changes).toEqual(saved.changes);
    expect((await muster.apply(planned)).state).toBe('done');
  });

  it.each([
    [
      'the source',
      (world: World) => world.directory({ support: ['ana', 'bo', 'eve'], billing: ['cy', 'dee'] }),
    ],
    [
      'the config',
      (world: World) => world.configure({ mappings: [{ group: 'support', queues: ['Support'] }] }),
    ],
    [
      'the tenant',
      async (world: World) => {
        const row = world.emulator.db.groups.get(world.group('support'))!;
        world.emulator.db.setIndividuals(row, new Set([world.user('ana')]));
      },
    ],
  ])('is refused when %s has moved since, and nothing is written', async (_, move) => {
    const world = await createWorld({ contract, timeScale: 1 });
    await world.sync();
    await world.directory({ support: ['ana', 'bo'], billing: ['cy', 'dee', 'fay'] });
    await world.cli('plan', '--out', 'plan.json');
    await move(world);
    const [tenant, ledger] = [tenantState(world.emulator), await ledgerState(world)];
    world.emulator.requests.reset();

    const { code, stderr } = await world.cli('apply', 'plan.json');

    expect(code).toBe(1);
    expect(stderr).toContain('plan.world-moved');
    expect(stderr).toContain('muster plan --out');
    expect(world.emulator.requests.writes()).toEqual([]);
    expect(tenantState(world.emulator)).toEqual(tenant);
    expect(await ledgerState(world)).toEqual(ledger);
  });

  it('is not mistaken for a moved one when a source merely gives things in another order', async () => {
    const world = await createWorld({
      contract,
      groups: { support: ['@early', '@late'], early: ['ana', 'bo'], late: ['bo', 'cy'], billing: ['dee'] },
    });
    const { plan } = await world.plan();
    await world.directory({
      billing: ['dee'],
      late: ['cy', 'bo'],
      early: ['bo', 'ana'],
      support: ['@late', '@early'],
    });
    expect((await world.plan()).plan.fingerprint).toBe(plan.fingerprint);
  });
});

describe('a saved plan that was edited', () => {
  it.each([
    ['a change is taken out', (plan: Plan) => ({ ...plan, changes: plan.changes.slice(1) })],
    [
      'a change names somebody else',
      (plan: Plan) => ({
        ...plan,
        changes: plan.changes.map(change =>
          'user' in change ? { ...change, user: 'somebody-else' } : change,
        ),
      }),
    ],
    ['another fingerprint is put on it', (plan: Plan) => ({ ...plan, fingerprint: 'f'.repeat(64) })],
    ['its changes are no list', (plan: Plan) => ({ ...plan, changes: 'none' })],
  ])('is refused where %s, and nothing is written', async (_, edit) => {
    const world = await createWorld({ timeScale: 1 });
    const { plan } = await world.plan();
    await writeFile(join(world.dir, 'plan.json'), JSON.stringify(edit(plan)));
    const { code, stdout } = await world.cli('apply', 'plan.json', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ errors: [{ code: 'plan.unreadable', subject: 'plan.json' }] });
    expect(world.emulator.requests.writes()).toEqual([]);
  });
});

describe('a file that is no saved plan', () => {
  it.each([
    ['is not there', undefined],
    ['is no JSON', '{'],
    ['is something else', '{"kind":"muster.outcome"}'],
    ['is of another version', '{"kind":"muster.plan","version":2,"fingerprint":"x"}'],
  ])('that %s is told, with its name', async (_, text) => {
    const world = await createWorld({ timeScale: 1 });
    if (text !== undefined) await writeFile(join(world.dir, 'plan.json'), text);
    const { code, stdout } = await world.cli('apply', 'plan.json', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'muster.error',
      errors: [{ code: 'plan.unreadable', subject: 'plan.json' }],
    });
    expect(world.emulator.requests.writes()).toEqual([]);
  });
});
