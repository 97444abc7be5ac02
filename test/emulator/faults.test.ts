import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, emulate } from '../../src/emulator/emulate.ts';
import { groupId, login, queueId, type Talk, talkTo, userId } from './talk.ts';

let emulator: Emulator;
let talk: Talk;

beforeEach(async () => {
  emulator = await emulate();
  talk = await talkTo(emulator);
});

afterEach(() => emulator.close());

const groups = '/api/v2/groups';
const statuses = async (count: number, path = groups) => {
  const found: (number | string)[] = [];
  for (let n = 0; n < count; n++) {
    found.push(
      await talk('GET', path).then(
        answer => answer.status,
        () => 'cut',
      ),
    );
  }
  return found;
};

describe('a fault', () => {
  it('strikes the n-th request, every n-th, or so many times', async () => {
    const route = 'GET /api/v2/groups';
    const remove = emulator.faults.add({ route, kind: 'status', nth: 2 });
    expect(await statuses(4)).toEqual([200, 503, 200, 200]);
    remove();
    emulator.faults.add({ route, kind: 'status', status: 500, every: 2 });
    expect(await statuses(4)).toEqual([200, 500, 200, 500]);
    emulator.faults.clear();
    emulator.faults.add({ route, kind: 'status', status: 504, times: 2 });
    expect(await statuses(4)).toEqual([504, 504, 200, 200]);
  });

  it('knows its route by template whatever the placeholders are called, by path, or by pattern', async () => {
    const id = groupId(emulator, 'Supervisors');
    for (const route of [
      'GET /api/v2/groups/{id}',
      `GET /api/v2/groups/${id}`,
      /^GET .*groups\/[^/]+$/u,
      '*',
    ]) {
      const remove = emulator.faults.add({ route, kind: 'status' });
      expect(await statuses(1, `${groups}/${id}`)).toEqual([503]);
      remove();
    }
    emulator.faults.add({ route: 'PUT /api/v2/groups/{id}', kind: 'status' });
    expect(await statuses(1, `${groups}/${id}`)).toEqual([200]);
  });

  it('answers with the status, the code and the Retry-After that it is told', async () => {
    emulator.faults.add({
      route: '*',
      kind: 'status',
      status: 429,
      retryAfter: 3,
      code: 'too.many.requests',
    });
    const answer = await talk('GET', groups);
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
      429,
      'too.many.requests',
      '3',
    ]);
    expect(answer.body.contextId).toBe(answer.headers.get('inin-correlation-id'));
  });

  it('may be a page of a gateway', async () => {
    emulator.faults.add({ route: '*', kind: 'html' });
    const answer = await talk('GET', groups);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(answer.text).toContain('<html>');
    expect(answer.headers.has('inin-correlation-id')).toBe(false);
  });

  it('may cut the connection before or in the midst of the answer', async () => {
    emulator.faults.add({ route: '*', kind: 'reset', nth: 1 });
    emulator.faults.add({ route: '*', kind: 'truncate', nth: 2 });
    expect(await statuses(3)).toEqual(['cut', 'cut', 200]);
  });

  it('may never answer at all, until the emulator closes', async () => {
    emulator.faults.add({ route: '*', kind: 'timeout' });
    const struck = new Promise<void>(resolve => emulator.on('answer', () => resolve()));
    const answer = talk('GET', groups);
    const failed = expect(answer).rejects.toThrow('fetch failed');
    await struck;
    expect(emulator.requests.all.at(-1)).toMatchObject({ fault: 'timeout' });
    expect(emulator.requests.all.at(-1)?.status).toBeUndefined();
    await emulator.close();
    await failed;
  });

  it('refuses a write before it is applied, or loses the answer after it was', async () => {
    const queue = `/api/v2/routing/queues/${queueId(emulator, 'Billing')}`;
    const ana = [{ id: userId(emulator, 'ana.ferreira@example.com') }];
    const route = 'POST /api/v2/routing/queues/{id}/members';
    emulator.faults.add({ route, kind: 'reset', nth: 1 });
    emulator.faults.add({ route, kind: 'lost-answer', nth: 2 });
    await expect(talk('POST', `${queue}/members`, ana)).rejects.toThrow();
    expect((await talk('GET', queue)).body.memberCount).toBe(0);
    await expect(talk('POST', `${queue}/members`, ana)).rejects.toThrow();
    expect((await talk('GET', queue)).body.memberCount).toBe(1);
    expect(emulator.requests.writes().map(record => [record.applied ?? false, record.fault])).toEqual([
      [false, 'reset'],
      [true, 'lost-answer'],
    ]);
  });

  it('lets a read answer what it answered before the write', async () => {
    const scim = `/api/v2/scim/v2/groups/${groupId(emulator, 'Supervisors')}`;
    await talk('GET', scim);
    await talk('PUT', scim, { displayName: 'Supervisors', externalId: 'x' });
    emulator.faults.add({ route: 'GET /api/v2/scim/v2/groups/{id}', kind: 'stale', times: 1 });
    const stale = await talk('GET', scim);
    expect([stale.body.externalId, stale.headers.get('etag')]).toEqual([undefined, '"1"']);
    expect((await talk('GET', scim)).body.externalId).toBe('x');
  });

  it('strikes token requests as well', async () => {
    emulator.faults.add({ route: 'POST /oauth/token', kind: 'status', status: 503 });
    expect((await login(emulator)).status).toBe(503);
  });
});

