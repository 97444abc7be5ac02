import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Drift, DriftOptions, TargetDrift } from '../../src/index.ts';
import { type Talk, talkTo } from '../emulator/talk.ts';
import { people, smallTenant, staff } from '../support/small-tenant.ts';
import { contracts, createWorld, journalOf, type World, type WorldOptions } from '../support/world.ts';

const secret = 'example-secret-9f2c';
const mayRead = ['routing:*', 'directory:*', 'scim:*', 'users:*', 'groups:*'];

/** A tenant with somebody at the administrator's desk; `audited` says whether we may read the audit trail. */
async function deskWorld({ audited = true, ...options }: WorldOptions & { readonly audited?: boolean } = {}) {
  const world = await createWorld({
    timeScale: 1,
    seed: smallTenant({
      clients: [
        { id: 'muster', secret, permissions: audited ? ['*'] : mayRead },
        { id: 'observer', secret: 'observer-secret', permissions: ['*'] },
        { id: 'desk', secret: 'desk-secret', permissions: ['*'], actsFor: 'Sam Desk' },
      ],
      users: [...people(staff), { name: 'Sam Desk', email: 'sam@example.com' }],
    }),
    ...options,
  });
  return { world, desk: await talkTo(world.emulator, 'desk', 'desk-secret') };
}

async function driftOf(world: World, options: DriftOptions = {}): Promise<Drift> {
  const muster = await world.open();
  return muster.drift(options).finally(() => muster.close());
}

async function putBack(world: World) {
  const muster = await world.open();
  try {
    const planned = await muster.planPutBack();
    return { planned, outcome: await muster.apply(planned) };
  } finally {
    await muster.close();
  }
}

/** What moved in the target: kind, place and subject by name. */
const moved = ({ target }: Drift) =>
  target.map(({ kind, place, subject }) => [kind, place.name, ...(subject ? [subject.name] : [])].join(' '));
const nothing = { target: [], sources: [], config: [], unknown: [], stops: [] };
const authors = ({ deeds = [] }: TargetDrift) => deeds.map(deed => deed.by?.name ?? deed.by?.id);

const leave = (world: World, talk: Talk, group: string, ...names: string[]) =>
  talk('DELETE', `/api/v2/groups/${world.group(group)}/members?ids=${names.map(world.user).join(',')}`);

const joinGroup = async (world: World, talk: Talk, group: string, ...names: string[]) => {
  const path = `/api/v2/groups/${world.group(group)}`;
  const { version } = (await talk('GET', path)).body;
  return talk('POST', `${path}/members`, { memberIds: names.map(world.user), version });
};

/** Changes the queue as the page of the queue does. */
async function change(world: World, talk: Talk, queue: string, fields: object) {
  const path = `/api/v2/routing/queues/${world.queue(queue)}`;
  const { body } = await talk('GET', path);
  return talk('PUT', path, { ...body, ...fields });
}

