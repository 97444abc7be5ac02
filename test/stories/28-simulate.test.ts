import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  loadOfflineConfig,
  type Simulation,
  type SnapshotOptions,
  simulate,
  type WorldSnapshot,
} from '../../src/index.ts';
import { all, parseMarkup } from '../support/markup.ts';
import { contracts, createWorld, startCli, type World, type WorldOptions } from '../support/world.ts';

const groups = {
  support: ['ana', 'bo', '@evening'],
  evening: ['cy'],
  billing: ['dee', 'eve'],
  spare: ['fay', 'gus'],
} as const;

async function snapshotOf(world: World, options: SnapshotOptions = {}): Promise<WorldSnapshot> {
  const muster = await world.open();
  return muster.snapshot({ withNames: true, ...options }).finally(() => muster.close());
}

/** What the config of the world comes to on a snapshot, after the one that was there before. */
async function simulated(
  world: World,
  snapshot: WorldSnapshot,
  change: Partial<Pick<WorldOptions, 'mappings' | 'genesys' | 'limits'>>,
): Promise<Simulation> {
  const path = join(world.dir, 'muster.yaml');
  const before = await loadOfflineConfig(path, { env: {} });
  await world.configure(change);
  const after = await loadOfflineConfig(path, { env: {} });
  return simulate({ before, after, snapshot });
}

const short = (name: string) => name.toLowerCase().replace(' test', '');
const toldBy = ({ queues }: Simulation) =>
  queues.map(({ name, before, after, joining, leaving }) => ({
    name,
    before,
    after,
    joining: joining.map(move => short(move.name)).sort(),
    leaving: leaving.map(move => short(move.name)).sort(),
  }));

/** Heads on the queues of the tenant itself. */
const heads = async (world: World) =>
  Object.fromEntries(
    await Promise.all(
      ['Support', 'Billing', 'Sales'].map(async name => [name, (await world.on(name)).length]),
    ),
  ) as Record<string, number>;

const support = { group: 'support', queues: ['Support'] };
const billing = { group: 'billing', queues: ['Billing'] };
const loose = { removals: { percent: 100, count: 1000 }, staffing: { minMembers: 0 } };

describe.each(contracts)('a change of mappings under the %s contract', contract => {
  it.each([
    ['a queue more', [{ ...support, queues: ['Support', 'Sales'] }, billing]],
    ['another queue', [{ ...support, queues: ['Sales'] }, billing]],
    ['a mapping less', [support]],
    ['a group more', [support, billing, { group: 'spare', queues: ['Billing', 'Sales'] }]],
    ['fewer people of a group', [{ ...support, butNot: ['evening'] }, billing]],
  ] as const)('comes to what it really comes to: %s', async (_, mappings) => {
    const world = await createWorld({ contract, groups, limits: loose });
    const snapshot = await snapshotOf(world, { groups: ['spare'], queueMembers: ['*'] });
    const told = await simulated(world, snapshot, { mappings });

    await world.configure({ mappings: [support, billing] });
    await world.syncOn();
    const before = await heads(world);
    await world.configure({ mappings });
    await world.syncOn();
    const after = await heads(world);
    for (const queue of told.queues) {
      expect([queue.name, queue.before]).toEqual([queue.name, before[queue.name]]);
      expect([queue.name, queue.after]).toEqual([queue.name, after[queue.name]]);
    }
    const differing = new Set(told.queues.map(queue => queue.name));
    for (const [name, count] of Object.entries(before))
      if (!differing.has(name)) expect(after[name]).toBe(count);
    expect(told.queues.length).toBeGreaterThan(0);
  });
});