describe('hooks', () => {
  it('stand before a request, after a write was applied, and before the answer', async () => {
    const seen: string[] = [];
    for (const event of ['request', 'applied', 'answer'] as const) {
      emulator.on(event, record => void seen.push(`${event} ${record.method} ${record.status ?? ''}`.trim()));
    }
    const path = `${groups}/${groupId(emulator, 'Supervisors')}`;
    await talk('PUT', path, { version: 1, description: 'x' });
    await talk('PUT', path, { version: 1, description: 'y' });
    await talk('POST', '/api/v2/users/search', { query: [] });
    expect(seen).toEqual([
      'request PUT',
      'applied PUT',
      'answer PUT 200',
      'request PUT',
      'answer PUT 409',
      'request POST',
      'answer POST 200',
    ]);
  });

  it('let a test kill a process after its n-th write was applied and before it hears of it', async () => {
    const { access_token: token } = (await login(emulator)).body;
    const script = `
      for (let n = 0; n < 5; n++) {
        await fetch(process.argv[1], {
          method: 'PATCH',
          headers: { authorization: 'Bearer ' + process.argv[2], 'content-type': 'application/json' },
          body: JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
            Operations: [{ op: 'replace', path: 'externalId', value: 'write ' + n }] }),
        });
        console.log('heard ' + n);
      }`;
    const url = `${emulator.url}/api/v2/scim/v2/groups/${groupId(emulator, 'Supervisors')}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, url, token]);
    let heard = '';
    child.stdout.on('data', chunk => {
      heard += chunk;
    });
    let writes = 0;
    emulator.on('applied', async () => {
      writes++;
      if (writes < 3) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    });
    await once(child, 'exit');
    expect(heard).toBe('heard 0\nheard 1\n');
    expect(emulator.db.groups.by('name', 'Supervisors')[0]?.externalId).toBe('write 2');
  });

  it('can be taken away', async () => {
    let calls = 0;
    const remove = emulator.on('request', () => void calls++);
    await talk('GET', groups);
    remove();
    await talk('GET', groups);
    expect(calls).toBe(1);
  });
});

describe('the request log', () => {
  it('counts by route, holds bodies, and can be reset', async () => {
    emulator.requests.reset();
    await statuses(2, `${groups}/${groupId(emulator, 'Supervisors')}`);
    await talk('POST', '/api/v2/groups/search', { query: [] });
    expect(emulator.requests.counts()).toEqual({
      'GET /api/v2/groups/{groupId}': 2,
      'POST /api/v2/groups/search': 1,
    });
    expect(emulator.requests.all.at(-1)).toMatchObject({
      body: { query: [] },
      status: 200,
      clientId: 'muster-example',
    });
    emulator.requests.reset();
    expect(emulator.requests.count()).toBe(0);
  });
});
