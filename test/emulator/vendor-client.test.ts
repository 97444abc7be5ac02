import sdk from 'purecloud-platform-client-v2';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, emulate } from '../../src/emulator/emulate.ts';
import { type Recording, recordAnswers } from '../support/openapi.ts';
import { groupId, queueId, userId } from './talk.ts';

/**
 * The vendor's own JavaScript client, unchanged, pointed at the emulator by its `setGateway`. What it sends and what it
 * makes of the answers is the measure; nothing here knows how the emulator works.
 */
const client = sdk.ApiClient.instance;
let emulator: Emulator;
let recording: Recording;

beforeEach(async () => {
  emulator = await emulate();
  recording = recordAnswers(emulator);
  client.setReturnExtendedResponses(false);
  client.setGateway({
    host: '127.0.0.1',
    protocol: 'http',
    port: emulator.port,
    path_params_login: '',
    path_params_api: '',
  });
  await client.loginClientCredentialsGrant('muster-example', 'example-secret');
});

afterEach(async () => {
  await emulator.close();
  expect(recording.violations()).toEqual([]);
});

afterAll(() => client.clearAccessToken());

const routing = new sdk.RoutingApi();
const groups = new sdk.GroupsApi();
const scim = new sdk.SCIMApi();
const users = new sdk.UsersApi();

