import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { weekdays } from '../../src/model/weekly-window.ts';
import { explanationText } from '../../src/report/explain-text.ts';
import { explain as explainIn } from '../../src/run/explain/explain.ts';
import { smallTenant } from '../support/small-tenant.ts';
import { contracts, createWorld, type World, type WorldOptions } from '../support/world.ts';

/** The answer as people read it, and the same as data, from one process: the command line is asked at the end. */
async function ask(world: World, text: string, queue?: string, fresh = false) {
  const muster = await world.open({ fresh });
  try {
    return await explainIn(muster.job, text, queue, AbortSignal.timeout(20_000));
  } finally {
    await muster.close();
  }
}

const explain = async (world: World, text: string, queue?: string, fresh = false) =>
  explanationText(await ask(world, text, queue, fresh));

/** What the command line prints, where it has nothing to complain about. */
async function printed(world: World, ...args: string[]) {
  const { code, stdout, stderr } = await world.cli('explain', ...args);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** A file that ends as a whole one does. */
const lines = (document: object) => `${JSON.stringify(document)}\n`;
const firstLine = (text: string) => text.split('\n')[0];
const six = ['ana', 'bo', 'cy', 'dee', 'eve', 'fay'];
const support = [{ id: 'by-name', group: 'support', queues: ['Support'] }];
const noFloor = { staffing: { minMembers: 0 }, removals: { percent: 100 } };
const open = { ...noFloor, quarantine: { percent: 100 } };
const start = (options: WorldOptions) =>
  createWorld({
    groups: { support: ['ana', 'bo'] },
    mappings: support,
    limits: open,
    ...options,
  });

const group = (world: World, name: string) => world.emulator.db.groups.get(world.group(name))!;
const set = (world: World, name: string, names: readonly string[]) =>
  world.emulator.db.setIndividuals(group(world, name), new Set(names.map(each => world.user(each))));
const deactivate = (world: World, name: string) => {
  const { users } = world.emulator.db;
  users.put({ ...users.get(world.user(name))!, state: 'inactive' });
};

describe.each(contracts)('under the %s contract', contract => {
  it('yes, by which group, which mapping and since which run; and no, and what is planned', async () => {
    const world = await start({ contract, groups: { support: ['ana', '@evening'], evening: ['bo'] } });
    expect(firstLine(await explain(world, 'ana@example.com', 'Support'))).toBe(
      'No: ana@example.com is not on Support, and comes with the next run.',
    );
    await world.sync();
    const yes = await explain(world, 'bo@example.com', 'Support');
    expect(firstLine(yes)).toBe('Yes: bo@example.com is on Support.');
    expect(yes).toMatch(/on Support {2}since \d{4}-\d\d-\d\d \d\d:\d\d \(run \d{8}T\d{6}Z-[0-9a-f]{6}\)/u);
    expect(yes).toContain('bo@example.com ← evening ← support ← mapping by-name');
    expect(firstLine(await explain(world, 'ana@example.com', 'Support'))).toBe(
      'Yes: ana@example.com is on Support.',
    );
  });

  it('quarantined: kept, why, since which run, and how they are let go', async () => {
    const world = await start({ contract, groups: { support: six }, limits: noFloor });
    await world.sync();
    await world.directory({ support: ['ana'] });
    const { plan } = await world.plan();
    const token = /--release (\w+)/u.exec(
      plan.notes.find(({ code }) => code === 'group.quarantined')!.remedy!,
    )![1]!;

    const queue = await explain(world, 'Support');
    expect(queue).toMatch(
      /Bo Test +through a group {2}kept \(quarantined\), no mapping asks for it, there since run \d/u,
    );
    expect(queue).toContain('kept: The source shows 1 people in "support", where it showed 6 on ');
    expect(queue).toContain(`--release ${token}`);

    const bo = await explain(world, 'bo@example.com', 'Support');
    expect(firstLine(bo)).toBe('Yes: Bo Test is on Support, though no mapping asks for it, and stays.');
    expect(bo).toContain('in no source: No mapped group of the sources lists them.');
    expect(bo).toMatch(/kept on Support {2}since .*\(run \d/u);
    expect(bo).toContain(`--release ${token}`);
    const answer = await ask(world, 'bo@example.com', 'Support');
    expect(answer.about === 'person' && answer.people[0]!.standings).toEqual([
      expect.objectContaining({
        now: 'on',
        next: 'stays',
        ways: [
          expect.objectContaining({ verdict: 'kept', cause: 'quarantined', group: 'support', reasons: [] }),
        ],
      }),
    ]);
  });

  it('a group that another hand emptied stays so under takenAway: tell, and nobody is said to come', async () => {
    const world = await start({ contract, limits: { ...open, takenAway: 'tell' } });
    await world.sync();
    set(world, 'support', ['bo']);
    const ana = await explain(world, 'ana@example.com', 'Support');
    expect(firstLine(ana)).toBe('No: ana@example.com is not on Support.');
    expect(ana).toContain(
      'another hand took them out of "support", and `limits.takenAway: tell` leaves it so',
    );
    expect(await explain(world, 'Support')).toMatch(/Ana Test +does not come .*takenAway: tell/u);
    expect((await world.plan()).plan.changes).toEqual([]);
  });

  it('a group that another hand took off the queue, or deleted, comes back only where that is meant', async () => {
    const world = await start({ contract, limits: { ...open, takenAway: 'tell' } });
    await world.sync();
    await world.talk('DELETE', `/api/v2/groups/${world.group('support')}`);
    const tell = await explain(world, 'ana@example.com', 'Support');
    expect(firstLine(tell)).toBe('No: ana@example.com is not on Support.');
    expect(tell).toContain('another hand took the group "support" away');
    await world.configure({ limits: open });
    expect(firstLine(await explain(world, 'ana@example.com', 'Support'))).toBe(
      'No: ana@example.com is not on Support, and comes with the next run.',
    );
  });

  it('disabled in Genesys Cloud after the run: looked up now, not remembered, and kept on the queue', async () => {
    const world = await start({ contract });
    await world.sync();
    deactivate(world, 'ana');
    const ana = await explain(world, 'ana@example.com');
    expect(ana).toContain('not linked: ana@example.com has a user in Genesys Cloud, but it is inactive.');
    expect(ana).not.toContain('linked to the user');
    expect(ana).toMatch(/kept on Support, as the user Ana Test, inactive {2}since/u);
    expect(ana).toContain('they are still listed in the source but could not be linked to a user now');
    expect(await explain(world, 'ana@example.com', undefined, true)).toBe(ana);
  });

  it('ambiguous, and still on the queue: both are said, of the person and of the queue', async () => {
    const world = await start({ contract, groups: { support: ['ana', 'bo'] } });
    await world.sync();
    const { users } = world.emulator.db;
    users.put({ ...users.get(world.user('cy'))!, email: 'ana@example.com' });
    const [first] = users.by('email', 'ana@example.com');
    expect(users.by('email', 'ana@example.com')).toHaveLength(2);
    const told = await explain(world, 'ana@example.com', 'Support');
    expect(firstLine(told)).toMatch(
      /^Yes: ana@example\.com \(as Ana Test\) is on Support, though no mapping asks for it, and stays\.$/u,
    );
    expect(told).toContain('not linked: ana@example.com matches 2 users');
    expect(first).toBeDefined();
    const queue = await explain(world, 'Support', undefined, true);
    expect(queue).toMatch(/Ana Test +through a group {2}kept \(unproven\)/u);
    expect(queue).toMatch(/not placed:\n +ana@example\.com +in "support", but not linked to a user/u);
  });

  it('somebody whom no source shows, and who is on a queue by hand', async () => {
    const world = await start({ contract });
    await world.sync();
    world.emulator.db.queues
      .get(world.queue('Support'))!
      .direct.set(world.user('gus'), { joined: true, ring: 1 });
    const gus = await explain(world, 'gus@example.com');
    expect(gus).toContain('User Gus Test <gus@example.com>');
    expect(gus).toContain('by hand on Support');
    expect(gus).toContain('stays, no mapping asks for it: put there directly by another hand');
    expect(firstLine(await explain(world, 'Gus@Example.com', 'Support'))).toBe(
      'Yes: Gus Test is on Support, though no mapping asks for it, and stays.',
    );
    // On a queue that no mapping is about, and on none.
    world.emulator.db.queues
      .get(world.queue('Sales'))!
      .direct.set(world.user('hal'), { joined: false, ring: 1 });
    const hal = await explain(world, world.user('hal'));
    expect(hal).toContain('by hand on Sales, not activated');
    expect(hal).toContain('no mapping serves the queue');
    expect(await explain(world, 'fay@example.com')).toContain('on no queue');
  });

  it('put into our group by another hand', async () => {
    const world = await start({ contract });
    await world.sync();
    set(world, 'support', ['ana', 'bo', 'cy']);
    expect(await explain(world, 'cy@example.com', 'Support')).toContain(
      'stays, no mapping asks for it: put into "support" by another hand',
    );
    expect(await explain(world, 'Support')).toMatch(
      /Cy Test +through a group {2}no mapping asks for it {2}put into "support" by another hand/u,
    );
  });

  it('who goes with the next run, by which group', async () => {
    const world = await start({ contract });
    await world.sync();
    await world.directory({ support: ['ana'] });
    const bo = await explain(world, 'bo@example.com', 'Support');
    expect(firstLine(bo)).toBe('Yes: Bo Test is on Support, and goes off with the next run.');
    expect(bo).toContain('left "support"');
    await world.configure({ limits: { removals: { count: 0 } } });
    expect(await explain(world, 'Support')).toMatch(
      /refused as it is, so nobody comes or goes: guard\.removals-count/u,
    );
  });
});

it('a group whose name is taken, that is dynamic, or stands for another: nobody is said to come', async () => {
  const seed = smallTenant({
    groups: [{ name: 'support', externalId: 'theirs', members: ['cy@example.com'] }],
  });
  const world = await start({ seed });
  const ana = await explain(world, 'ana@example.com', 'Support');
  expect(firstLine(ana)).toBe('No: ana@example.com is not on Support.');
  expect(ana).toContain('does not come: A group "support" exists and is anchored to "theirs"');
  const queue = await explain(world, 'Support');
  expect(queue).toContain('left alone: A group "support" exists');
  expect(queue).toMatch(/Ana Test +does not come/u);
  expect((await world.plan()).plan.changes).toEqual([]);

  const ruled = await start({
    seed: smallTenant({ groups: [{ name: 'support', members: [], ruleMembers: ['cy@example.com'] }] }),
    knobs: { scimMembers: 'effective' },
  });
  expect(await explain(ruled, 'ana@example.com', 'Support')).toContain('is filled by rules in Genesys Cloud');

  const twins = await start({
    groups: { 'all-one': ['ana'], 'all-two': ['bo'] },
    mappings: [{ group: '/^(?<kind>all)-.+$/', queues: ['Support'], displayName: '{kind}' }],
  });
  const [a, b] = [
    await explain(twins, 'ana@example.com', 'Support'),
    await explain(twins, 'bo@example.com', 'Support'),
  ].map(firstLine);
  expect([a, b].filter(line => line!.includes('comes with the next run'))).toHaveLength(1);
  expect([a, b].filter(line => line!.endsWith('is not on Support.'))).toHaveLength(1);
});

it('CX as Code took our group off the queue, and that is only told', async () => {
  const world = await start({ limits: { ...open, takenAway: 'tell' } });
  await world.sync();
  const path = `/api/v2/routing/queues/${world.queue('Support')}`;
  const { body } = await world.talk('GET', path);
  await world.talk('PUT', path, { ...body, memberGroups: [] });
  const ana = await explain(world, 'ana@example.com', 'Support');
  expect(firstLine(ana)).toBe('No: ana@example.com is not on Support.');
  expect(ana).toContain('another hand took "support" off the queue');
});

it('people one by one: through a group already, so not once more', async () => {
  const world = await start({
    groups: { support: ['ana'], billing: ['ana', 'bo'] },
    mappings: [
      { id: 'grouped', group: 'support', queues: ['Support'] },
      { id: 'alone', group: 'billing', queues: ['Support'], assign: 'direct-members' },
    ],
  });
  await world.sync();
  const ana = await explain(world, 'ana@example.com', 'Support');
  expect(firstLine(ana)).toBe('Yes: ana@example.com is on Support.');
  expect(ana).toContain('does not come: a group brings them, and nobody is put on a queue twice');
  expect(await explain(world, 'bo@example.com', 'Support')).toContain('mapping alone (direct-members)');
});

describe('a mapping that does not hold now', () => {
  // Neither today nor tomorrow, wherever in the day this test runs.
  const today = (new Date().getUTCDay() + 6) % 7;
  const days = weekdays.filter((_, index) => (index - today + 7) % 7 > 1);

  it('says so, and when it holds again, of somebody whom only it would bring', async () => {
    const world = await start({
      groups: { support: ['ana'], billing: ['bo'] },
      mappings: [
        { id: 'later', group: 'support', queues: ['Support'], when: { days } },
        { id: 'over', group: 'billing', queues: ['Billing'], until: '2020-01-01T00:00:00Z' },
      ],
    });
    const ana = await explain(world, 'ana@example.com', 'Support');
    expect(firstLine(ana)).toBe('No: ana@example.com is not on Support.');
    expect(ana).toMatch(/later: holds again from \w{3} \d{4}-\d\d-\d\d 00:00 \(UTC\); in "support"/u);
    expect(ana).not.toContain('over:');
    expect(await explain(world, 'bo@example.com', 'Billing')).toContain(
      'over: ended 2020-01-01T00:00:00Z; in "billing"',
    );
    expect(await explain(world, 'Support')).toMatch(
      /no mapping serves it now\n {2}not now by mapping later: holds again/u,
    );
    // Cy is in neither: that is told, too.
    expect(await explain(world, 'ana@example.com')).toContain(
      'over: ended 2020-01-01T00:00:00Z, and does not mean them then: not in "billing"',
    );
  });

  it('takes off whom it brought, and says that it is not asked for any more', async () => {
    const world = await start({});
    await world.sync();
    await world.configure({ mappings: [{ ...support[0], until: '2020-01-01T00:00:00Z' }] });
    const ana = await explain(world, 'ana@example.com', 'Support');
    expect(firstLine(ana)).toBe('Yes: ana@example.com is on Support, and goes off with the next run.');
    expect(ana).toContain('no mapping asks for "support" any more');
    expect(ana).toContain('by-name: ended 2020-01-01T00:00:00Z; in "support"');
  });
});

it.each([
  [{ allOf: ['certified'] }, 'in "support", but not in "certified" as well (allOf)'],
  [{ butNot: ['left'] }, 'in "support", but in "inner" ← "left", which is left out (butNot)'],
  [{ where: { name: ['Bo', 'Cy'] } }, 'in "support", but name is Ana, and Bo or Cy is asked for (where)'],
  [{ where: { userName: ['bo'] } }, 'in "support", but has no userName, and bo is asked for (where)'],
])('taken out by %j: which part of the filter, and by what', async (filter, why) => {
  const world = await start({ mappings: [{ ...support[0], ...filter }] });
  await writeFile(
    join(world.dir, 'directory.yaml'),
    lines({
      people: [
        { email: 'ana@example.com', name: 'Ana' },
        { email: 'bo@example.com', name: 'Bo', userName: 'bo' },
      ],
      groups: [
        { id: 'g', name: 'support', members: ['ana@example.com', 'bo@example.com'] },
        { id: 'c', name: 'certified', members: ['bo@example.com'] },
        { id: 'l', name: 'left', members: [], groups: ['inner'] },
        { id: 'i', name: 'inner', members: ['ana@example.com'] },
      ],
    }),
  );
  expect(await explain(world, 'ana@example.com', 'Support')).toContain(why);
  expect(firstLine(await explain(world, 'bo@example.com', 'Support'))).toMatch(
    /^No: .* comes with the next run\.$/u,
  );
  expect(await explain(world, 'Support')).toContain(why);
});

describe('what is asked', () => {
  it('a queue whose people are suspended names them', async () => {
    const world = await start({});
    await writeFile(
      join(world.dir, 'directory.yaml'),
      lines({
        people: [{ email: 'bo@example.com', name: 'Bo', status: 'suspended' }],
        groups: [
          { id: 'g', name: 'support', members: ['ana@example.com', 'bo@example.com', 'nora@example.com'] },
        ],
      }),
    );
    const queue = await explain(world, 'Support');
    expect(queue).toMatch(/not placed:\n +Bo +in "support", but suspended in the source/u);
    expect(queue).toMatch(/nora@example\.com +in "support", but not linked to a user/u);
    expect(firstLine(await explain(world, 'bo@example.com', 'Support'))).toBe('No: Bo is not on Support.');
  });

  it('a queue that no mapping is about', async () => {
    const world = await start({});
    world.emulator.db.queues
      .get(world.queue('Sales'))!
      .direct.set(world.user('gus'), { joined: true, ring: 1 });
    const sales = await explain(world, 'Sales');
    expect(sales).toMatch(/no mapping serves it now\n +Gus Test +directly {2}no mapping asks for it/u);
    expect(firstLine(await explain(world, 'ana@example.com', 'Sales'))).toBe(
      'No: ana@example.com is not on Sales.',
    );
  });

  it('only mappings that serve the queue are spoken of', async () => {
    const world = await start({
      groups: { support: ['ana'], billing: ['bo'] },
      mappings: [...support, { id: 'other', group: 'billing', queues: ['Billing'] }],
    });
    const ana = await explain(world, 'ana@example.com', 'Billing');
    expect(firstLine(ana)).toBe('No: ana@example.com is not on Billing.');
    expect(ana).toContain('other: not in "billing"');
    expect(ana).not.toContain('by-name');
  });

  it('a queue in another case, and a name that is near one', async () => {
    const world = await start({});
    expect(firstLine(await explain(world, 'support'))).toMatch(/^Support /u);
    expect(firstLine(await explain(world, 'ana@example.com', 'SUPPORT'))).toMatch(/ on Support/u);
    await expect(ask(world, 'Suport')).rejects.toMatchObject({
      code: 'person.missing',
      remedy: 'Near it: Support.',
    });
    await expect(ask(world, 'ana@example.com', 'Suport')).rejects.toMatchObject({
      code: 'queue.not-found',
      remedy: 'Near it: Support.',
    });
    await expect(ask(world, 'zoe@example.com')).rejects.toMatchObject({
      happened: expect.stringContaining('Nobody in the mapped groups or in Genesys Cloud'),
    });
  });

  it('an incomplete reading is told where it may be why', async () => {
    const world = await start({ groups: { support: ['ana', '@lost'] } });
    await world.sync();
    await expect(ask(world, 'zoe@example.com')).rejects.toMatchObject({
      happened: expect.stringMatching(/What was read is not complete: .*lost/u),
    });
    expect(await explain(world, 'cy@example.com')).toMatch(
      /in no source: .*as far as they were read \(.*lost/u,
    );
    expect(await explain(world, 'Support')).toMatch(/not read completely: .*lost/u);
  });

  it('writes nothing', async () => {
    const world = await start({});
    await world.sync();
    const journal = () => readFile(join(world.dir, '.muster', 'journal.jsonl'), 'utf8');
    const before = await journal();
    const writes = world.emulator.requests.writes().length;
    await explain(world, 'ana@example.com');
    await explain(world, 'Support');
    expect(await journal()).toBe(before);
    expect(world.emulator.requests.writes()).toHaveLength(writes);
  });
});

describe('on the command line', () => {
  const two = { groups: { support: ['ana'], billing: ['bo', 'ana'] }, timeScale: 1 };
  const mappings = [...support, { id: 'other', group: 'billing', queues: ['Support'] }];

  it('without a mapping: of everybody, of one person, of a mapping that is not there', async () => {
    const world = await start({ ...two, mappings });
    await world.sync();
    expect(await printed(world, '--without', 'other')).toMatch(
      /^Without other:\n[\s\S]*1 person goes off 1 queue/u,
    );
    expect(await printed(world, 'bo@example.com', 'Support', '--without', 'other')).toMatch(
      /^Without other:\nYes: Bo Test is on Support, and goes off with the next run\.\n/u,
    );
    const wrong = await world.cli('explain', '--without', 'by-nam');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('Near it: by-name. The config has 2 mappings: by-name, other.');
  }, 60_000);

  it('the answer as text, and as a document', async () => {
    const world = await start({ ...two, mappings });
    await world.sync();
    const text = await printed(world, 'ana@example.com', 'Support', '--fresh');
    expect(firstLine(text)).toBe('Yes: ana@example.com is on Support.');
    const told = JSON.parse(
      await printed(world, 'ana@example.com', 'Support', '--without', 'other', '--json'),
    );
    expect(told).toMatchObject({
      kind: 'muster.explanation',
      version: 1,
      about: 'person',
      without: ['other'],
      queue: { id: world.queue('Support'), name: 'Support' },
      refusals: [],
      people: [
        {
          whole: true,
          standings: [{ now: 'on', next: 'stays', ways: [{ verdict: 'going' }, { verdict: 'asked' }] }],
        },
      ],
    });
  }, 60_000);
});

it('a tenant that does not say which queues somebody is on is told to be seen in part', async () => {
  const world = await start({
    faults: [{ route: 'GET /api/v2/users/{userId}/queues', kind: 'status', status: 403 }],
  });
  await world.sync();
  expect(await explain(world, 'ana@example.com')).toContain('others could not be asked for');
});
