import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, emulate, exampleTenant } from '../../src/emulator/emulate.ts';
import { coreGroupUrn, queueExtensionUrn } from '../../src/model/contract.ts';
import { eagerClock } from '../support/manual-clock.ts';
import { type Recording, recordAnswers } from '../support/openapi.ts';
import { Auth, executeWithRetry, QueueResolver, ScimGroupProvisioner } from '../support/tutorial-client.ts';
import { groupId, queueId, type Talk, talkTo, talkWith, userId } from './talk.ts';

let emulator: Emulator;
let talk: Talk;
let recording: Recording;

/** The tutorial's example has member ids that are no UUIDs; its people exist here under just these ids. */
const tutorialPeople = ['user-uuid-01', 'user-uuid-02'].map(id => ({
  id,
  name: `User ${id}`,
  email: `${id}@example.com`,
}));
const seed = { ...exampleTenant, users: [...exampleTenant.users!, ...tutorialPeople] };

beforeEach(async () => {
  emulator = await emulate({ contract: 'scim-extension', seed });
  recording = recordAnswers(emulator);
  talk = await talkTo(emulator);
});

afterEach(async () => {
  await emulator.close();
  expect(recording.violations()).toEqual([]);
});

const root = '/api/v2/scim/groups';
const group = (changes: object = {}) => ({
  schemas: [coreGroupUrn, queueExtensionUrn],
  externalId: 'iam-1',
  displayName: 'Tier 1',
  members: [{ value: userId(emulator, 'ana.ferreira@example.com'), display: 'Ana' }],
  routingQueueIds: [queueId(emulator, 'Support_Tier1')],
  meta: { resourceType: 'Group' },
  ...changes,
});
const membersOf = async (queue: string) =>
  (await talk('GET', `/api/v2/routing/queues/${queueId(emulator, queue)}/members`)).body.entities.map(
    (member: { id: string }) => member.id,
  );

describe('a client written straight from the tutorial', () => {
  const client = (scope?: string) => {
    const auth = new Auth('muster-example', 'example-secret', emulator.url, eagerClock(), scope);
    return { resolver: new QueueResolver(auth), provisioner: new ScimGroupProvisioner(auth) };
  };

  it('runs the complete working example: the group is made and its people are on the queue', async () => {
    const { resolver, provisioner } = client();
    const queueIds = await executeWithRetry(() => resolver.getQueueIdsByNamePattern('Support_Tier1'));
    expect(queueIds).toEqual([queueId(emulator, 'Support_Tier1')]);
    const result = await executeWithRetry(() =>
      provisioner.provisionGroupWithQueues(
        'iam-group-customer-support-01',
        'Customer Support Tier 1',
        queueIds,
        ['user-uuid-01', 'user-uuid-02'],
      ),
    );
    expect(result.routingQueueIds).toEqual(queueIds);
    expect(await membersOf('Support_Tier1')).toEqual([
      userId(emulator, 'grace.kim@example.com'),
      'user-uuid-01',
      'user-uuid-02',
    ]);
  });

  it('updates the group by 409, lookup and PUT when it runs again', async () => {
    const { provisioner } = client();
    const first = await provisioner.provisionGroupWithQueues(
      'iam-1',
      'Tier 1',
      [queueId(emulator, 'Billing')],
      ['user-uuid-01'],
    );
    const second = await provisioner.provisionGroupWithQueues(
      'iam-1',
      'Tier 1',
      [queueId(emulator, 'Callbacks')],
      ['user-uuid-02'],
    );
    expect(second.id).toBe(first.id);
    expect(second.meta.version).toBe('2');
    expect(await membersOf('Billing')).toEqual([]);
    expect(await membersOf('Callbacks')).toEqual(['user-uuid-02']);
    expect(emulator.requests.count('PUT /api/v2/scim/groups/{groupId}')).toBe(1);
  });

  it('matches queue names by substring and reads every page', async () => {
    const { resolver } = client();
    expect(await resolver.getQueueIdsByNamePattern('tier')).toHaveLength(2);
    expect(await resolver.getQueueIdsByNamePattern('')).toHaveLength(8);
    expect(await resolver.getQueueIdsByNamePattern('Nowhere')).toEqual([]);
  });

  it('waits as long as Retry-After says, and then goes on', async () => {
    const { resolver } = client();
    const clock = eagerClock();
    emulator.faults.add({
      route: 'GET /api/v2/routing/queues',
      kind: 'status',
      status: 429,
      retryAfter: 7,
      times: 2,
    });
    expect(await executeWithRetry(() => resolver.getQueueIdsByNamePattern('Billing'), clock)).toHaveLength(1);
    expect(clock.sleeps).toEqual([7_000, 7_000]);
  });

  it('is refused with 403 where its token lacks a scope', async () => {
    const { provisioner, resolver } = client('scim:groups:read routing:queue:read');
    const queueIds = await resolver.getQueueIdsByNamePattern('Billing');
    await expect(provisioner.provisionGroupWithQueues('iam-1', 'x', queueIds)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('scim:groups:write'),
    });
    await expect(client('scim:groups:read').resolver.getQueueIdsByNamePattern('x')).rejects.toMatchObject({
      status: 403,
    });
  });
});