describe('a simulation', () => {
  it('names who comes and goes, why, and by which mapping', async () => {
    const world = await createWorld({ groups, limits: loose });
    await world.sync();
    const told = await simulated(world, await snapshotOf(world), {
      mappings: [{ ...support, queues: ['Sales'] }, billing],
    });
    expect(toldBy(told)).toEqual([
      { name: 'Support', before: 3, after: 0, joining: [], leaving: ['ana', 'bo', 'cy'] },
      { name: 'Sales', before: 0, after: 3, joining: ['ana', 'bo', 'cy'], leaving: [] },
    ]);
    expect(told.queues[0]).toMatchObject({
      causes: [{ joining: 0, leaving: 3 }],
      detaching: ['support'],
      floor: 0,
    });
    expect(told.queues[1]).toMatchObject({ causes: [{ mapping: 'corp.support', joining: 3, leaving: 0 }] });
    expect(told.queues[1]!.joining[0]).toMatchObject({ why: 'in a group that now serves the queue' });
    expect(told.same).toEqual([{ queue: world.queue('Billing'), name: 'Billing', heads: 2 }]);
    expect(told.price.calls).toBeGreaterThan(0);
  });

  it('takes the first config as applied, whatever the snapshot shows', async () => {
    const world = await createWorld({ groups, limits: loose });
    const told = await simulated(world, await snapshotOf(world), { mappings: [support] });
    expect(told.before).toMatchObject({ isSteady: true });
    expect(told.before.changes).toBeGreaterThan(0);
    expect(toldBy(told)).toEqual([
      { name: 'Billing', before: 2, after: 0, joining: [], leaving: ['dee', 'eve'] },
    ]);
  });

  it('goes over from people to a group as the real thing does, in as many runs', async () => {
    const world = await createWorld({
      groups,
      limits: loose,
      mappings: [{ ...support, assign: 'direct-members' }, billing],
    });
    await world.sync();
    const told = await simulated(world, await snapshotOf(world), { mappings: [support, billing] });
    let runs = 0;
    while ((await world.sync()).planned.plan.changes.length > 0 && runs < 5) runs++;
    expect(told.runs).toBe(runs);
    expect(told.after.isSteady).toBe(true);
    const [queue] = told.queues;
    expect(queue).toMatchObject({ name: 'Support', before: 3, after: (await heads(world)).Support });
  });

  it('finds no difference where there is none, not even for a mapping that was only rewritten', async () => {
    const world = await createWorld({ groups });
    await world.sync();
    const told = await simulated(world, await snapshotOf(world), {
      mappings: [billing, { ...support, from: 'corp' }],
    });
    expect(told).toMatchObject({ changes: 0, queues: [], refusals: [], runs: 0 });
    expect(told.same.map(queue => queue.name)).toEqual(['Billing', 'Support']);
  });

  it('comes to the same with pseudonyms, but for who is who', async () => {
    const world = await createWorld({ groups, limits: loose });
    await world.sync();
    const named = await snapshotOf(world);
    const hidden = await snapshotOf(world, { withNames: false });
    const mappings = [{ ...support, queues: ['Sales'] }, billing];
    const sums = (told: Simulation) =>
      told.queues.map(({ joining, leaving, ...queue }) => ({
        ...queue,
        joining: joining.length,
        leaving: leaving.length,
      }));
    const onNamed = await simulated(world, named, { mappings });
    await world.configure({ mappings: [support, billing] });
    const onHidden = await simulated(world, hidden, { mappings });
    expect(sums(onHidden)).toEqual(sums(onNamed));
    expect(JSON.stringify(onHidden)).not.toContain('@example.com');
  });

  it('says which guards of the second config would refuse to go over', async () => {
    const world = await createWorld({ groups, limits: loose });
    await world.sync();
    const told = await simulated(world, await snapshotOf(world), {
      mappings: [support],
      limits: { removals: { count: 1 }, staffing: { minMembers: 1 } },
    });
    expect(told.refusals.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      'guard.removals-count 2 removals',
      'guard.staffing-floor Billing',
    ]);
    expect(told.queues[0]).toMatchObject({ name: 'Billing', after: 0, floor: 1 });
  });

  it('says what a snapshot cannot show: a source that is written differently, protection behind pseudonyms', async () => {
    const world = await createWorld({ groups });
    const snapshot = await snapshotOf(world, { withNames: false });
    const path = join(world.dir, 'muster.yaml');
    const before = await loadOfflineConfig(path, { env: {} });
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text
        .replace('directory.yaml', 'elsewhere.yaml')
        .replace('"limits": {}', '"limits": {"protect": {"people": ["ana@example.com"]}}'),
    );
    const { notes } = await simulate({ before, after: await loadOfflineConfig(path, { env: {} }), snapshot });
    expect(notes.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      'snapshot.assumed corp',
      'snapshot.assumed limits.protect.people',
    ]);
  });

  it('says that it looks as if the ledger were missing', async () => {
    const world = await createWorld({ groups, limits: loose });
    await world.sync();
    const snapshot = { ...(await snapshotOf(world)), ledger: [] };
    const told = await simulated(world, snapshot, { mappings: [support] });
    expect(told.queues).toEqual([]);
    expect(told.notes.map(note => note.code)).toContain('group.other-hand');
  });

  it('says in which of the two files a mistake is', async () => {
    const world = await createWorld({ groups });
    const snapshot = await snapshotOf(world);
    await expect(
      simulated(world, snapshot, { mappings: [{ ...support, queues: ['Suport'] }] }),
    ).rejects.toMatchObject({
      code: 'queue.not-found',
      subject: `queue Suport, mapping corp.support, ${join(world.dir, 'muster.yaml')}`,
    });
  });
});

