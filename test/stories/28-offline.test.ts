import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  loadOfflineConfig,
  type OfflinePlanOptions,
  type Planned,
  planOffline,
  readSnapshot,
  type SnapshotOptions,
  type WorldSnapshot,
  writeSnapshot,
} from '../../src/index.ts';
import { contracts, createWorld, startCli, type World } from '../support/world.ts';

/** The snapshot as the library takes it, and the plan that the real thing gives at the same moment. */
async function takenIn(world: World, options: SnapshotOptions = {}) {
  const muster = await world.open();
  try {
    const snapshot = await muster.snapshot({ withNames: true, ...options });
    return { snapshot, live: await muster.plan() };
  } finally {
    await muster.close();
  }
}

/** The plan of the config as it stands, without any of its secrets. */
const offline = async (world: World, snapshot: WorldSnapshot, options: OfflinePlanOptions = {}) =>
  planOffline(await loadOfflineConfig(join(world.dir, 'muster.yaml'), { env: {} }), snapshot, options);

/** All that a plan says; notes in any order, since a snapshot is sorted and an answer of the API is not. */
const saidBy = ({ plan, refusals }: Planned) => ({
  ...plan,
  names: undefined,
  notes: plan.notes.map(note => JSON.stringify(note)).sort(),
  refusals,
});

/** What a plan comes to, whatever its people are called. */
const sumOf = ({ plan }: Planned) => ({
  changes: plan.changes.map(change => `${change.kind} ${change.group} ${change.mapping}`).sort(),
  queues: plan.queues.map(({ queue, before, after, joining, leaving, exact }) => ({
    queue,
    before,
    after,
    joining: joining.length,
    leaving: leaving.length,
    exact,
  })),
  losses: plan.losses,
  held: plan.held,
  price: plan.price,
  notes: plan.notes.map(note => note.code).sort(),
});

/** Groups and mappings in which everything happens: nesting, a stranger by hand, somebody without a user. */
const busy = {
  groups: {
    support: ['ana', 'bo', 'nobody-here', '@evening'],
    evening: ['cy'],
    billing: ['dee', 'eve'],
    spare: ['fay', 'gus'],
  },
} as const;

async function meddle(world: World): Promise<void> {
  const { talk } = world;
  await talk('POST', `/api/v2/routing/queues/${world.queue('Support')}/members`, [{ id: world.user('hal') }]);
  await talk('POST', `/api/v2/routing/queues/${world.queue('Billing')}/members`, [{ id: world.user('gus') }]);
}

describe.each(contracts)('a snapshot of a tenant of the %s contract', contract => {
  it('gives the plan that was made at that moment, on the first day and later', async () => {
    const world = await createWorld({ contract, ...busy });
    await meddle(world);
    const first = await takenIn(world);
    const plan = await offline(world, first.snapshot);
    expect(plan.plan.changes.length).toBeGreaterThan(0);
    expect(saidBy(plan)).toEqual(saidBy(first.live));
    expect(plan.plan.fingerprint).toBe(first.live.plan.fingerprint);

    await world.sync();
    const settled = await takenIn(world);
    expect((await offline(world, settled.snapshot)).plan.changes).toEqual([]);

    await world.directory({ ...busy.groups, support: ['ana', '@evening'], evening: ['cy', 'fay'] });
    const later = await takenIn(world);
    expect(later.live.plan.changes.map(change => change.kind)).toEqual(
      expect.arrayContaining(['member.add', 'member.remove']),
    );
    expect(saidBy(await offline(world, later.snapshot))).toEqual(saidBy(later.live));
  });

  it('gives the same plan with pseudonyms, but for who is who', async () => {
    const world = await createWorld({ contract, ...busy });
    await meddle(world);
    await world.sync();
    await world.directory({ ...busy.groups, support: ['ana', '@evening'], evening: ['cy', 'fay'] });
    const { snapshot, live } = await takenIn(world, { withNames: false });
    const plan = await offline(world, snapshot);
    expect(sumOf(plan)).toEqual(sumOf(live));
    expect(plan.plan.fingerprint).not.toBe(live.plan.fingerprint);
  });
});

