import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, emulate } from '../../src/emulator/emulate.ts';
import { type Recording, recordAnswers } from '../support/openapi.ts';
import { groupId, queueId, type Talk, talkTo, userId } from './talk.ts';

let emulator: Emulator;
let talk: Talk;
let recording: Recording;

beforeEach(async () => {
  emulator = await emulate();
  recording = recordAnswers(emulator, violation => violation.includes('newFieldOfNextYear'));
  talk = await talkTo(emulator);
});

afterEach(async () => {
  await emulator.close();
  expect(recording.violations()).toEqual([]);
});

const queues = '/api/v2/routing/queues';
const names = (answer: { body: { entities: { name: string }[] } }) =>
  answer.body.entities.map(entry => entry.name);

describe('the queue listing', () => {
  it('takes a name as exact, without case', async () => {
    expect(names(await talk('GET', `${queues}?name=support_tier1`))).toEqual(['Support_Tier1']);
    expect(names(await talk('GET', `${queues}?name=Tier`))).toEqual([]);
  });

  it('lets a star stand for anything at either end of a name, and nowhere else', async () => {
    expect(names(await talk('GET', `${queues}?name=Support*`))).toEqual([
      'Support_Tier1',
      'Support_Tier2',
      'Support_VIP',
    ]);
    expect(names(await talk('GET', `${queues}?name=*EMEA`))).toEqual(['Sales_EMEA']);
    expect(names(await talk('GET', `${queues}?name=*tier*`))).toEqual(['Support_Tier1', 'Support_Tier2']);
    expect((await talk('GET', `${queues}?name=Sup*Tier1`)).status).toBe(400);
  });

  it('is sorted by name and pages with totals and links to every page', async () => {
    const seen: string[] = [];
    let next: string | undefined = `${queues}?pageSize=3`;
    for (let page = 1; next && page <= 5; page++) {
      const answer = await talk('GET', next);
      expect(answer.body).toMatchObject({ total: 8, pageCount: 3, pageNumber: page, pageSize: 3 });
      seen.push(...names(answer));
      next = answer.body.nextUri;
    }
    expect(seen).toEqual([...seen].sort());
    expect(seen).toHaveLength(8);
  });

  it('finds several ids, comma-joined or repeated', async () => {
    const [a, b] = [queueId(emulator, 'Billing'), queueId(emulator, 'Callbacks')];
    expect(names(await talk('GET', `${queues}?id=${a},${b}`))).toEqual(['Billing', 'Callbacks']);
    expect(names(await talk('GET', `${queues}?id=${b}&id=${a}`))).toEqual(['Billing', 'Callbacks']);
    expect((await talk('GET', `${queues}?id=nonsense`)).body.code).toBe('invalid.id');
  });

  it('counts everybody once, and direct members apart', async () => {
    const [support] = (await talk('GET', `${queues}?name=Support_Tier1`)).body.entities;
    expect(support).toMatchObject({ memberCount: 1, userMemberCount: 1, joinedMemberCount: 1 });
    const [retention] = (await talk('GET', `${queues}?name=Retention`)).body.entities;
    expect(retention).toMatchObject({ memberCount: 3, userMemberCount: 0 });
    expect(retention.memberGroups).toMatchObject([{ name: 'Retention Desk', type: 'GROUP', memberCount: 3 }]);
  });

  it('has short forms without settings', async () => {
    const views = await talk('GET', `${queues}/divisionviews?name=Sales*`);
    expect(names(views)).toEqual(['Sales_Americas', 'Sales_EMEA']);
    expect(views.body.entities[0]).not.toHaveProperty('mediaSettings');
    expect((await talk('GET', `${queues}/divisionviews/all?pageSize=500`)).body.total).toBe(8);
    expect((await talk('GET', `${queues}/divisionviews?pageNumber=6`)).status).toBe(400);
  });
});

