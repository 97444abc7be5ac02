import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emulate, generateSeed, loadSeed, parseSeed, parseSizes } from '../../src/emulator/emulate.ts';
import { isUuid } from '../../src/model/keys.ts';
import { groupId, queueId, talkTo, userId } from './talk.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'muster-seed-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const yaml = `
organization: { name: Acme }
divisions: [Home, EMEA]
clients:
  - { id: c, secret: s, permissions: ["routing:*"], grants: [{ permissions: ["directory:user:view"], divisions: [EMEA] }] }
users:
  - { name: Ada, email: Ada@example.com }
  - { name: Bo, email: bo@example.com, manager: ada@example.com }
groups:
  - { name: Crew, members: [Ada, bo@example.com], queues: [Line] }
queues:
  - { name: Line, division: EMEA, members: [{ user: Ada, ring: 2, joined: false }], memberGroups: [Crew] }
  - { name: Ringed, rings: [{ memberGroups: [Crew] }, {}], settings: { description: hello, ownField: 1 } }
`;

describe('a seed', () => {
  it('is read from YAML or JSON, with names in the place of ids', async () => {
    const path = join(dir, 'tenant.yaml');
    await writeFile(path, yaml);
    const seed = await loadSeed(path);
    const emulator = await emulate({ seed, contract: 'scim-extension' });
    const { db } = emulator;
    const line = db.queues.get(queueId(emulator, 'Line'))!;
    expect(isUuid(line.id)).toBe(true);
    expect(line.direct.get(userId(emulator, 'ada@example.com'))).toEqual({ ring: 2, joined: false });
    expect([...line.servedBy]).toEqual([groupId(emulator, 'Crew')]);
    expect(line.attached).toEqual([{ groupId: groupId(emulator, 'Crew'), ring: 1 }]);
    expect(db.users.by('email', 'bo@example.com')[0]?.managerId).toBe(userId(emulator, 'ada@example.com'));
    expect(db.queues.by('name', 'Ringed')[0]?.settings).toMatchObject({ description: 'hello', ownField: 1 });
    await emulator.close();

    await writeFile(join(dir, 'tenant.json'), JSON.stringify({ queues: [{ name: 'One' }] }));
    expect((await loadSeed(join(dir, 'tenant.json'))).queues).toMatchObject([{ name: 'One' }]);
  });

  it('gives the same ids every time, and others for another salt', async () => {
    const ids = async (salt: string) => {
      const emulator = await emulate({ salt, seed: { queues: [{ name: 'Line' }] } });
      const id = queueId(emulator, 'Line');
      await emulator.close();
      return id;
    };
    expect(await ids('a')).toBe(await ids('a'));
    expect(await ids('a')).not.toBe(await ids('b'));
  });

  it('is a world at rest: no delay stands between its groups and its queues', async () => {
    const seed = parseSeed({
      clients: [{ id: 'c', secret: 's' }],
      users: [{ name: 'Ada', email: 'ada@example.com' }],
      groups: [{ name: 'Crew', members: ['Ada'] }],
      queues: [{ name: 'Line', memberGroups: ['Crew'] }],
    });
    const emulator = await emulate({ seed, knobs: { propagationMs: 60_000 } });
    const talk = await talkTo(emulator, 'c', 's');
    expect((await talk('GET', '/api/v2/routing/queues')).body.entities[0].memberCount).toBe(1);
    await emulator.close();
  });

  it('with mistakes is refused with every one of them and its place', async () => {
    const seed = { queues: [{ nam: 'x' }, { name: 'y', rings: 3 }] };
    expect(() => parseSeed(seed, 'tenant.yaml')).toThrow(/queues\.0\.name.*queues\.0.*queues\.1\.rings/su);
    await expect(
      emulate({ seed: { groups: [{ name: 'Crew', members: ['Nobody'] }] } }),
    ).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('user Nobody'),
    });
    await expect(loadSeed(join(dir, 'missing.yaml'))).rejects.toMatchObject({ code: 'config.not-found' });
    await writeFile(join(dir, 'broken.yaml'), 'a: [');
    await expect(loadSeed(join(dir, 'broken.yaml'))).rejects.toMatchObject({ code: 'config.invalid' });
  });
});

describe('a generated tenant', () => {
  it('has the sizes that were asked for, and is the same every time', () => {
    const sizes = parseSizes('queues=3,groups=2,users=20,members=5');
    const seed = generateSeed(sizes);
    expect([seed.queues?.length, seed.groups?.length, seed.users?.length]).toEqual([3, 2, 20]);
    expect(seed.groups?.every(group => group.members?.length === 5)).toBe(true);
    expect(generateSeed(sizes)).toEqual(seed);
    expect(generateSeed(sizes, 'other')).not.toEqual(seed);
    expect(() => parseSizes('queues=many')).toThrow('queues=many');
    expect(generateSeed({ queues: 1, groups: 1, users: 0 }).groups?.[0]?.members).toEqual([]);
  });

  it('of 1,000 queues, 1,000 groups and 100,000 people answers quickly', async () => {
    const emulator = await emulate({
      seed: generateSeed({ queues: 1_000, groups: 1_000, users: 100_000 }),
      knobs: { rateLimit: 1_000_000 },
    });
    const talk = await talkTo(emulator);
    const all = [...emulator.db.groups.sorted()];
    [...emulator.db.queues.sorted()].forEach((queue, index) => {
      emulator.db.changeQueue(queue, { memberGroups: [{ id: all[index]!.id, type: 'GROUP' }] });
    });
    const begun = performance.now();
    const queues = (await talk('GET', '/api/v2/routing/queues?pageSize=500&pageNumber=2')).body;
    expect(queues.entities.every((queue: { memberCount: number }) => queue.memberCount === 100)).toBe(true);
    expect(
      (await talk('GET', '/api/v2/users?pageSize=500&pageNumber=200&expand=groups')).body.entities,
    ).toHaveLength(500);
    const values = [...emulator.db.users.values()].slice(5_000, 5_050).map(user => user.email);
    const query = [{ type: 'EXACT', fields: ['email'], values }];
    expect((await talk('POST', '/api/v2/users/search', { query, pageSize: 50 })).body.total).toBe(50);
    const inGroups = {
      type: 'TERMS',
      fields: ['groups.official.id'],
      values: all.slice(0, 50).map(g => g.id),
    };
    const active = { type: 'EXACT', fields: ['state'], value: 'active' };
    const members = await talk('POST', '/api/v2/users/search', { query: [inGroups, active], pageSize: 100 });
    const expected = new Set(all.slice(0, 50).flatMap(group => [...group.individuals]));
    const isActive = (id: string) => emulator.db.users.get(id)?.state === 'active';
    expect(members.body.total).toBe([...expected].filter(isActive).length);
    const scim = await talk('GET', '/api/v2/scim/v2/groups?count=25');
    expect(scim.body.totalResults).toBe(1_000);
    // Minutes if anything here were quadratic; well below a second on a plain machine.
    expect(performance.now() - begun).toBeLessThan(10_000);
    await emulator.close();
  }, 60_000);
});