/** The command line without a single variable of the config set, and unable to open a connection to anywhere. */
async function alone(world: World, ...args: string[]) {
  const guard = join(world.dir, 'no-network.mjs');
  const tried = 'A connection was tried';
  await writeFile(
    guard,
    `import net from 'node:net'; import dns from 'node:dns';
     const refuse = () => { process.stderr.write(${JSON.stringify(tried)}); throw new Error(${JSON.stringify(tried)}); };
     net.Socket.prototype.connect = refuse; dns.lookup = refuse; dns.promises.lookup = refuse;`,
  );
  const child = startCli({ dir: world.dir, env: { NODE_OPTIONS: `--import=${guard}` } }, args);
  const read = async (stream: AsyncIterable<unknown>) => {
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    return text;
  };
  const code = new Promise<number | null>(resolve => child.on('close', resolve));
  const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr)]);
  expect(stderr).not.toContain(tried);
  return { code: await code, stdout, stderr };
}

describe('on the command line', () => {
  it('a snapshot is taken with credentials, and planned on without credentials and without a network', async () => {
    const world = await createWorld({ ...busy });
    const taken = await world.cli('snapshot', '--out', 'world.json.gz', '--with-names');
    expect(taken).toMatchObject({ code: 0 });
    expect(taken.stdout).toMatch(
      /world\.json\.gz {2}\d+ bytes, taken .*, \d+ calls\n {2}3 groups and 6 people of 1 source/u,
    );
    const live = JSON.parse((await world.cli('plan', '--json')).stdout);
    await world.emulator.close();

    const text = await alone(world, 'plan', '--snapshot', 'world.json.gz', '--detailed-exitcode');
    expect(text).toMatchObject({ code: 2 });
    expect(text.stderr).toMatch(/On the snapshot of \d{4}-.*Z\./u);
    expect(text.stdout).toContain('+ Ana');
    const plan = JSON.parse((await alone(world, 'plan', '--snapshot', 'world.json.gz', '--json')).stdout);
    expect(plan.fingerprint).toBe(live.fingerprint);
    expect(plan.snapshot).toMatchObject({ people: 'names' });

    const why = await alone(world, 'explain', 'cy@example.com', '--snapshot', 'world.json.gz');
    expect(why).toMatchObject({ code: 0 });
    expect(why.stdout).toContain('planned for Support');
    const without = await alone(world, 'explain', '--without', 'corp.billing', '--snapshot', 'world.json.gz');
    expect(without).toMatchObject({ code: 0 });
    expect(without.stdout).toContain('Without corp.billing:');
  });

  it('what is missing besides secrets is an error as ever', async () => {
    const world = await createWorld({ mappings: [{ group: '${GROUP}', queues: ['Support'] }] });
    await writeSnapshot(join(world.dir, 'world.json'), (await takenIn(await createWorld())).snapshot);
    const { code, stderr } = await alone(world, 'plan', '--snapshot', 'world.json');
    expect(code).toBe(1);
    expect(stderr).toContain('The environment variable GROUP is not set.');
    expect(stderr).not.toContain('MUSTER_TEST_');
  });

  it('a time is asked of a snapshot alone', async () => {
    const world = await createWorld();
    const { code, stderr } = await world.cli('plan', '--now', '2026-01-05T09:00:00Z');
    expect(code).toBe(1);
    expect(stderr).toContain('Add --snapshot');
  });

  it('a plan about pseudonyms is not offered to be applied', async () => {
    const world = await createWorld();
    await world.cli('snapshot', '--out', 'world.json');
    const { stderr } = await alone(world, 'plan', '--snapshot', 'world.json', '--out', 'plan.json');
    expect(stderr).toContain('It cannot be applied, since pseudonyms stand for people.');
  });
});