describe('writing a queue', () => {
  it('answers 200 to a creation and refuses names that are taken or have a star', async () => {
    const made = await talk('POST', queues, { name: 'Chat_Overflow' });
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({ name: 'Chat_Overflow', memberCount: 0, memberGroups: [] });
    expect((await talk('POST', queues, { name: 'chat_overflow' })).body.code).toBe('duplicate.name');
    expect((await talk('POST', queues, { name: 'Chat*' })).body.code).toBe('invalid.name');
  });

  it('keeps fields that it does not know when they are sent, and resets every field that is not', async () => {
    const path = `${queues}/${queueId(emulator, 'Billing')}`;
    const before = (await talk('GET', path)).body;
    expect(before.acwSettings.timeoutMs).toBe(60_000);
    const kept = (await talk('PUT', path, { ...before, newFieldOfNextYear: { deep: [1] } })).body;
    expect(kept.newFieldOfNextYear).toEqual({ deep: [1] });
    expect(kept.acwSettings.timeoutMs).toBe(60_000);
    const reset = (await talk('PUT', path, { name: 'Billing' })).body;
    expect(reset).not.toHaveProperty('newFieldOfNextYear');
    expect(reset.acwSettings.timeoutMs).toBe(300_000);
  });

  it('does not move a queue to another division', async () => {
    const path = `${queues}/${queueId(emulator, 'Sales_EMEA')}`;
    const before = (await talk('GET', path)).body;
    const home = emulator.db.divisions.by('name', 'Home')[0]!.id;
    const after = (await talk('PUT', path, { ...before, division: { id: home } })).body;
    expect(after.division).toEqual(before.division);
  });

  it('derives members from the groups that a PUT attaches, and lets them go with it', async () => {
    const path = `${queues}/${queueId(emulator, 'Billing')}`;
    const before = (await talk('GET', path)).body;
    const desk = groupId(emulator, 'Retention Desk');
    const attached = await talk('PUT', path, { ...before, memberGroups: [{ id: desk, type: 'GROUP' }] });
    expect(attached.body.memberCount).toBe(3);
    const members = (await talk('GET', `${path}/members`)).body.entities;
    expect(members.map((member: { memberBy: string }) => member.memberBy)).toEqual([
      'group',
      'group',
      'group',
    ]);
    await talk('PUT', path, { ...attached.body, memberGroups: [] });
    expect((await talk('GET', `${path}/members`)).body.entities).toEqual([]);
  });

  it('refuses a group that does not exist, with the code of a missing resource', async () => {
    const path = `${queues}/${queueId(emulator, 'Billing')}`;
    const ghost = '00000000-0000-4000-8000-000000000000';
    const refused = await talk('PUT', path, {
      name: 'Billing',
      memberGroups: [{ id: ghost, type: 'GROUP' }],
    });
    expect([refused.status, refused.body.code]).toEqual([400, 'resource.not.found']);
    const odd = await talk('PUT', path, { name: 'Billing', memberGroups: [{ id: ghost, type: 'CLAN' }] });
    expect(odd.body.code).toBe('invalid.type');
  });

  it('does not drop a bullseye ring that somebody serves, until its groups are cleared', async () => {
    const path = `${queues}/${queueId(emulator, 'Support_VIP')}`;
    const before = (await talk('GET', path)).body;
    const desk = { id: groupId(emulator, 'Retention Desk'), type: 'GROUP' };
    const [first, second] = before.bullseye.rings;
    const withRing = { ...before, bullseye: { rings: [first, { ...second, memberGroups: [desk] }] } };
    expect((await talk('PUT', path, withRing)).body.memberCount).toBe(3);
    const rows = (await talk('GET', `${path}/members`)).body.entities;
    expect(rows.every((row: { ringNumber: number }) => row.ringNumber === 2)).toBe(true);
    const dropped = { ...before, bullseye: { rings: [first] } };
    expect((await talk('PUT', path, dropped)).body.code).toBe('queue.ring.has.members');
    expect((await talk('PUT', path, before)).status).toBe(200);
    expect((await talk('PUT', path, dropped)).status).toBe(200);
  });

  it('refuses the queue in the first conditional routing rule, which it would itself show', async () => {
    const path = `${queues}/${queueId(emulator, 'Billing')}`;
    const rule = { queue: { id: queueId(emulator, 'Billing') }, groups: [], waitSeconds: 1 };
    const refused = await talk('PUT', path, { name: 'Billing', conditionalGroupRouting: { rules: [rule] } });
    expect(refused.body.code).toBe('invalid.rule');
  });

  it('deletes a queue in use only by force', async () => {
    const path = `${queues}/${queueId(emulator, 'Retention')}`;
    expect((await talk('DELETE', path)).body.code).toBe('active.queue');
    const gone = await talk('DELETE', `${path}?forceDelete=true`);
    expect([gone.status, gone.text]).toEqual([200, '']);
    expect((await talk('GET', path)).body.code).toBe('resource.not.found');
  });

  it('has no user behind a client-credentials token', async () => {
    expect((await talk('GET', `${queues}/me`)).body.code).toBe('not.a.user');
  });
});

