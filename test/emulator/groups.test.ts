import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, emulate } from '../../src/emulator/emulate.ts';
import { eagerClock } from '../support/manual-clock.ts';
import { type Recording, recordAnswers } from '../support/openapi.ts';
import { groupId, queueId, type Talk, talkTo, userId } from './talk.ts';

const clock = eagerClock();
let emulator: Emulator;
let talk: Talk;
let recording: Recording;

beforeEach(async () => {
  emulator = await emulate({ clock });
  recording = recordAnswers(emulator);
  talk = await talkTo(emulator);
});

afterEach(async () => {
  await emulator.close();
  expect(recording.violations()).toEqual([]);
});

const groups = '/api/v2/groups';
const create = (name: string) =>
  talk('POST', groups, { name, type: 'official', visibility: 'public', rulesVisible: true });

describe('native groups', () => {
  it('are created with 200, without the description that was sent', async () => {
    const made = await talk('POST', groups, {
      name: 'Night Shift',
      description: 'ignored here',
      type: 'official',
      visibility: 'public',
      rulesVisible: true,
      includeOwners: true,
      ownerIds: [userId(emulator, 'yara.haddad@example.com')],
    });
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({ name: 'Night Shift', version: 1, memberCount: 1, state: 'active' });
    expect(made.body).not.toHaveProperty('description');
    expect((await create('night shift')).body.code).toBe('group.name.in.use');
    expect((await talk('POST', groups, { name: 'X' })).status).toBe(400);
  });

  it('are updated only with the current version', async () => {
    const path = `${groups}/${groupId(emulator, 'Supervisors')}`;
    expect((await talk('PUT', path, { description: 'x' })).status).toBe(400);
    const updated = await talk('PUT', path, { version: 1, description: 'On call', visibility: 'ownerIds' });
    expect(updated.body).toMatchObject({ version: 2, description: 'On call', visibility: 'owners' });
    const stale = await talk('PUT', path, { version: 1, name: 'Leads' });
    expect([stale.status, stale.body.code]).toEqual([409, 'general.conflict']);
    emulator.knobs.groupStaleStatus = 400;
    expect((await talk('PUT', path, { version: 1, name: 'Leads' })).body.message).toContain(
      'does not match the current version',
    );
    expect((await talk('PUT', path, { version: 2, name: 'Leads', ownerIds: [' '] })).body.owners).toEqual([]);
  });

  it('are listed by page or by ids, and searched by exact name', async () => {
    const all = (await talk('GET', `${groups}?pageSize=1`)).body;
    expect(all).toMatchObject({ total: 2, pageCount: 2 });
    const id = groupId(emulator, 'Supervisors');
    expect((await talk('GET', `${groups}?id=${id}`)).body.entities).toMatchObject([{ name: 'Supervisors' }]);
    const search = (type: string, value: string) =>
      talk('POST', `${groups}/search`, { query: [{ type, fields: ['name'], value }] });
    expect((await search('EXACT', 'supervisors')).body.results).toMatchObject([{ id }]);
    expect((await search('STARTS_WITH', 'ret')).body.total).toBe(1);
    expect((await search('EXACT', 'super')).body.results).toEqual([]);
    expect(
      (await talk('POST', `${groups}/search`, { query: [{ type: 'SIMILAR', fields: ['name'] }] })).status,
    ).toBe(400);
    const odd = await talk('POST', `${groups}/search`, {
      query: [{ type: 'EXACT', fields: ['colour'], value: 'x' }],
    });
    expect(odd.body.code).toBe('invalid.value');
  });

  it('give the next page of a search by its own text', async () => {
    const first = (await talk('POST', `${groups}/search`, { pageSize: 1, query: [{ type: 'MATCH_ALL' }] }))
      .body;
    const next = (await talk('GET', `${groups}/search?${first.nextPage.replace(/\+/g, '%2B')}`)).body;
    expect([first.results[0].name, next.results[0].name]).toEqual(['Retention Desk', 'Supervisors']);
  });

  it('take members with 202, 50 at a time, optionally against a version', async () => {
    const id = groupId(emulator, 'Supervisors');
    const ana = userId(emulator, 'ana.ferreira@example.com');
    const added = await talk('POST', `${groups}/${id}/members`, { memberIds: [ana], version: 1 });
    expect([added.status, added.body]).toEqual([202, {}]);
    expect((await talk('POST', `${groups}/${id}/members`, { memberIds: [ana], version: 1 })).status).toBe(
      409,
    );
    expect((await talk('POST', `${groups}/${id}/members`, { memberIds: Array(51).fill(ana) })).status).toBe(
      400,
    );
    const ghost = await talk('POST', `${groups}/${id}/members`, { memberIds: ['nobody'] });
    expect(ghost.body.code).toBe('general.resource.not.found');
    const individuals = (await talk('GET', `${groups}/${id}/individuals`)).body.entities;
    expect(individuals.map((user: { name: string }) => user.name)).toContain('Ana Ferreira');
    expect((await talk('DELETE', `${groups}/${id}/members?ids=${ana}`)).status).toBe(202);
    expect((await talk('GET', `${groups}/${id}`)).body).toMatchObject({ version: 3, memberCount: 2 });
  });

  it('tell individuals from owners and from people whom a rule brings', async () => {
    await emulator.close();
    emulator = await emulate({
      seed: {
        clients: [{ id: 'muster-example', secret: 'example-secret' }],
        users: ['a', 'b', 'c'].map(name => ({ name, email: `${name}@example.com` })),
        groups: [
          { name: 'Dynamic', members: ['a'], owners: ['b'], includeOwners: true, ruleMembers: ['c'] },
          { name: 'Plain', members: ['a'] },
        ],
      },
    });
    recording = recordAnswers(emulator);
    talk = await talkTo(emulator);
    const path = `${groups}/${groupId(emulator, 'Dynamic')}`;
    expect((await talk('GET', `${path}/members`)).body.total).toBe(3);
    expect((await talk('GET', `${path}/individuals`)).body.total).toBe(1);
    expect((await talk('GET', `${path}/dynamicsettings`)).body.query).toEqual({ skillConditions: [] });
    const plain = await talk('GET', `${groups}/${groupId(emulator, 'Plain')}/dynamicsettings`);
    expect(plain.status).toBe(404);
    const scim = `/api/v2/scim/v2/groups/${groupId(emulator, 'Dynamic')}`;
    expect((await talk('GET', scim)).body.members).toHaveLength(1);
    emulator.knobs.scimMembers = 'effective';
    expect((await talk('GET', scim)).body.members).toHaveLength(3);
  });
});