describe.each(contracts)('drift, under the %s contract', contract => {
  it('is nothing before the first run, and nothing right after a run that was done', async () => {
    const { world } = await deskWorld({ contract });
    const before = await driftOf(world);
    expect(before).not.toHaveProperty('since');
    expect(before.target).toEqual([]);
    expect((await world.sync()).outcome.state).toBe('done');
    const after = await driftOf(world);
    expect(after).toMatchObject({ ...nothing, trail: { state: 'not-asked', calls: 0 } });
    expect(after.since?.run).toBe((await journalOf(world))[0]!.run);
  });

  it('tells who took whom out of a group and put whom in, and what placed them', async () => {
    const { world, desk } = await deskWorld({ contract });
    await world.sync();
    await leave(world, desk, 'support', 'ana');
    await joinGroup(world, desk, 'support', 'eve');
    const drift = await driftOf(world);
    expect(moved(drift)).toEqual(['member.gone support Ana Test', 'member.came support Eve Test']);
    const [gone, came] = drift.target;
    expect(gone).toMatchObject({ wanted: true, comesBack: true, placed: { run: drift.since!.run } });
    expect(gone!.placed!.mapping).toContain('support');
    expect(drift.target.map(authors)).toEqual([['Sam Desk'], ['Sam Desk']]);
    expect(came).not.toHaveProperty('placed');
    expect(drift.trail).toMatchObject({ state: 'asked', why: [] });
    expect(drift.trail.calls).toBeLessThanOrEqual(2);
  });

  it('puts back what was taken away and nothing else, and tells nothing afterwards; undo takes that back', async () => {
    const { world, desk } = await deskWorld({ contract, limits: { takenAway: 'tell' } });
    await world.sync();
    await leave(world, desk, 'support', 'ana');
    await joinGroup(world, desk, 'support', 'eve');
    // The sources moved as well: that is no matter of a put-back.
    await world.directory({ support: ['ana', 'bo', 'fay'], billing: ['cy'] });
    const { planned, outcome } = await putBack(world);
    expect(planned.plan.changes).toMatchObject([{ kind: 'member.add', user: world.user('ana') }]);
    expect(outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'eve']);
    expect(await world.on('Billing')).toEqual(['cy', 'dee']);

    const after = await driftOf(world);
    expect(after.target).toEqual([]);
    expect(after.sources.map(({ name, came, left }) => [name, came.length, left.length])).toEqual([
      ['billing', 0, 1],
      ['support', 1, 0],
    ]);
    expect((await putBack(world)).outcome.state).toBe('nothing-to-do');
    expect((await world.cli('history')).stdout).toContain('put-back of what other hands took away');

    const muster = await world.open();
    const undone = await muster.apply(await muster.planUndo('last'));
    expect(undone.state).toBe('done');
    expect(await world.on('Support')).toEqual(['bo', 'eve']);
  });

  it('tells that a group was deleted, and makes it anew with those who were in it', async () => {
    const { world, desk } = await deskWorld({ contract });
    await world.sync();
    await desk('DELETE', `/api/v2/groups/${world.group('support')}`);
    await world.directory({ support: ['ana', 'bo', 'fay'], billing: ['cy', 'dee'] });
    const drift = await driftOf(world);
    expect(drift.target).toMatchObject([
      { kind: 'group.deleted', place: { name: 'support' }, count: 2, comesBack: true },
    ]);
    expect(drift.target.map(authors)).toEqual([['Sam Desk']]);
    const { outcome, planned } = await putBack(world);
    expect(outcome.state).toBe('done');
    expect(planned.plan.notes).toEqual([]);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    expect(moved(await driftOf(world))).toEqual([]);
  });

  it('tells a group that was renamed or anchored elsewhere, with what it was, and puts that back', async () => {
    const { world, desk } = await deskWorld({ contract });
    await world.sync();
    const id = world.group('support');
    const path = `/api/v2/groups/${id}`;
    const { body } = await desk('GET', path);
    await desk('PUT', path, { name: 'Sales people', version: body.version });
    const drift = await driftOf(world);
    expect(drift.target).toMatchObject([
      {
        kind: 'group.renamed',
        was: 'support',
        is: 'Sales people',
        comesBack: true,
      },
    ]);
    expect(drift.target.map(authors)).toEqual([['Sam Desk']]);
    expect(drift.config).toEqual([]);
    expect((await putBack(world)).outcome.state).toBe('done');
    expect(world.group('support')).toBe(id);
    expect(moved(await driftOf(world))).toEqual([]);
  });

  it('tells groups and people of other hands on the queues that we serve', async () => {
    const { world, desk } = await deskWorld({ contract });
    await world.sync();
    const made = await desk('POST', '/api/v2/groups', {
      name: 'Night',
      type: 'official',
      visibility: 'public',
      rulesVisible: true,
    });
    const { body } = await desk('GET', `/api/v2/routing/queues/${world.queue('Support')}`);
    await change(world, desk, 'Support', {
      memberGroups: [...(body.memberGroups ?? []), { id: made.body.id, type: 'GROUP' }],
    });
    await desk('POST', `/api/v2/routing/queues/${world.queue('Billing')}/members`, [
      { id: world.user('gus') },
    ]);
    const drift = await driftOf(world);
    expect(moved(drift)).toEqual(['direct.came Billing', 'attachment.came Support Night']);
    expect(drift.target[0]).toMatchObject({
      was: '0',
      is: '1',
      deeds: [{ by: { kind: 'user', name: 'Sam Desk' }, whom: ['Gus Test'] }],
    });
    expect(authors(drift.target[1]!)).toEqual(['Sam Desk']);
    const { planned } = await putBack(world);
    expect(planned.plan.changes).toEqual([]);
  });

  it('tells queues that were renamed or deleted, and goes on with the others', async () => {
    const { world, desk } = await deskWorld({ contract });
    await world.sync();
    await change(world, desk, 'Support', { name: 'First Line' });
    await desk('DELETE', `/api/v2/routing/queues/${world.queue('Billing')}?forceDelete=true`);
    await leave(world, desk, 'support', 'ana');
    const drift = await driftOf(world);
    expect(moved(drift)).toEqual([
      'queue.deleted Billing',
      'queue.renamed First Line',
      'member.gone support Ana Test',
    ]);
    expect(drift.target.map(authors)).toEqual([['Sam Desk'], ['Sam Desk'], ['Sam Desk']]);
    expect(drift.stops.toSorted()).toEqual([
      expect.stringMatching(/^Mapping corp\.billing: .*"Billing"/u),
      expect.stringMatching(/^Mapping corp\.support: .*is called "First Line" now.*Write/u),
    ]);
    expect(drift.target[1]).toMatchObject({ was: 'Support', is: 'First Line' });
    expect((await putBack(world)).outcome.state).toBe('done');
    expect(await world.on('First Line')).toEqual(['ana', 'bo']);
  });

  it('says in words that the audit trail may not be read, and is told all the same', async () => {
    const { world, desk } = await deskWorld({ contract, audited: false });
    await world.sync();
    await leave(world, desk, 'support', 'ana');
    const drift = await driftOf(world);
    expect(moved(drift)).toEqual(['member.gone support Ana Test']);
    expect(drift.target[0]).not.toHaveProperty('deeds');
    expect(drift.trail).toMatchObject({
      state: 'unreadable',
      why: ['The OAuth client may not: it lacks audits:audit:view.'],
    });
    const { stdout, code } = await world.cli('drift');
    expect(code).toBe(0);
    expect(stdout).toContain(
      'who did it is not known. The OAuth client may not: it lacks audits:audit:view.',
    );
  });
});