describe('the members of a queue', () => {
  it('come without totals, at most 100 a page, until a page is empty', async () => {
    const path = `${queues}/${queueId(emulator, 'Support_Tier1')}/members`;
    const ids = [...emulator.db.users.values()]
      .filter(user => user.state === 'active')
      .map(user => ({ id: user.id }));
    const added = await talk('POST', path, ids);
    expect([added.status, added.text]).toEqual([204, '']);
    const page = (await talk('GET', `${path}?pageSize=500`)).body;
    expect(page.pageSize).toBe(100);
    for (const field of ['total', 'pageCount', 'lastUri']) expect(page).not.toHaveProperty(field);
    const pages = [];
    for (let number = 1; number <= 9; number++) {
      const { entities } = (await talk('GET', `${path}?pageSize=10&pageNumber=${number}`)).body;
      if (entities.length === 0) break;
      pages.push(entities.length);
    }
    expect(pages.reduce((sum, count) => sum + count)).toBe(ids.length);
    expect(pages.length).toBe(Math.ceil(ids.length / 10));
  });

  it('are filtered by origin, activation and name', async () => {
    const path = `${queues}/${queueId(emulator, 'Retention')}/members`;
    await talk('POST', path, [{ id: userId(emulator, 'ana.ferreira@example.com') }]);
    expect(names(await talk('GET', `${path}?memberBy=user`))).toEqual(['Ana Ferreira']);
    expect(names(await talk('GET', `${path}?memberBy=group&name=meier`))).toEqual(['Ursula Meier']);
    expect(names(await talk('GET', `${path}?joined=false`))).toEqual([]);
    expect((await talk('GET', `${path}?memberBy=team`)).status).toBe(400);
  });

  it('are one row a person: a group wins, and its people cannot be removed one by one', async () => {
    const path = `${queues}/${queueId(emulator, 'Retention')}/members`;
    const tariq = userId(emulator, 'tariq.hassan@example.com');
    expect((await talk('POST', path, [{ id: tariq }])).status).toBe(204);
    expect((await talk('GET', path)).body.entities).toHaveLength(3);
    expect((await talk('DELETE', `${path}/${tariq}`)).body.code).toBe('invalid.type');
    emulator.knobs.overlap = 'refuse';
    expect((await talk('POST', path, [{ id: tariq }])).status).toBe(400);
  });

  it('show what they are directly where a knob says so, and stay by their group when they go', async () => {
    Object.assign(emulator.knobs, { overlap: 'add', overlapRow: 'user', directMembersJoined: false });
    const [retention] = emulator.db.queues.by('name', 'Retention');
    const path = `${queues}/${retention!.id}`;
    const tariq = userId(emulator, 'tariq.hassan@example.com');
    const row = async () => {
      const { entities } = (await talk('GET', `${path}/members`)).body as { entities: { id: string }[] };
      const [own] = entities.filter(({ id }) => id === tariq);
      return [entities.length, own];
    };
    const counts = async () => (await talk('GET', path)).body;
    expect(await row()).toMatchObject([3, { memberBy: 'group', joined: true }]);
    expect(await counts()).toMatchObject({ memberCount: 3, userMemberCount: 0, joinedMemberCount: 3 });
    expect((await talk('POST', `${path}/members`, [{ id: tariq }])).status).toBe(204);
    expect(await row()).toMatchObject([3, { memberBy: 'user', joined: false }]);
    expect(await counts()).toMatchObject({ memberCount: 3, userMemberCount: 1, joinedMemberCount: 2 });
    expect((await talk('DELETE', `${path}/members/${tariq}`)).status).toBe(204);
    expect(await row()).toMatchObject([3, { memberBy: 'group', joined: true }]);
  });

  it('are removed with delete=true, and removing nobody is no error', async () => {
    const path = `${queues}/${queueId(emulator, 'Support_Tier1')}/members`;
    const grace = userId(emulator, 'grace.kim@example.com');
    expect((await talk('POST', `${path}?delete=true`, [{ id: grace }])).status).toBe(204);
    expect((await talk('POST', `${path}?delete=true`, [{ id: grace }])).status).toBe(204);
    expect((await talk('GET', path)).body.entities).toEqual([]);
    expect((await talk('DELETE', `${path}/${grace}`)).status).toBe(404);
  });

  it('are written by 1 to 100 at a time, all of them UUIDs of users that exist', async () => {
    const path = `${queues}/${queueId(emulator, 'Support_Tier1')}/members`;
    const ghost = '00000000-0000-4000-8000-000000000000';
    expect((await talk('POST', path, [])).body.code).toBe('bad.request');
    expect((await talk('POST', path, Array(101).fill({ id: ghost }))).body.code).toBe('bad.request');
    expect((await talk('POST', path, [{ id: 'ana' }])).body.code).toBe('invalid.id');
    expect((await talk('POST', path, [{ id: ghost }])).status).toBe(400);
    emulator.knobs.unknownUser = 'ignore';
    expect((await talk('POST', path, [{ id: ghost }])).status).toBe(204);
    expect((await talk('POST', `${queues}/${ghost}/members`, [{ id: ghost }])).status).toBe(404);
  });

  it('are not more than the limit of a queue', async () => {
    emulator.knobs.maxQueueMembers = 2;
    const path = `${queues}/${queueId(emulator, 'Support_Tier1')}/members`;
    const [ana, ben] = ['ana.ferreira@example.com', 'ben.okafor@example.com'].map(email => ({
      id: userId(emulator, email),
    }));
    expect((await talk('POST', path, [ana, ben])).body.code).toBe('queue.size.limit');
    expect((await talk('POST', path, [ana])).status).toBe(204);
  });

  it('join, unjoin and change their ring', async () => {
    const path = `${queues}/${queueId(emulator, 'Support_Tier1')}/members`;
    const grace = userId(emulator, 'grace.kim@example.com');
    const ana = userId(emulator, 'ana.ferreira@example.com');
    const unjoined = await talk('PATCH', path, [
      { id: grace, joined: false },
      { id: ana, joined: false },
    ]);
    expect(unjoined.status).toBe(200);
    expect(unjoined.body.entities).toMatchObject([{ id: grace, joined: false }]);
    expect((await talk('PATCH', `${path}/${grace}`, { id: grace, ringNumber: 3 })).status).toBe(202);
    expect((await talk('PATCH', `${path}/${grace}`, { id: grace })).body.code).toBe('bad.request');
    expect((await talk('GET', path)).body.entities).toMatchObject([{ ringNumber: 3, joined: false }]);
  });

  it('join late, and a new one cannot be given a ring at first, where the knobs say so', async () => {
    Object.assign(emulator.knobs, { joinDelayMs: 3_600_000, newMemberDelayMs: 3_600_000 });
    const path = `${queues}/${queueId(emulator, 'Support_Tier1')}/members`;
    const ana = userId(emulator, 'ana.ferreira@example.com');
    await talk('POST', path, [{ id: ana }]);
    const unjoined = await talk('PATCH', path, [{ id: ana, joined: false }]);
    expect(unjoined.body.entities).toMatchObject([{ id: ana, joined: true }]);
    expect((await talk('PATCH', `${path}/${ana}`, { id: ana, ringNumber: 2 })).status).toBe(404);
    emulator.settle();
    expect((await talk('GET', `${path}?joined=false`)).body.entities).toMatchObject([{ id: ana }]);
  });

  it('see their own queues, joined ones unless told', async () => {
    const tariq = userId(emulator, 'tariq.hassan@example.com');
    expect(names(await talk('GET', `/api/v2/users/${tariq}/queues`))).toEqual(['Retention']);
    expect(names(await talk('GET', `/api/v2/users/${tariq}/queues?joined=false`))).toEqual([]);
  });
});
