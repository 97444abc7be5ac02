import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, openMuster, type Planned } from '../../src/index.ts';
import { contracts, createWorld, type Groups, journalOf, type World } from '../support/world.ts';

const floorless = { staffing: { minMembers: 0 }, removals: { percent: 100 }, quarantine: { percent: 100 } };
const support = [{ group: 'support', queues: ['Support'] }];

/** Without the ids of runs, which differ from time to time. */
const notes = ({ plan }: Planned, code: string) =>
  plan.notes
    .filter(note => note.code === code)
    .map(note => ({ ...note, text: note.text.replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{6}/gu, 'R') }));
const texts = (planned: Planned, code: string) => notes(planned, code).map(note => note.text);

/** Another muster on the same tenant: the same config, with a ledger and a directory of its own. */
async function secondMuster(world: World, groups: Groups) {
  const config = JSON.parse(await readFile(join(world.dir, 'muster.yaml'), 'utf8'));
  config.state = { dir: '.muster-two' };
  config.sources.corp.path = 'directory-two.yaml';
  await writeFile(join(world.dir, 'two.yaml'), JSON.stringify(config));
  const directory = async (next: Groups) => {
    const [mine, theirs] = [join(world.dir, 'directory.yaml'), join(world.dir, 'directory-two.yaml')];
    const kept = await readFile(mine, 'utf8');
    await world.directory(next);
    await writeFile(theirs, await readFile(mine, 'utf8'));
    await writeFile(mine, kept);
  };
  await directory(groups);
  const sync = async () => {
    const loaded = await loadConfig(join(world.dir, 'two.yaml'), { env: world.env });
    const muster = await openMuster(loaded, { clock: world.clock, env: {} });
    try {
      const planned = await muster.plan();
      return { planned, outcome: await muster.apply(planned) };
    } finally {
      await muster.close();
    }
  };
  return { directory, sync };
}

const members = (group: string) => (world: World) =>
  [...world.emulator.db.groups.get(world.group(group))!.individuals]
    .map(id => world.emulator.db.users.get(id)!.email.replace('@example.com', ''))
    .toSorted();

/** What another tool does to a group, behind our back. */
function set(world: World, group: string, names: readonly string[]): void {
  const row = world.emulator.db.groups.get(world.group(group))!;
  world.emulator.db.setIndividuals(row, new Set(names.map(name => world.user(name))));
}

describe.each(contracts)('two musters with ledgers of their own, under the %s contract', contract => {
  it('neither takes the people of the other away, and both tell what they see', async () => {
    const world = await createWorld({
      contract,
      groups: { support: ['ana', 'bo'] },
      mappings: support,
      limits: floorless,
    });
    const two = await secondMuster(world, { support: ['bo', 'cy'] });
    await world.sync();

    // The second finds a group that bears its anchor and of which it knows nothing.
    const first = await two.sync();
    expect(first.outcome.state).toBe('done');
    expect(texts(first.planned, 'group.other-hand')).toEqual([
      '"support" bears our externalId "g-support", has 2 members and serves 1 queue, and our ledger knows nothing of it: another muster, an identity provider that pushes it, or a lost ledger. Whoever is there stays, whatever the source says.',
    ]);
    expect(notes(first.planned, 'group.other-hand')[0]!.remedy).toContain('muster adopt');
    expect(texts(first.planned, 'member.by-hand')).toEqual([
      'Ana Test in "support" was put there by somebody else and stays.',
    ]);
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'cy']);

    // The first sees a stranger in its group; neither has anything to do.
    const back = await world.sync();
    expect(back.planned.plan.changes).toEqual([]);
    expect(texts(back.planned, 'member.by-hand')).toEqual([
      'Cy Test in "support" was put there by somebody else and stays.',
    ]);
    expect((await two.sync()).planned.plan.changes).toEqual([]);

    // Everybody leaves both sources: each takes back what it placed itself. Bo was placed by the first alone.
    await two.directory({ support: ['dee'] });
    await two.sync();
    expect(members('support')(world)).toEqual(['ana', 'bo', 'dee']);
    await world.directory({ support: ['eve'] });
    await world.sync();
    expect(members('support')(world)).toEqual(['dee', 'eve']);
    expect(await world.on('Support')).toEqual(['dee', 'eve']);
  });

  it('a group that is anchored to another source group is left alone: nothing is taken over unasked', async () => {
    const world = await createWorld({
      contract,
      groups: { support: ['ana'] },
      mappings: [
        { group: 'support', queues: ['Support'], externalId: 'theirs', displayName: 'Support people' },
      ],
    });
    await world.sync();
    await world.configure({
      mappings: [
        { group: 'support', queues: ['Support'], externalId: 'ours', displayName: 'Support people' },
      ],
    });
    const two = await secondMuster(world, { support: ['bo'] });
    const { planned } = await two.sync();
    if (contract === 'platform') {
      expect(notes(planned, 'group.name-taken').map(note => note.subject)).toEqual(['Support people']);
      expect(planned.plan.changes).toEqual([]);
      expect(await world.on('Support')).toEqual(['ana']);
    } else {
      // There, names may be had twice: the second gets a group of its own, and the first keeps its people.
      expect(await world.on('Support')).toEqual(['ana', 'bo']);
    }
    const group = world.emulator.db.groups
      .by('name', 'Support people')
      .find(each => each.externalId === 'theirs')!;
    expect([...group.individuals]).toEqual([world.user('ana')]);
  });

  it('a ledger that was lost takes nobody away, tells it, and names the way out', async () => {
    const world = await createWorld({ contract, groups: { support: ['ana', 'bo'] }, mappings: support });
    await world.sync();
    const two = await secondMuster(world, { support: ['ana'] });
    const { planned, outcome } = await two.sync();
    expect(outcome.state).toBe('nothing-to-do');
    expect(notes(planned, 'group.other-hand').map(note => note.subject)).toEqual(['support']);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });
});

