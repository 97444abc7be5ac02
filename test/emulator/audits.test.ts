import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, emulate } from '../../src/emulator/emulate.ts';
import { type Talk, talkTo } from './talk.ts';

const route = '/api/v2/audits/query/realtime';
const day = 86_400_000;
let emulator: Emulator;
/** An OAuth client, and somebody at the administrator's desk. */
let program: Talk;
let desk: Talk;

const seed = {
  clients: [
    { id: 'program', secret: 'secret', permissions: ['*'] },
    { id: 'desk', secret: 'secret', permissions: ['*'], actsFor: 'Sam Desk' },
    { id: 'blind', secret: 'secret', permissions: ['routing:*'] },
  ],
  users: [
    { name: 'Ana', email: 'ana@example.com' },
    { name: 'Bo', email: 'bo@example.com' },
    { name: 'Sam Desk', email: 'sam@example.com' },
  ],
  groups: [{ name: 'Night', members: ['Ana'] }],
  queues: [{ name: 'Support', members: ['Ana'] }],
};

beforeEach(async () => {
  emulator = await emulate({ seed });
  program = await talkTo(emulator, 'program', 'secret');
  desk = await talkTo(emulator, 'desk', 'secret');
});
afterEach(() => emulator.close());

const queue = () => emulator.db.queues.by('name', 'Support')[0]!;
const group = () => emulator.db.groups.by('name', 'Night')[0]!;
const user = (name: string) => emulator.db.users.by('email', `${name}@example.com`)[0]!.id;
const interval = (from = emulator.now() - day, to = emulator.now() + 60_000) =>
  `${new Date(from).toISOString()}/${new Date(to).toISOString()}`;
const ask = async (body: object = {}, talk = program, query = '') =>
  talk('POST', `${route}${query}`, { interval: interval(), ...body });
/** What these tests look at of an audit entry. */
interface Audit {
  readonly action: string;
  readonly level: string;
  readonly entity: { readonly id: string; readonly name?: string };
  readonly user: { readonly id?: string; readonly name?: string };
  readonly client: { readonly id?: string };
  readonly context: { readonly correlationId: string };
  readonly propertyChanges: readonly {
    readonly property: string;
    readonly oldValues: readonly string[];
    readonly newValues: readonly string[];
  }[];
}

const asked = async (body: object = {}, query = ''): Promise<Audit[]> =>
  (await ask(body, program, query)).body.entities;
const said = (entities: readonly Audit[]) =>
  entities.map(({ action, propertyChanges: [change] }) => [
    action,
    change?.property.replace(queue().id, 'Q').replace(user('bo'), 'bo').replace(user('ana'), 'ana'),
    change?.oldValues[0] ?? '',
    change?.newValues[0]?.replace(user('bo'), 'bo') ?? '',
  ]);

