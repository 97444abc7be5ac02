import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, emulate } from '../../src/emulator/emulate.ts';
import { eagerClock } from '../support/manual-clock.ts';
import { type Recording, recordAnswers } from '../support/openapi.ts';
import { login, queueId, type Talk, talkTo, talkWith, userId } from './talk.ts';

const clock = eagerClock();
let emulator: Emulator;
let talk: Talk;
let recording: Recording;

beforeEach(async () => {
  emulator = await emulate({
    clock,
    seed: {
      divisions: ['Home', 'Away'],
      clients: [
        { id: 'all', secret: 's' },
        { id: 'viewer', secret: 's', permissions: ['routing:queue:view'], divisions: ['Home'] },
        { id: 'nothing', secret: 's', permissions: [] },
        { id: 'short', secret: 's', tokenSeconds: 300 },
      ],
      users: [{ name: 'Ada', email: 'ada@example.com' }],
      queues: [{ name: 'Near' }, { name: 'Far', division: 'Away' }],
    },
  });
  recording = recordAnswers(emulator);
  talk = await talkTo(emulator, 'all', 's');
});

afterEach(async () => {
  await emulator.close();
  expect(recording.violations()).toEqual([]);
});

const mint = async (body: Record<string, string>, headers: Record<string, string> = {}) => {
  const response = await fetch(`${emulator.url}/oauth/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(body),
  });
  return { status: response.status, body: (await response.json()) as { error: string } };
};
const grant = { grant_type: 'client_credentials' };

describe('the token endpoint', () => {
  it('takes the secret by Basic auth or in the form', async () => {
    expect((await login(emulator, 'all', 's')).body).toMatchObject({
      token_type: 'bearer',
      expires_in: 86_400,
    });
    expect((await mint({ ...grant, client_id: 'all', client_secret: 's' })).status).toBe(200);
    emulator.knobs.tokenStyles = ['form'];
    expect((await login(emulator, 'all', 's')).body.error).toBe('invalid_client');
  });

  it('refuses with 400 and three strings', async () => {
    const wrong = await mint({ ...grant, client_id: 'all', client_secret: 'x' });
    expect(wrong.status).toBe(400);
    expect(wrong.body).toEqual({
      error: 'invalid_client',
      description: 'client authentication failed',
      error_description: 'client authentication failed',
    });
    const form = { client_id: 'all', client_secret: 's' };
    expect((await mint(form)).body.error).toBe('invalid_request');
    expect((await mint({ ...form, grant_type: 'password' })).body.error).toBe('unsupported_grant_type');
  });

  it('answers too many tokens with a 400 that begins in a way of its own', async () => {
    emulator.knobs.mintLimit = { count: 1, windowSeconds: 60 };
    expect((await login(emulator, 'all', 's')).status).toBe(200);
    const { status, body } = await login(emulator, 'all', 's');
    expect([status, body.error]).toEqual([400, 'invalid_request']);
    expect(body.error_description).toMatch(/^rate limit exceeded;/);
    clock.advance(60_000);
    expect((await login(emulator, 'all', 's')).status).toBe(200);
  });

  it('gives tokens that die: by age, by revocation, and all at once', async () => {
    const { access_token: token, expires_in } = (await login(emulator, 'short', 's')).body;
    expect(expires_in).toBe(300);
    const short = talkWith(emulator, token);
    expect((await short('HEAD', '/api/v2/tokens/me')).status).toBe(200);
    clock.advance(300_000);
    expect((await short('GET', '/api/v2/tokens/me')).body.code).toBe('bad.credentials');
    expect((await short('HEAD', '/api/v2/tokens/me')).status).toBe(401);
    const other = await talkTo(emulator, 'all', 's');
    const revoked = await other('DELETE', '/api/v2/tokens/me');
    expect([revoked.status, revoked.text]).toEqual([200, '']);
    expect((await other('GET', '/api/v2/tokens/me')).status).toBe(401);
    emulator.revokeTokens();
    expect((await talk('GET', '/api/v2/tokens/me')).status).toBe(401);
  });

  it('tells who a token belongs to', async () => {
    expect((await talk('GET', '/api/v2/tokens/me')).body).toMatchObject({
      organization: { name: 'Example' },
      OAuthClient: { id: 'all', authorizedGrantType: 'CLIENT-CREDENTIALS' },
    });
    expect((await talkWith(emulator, undefined)('GET', '/api/v2/tokens/me')).body.code).toBe(
      'authentication.required',
    );
  });
});

describe('permissions', () => {
  it('are judged by role, and the refusal names what is missing', async () => {
    const nobody = await talkTo(emulator, 'nothing', 's');
    const refused = await nobody('GET', '/api/v2/routing/queues');
    expect([refused.status, refused.body.code]).toEqual([403, 'missing.any.permissions']);
    expect(refused.body.messageParams.permissions).toBe('routing:queue:view');
    expect((await nobody('GET', '/api/v2/routing/queues/divisionviews')).body.code).toBe(
      'missing.permissions',
    );
    expect((await nobody('GET', '/api/v2/scim/v2/groups')).body.messageParams.permissions).toBe(
      'directory:group:edit',
    );
    expect((await nobody('GET', '/api/v2/groups')).status).toBe(200);
  });

  it('hide queues of other divisions from a listing, and refuse them by name', async () => {
    const viewer = await talkTo(emulator, 'viewer', 's');
    const listed = (await viewer('GET', '/api/v2/routing/queues')).body.entities;
    expect(listed.map((queue: { name: string }) => queue.name)).toEqual(['Near']);
    const far = await viewer('GET', `/api/v2/routing/queues/${queueId(emulator, 'Far')}`);
    expect([far.status, far.body.code]).toEqual([403, 'missing.division.permissions']);
    expect(far.body.messageParams.permissions).toBe('routing:queue:view');
    const put = await viewer('PUT', `/api/v2/routing/queues/${queueId(emulator, 'Near')}`, { name: 'Near' });
    expect(put.body.messageParams.permissions).toBe('routing:queue:edit');
  });
});

describe('limits', () => {
  it('are told on every answer, together with a correlation id that errors repeat', async () => {
    const { headers } = await talk('GET', '/api/v2/tokens/me');
    expect(headers.get('inin-ratelimit-allowed')).toBe('300');
    expect(headers.get('inin-ratelimit-count')).toBe('1');
    expect(headers.get('inin-ratelimit-reset')).toBe('60');
    const missing = await talk('GET', '/api/v2/groups/none');
    expect(missing.headers.get('inin-correlation-id')).toBe(missing.body.contextId);
    expect(
      (await talkWith(emulator, 'x')('GET', '/api/v2/groups')).headers.get('inin-ratelimit-allowed'),
    ).toBe('300');
  });

  it('refuse what is above the budget of a token until its window ends', async () => {
    emulator.knobs.rateLimit = 2;
    expect((await talk('GET', '/api/v2/groups')).status).toBe(200);
    clock.advance(20_000);
    expect((await talk('GET', '/api/v2/groups')).status).toBe(200);
    const refused = await talk('GET', '/api/v2/groups');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('40');
    expect(refused.body).toMatchObject({
      code: 'too.many.requests.retry.after',
      messageParams: { 0: '40' },
      limit: { key: 'client.credentials.token.rate.per.minute', namespace: 'platform.api', value: 2 },
    });
    const other = await talkTo(emulator, 'all', 's');
    expect((await other('GET', '/api/v2/groups')).status).toBe(200);
    clock.advance(40_000);
    expect((await talk('GET', '/api/v2/groups')).status).toBe(200);
  });

  it('may be tighter on one route, and say so', async () => {
    const route = 'GET /api/v2/routing/queues/{id}/members';
    emulator.knobs.routeLimits = [
      { route, requests: 1, windowSeconds: 60, key: 'queue.members.rate', namespace: 'routing' },
    ];
    const path = `/api/v2/routing/queues/${queueId(emulator, 'Near')}/members`;
    expect((await talk('GET', path)).status).toBe(200);
    expect((await talk('GET', path)).body.limit).toEqual({
      key: 'queue.members.rate',
      namespace: 'routing',
      value: 1,
    });
    expect((await talk('GET', '/api/v2/groups')).status).toBe(200);
  });

  it('can be read by namespace', async () => {
    const { body } = await talk('GET', '/api/v2/organizations/limits/namespaces/platform.api');
    expect(body.entities).toContainEqual({
      key: 'client.credentials.token.rate.per.minute',
      namespace: 'platform.api',
      value: 300,
    });
    expect((await talk('GET', '/api/v2/organizations/limits/namespaces/nothing')).body.code).toBe(
      'invalid.value',
    );
    expect((await talk('GET', '/api/v2/organizations/limits/namespaces')).body.entities).toContain('routing');
  });

  it('bound the size, the type and the syntax of a body', async () => {
    const path = '/api/v2/groups/search';
    expect((await talk('POST', path, 'x'.repeat(512_001))).body.code).toBe('request.entity.too.large');
    expect((await talk('POST', path, '{}', { 'content-type': 'text/plain' })).body.code).toBe(
      'unsupported.media.type',
    );
    expect((await talk('POST', path, '{')).body.code).toBe('bad.request');
    expect((await talk('POST', path)).body.code).toBe('bad.request');
    expect((await talk('GET', '/api/v2/groups?pageSize=x')).body.code).toBe('invalid.query.param.value');
  });

  it('do not pretend to know what is not emulated', async () => {
    const unknown = await talk('GET', '/api/v2/analytics/queues');
    expect([unknown.status, unknown.body.code]).toEqual([501, 'not.implemented']);
    expect(unknown.body.message).toContain('docs/emulator-differences.md');
    expect((await talk('GET', '/elsewhere')).status).toBe(404);
  });
});

describe('time', () => {
  it('runs as many times as fast as it is told: a minute of budget is a second', async () => {
    await emulator.close();
    const seed = { clients: [{ id: 'all', secret: 's' }] };
    emulator = await emulate({ clock, seed, timeScale: 60, knobs: { rateLimit: 1 } });
    talk = await talkTo(emulator, 'all', 's');
    expect((await login(emulator, 'all', 's')).body.expires_in).toBe(1_440);
    expect((await talk('GET', '/api/v2/groups')).status).toBe(200);
    const refused = await talk('GET', '/api/v2/groups');
    expect(refused.headers.get('retry-after')).toBe('1');
    emulator.knobs.headerSeconds = 'emulated';
    expect((await talk('GET', '/api/v2/groups')).headers.get('retry-after')).toBe('60');
    clock.advance(1_000);
    expect((await talk('GET', '/api/v2/groups')).status).toBe(200);
  });

  it('is spent on latency, in the emulator own time', async () => {
    emulator.knobs.latencyMs = 250;
    const before = clock.sleeps.length;
    await talk('GET', '/api/v2/groups');
    emulator.knobs.latencyMs = { from: 100, to: 200 };
    await talk('GET', '/api/v2/groups');
    const [first, second] = clock.sleeps.slice(before);
    expect(first).toBe(250);
    expect(second).toBeGreaterThanOrEqual(100);
    expect(second).toBeLessThan(200);
  });

  it('is all that an answer takes: what was spent on making it is a part of that', async () => {
    emulator.knobs.latencyMs = 250;
    const off = emulator.on('request', () => clock.advance(100));
    const before = clock.sleeps.length;
    await talk('GET', '/api/v2/groups');
    off();
    emulator.on('request', () => clock.advance(300));
    await talk('GET', '/api/v2/groups');
    expect(clock.sleeps.slice(before)).toEqual([150, 0]);
  });
});

describe('the same salt', () => {
  it('gives the same ids, tokens and chances in every run', async () => {
    const run = async (salt: string) => {
      const one = await emulate({
        salt,
        clock: eagerClock(),
        faults: [{ route: '*', kind: 'status', rate: 0.5 }],
      });
      const token = (await login(one)).body?.access_token ?? '';
      const speak = talkWith(one, token);
      const statuses = [];
      for (let n = 0; n < 20; n++) statuses.push((await speak('GET', '/api/v2/groups')).status);
      const id = userId(one, 'ana.ferreira@example.com');
      await one.close();
      return JSON.stringify([token, statuses, id]);
    };
    expect(await run('a')).toBe(await run('a'));
    expect(await run('a')).not.toBe(await run('b'));
  });
});