describe('the sides and the trail', () => {
  it('tells who joined and left the sources, and groups that came and went, against what is placed', async () => {
    const { world } = await deskWorld({
      groups: { 'team-a': ['ana', 'bo'], 'team-b': ['cy'] },
      mappings: [{ id: 'teams', group: 'team-*', queues: ['Support'] }],
    });
    await world.sync();
    await world.directory({ 'team-a': ['ana', 'dee', 'nobody'], 'team-c': ['eve'] });
    const { target, sources, config } = await driftOf(world);
    expect([target, config]).toEqual([[], []]);
    expect(
      sources.map(({ kind, name, came, left, people: counts }) => [
        kind,
        name,
        came.map(each => each.name),
        left.map(each => each.name),
        counts && [counts.from, counts.to],
      ]),
    ).toEqual([
      ['group.moved', 'team-a', ['dee@example.com'], ['Bo Test'], [2, 3]],
      ['group.gone', 'team-b', [], [], undefined],
      ['group.new', 'team-c', ['eve@example.com'], [], undefined],
    ]);
  });

  it('takes an incomplete reading for no proof that anybody left, and says so', async () => {
    const { world } = await deskWorld();
    await world.sync();
    await world.directory({ support: ['ana', '@nights'], billing: ['cy', 'dee'] });
    const drift = await driftOf(world);
    expect(drift.sources).toEqual([]);
    expect(drift.unknown).toEqual([
      expect.stringMatching(/"support" was not read to its end.*nights.*1 whom we placed was not seen/u),
    ]);
  });

  it('tells what the config asks for otherwise as that, and not as drift of a side', async () => {
    const { world } = await deskWorld();
    await world.sync();
    await world.configure({
      mappings: [
        { group: 'support', queues: ['Support', 'Sales'], displayName: 'Support people' },
        { id: 'new', group: 'billing', queues: ['Billing'], displayName: 'billing' },
      ],
    });
    const { target, sources, config } = await driftOf(world);
    expect([target, sources]).toEqual([[], []]);
    expect(config.map(({ kind }) => kind).toSorted()).toEqual(
      expect.arrayContaining(['group.renamed', 'mapping.gone']),
    );
  });

  it('tells people placed one by one whom somebody took off, and users who were deactivated or deleted', async () => {
    const { world, desk } = await deskWorld({
      mappings: [{ group: 'support', queues: ['Support'], assign: 'direct-members' }],
      groups: { support: ['ana', 'bo', 'cy'] },
    });
    await world.sync();
    await desk('POST', `/api/v2/routing/queues/${world.queue('Support')}/members?delete=true`, [
      { id: world.user('ana') },
    ]);
    const bo = world.emulator.db.users.get(world.user('bo'))!;
    world.emulator.db.users.put({ ...bo, state: 'inactive' });
    const drift = await driftOf(world);
    expect(moved(drift)).toEqual(['queue-member.gone Support Ana Test', 'user.inactive Bo Test']);
    expect(authors(drift.target[0]!)).toEqual(['Sam Desk']);
    expect(drift.sources[0]!.lost.map(each => each.name)).toEqual(['bo@example.com']);
    expect((await putBack(world)).outcome.state).toBe('done');
    expect(await world.on('Support')).toContain('ana');
  });

  it('names an OAuth client by its id where the trail has no user, and leaves our own deeds out', async () => {
    const { world } = await deskWorld();
    await world.sync();
    await leave(world, world.talk, 'support', 'ana');
    const [gone] = (await driftOf(world)).target;
    expect(gone!.deeds).toMatchObject([{ by: { kind: 'unknown', id: 'observer' } }]);
    world.emulator.knobs.auditAuthor = 'as-client';
    expect((await driftOf(world)).target[0]!.deeds).toMatchObject([
      { by: { kind: 'client', id: 'observer' } },
    ]);
    world.emulator.knobs.auditAuthor = 'nobody';
    const [deed] = (await driftOf(world)).target[0]!.deeds!;
    expect(deed).not.toHaveProperty('by');
  });

  it('asks the trail of many groups at once, a few by themselves, and not at all where that is wished', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const { world, desk } = await deskWorld({
      groups: Object.fromEntries(names.map(name => [name, ['ana', 'bo']])),
      mappings: [{ group: '*', queues: ['Support'] }],
    });
    await world.sync();
    for (const name of names) await leave(world, desk, name, 'ana');
    const drift = await driftOf(world);
    expect(drift.target.map(authors)).toEqual(names.map(() => ['Sam Desk']));
    // One for the trail, one for the name of whoever did it.
    expect(drift.trail.calls).toBeLessThanOrEqual(2);
    expect((await driftOf(world, { audit: false })).trail).toEqual({ state: 'not-asked', why: [], calls: 0 });
  });

  it('says how far back the trail reaches, and since when it was asked', async () => {
    const { world, desk } = await deskWorld({ timeScale: 1 });
    await world.sync();
    await leave(world, desk, 'support', 'ana');
    const drift = await driftOf(world, { since: '2020-01-01' });
    expect(drift.since).toEqual({ at: '2020-01-01T00:00:00.000Z' });
    expect(drift.trail).toMatchObject({ state: 'partly', why: [expect.stringContaining('14 days')] });
    await expect(driftOf(world, { since: 'nonsense' })).rejects.toMatchObject({ code: 'run.not-found' });
  });

  it('since an earlier run, tells what moved before the last one and not what our runs did', async () => {
    const { world, desk } = await deskWorld();
    const first = (await world.sync()).outcome.run;
    await joinGroup(world, desk, 'support', 'eve');
    await world.directory({ support: ['ana', 'bo', 'fay'], billing: ['cy'] });
    await world.sync();
    expect(moved(await driftOf(world))).toEqual([]);
    expect(moved(await driftOf(world, { since: first }))).toEqual(['member.came support Eve Test']);
  });

  it('writes nothing, and takes no lock', async () => {
    const { world, desk } = await deskWorld();
    await world.sync();
    await leave(world, desk, 'support', 'ana');
    const [lines, requests] = [await journalOf(world), world.emulator.requests.all.length];
    const muster = await world.open();
    await muster.drift();
    expect(await journalOf(world)).toEqual(lines);
    expect(world.emulator.requests.all.slice(requests).filter(request => request.applied)).toEqual([]);
  });
});