describe('the audit trail', () => {
  it('has a line for everybody who comes onto a queue, goes off it, or changes there', async () => {
    const path = `/api/v2/routing/queues/${queue().id}/members`;
    await program('POST', path, [{ id: user('bo') }, { id: user('ana') }]);
    await program('PATCH', path, [{ id: user('bo'), joined: false }]);
    await program('PATCH', `${path}/${user('bo')}`, { id: user('bo'), ringNumber: 2 });
    await program('POST', `${path}?delete=true`, [{ id: user('ana') }]);
    const entities = await asked({
      serviceName: 'ContactCenter',
      sort: [{ name: 'Timestamp', sortOrder: 'ascending' }],
    });
    expect(said(entities)).toEqual([
      ['MemberAdd', 'QueueMember/Q:bo', '', '<queue member added>'],
      ['MemberUpdate', 'QueueMember/Q:bo:joined', 'true', 'false'],
      ['MemberUpdate', 'QueueMember/Q:bo:ringNumber', '1', '2'],
      ['MemberRemove', 'QueueMember/Q:ana', '<queue member deleted>', ''],
    ]);
    expect(entities[0]).toMatchObject({
      entity: { id: queue().id, name: 'Support' },
      entityType: 'Queue',
      level: 'USER',
      status: 'SUCCESS',
      context: { entityId: queue().id, auditType: 'QUEUE' },
    });
  });

  it('has three lines for the members of a group, which say together who came or went', async () => {
    const path = `/api/v2/groups/${group().id}/members`;
    await program('POST', path, { memberIds: [user('bo')] });
    const came = await asked({ serviceName: 'Groups' });
    expect(said(came).toSorted()).toEqual([
      ['Update', 'group-membership', '', '[bo]'],
      ['Update', 'individuals', '', ''],
      ['Update', 'memberCount', '1', '2'],
    ]);
    expect(new Set(came.map(each => each.context.correlationId)).size).toBe(1);
    expect(came.find(each => each.level === 'SYSTEM')).toMatchObject({
      user: {},
      context: { userid: 'program' },
    });
    await program('DELETE', `${path}?ids=${user('bo')}`);
    const [latest] = said(await asked({ serviceName: 'Groups' })).filter(
      ([, name]) => name === 'memberCount',
    );
    expect(latest).toEqual(['Update', 'memberCount', '2', '1']);
    expect(came[0]!.entity).not.toHaveProperty('name');
  });

  it('has what a PUT changes, what is made and what is deleted', async () => {
    const path = `/api/v2/routing/queues/${queue().id}`;
    const before = (await program('GET', path)).body;
    await program('PUT', path, {
      ...before,
      name: 'First Line',
      memberGroups: [{ id: group().id, type: 'GROUP' }],
    });
    const renamed = emulator.db.queues.by('name', 'First Line')[0]!;
    const [line] = await asked({ filters: [{ property: 'EntityId', value: renamed.id }] });
    expect(line!.propertyChanges.map(change => change.property)).toEqual(['name', 'memberGroups']);
    expect(line!.propertyChanges[1]!.newValues[0]).toContain(group().id);
    const made = (await program('POST', '/api/v2/routing/queues', { name: 'Chat' })).body;
    await program('DELETE', `/api/v2/routing/queues/${made.id}`);
    const both = await asked({ filters: [{ property: 'EntityId', value: made.id }] });
    expect(both.map(each => each.action)).toEqual(['Delete', 'Create']);
  });

  it('has no line for what was refused, for reads, and for what changed nothing', async () => {
    await program('POST', `/api/v2/routing/queues/${queue().id}/members`, []);
    await program('POST', `/api/v2/routing/queues/${queue().id}/members`, [{ id: user('ana') }]);
    await program('GET', `/api/v2/routing/queues/${queue().id}`);
    expect(await asked()).toEqual([]);
  });

  it('names whoever wrote: a client in the place of a user, or as the knob says, or a user with their name', async () => {
    const path = `/api/v2/routing/queues/${queue().id}/members`;
    await program('POST', path, [{ id: user('bo') }]);
    const author = async () => {
      const [line] = await asked({}, '?expand=user');
      return [line!.user.id, line!.user.name, line!.client.id];
    };
    expect(await author()).toEqual(['program', undefined, '']);
    emulator.knobs.auditAuthor = 'as-client';
    expect(await author()).toEqual([undefined, undefined, 'program']);
    emulator.knobs.auditAuthor = 'nobody';
    expect(await author()).toEqual([undefined, undefined, '']);
    await desk('POST', `${path}?delete=true`, [{ id: user('bo') }]);
    expect(await author()).toEqual([user('sam'), 'Sam Desk', '']);
    expect((await asked())[0]!.user).not.toHaveProperty('name');
  });

  it('is filtered, sorted and cut into pages', async () => {
    const path = `/api/v2/routing/queues/${queue().id}/members`;
    for (let round = 0; round < 3; round++) {
      await program('POST', path, [{ id: user('bo') }]);
      await desk('POST', `${path}?delete=true`, [{ id: user('bo') }]);
    }
    const page = (await ask({ pageSize: 4, pageNumber: 2 })).body;
    expect([page.entities.length, page.total, page.pageCount, page.pageSize]).toEqual([2, 6, 2, 4]);
    const removals = await asked({ filters: [{ property: 'Action', value: 'MemberRemove' }] });
    expect(removals).toHaveLength(3);
    expect(await asked({ filters: [{ property: 'UserId', value: user('sam') }] })).toHaveLength(3);
    emulator.knobs.auditPageSizeMax = 5;
    expect((await ask({ pageSize: 500 })).body.pageSize).toBe(5);
  });

  it('is seen late and forgotten in time, where the knobs say so', async () => {
    const path = `/api/v2/routing/queues/${queue().id}/members`;
    await program('POST', path, [{ id: user('bo') }]);
    emulator.knobs.auditDelayMs = 600_000;
    expect(await asked()).toEqual([]);
    emulator.knobs.auditDelayMs = 0;
    expect(await asked()).toHaveLength(1);
    emulator.knobs.auditRetentionMs = -1;
    expect(await asked()).toEqual([]);
  });

  it('is refused without the permission, and where the question is not valid', async () => {
    const refused = await ask({}, await talkTo(emulator, 'blind', 'secret'));
    expect([refused.status, refused.body.code]).toEqual([403, 'missing.permissions']);
    expect(refused.body.message).toContain('audits:audit:view');
    expect((await ask({ interval: 'today' })).status).toBe(400);
    expect((await ask({ filters: [{ property: 'Colour', value: 'red' }] })).status).toBe(400);
    expect((await ask({ sort: [{ name: 'Action', sortOrder: 'asc' }] })).status).toBe(400);
    expect((await ask({ pageNumber: 0 })).status).toBe(400);
  });
});