describe('what is late', () => {
  it('shows a membership write only after its delay', async () => {
    emulator.knobs.groupMembersDelayMs = 5_000;
    const path = `${groups}/${groupId(emulator, 'Supervisors')}`;
    const ana = userId(emulator, 'ana.ferreira@example.com');
    expect((await talk('POST', `${path}/members`, { memberIds: [ana] })).status).toBe(202);
    expect((await talk('GET', `${path}/individuals`)).body.total).toBe(2);
    clock.advance(5_000);
    expect((await talk('GET', `${path}/individuals`)).body.total).toBe(3);
  });

  it('does not bring a deleted group back by a write that was on its way', async () => {
    emulator.knobs.groupMembersDelayMs = 5_000;
    const path = `${groups}/${groupId(emulator, 'Supervisors')}`;
    await talk('POST', `${path}/members`, { memberIds: [userId(emulator, 'ana.ferreira@example.com')] });
    await talk('DELETE', path);
    clock.advance(5_000);
    expect((await talk('GET', path)).status).toBe(404);
    expect((await talk('GET', groups)).body.total).toBe(1);
  });

  it('lets a queue follow its groups only after the propagation delay', async () => {
    emulator.knobs.propagationMs = 10_000;
    const members = `/api/v2/routing/queues/${queueId(emulator, 'Retention')}/members`;
    const group = `${groups}/${groupId(emulator, 'Retention Desk')}`;
    const ana = userId(emulator, 'ana.ferreira@example.com');
    await talk('POST', `${group}/members`, { memberIds: [ana] });
    expect((await talk('GET', members)).body.entities).toHaveLength(3);
    clock.advance(9_999);
    expect((await talk('GET', members)).body.entities).toHaveLength(3);
    clock.advance(1);
    expect((await talk('GET', members)).body.entities).toHaveLength(4);
  });

  it('lets the search index follow even later', async () => {
    emulator.knobs.searchDelayMs = 30_000;
    const id = groupId(emulator, 'Supervisors');
    const ana = userId(emulator, 'ana.ferreira@example.com');
    const find = () =>
      talk('POST', '/api/v2/users/search', {
        query: [{ type: 'EXACT', fields: ['groups.official.id'], value: id }],
      });
    await talk('POST', `${groups}/${id}/members`, { memberIds: [ana] });
    expect((await find()).body.total).toBe(2);
    clock.advance(30_000);
    expect((await find()).body.total).toBe(3);
  });

  it('keeps a deleted group readable for some reads, and takes it off its queues in the end', async () => {
    emulator.knobs.groupDeleteReads = 2;
    const path = `${groups}/${groupId(emulator, 'Retention Desk')}`;
    expect((await talk('DELETE', path)).status).toBe(204);
    expect((await talk('GET', path)).status).toBe(200);
    expect((await talk('GET', path)).status).toBe(200);
    expect((await talk('GET', path)).body.code).toBe('general.resource.not.found');
    const queue = (await talk('GET', `/api/v2/routing/queues/${queueId(emulator, 'Retention')}`)).body;
    expect(queue).toMatchObject({ memberCount: 0, memberGroups: [] });
  });

  it('can leave a deleted group on its queues as a dead reference, on which a PUT then fails', async () => {
    emulator.knobs.deletedGroupsStayOnQueues = true;
    await talk('DELETE', `${groups}/${groupId(emulator, 'Retention Desk')}`);
    const path = `/api/v2/routing/queues/${queueId(emulator, 'Retention')}`;
    const queue = (await talk('GET', path)).body;
    expect(queue.memberGroups).toHaveLength(1);
    expect((await talk('PUT', path, queue)).body.code).toBe('resource.not.found');
  });

  it('hides a new queue from reads and listings for as long as it is told', async () => {
    Object.assign(emulator.knobs, { newQueueReadDelayMs: 1_000, newQueueListDelayMs: 5_000 });
    const made = (await talk('POST', '/api/v2/routing/queues', { name: 'Fresh' })).body;
    const listed = async () => (await talk('GET', '/api/v2/routing/queues?name=Fresh')).body.total;
    expect((await talk('GET', made.selfUri)).status).toBe(404);
    clock.advance(1_000);
    expect((await talk('GET', made.selfUri)).status).toBe(200);
    expect(await listed()).toBe(0);
    clock.advance(4_000);
    expect(await listed()).toBe(1);
  });

  it('can be hurried by a test', async () => {
    emulator.knobs.propagationMs = 3_600_000;
    const path = `/api/v2/routing/queues/${queueId(emulator, 'Retention')}`;
    await talk('PUT', path, { name: 'Retention', memberGroups: [] });
    expect((await talk('GET', path)).body.memberCount).toBe(3);
    emulator.settle();
    expect((await talk('GET', path)).body.memberCount).toBe(0);
  });
});