describe.each(contracts)('what moves between two runs without us, under the %s contract', contract => {
  it('somebody whom another tool takes out is put back, and counted each time', async () => {
    const world = await createWorld({ contract, groups: { support: ['ana', 'bo'] }, mappings: support });
    await world.sync();
    set(world, 'support', ['bo']);
    const once = await world.sync();
    expect(texts(once.planned, 'edge.vanished')).toEqual([
      'Ana Test: put into "support" by us (run R), gone from there without us, and put back by this plan.',
    ]);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    expect(notes(await world.plan(), 'edge.vanished')).toEqual([]);

    set(world, 'support', []);
    const twice = await world.sync();
    expect(notes(twice.planned, 'edge.vanished')).toEqual([
      expect.objectContaining({
        level: 'warning',
        text: 'Ana Test, Bo Test: put into "support" by us (run R), gone from there without us, and put back by this plan. Put back before: Ana Test 1 time.',
      }),
    ]);
    set(world, 'support', ['bo']);
    expect(texts(await world.plan(), 'edge.vanished')[0]).toContain('Put back before: Ana Test 2 times.');
  });

  it('somebody whom we took out and another tool puts back stays, and is told with the day', async () => {
    const world = await createWorld({
      contract,
      groups: { support: ['ana', 'bo'] },
      mappings: support,
      limits: floorless,
    });
    await world.sync();
    await world.directory({ support: ['ana'] });
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana']);
    set(world, 'support', ['ana', 'bo', 'cy']);
    const { planned } = await world.sync();
    expect(texts(planned, 'edge.returned')).toEqual([
      expect.stringMatching(
        /^Bo Test \(\d{4}-\d\d-\d\d\): taken out of "support" by us, and there again without us\./u,
      ),
    ]);
    // Cy was never ours: that is another hand, but nobody who came back.
    expect(texts(planned, 'member.by-hand')).toEqual([
      'Cy Test in "support" was put there by somebody else and stays.',
    ]);
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'cy']);

    // Wanted again, Bo is there already; that he is, is not our doing, so it is not ours to undo.
    await world.directory({ support: ['ana', 'bo'] });
    expect(notes((await world.sync()).planned, 'edge.returned')).toEqual([]);
    await world.directory({ support: ['ana'] });
    expect((await world.sync()).planned.plan.changes).toEqual([]);
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'cy']);
  });

  it('a group that was deleted is made anew, and that is told', async () => {
    const world = await createWorld({ contract, groups: { support: ['ana', 'bo'] }, mappings: support });
    await world.sync();
    world.emulator.db.removeGroup(world.emulator.db.groups.get(world.group('support'))!);
    const { planned, outcome } = await world.sync();
    expect(texts(planned, 'edge.vanished')).toEqual([
      'The group "support" that we made was deleted without us. It is made anew, with everybody who should be in it.',
    ]);
    expect(outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });
});