describe('the file', () => {
  it('names nobody, and holds no secret', async () => {
    const world = await createWorld({ ...busy });
    await meddle(world);
    await world.sync();
    await world.cli('snapshot', '--out', 'world.json.gz', '--all-groups', '--queue-members', '*');
    const text = gunzipSync(await readFile(join(world.dir, 'world.json.gz'))).toString();
    const people = [...world.emulator.db.users.sorted()];
    expect(people).toHaveLength(8);
    for (const { id, name, email } of people) {
      expect(text).not.toContain(id);
      expect(text).not.toContain(email);
      expect(text).not.toMatch(new RegExp(`\\b${name}\\b`, 'iu'));
      expect(text).not.toMatch(new RegExp(`\\b${email.split('@')[0]}\\b`, 'iu'));
    }
    expect(text).not.toContain('nobody-here');
    expect(text).not.toContain('@example.com');
    expect(text).not.toContain('example-secret');
    // Those a reviewer needs.
    for (const name of ['support', 'evening', 'spare', 'Support', 'Billing', 'Sales'])
      expect(text).toContain(`"${name}"`);
  });

  it('names people with --with-names, and holds no secret then either', async () => {
    const world = await createWorld({ ...busy });
    await world.cli('snapshot', '--out', 'world.json', '--with-names');
    const text = await readFile(join(world.dir, 'world.json'), 'utf8');
    expect(text).toContain('ana@example.com');
    expect(text).not.toContain('example-secret');
    expect(text).not.toContain('fay@example.com');
  });

  it('is readable by its owner alone, over an older one as well', async () => {
    const world = await createWorld();
    const path = join(world.dir, 'world.json');
    await writeFile(path, 'older', { mode: 0o644 });
    await world.cli('snapshot', '--out', 'world.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readSnapshot(path)).kind).toBe('muster.snapshot');
  });

  it('differs from the one before in the lines of what moved', async () => {
    const world = await createWorld({ ...busy });
    await world.sync();
    const lines = async (name: string) => {
      const { snapshot } = await takenIn(world);
      const path = join(world.dir, name);
      await writeSnapshot(path, snapshot);
      expect(await readSnapshot(path)).toEqual(JSON.parse(JSON.stringify(snapshot)));
      const text = await readFile(path, 'utf8');
      return text.replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/gu, '<time>').split('\n');
    };
    const before = await lines('a.json');
    expect(await lines('b.json')).toEqual(before);
    await world.talk('POST', `/api/v2/routing/queues/${world.queue('Sales')}/members`, [
      { id: world.user('hal') },
    ]);
    const after = await lines('c.json');
    const moved = after.filter(line => !before.includes(line));
    expect(moved).toHaveLength(1);
    expect(moved[0]).toContain('"Sales"');
  });

  it('of another kind, another version or cut off is told for what it is', async () => {
    const world = await createWorld();
    const { snapshot } = await takenIn(world);
    const path = join(world.dir, 'world.json');
    await writeSnapshot(path, snapshot);
    const whole = await readFile(path, 'utf8');
    const said = async (content: string, name = 'other.json') => {
      await writeFile(join(world.dir, name), content);
      return readSnapshot(join(world.dir, name)).then(
        () => 'read',
        (error: Error & { code?: string }) => `${error.code} ${error.message}`,
      );
    };
    expect(await said(whole)).toBe('read');
    expect(await said(whole.slice(0, 500))).toMatch(
      /^snapshot\.unreadable The file is no JSON; it may have been cut\./u,
    );
    expect(await said('{"kind":"muster.plan","version":1}')).toMatch(
      /^snapshot\.unreadable The file is no snapshot\./u,
    );
    expect(await said(JSON.stringify({ ...snapshot, version: 2, writtenBy: '9.1.0' }))).toMatch(
      /^snapshot\.unreadable The snapshot has form 2 and was written by muster 9\.1\.0; this muster reads form 1\./u,
    );
    expect(await said(JSON.stringify({ ...snapshot, mark: -1 }))).toMatch(
      /^snapshot\.unreadable .*damaged at mark/u,
    );
    expect(await said('\u001f\u008b no gzip')).toMatch(/^snapshot\.unreadable/u);
    await expect(readSnapshot(join(world.dir, 'none.json'))).rejects.toMatchObject({
      code: 'snapshot.unreadable',
    });
  });
});