describe('the command', () => {
  it('tells with its exit code that something moved, saves a put-back, and applies it as it was approved', async () => {
    const { world, desk } = await deskWorld();
    await world.sync();
    expect((await world.cli('drift', '--detailed-exitcode')).code).toBe(0);
    await leave(world, desk, 'support', 'ana');
    const told = await world.cli('drift', '--detailed-exitcode', '--report', 'drift.md');
    expect(told.code).toBe(2);
    expect(told.stdout).toMatch(/− Ana Test {2}ours since .*\n {10}by Sam Desk, /u);
    const json = JSON.parse((await world.cli('drift', '--json')).stdout);
    expect(json).toMatchObject({ kind: 'muster.drift', version: 1, target: [{ kind: 'member.gone' }] });
    expect(await readFile(join(world.dir, 'drift.md'), 'utf8')).toContain('- **group support**');
    expect((await world.cli('drift', '--put-back', '--out', 'back.json')).code).toBe(0);
    expect(await world.on('Support')).toEqual(['bo']);
    const applied = await world.cli('apply', 'back.json');
    expect(applied.stdout).toContain('Done, and seen by reading back.');
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    expect((await world.cli('drift', '--put-back', '--yes')).stdout).toContain('Nothing to put back.');
    expect((await world.cli('drift', '--yes')).stderr).toContain('Add --put-back');
  }, 60_000);

  it('stops a put-back at the guards', async () => {
    const { world, desk } = await deskWorld({ limits: { additions: { count: 0 } } });
    await world.configure({ limits: {} });
    await world.sync();
    await leave(world, desk, 'support', 'ana');
    await world.configure({ limits: { additions: { count: 0 } } });
    const refused = await world.cli('drift', '--put-back', '--yes');
    expect([refused.code, refused.stdout.includes('guard.additions-count')]).toEqual([3, true]);
    expect(await world.on('Support')).toEqual(['bo']);
  });
});