describe("the vendor's client", () => {
  it('logs in with the client-credentials grant, by Basic auth and without a scope', async () => {
    const [login] = emulator.requests.all;
    expect(login?.route).toBe('POST /oauth/token');
    expect(login?.headers.authorization).toMatch(/^Basic /);
    const me = await new sdk.TokensApi().getTokensMe();
    expect(me.OAuthClient?.id).toBe('muster-example');
    await expect(client.loginClientCredentialsGrant('muster-example', 'wrong')).rejects.toMatchObject({
      response: { status: 400, data: { error: 'invalid_client' } },
    });
  });

  it('lists queues by page, by name with stars, and by comma-joined ids', async () => {
    const page = await routing.getRoutingQueues({ pageSize: 5, pageNumber: 2 });
    expect([page.total, page.entities?.length]).toEqual([8, 3]);
    const tiers = await routing.getRoutingQueues({ name: '*Tier*' });
    expect(tiers.entities?.map(queue => queue.name)).toEqual(['Support_Tier1', 'Support_Tier2']);
    const id = ['Billing', 'Callbacks'].map(name => queueId(emulator, name));
    expect((await routing.getRoutingQueues({ id })).entities).toHaveLength(2);
    expect((await routing.getRoutingQueuesDivisionviewsAll({ pageSize: 500 })).entities).toHaveLength(8);
  });

  it('attaches a group to a queue by reading it, changing memberGroups and putting it back', async () => {
    const id = queueId(emulator, 'Support_Tier1');
    const queue = await routing.getRoutingQueue(id);
    const memberGroups = [{ id: groupId(emulator, 'Retention Desk'), type: 'GROUP' }];
    const put = await routing.putRoutingQueue(id, { ...queue, memberGroups } as never);
    expect(put.memberCount).toBe(4);
    const { entities = [] } = await routing.getRoutingQueueMembers(id, { memberBy: 'group', pageSize: 100 });
    expect(entities.map(member => member.name)).toEqual(['Tariq Hassan', 'Ursula Meier', 'Viktor Petrov']);
  });

  it('adds, joins and removes queue members', async () => {
    const id = queueId(emulator, 'Billing');
    const ana = userId(emulator, 'ana.ferreira@example.com');
    await routing.postRoutingQueueMembers(id, [{ id: ana }]);
    expect((await routing.getRoutingQueueMembers(id)).entities).toMatchObject([
      { id: ana, memberBy: 'user' },
    ]);
    await routing.patchRoutingQueueMember(id, ana, { id: ana, ringNumber: 2 });
    await routing.patchRoutingQueueMembers(id, [{ id: ana, joined: false }]);
    expect((await users.getUserQueues(ana, { joined: false })).entities).toMatchObject([{ name: 'Billing' }]);
    await routing.postRoutingQueueMembers(id, [{ id: ana }], { _delete: true });
    expect((await routing.getRoutingQueueMembers(id)).entities).toEqual([]);
    await routing.postRoutingQueueMembers(id, [{ id: ana }]);
    await routing.deleteRoutingQueueMember(id, ana);
    expect((await routing.getRoutingQueueMembers(id)).entities).toEqual([]);
  });

  it('makes a group, fills it, renames it and deletes it', async () => {
    const made = await groups.postGroups({
      name: 'Night Shift',
      type: 'official',
      visibility: 'public',
      rulesVisible: true,
    } as never);
    const id = made.id!;
    const ana = userId(emulator, 'ana.ferreira@example.com');
    await groups.postGroupMembers(id, { memberIds: [ana], version: made.version! });
    expect((await groups.getGroupIndividuals(id)).entities).toMatchObject([{ id: ana }]);
    const renamed = await groups.putGroup(id, { body: { name: 'Late Shift', version: 2 } });
    expect([renamed.name, renamed.version]).toEqual(['Late Shift', 3]);
    const query = [{ type: 'EXACT', fields: ['name'], value: 'Late Shift' }];
    expect((await groups.postGroupsSearch({ query } as never)).results).toMatchObject([{ id }]);
    await groups.deleteGroupMembers(id, ana);
    await groups.deleteGroup(id);
    await expect(groups.getGroup(id)).rejects.toMatchObject({
      status: 404,
      code: 'general.resource.not.found',
    });
  });

  it('reads, patches and puts SCIM groups against their version', async () => {
    const id = groupId(emulator, 'Retention Desk');
    const listed = await scim.getScimV2Groups('displayName eq "Retention Desk"', {
      attributes: ['id', 'meta.version'],
    });
    expect(listed).toMatchObject({ totalResults: 1, Resources: [{ id, meta: { version: '1' } }] });
    const ana = userId(emulator, 'ana.ferreira@example.com');
    const patch = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'add', path: 'members', value: [{ value: ana }] }],
    };
    const patched = await scim.patchScimV2Group(id, patch as never, { ifMatch: '"1"' });
    expect([patched.members?.length, patched.meta?.version]).toEqual([4, '2']);
    await expect(scim.patchScimV2Group(id, patch as never, { ifMatch: '"1"' })).rejects.toMatchObject({
      status: '409',
      scimType: 'invalidVers',
    });
    const put = await scim.putScimV2Group(
      id,
      { displayName: 'Retention Desk', externalId: 'okta-1', members: [{ value: ana }] } as never,
      { ifMatch: '"2"' },
    );
    expect(put).toMatchObject({ externalId: 'okta-1', members: [{ value: ana }] });
  });

  it('finds users by search, by page with their groups, and in SCIM', async () => {
    const query = [
      { type: 'EXACT', fields: ['email'], values: ['ana.ferreira@example.com', 'grace.kim@example.com'] },
    ];
    const found = await users.postUsersSearch({ query } as never);
    expect(found.results?.map(user => user.name)).toEqual(['Ana Ferreira', 'Grace Kim']);
    const page = await users.getUsers({ pageSize: 100, expand: ['groups'] });
    const tariq = page.entities?.find(user => user.name === 'Tariq Hassan');
    expect(tariq?.groups).toMatchObject([{ name: 'Retention Desk' }]);
    const inScim = await scim.getScimV2Users({ filter: 'userName eq "grace.kim@example.com"' });
    expect(inScim.Resources).toMatchObject([{ displayName: 'Grace Kim' }]);
  });

  it('reads who did what to a queue from the audit trail, page by page', async () => {
    const id = queueId(emulator, 'Billing');
    const people = ['ana.ferreira@example.com', 'grace.kim@example.com'].map(email =>
      userId(emulator, email),
    );
    for (const person of people) await routing.postRoutingQueueMembers(id, [{ id: person }]);
    const audits = new sdk.AuditApi();
    const services = (await audits.getAuditsQueryRealtimeServicemapping()).services ?? [];
    expect(services.map(service => service.name)).toContain('ContactCenter');
    const interval = [emulator.now() - 60_000, emulator.now() + 60_000].map(at => new Date(at).toISOString());
    const page = (pageNumber: number) =>
      audits.postAuditsQueryRealtime(
        {
          interval: interval.join('/'),
          serviceName: 'ContactCenter',
          filters: [{ property: 'EntityId', value: id }],
          sort: [{ name: 'Timestamp', sortOrder: 'ascending' }],
          pageNumber,
          pageSize: 1,
        },
        { expand: ['user'] },
      );
    const pages = [await page(1), await page(2)];
    expect(pages.map(({ total, pageCount }) => [total, pageCount])).toEqual([
      [2, 2],
      [2, 2],
    ]);
    const lines = pages.flatMap(({ entities }) => entities ?? []);
    expect(lines.map(line => [line.action, line.entityType, line.entity?.name])).toEqual([
      ['MemberAdd', 'Queue', 'Billing'],
      ['MemberAdd', 'Queue', 'Billing'],
    ]);
    expect(lines.map(line => line.propertyChanges?.[0]?.property)).toEqual(
      people.map(person => `QueueMember/${id}:${person}`),
    );
    expect(lines[0]?.user?.id).toBe('muster-example');
  });

  it('is rejected with the parsed error body, whose contextId is the correlation id', async () => {
    const ghost = '00000000-0000-4000-8000-000000000000';
    const error = await routing.getRoutingQueue(ghost).catch(reason => reason);
    expect(error).toMatchObject({ status: 404, code: 'resource.not.found', details: [], errors: [] });
    expect(error.contextId).toBe(emulator.requests.all.at(-1)?.correlationId);
  });

  it('sees the rate-limit headers of an extended response, and the 429 with its Retry-After', async () => {
    client.setReturnExtendedResponses(true);
    emulator.knobs.rateLimit = 1;
    const extended = (await routing.getRoutingQueues()) as unknown as { headers: Record<string, string> };
    expect(extended.headers['inin-ratelimit-allowed']).toBe('1');
    expect(extended.headers['inin-ratelimit-count']).toBe('1');
    const refused = await routing.getRoutingQueues().catch(reason => reason);
    expect(refused).toMatchObject({ status: 429, body: { limit: { namespace: 'platform.api', value: 1 } } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  });

  it('reads the limits of the organization', async () => {
    const limits = await new sdk.OrganizationApi().getOrganizationsLimitsNamespace('platform.api');
    expect(limits.entities?.length).toBeGreaterThan(0);
  });
});