describe('what a snapshot does not hold is an error, and never taken for gone', () => {
  /** What a plan of these mappings says on a snapshot that was taken for others. */
  async function saidOf(mappings: readonly object[], options: SnapshotOptions = {}, genesys = {}) {
    const world = await createWorld({ ...busy });
    await world.sync();
    await meddle(world);
    const { snapshot } = await takenIn(world, options);
    await world.configure({ mappings, genesys });
    return offline(world, snapshot).then(
      ({ plan }) => plan,
      (error: Error & { code?: string; remedy?: string }) =>
        `${error.code} ${error.message} → ${error.remedy}`,
    );
  }
  const billing = { group: 'billing', queues: ['Billing'] };
  const support = { group: 'support', queues: ['Support'] };

  it('a group of a source', async () => {
    const spare = [support, billing, { group: 'spare', queues: ['Sales'] }];
    expect(await saidOf(spare)).toBe(
      'snapshot.lacks The snapshot does not hold the group "spare" of the source "corp". (group spare, source corp) → ' +
        'Take the snapshot with `--groups spare`, or with `--all-groups`.',
    );
    for (const options of [{ groups: ['spare'] }, { groups: ['sp*'] }, { groups: 'all' }] as const)
      expect(await saidOf(spare, options)).toMatchObject({ queues: [{ before: 0, after: 2 }] });
  });

  it('a nested group is there with the group that holds it', async () => {
    expect(await saidOf([support, billing, { group: 'evening', queues: ['Sales'] }])).toMatchObject({
      queues: [{ before: 0, after: 1 }],
    });
  });

  it('all groups that a pattern means', async () => {
    expect(await saidOf([support, billing, { group: 's*', queues: ['Sales'] }])).toContain(
      "with `--groups 's*'`",
    );
    expect(await saidOf([support, billing, { group: '/^s/', queues: ['Sales'] }])).toContain(
      'all groups of the source "corp" that /^s/',
    );
  });

  it('but a group that was asked for and is not there is gone, as it was then', async () => {
    const plan = await saidOf([support, billing, { group: 'none', queues: ['Sales'] }], { groups: ['none'] });
    expect(plan).toMatchObject({
      notes: expect.arrayContaining([expect.objectContaining({ code: 'group.gone', subject: 'none' })]),
    });
  });

  it('the people of a queue that would lose somebody', async () => {
    expect(await saidOf([support], { queueMembers: 'none' })).toContain(
      'The snapshot does not hold who is on the queue "Billing". (queue Billing) → ' +
        'Take the snapshot with `--queue-members Billing`, and without `--no-queue-members`.',
    );
    expect(await saidOf([support])).toMatchObject({ queues: [{ before: 3, after: 1 }] });
  });

  it('the people of a queue on which we placed them one by one', async () => {
    const world = await createWorld({ mappings: [{ ...billing, assign: 'direct-members' }] });
    await world.sync();
    const { snapshot } = await takenIn(world, { queueMembers: 'none' });
    await world.configure({ mappings: [] });
    await expect(offline(world, snapshot)).rejects.toMatchObject({
      code: 'snapshot.lacks',
      subject: 'queue Billing',
    });
    const all = await takenIn(world);
    expect((await offline(world, all.snapshot)).plan.losses).toBe(2);
  });

  it('the members of a Genesys group of that name', async () => {
    const world = await createWorld({ ...busy });
    await world.talk('POST', '/api/v2/groups', {
      name: 'Night',
      type: 'official',
      visibility: 'public',
      rulesVisible: true,
    });
    const { snapshot } = await takenIn(world);
    const held = await takenIn(world, { genesysGroups: ['N*'] });
    await world.configure({ mappings: [{ ...support, displayName: 'Night' }] });
    await expect(offline(world, snapshot)).rejects.toMatchObject({
      code: 'snapshot.lacks',
      subject: 'group Night',
      remedy: 'Take the snapshot with `--genesys-groups Night`.',
    });
    expect((await offline(world, held.snapshot)).plan.changes.map(change => change.kind)).not.toContain(
      'group.create',
    );
  });

  it('a source, a key to find users by, a contract', async () => {
    expect(await saidOf([support], {}, { contract: 'scim-extension' })).toContain(
      'with a config that has `contract: scim-extension`',
    );
    const world = await createWorld();
    const { snapshot } = await takenIn(world);
    const loaded = await loadOfflineConfig(join(world.dir, 'muster.yaml'), { env: {} });
    const { config } = loaded;
    const other = { config: { ...config, people: { ...config.people, match: ['externalId' as const] } } };
    await expect(planOffline(other, snapshot)).rejects.toThrow(
      /users found by externalId: they were looked for by email/u,
    );
    const elsewhere = {
      config: { ...config, mappings: config.mappings.map(each => ({ ...each, from: 'elsewhere' })) },
    };
    await expect(planOffline(elsewhere, snapshot)).rejects.toThrow(/the source "elsewhere"/u);
  });
});