describe('on the command line, without credentials', () => {
  async function pullRequest(change: object) {
    const world = await createWorld({ groups, limits: loose });
    await world.sync();
    await world.cli('snapshot', '--out', 'world.json.gz', '--all-groups');
    const before = await readFile(join(world.dir, 'muster.yaml'), 'utf8');
    await writeFile(join(world.dir, 'after.yaml'), JSON.stringify({ ...JSON.parse(before), ...change }));
    await world.emulator.close();
    const cli = async (...args: string[]) => {
      const child = startCli({ dir: world.dir, env: {} }, [
        'simulate',
        ...args,
        '--snapshot',
        'world.json.gz',
      ]);
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', chunk => {
        stdout += chunk;
      });
      child.stderr.on('data', chunk => {
        stderr += chunk;
      });
      const code = await new Promise<number | null>(resolve => child.on('close', resolve));
      return { code, stdout, stderr };
    };
    return { world, cli, read: (name: string) => readFile(join(world.dir, name), 'utf8') };
  }

  it('a mapping is reviewed: Markdown for the reviewer, JUnit for the CI', async () => {
    const { cli, read } = await pullRequest({
      mappings: [support, { ...billing, queues: ['Billing', 'Sales'] }],
    });
    const told = await cli(
      'after.yaml',
      '--report',
      'simulation.md',
      '--report',
      'simulation.xml',
      '--detailed-exitcode',
    );
    expect(told).toMatchObject({ code: 2 });
    expect(told.stdout).toMatch(
      /Simulation {2}muster\.yaml → after\.yaml\n.*people as pseudonyms, platform contract/u,
    );
    expect(told.stdout).toContain('2 people come onto 1 queue; nobody goes off one.');
    expect(told.stdout).toMatch(/Sales {2}0 → 2 members {2}by corp\.billing \+2\n/u);
    expect(told.stdout).toContain('2 queues stay as they are.');

    const markdown = await read('simulation.md');
    expect(markdown).toContain('| Sales | 0 | 2 | +2 |  | corp.billing +2 |');
    expect(markdown).toContain('<details>');
    const suite = parseMarkup(await read('simulation.xml'));
    expect(all(suite, 'testcase').map(each => each.attributes.name)).toEqual([
      'limits of the whole plan',
      'Sales',
      'Billing',
      'Support',
    ]);
    expect(suite.attributes).toMatchObject({ tests: '4', failures: '0' });

    expect(await cli('muster.yaml', 'after.yaml')).toMatchObject({ code: 0 });
    expect(await cli('muster.yaml', '--detailed-exitcode')).toMatchObject({ code: 0 });
  });

  it('a guard that would refuse fails the job, and the case of its queue', async () => {
    const { cli, read } = await pullRequest({ mappings: [support], limits: { staffing: { minMembers: 1 } } });
    const told = await cli('after.yaml', '--report', 'simulation.xml', '--format', 'markdown');
    expect(told).toMatchObject({ code: 3 });
    expect(told.stdout).toContain(
      '## ⛔ 1 guard would refuse: 2 people go off 1 queue; nobody comes onto one.',
    );
    const failed = all(parseMarkup(await read('simulation.xml')), 'testcase').filter(each =>
      each.children.some(child => child.name === 'failure'),
    );
    expect(failed.map(each => each.attributes.name)).toEqual(['Billing']);
    expect(all(failed[0]!, 'failure')[0]!.attributes.type).toBe('guard.staffing-floor');
    const text = await cli('after.yaml');
    expect(text.stdout).toContain('1 guard would refuse to go over.');
    const json = JSON.parse((await cli('after.yaml', '--json')).stdout);
    expect(json).toMatchObject({ kind: 'muster.simulation', version: 1, after: { path: 'after.yaml' } });
  });

  it('three configs are one too many', async () => {
    const { cli } = await pullRequest({});
    const told = await cli('a.yaml', 'b.yaml', 'c.yaml');
    expect(told).toMatchObject({ code: 1 });
    expect(told.stderr).toContain('3 configs are named; a simulation compares two.');
  });
});