it('CX as Code that takes our group off its queue is told, and the group put back, each time', async () => {
  const world = await createWorld({ groups: { support: ['ana'] }, mappings: support });
  await world.sync();
  const path = `/api/v2/routing/queues/${world.queue('Support')}`;
  for (const before of [0, 1]) {
    const { body } = await world.talk('GET', path);
    await world.talk('PUT', path, { ...body, memberGroups: [] });
    const { planned } = await world.sync();
    const [told] = texts(planned, 'edge.vanished');
    expect(told).toContain('support: put on the queue "Support" by us (run R), gone from there without us');
    expect(told!.includes('Put back before: support 1 time')).toBe(before === 1);
    expect(await world.on('Support')).toEqual(['ana']);
  }
});

describe.each(contracts)('what two mappings want, under the %s contract', contract => {
  const day = { id: 'day', group: 'support', queues: ['Support'] };
  const always = { id: 'always', group: 'support', queues: ['Support', 'Billing'] };
  const limits = { ...floorless, removals: { percent: 100, percentFrom: 1000 } };

  it('is placed once, is owned by both, and goes when the last of them lets go', async () => {
    const world = await createWorld({
      contract,
      groups: { support: ['ana', 'bo'] },
      mappings: [day, { ...always, when: { hours: '00:00-24:00' } }],
      limits,
      timeScale: 1,
    });
    const { planned } = await world.sync();
    const attached = planned.plan.changes.filter(change => change.kind === 'queue.attach');
    expect(attached).toHaveLength(2);
    expect((await world.plan()).plan.bookkeeping).toMatchObject({ rehome: [] });

    const why = await world.cli('explain', 'ana@example.com', 'Support');
    expect(why.stdout).toMatch(
      /^Yes: .* is on Support\.\n[\s\S]* on Support {2}since .*\n.*mapping always .*\n.*mapping day /u,
    );
    const queue = await world.cli('explain', 'Support');
    expect(queue.stdout).toMatch(/Ana Test .*support ← always; also support ← day/u);
    const run = (await journalOf(world))[0]!.run as string;
    expect((await world.cli('history', run)).stdout).toMatch(/group support .*always, day/u);

    // The first lets go: nothing moves, and the books say whose it is now.
    await world.configure({ mappings: [always] });
    const first = await world.sync();
    expect(first.planned.plan.changes).toEqual([]);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    const handed = (await journalOf(world)).findLast(line => line.kind === 'run')!.run as string;
    expect((await world.cli('history', handed)).stdout).toMatch(
      /3 assignments of ours are wanted by always from now on/u,
    );
    expect((await world.sync()).outcome.state).toBe('nothing-to-do');

    // And the last.
    await world.configure({ mappings: [{ ...always, queues: ['Billing'] }] });
    await world.sync();
    expect(await world.on('Support')).toEqual([]);
    expect(await world.on('Billing')).toEqual(['ana', 'bo']);
  });

  it('stays while one of them cannot be proven to have let go', async () => {
    const world = await createWorld({
      contract,
      groups: { support: ['ana', 'bo'] },
      mappings: [day, { ...always, queues: ['Support'] }].slice(0, 1),
      limits,
    });
    await world.sync();
    await world.configure({ mappings: [day, { ...always, group: 'sup*' }] });
    await world.sync();
    // `day` is gone, and the source shows no group any more for `always`: that is no proof that nobody is in it.
    await world.configure({ mappings: [{ ...always, group: 'sup*' }] });
    await world.directory({ other: ['ana'] });
    const { planned } = await world.sync();
    expect(planned.plan.changes).toEqual([]);
    expect(notes(planned, 'removal.kept')).toHaveLength(1);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });
});

it('a person whom two groups put on a queue directly stays while one of the two was not read wholly', async () => {
  const world = await createWorld({
    groups: { support: ['ana', 'bo'], billing: ['ana', 'cy'] },
    mappings: ['support', 'billing'].map(group => ({ group, queues: ['Support'], assign: 'direct-members' })),
    limits: floorless,
  });
  await world.sync();
  // Ana leaves support; billing names a group that nobody knows, so that not all of it is read.
  await world.directory({ support: ['bo'], billing: ['cy', '@nights'] });
  const { planned } = await world.sync();
  expect(planned.plan.changes).toEqual([]);
  expect(texts(planned, 'removal.kept')[0]).toContain('nights');
  expect(await world.on('Support')).toEqual(['ana', 'bo', 'cy']);

  await world.directory({ support: ['bo'], billing: ['cy'] });
  await world.sync();
  expect(await world.on('Support')).toEqual(['bo', 'cy']);
});