describe('groups of the documented contract', () => {
  it('must name both schemas, meta, an externalId and queues that exist', async () => {
    const refused: [object, string][] = [
      [group({ schemas: [coreGroupUrn] }), queueExtensionUrn],
      [group({ schemas: [queueExtensionUrn] }), coreGroupUrn],
      [group({ meta: undefined }), 'meta.resourceType'],
      [group({ externalId: undefined }), 'externalId'],
      [group({ externalId: 'x\u0001' }), 'externalId'],
      [group({ displayName: '' }), 'displayName'],
      [group({ routingQueueIds: ['Support_Tier1'] }), 'no UUID'],
      [group({ routingQueueIds: ['00000000-0000-4000-8000-000000000000'] }), 'does not exist'],
      [group({ members: [{ value: 'nobody' }] }), 'nobody'],
    ];
    for (const [body, word] of refused) {
      const answer = await talk('POST', root, body);
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(word)]);
    }
    expect(emulator.db.groups.size).toBe(2);
  });

  it('are made with 201, and a taken externalId is 409', async () => {
    const made = await talk('POST', root, group());
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ displayName: 'Tier 1', meta: { version: '1', resourceType: 'Group' } });
    expect((await talk('POST', '/api/v2/scim/v2/groups', group({ displayName: 'Other' }))).status).toBe(409);
  });

  it('are found by externalId, with the keys of the tutorial and those of SCIM', async () => {
    const { id } = (await talk('POST', root, group())).body;
    const path = `${root}?filter=${encodeURIComponent('externalId eq "iam-1"')}`;
    expect((await talk('GET', path)).body).toMatchObject({
      total: 1,
      entities: [{ id }],
      totalResults: 1,
      Resources: [{ id }],
    });
    emulator.knobs.extensionListShape = 'entities';
    expect((await talk('GET', path)).body).not.toHaveProperty('Resources');
    emulator.knobs.extensionListShape = 'resources';
    expect((await talk('GET', path)).body).not.toHaveProperty('entities');
  });

  it('are replaced only against the version in meta; what the body leaves out is emptied', async () => {
    const made = (await talk('POST', root, group())).body;
    const path = `${root}/${made.id}`;
    const meta = { resourceType: 'Group', version: '1' };
    expect((await talk('PUT', path, group())).status).toBe(400);
    const stale = await talk('PUT', path, group({ meta: { ...meta, version: '9' } }));
    expect([stale.status, stale.body.scimType]).toEqual([409, 'invalidVers']);
    const put = await talk(
      'PUT',
      path,
      group({ meta, members: undefined, routingQueueIds: undefined, displayName: 'New' }),
    );
    expect(put.body).toMatchObject({
      members: [],
      routingQueueIds: [],
      displayName: 'New',
      meta: { version: '2' },
    });
    expect(await membersOf('Support_Tier1')).toEqual([userId(emulator, 'grace.kim@example.com')]);
  });

  it('can be patched and deleted as SCIM has it', async () => {
    const made = (await talk('POST', root, group())).body;
    const patched = await talk('PATCH', `${root}/${made.id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'add', path: 'routingQueueIds', value: [queueId(emulator, 'Billing')] }],
    });
    expect(patched.body.routingQueueIds).toHaveLength(2);
    expect(await membersOf('Billing')).toEqual([userId(emulator, 'ana.ferreira@example.com')]);
    expect((await talk('DELETE', `${root}/${made.id}`)).status).toBe(204);
    expect(await membersOf('Billing')).toEqual([]);
  });

  it('take routingQueueIds under the extension URN as well', async () => {
    const nested = group({
      routingQueueIds: undefined,
      [queueExtensionUrn]: { routingQueueIds: [queueId(emulator, 'Billing')] },
    });
    expect((await talk('POST', root, nested)).body.routingQueueIds).toEqual([queueId(emulator, 'Billing')]);
  });

  it('are announced in the schema list', async () => {
    const { body } = await talk('GET', '/api/v2/scim/v2/schemas');
    expect(body.Resources.map((schema: { id: string }) => schema.id)).toContain(queueExtensionUrn);
  });
});

describe('a tenant that does not honour the documented contract', () => {
  it.each([
    ['not-found', 404],
    ['method-not-allowed', 405],
  ] as const)('answers a creation by %s with %i and keeps the native way open', async (honour, status) => {
    emulator.knobs.honour = honour;
    expect((await talk('POST', root, group())).status).toBe(status);
    const native = { name: 'Native', type: 'official', visibility: 'public', rulesVisible: true };
    expect((await talk('POST', '/api/v2/groups', native)).status).toBe(200);
    const scim = `${root}/${groupId(emulator, 'Native')}`;
    const put = await talk('PUT', scim, { displayName: 'Native', externalId: 'x' });
    expect(put.body).toMatchObject({ externalId: 'x', schemas: [coreGroupUrn] });
  });

  it('drops routingQueueIds without a word', async () => {
    emulator.knobs.honour = 'drop-queues';
    const made = await talk('POST', root, group());
    expect(made.status).toBe(201);
    expect(made.body).not.toHaveProperty('routingQueueIds');
    expect(await membersOf('Support_Tier1')).toEqual([userId(emulator, 'grace.kim@example.com')]);
  });

  it('may announce the extension and not have it', async () => {
    await emulator.close();
    emulator = await emulate({ knobs: { advertiseExtension: true } });
    talk = await talkTo(emulator);
    const { body } = await talk('GET', '/api/v2/scim/v2/schemas');
    expect(body.totalResults).toBe(8);
    expect((await talk('POST', root, {})).status).toBe(405);
  });
});

describe('tokens of the documented contract', () => {
  it('live 1,800 seconds and have every scope when none was asked for', async () => {
    const response = await fetch(`${emulator.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'muster-example',
        client_secret: 'example-secret',
      }),
    });
    const token = (await response.json()) as { access_token: string };
    expect(token).toMatchObject({ token_type: 'bearer', expires_in: 1_800 });
    const me = await talkWith(emulator, token.access_token)('GET', '/api/v2/tokens/me');
    expect(me.body.authorizedScope).toHaveLength(3);
  });

  it('share one budget a client', async () => {
    emulator.knobs.rateLimit = 3;
    const other = await talkTo(emulator);
    const statuses = [];
    for (const speak of [talk, other, talk, other])
      statuses.push((await speak('GET', '/api/v2/tokens/me')).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});