describe('what a snapshot does not hold and what costs nobody their place is assumed, and told', () => {
  it('people who stand directly on a queue that gains some', async () => {
    const world = await createWorld({ ...busy });
    await world.talk('POST', `/api/v2/routing/queues/${world.queue('Sales')}/members`, [
      { id: world.user('ana') },
    ]);
    const { snapshot } = await takenIn(world);
    const held = await takenIn(world, { queueMembers: ['Sales'] });
    await world.configure({ mappings: [{ group: 'support', queues: ['Sales'] }] });
    const { plan } = await offline(world, snapshot);
    expect(plan.queues).toMatchObject([{ before: 1, after: 4, exact: false }]);
    expect(plan.notes).toContainEqual(
      expect.objectContaining({
        code: 'snapshot.assumed',
        subject: 'Sales',
        remedy: 'Take the snapshot with `--queue-members Sales`.',
      }),
    );
    const exact = await offline(world, held.snapshot);
    expect(exact.plan.queues).toMatchObject([{ before: 1, after: 3, exact: true }]);
    expect(exact.plan.notes.map(note => note.code)).not.toContain('snapshot.assumed');
  });

  it('a group of the documented contract that nobody looked for', async () => {
    const world = await createWorld({ contract: 'scim-extension', ...busy });
    const { snapshot } = await takenIn(world);
    await world.configure({ mappings: [{ group: 'support', queues: ['Sales'], externalId: 'iam-support' }] });
    const { plan } = await offline(world, snapshot);
    expect(plan.changes[0]).toMatchObject({ kind: 'group.create', externalId: 'iam-support' });
    expect(plan.notes.map(note => note.code)).toContain('snapshot.assumed');
  });
});

describe('as of another time', () => {
  it('a mapping that ends next month is gone the month after', async () => {
    const world = await createWorld({
      mappings: [
        { group: 'support', queues: ['Support'] },
        { group: 'billing', queues: ['Billing'], until: '2040-02-01T00:00:00Z' },
      ],
    });
    await world.sync();
    const { snapshot } = await takenIn(world);
    expect((await offline(world, snapshot)).plan.changes).toEqual([]);
    const later = await offline(world, snapshot, { now: new Date('2040-03-01T00:00:00Z') });
    expect(later.plan.losses).toBe(2);
    expect(later.refusals.map(refusal => refusal.code)).toContain('guard.staffing-floor');
  });
});
