import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, emulate } from '../../src/emulator/emulate.ts';
import { type Recording, recordAnswers } from '../support/openapi.ts';
import { groupId, type Talk, talkTo, userId } from './talk.ts';

let emulator: Emulator;
let talk: Talk;
let recording: Recording;

beforeEach(async () => {
  emulator = await emulate();
  recording = recordAnswers(emulator);
  talk = await talkTo(emulator);
});

afterEach(async () => {
  await emulator.close();
  expect(recording.violations()).toEqual([]);
});

const root = '/api/v2/scim/v2/groups';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const patch = (...Operations: object[]) => ({ schemas: [patchOp], Operations });
const one = () => `${root}/${groupId(emulator, 'Retention Desk')}`;
const valuesOf = (body: { members?: { value: string }[] }) =>
  (body.members ?? []).map(member => member.value);

describe('SCIM groups of the platform contract', () => {
  it('are the native groups: one id and one version', async () => {
    const native = (await talk('GET', `/api/v2/groups/${groupId(emulator, 'Retention Desk')}`)).body;
    const scim = await talk('GET', one());
    expect(scim.body).toMatchObject({ id: native.id, displayName: native.name, meta: { version: '1' } });
    expect(scim.headers.get('etag')).toBe('"1"');
    await talk('DELETE', `/api/v2/groups/${native.id}/members?ids=${valuesOf(scim.body)[0]}`);
    expect((await talk('GET', one())).headers.get('etag')).toBe('"2"');
  });

  it('live under two roots and match segments in any case', async () => {
    expect((await talk('GET', '/api/v2/scim/groups')).body.totalResults).toBe(2);
    expect((await talk('GET', '/api/v2/SCIM/v2/Groups')).body.totalResults).toBe(2);
    const { body } = await talk('GET', '/api/v2/scim/groups');
    expect(body.Resources[0].meta.location).toContain('/api/v2/scim/groups/');
  });

  it('cannot be created or deleted, with the status that the knob says', async () => {
    expect((await talk('POST', root, { displayName: 'x' })).status).toBe(405);
    expect((await talk('DELETE', one())).status).toBe(405);
    emulator.knobs.scimGroupCreateStatus = 404;
    expect((await talk('POST', root, { displayName: 'x' })).status).toBe(404);
  });

  it('are filtered by id and displayName alone, quoted or bare', async () => {
    const names = async (filter: string) => {
      const { body } = await talk('GET', `${root}?filter=${encodeURIComponent(filter)}`);
      return body.Resources.map((group: { displayName: string }) => group.displayName);
    };
    expect(await names('displayName eq "retention desk"')).toEqual(['Retention Desk']);
    expect(await names('displayname eq Supervisors')).toEqual(['Supervisors']);
    expect(await names(`id eq ${groupId(emulator, 'Supervisors')}`)).toEqual(['Supervisors']);
    expect(await names('displayName eq "Nobody"')).toEqual([]);
    for (const filter of ['externalId eq "x"', 'displayName co "x"', 'displayName eq']) {
      const refused = await talk('GET', `${root}?filter=${encodeURIComponent(filter)}`);
      expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidFilter']);
    }
  });

  it('page by startIndex and count, and trim what was not asked for', async () => {
    const page = (await talk('GET', `${root}?startIndex=2&count=1&attributes=id,displayName`)).body;
    expect(page).toMatchObject({ totalResults: 2, startIndex: 2, itemsPerPage: 1 });
    expect(Object.keys(page.Resources[0]).sort()).toEqual(['displayName', 'id', 'meta', 'schemas']);
    expect((await talk('GET', `${root}?count=0`)).body).toMatchObject({ totalResults: 2, Resources: [] });
    emulator.knobs.scimLargeCount = 'throttle';
    expect((await talk('GET', `${root}?count=50`)).status).toBe(429);
    expect((await talk('GET', `${root}?count=50&excludedAttributes=members,externalId`)).status).toBe(200);
  });

  it('answer 304 to whoever has the current version', async () => {
    const current = await talk('GET', one(), undefined, { 'if-none-match': 'W/"1"' });
    expect([current.status, current.text]).toEqual([304, '']);
    expect((await talk('GET', one(), undefined, { 'if-none-match': '"0"' })).status).toBe(200);
  });

  it('are replaced by PUT: members and externalId as sent, the read-only name as it was', async () => {
    const ana = userId(emulator, 'ana.ferreira@example.com');
    const put = await talk('PUT', one(), {
      displayName: 'Renamed',
      externalId: 'okta-1',
      members: [{ value: ana }],
    });
    expect(put.status).toBe(200);
    expect(put.body).toMatchObject({
      displayName: 'Retention Desk',
      externalId: 'okta-1',
      meta: { version: '2' },
    });
    expect(valuesOf(put.body)).toEqual([ana]);
    const emptied = await talk('PUT', one(), { displayName: 'Retention Desk' });
    expect(emptied.body.members).toEqual([]);
    expect(emptied.body).not.toHaveProperty('externalId');
  });

  it('are patched: added to, taken from in both forms, anchored; and nothing changes twice', async () => {
    const [tariq, ursula, ana] = ['tariq.hassan', 'ursula.meier', 'ana.ferreira'].map(name =>
      userId(emulator, `${name}@example.com`),
    ) as [string, string, string];
    const operations = patch(
      { op: 'add', path: 'members', value: [{ value: ana }] },
      { op: 'remove', path: `members[value eq "${tariq}"]` },
      { op: 'remove', path: 'members', value: [{ value: ursula }] },
      { op: 'replace', path: 'externalId', value: 'okta-1' },
    );
    const patched = await talk('PATCH', one(), operations);
    expect(patched.status).toBe(200);
    expect(valuesOf(patched.body).sort()).toEqual(
      [ana, userId(emulator, 'viktor.petrov@example.com')].sort(),
    );
    expect(patched.body).toMatchObject({ externalId: 'okta-1', meta: { version: '2' } });
    expect((await talk('PATCH', one(), operations)).body.meta.version).toBe('2');
    expect((await talk('PATCH', one(), patch({ op: 'remove', path: 'members' }))).body.members).toEqual([]);
  });

  it('refuse people who do not exist, or pass them over by knob', async () => {
    const ghost = patch({ op: 'add', path: 'members', value: [{ value: 'nobody' }] });
    expect((await talk('PATCH', one(), ghost)).body.scimType).toBe('invalidValue');
    emulator.knobs.unknownUser = 'ignore';
    expect((await talk('PATCH', one(), ghost)).body.meta.version).toBe('1');
  });

  it('refuse a stale If-Match as the knob says, and take the version in every spelling', async () => {
    const anchor = (value: string) => patch({ op: 'replace', path: 'externalId', value });
    for (const [index, spelling] of ['"1"', 'W/"2"', '3', '*'].entries()) {
      expect((await talk('PATCH', one(), anchor(`x${index}`), { 'if-match': spelling })).status).toBe(200);
    }
    const stale = await talk('PATCH', one(), anchor('y'), { 'if-match': '"1"' });
    expect([stale.status, stale.body.status, stale.body.scimType]).toEqual([409, '409', 'invalidVers']);
    emulator.knobs.scimStaleStatus = 400;
    expect((await talk('PUT', one(), { displayName: 'x' }, { 'if-match': '"1"' })).status).toBe(400);
  });

  it('refuse a PATCH that is none', async () => {
    expect((await talk('PATCH', one(), { Operations: [] })).body.scimType).toBe('invalidSyntax');
    expect((await talk('PATCH', one(), patch({ op: 'move', path: 'members' }))).status).toBe(400);
    expect((await talk('PATCH', `${root}/nothing`, patch({ op: 'remove', path: 'members' }))).status).toBe(
      404,
    );
  });

  it('can show the version with the quotes of its ETag', async () => {
    emulator.knobs.scimVersionQuoted = true;
    expect((await talk('GET', one())).body.meta.version).toBe('"1"');
  });
});

describe('SCIM discovery', () => {
  it('lists seven schemas, none of which links groups to queues', async () => {
    const { body } = await talk('GET', '/api/v2/scim/v2/schemas');
    expect(body.totalResults).toBe(7);
    expect(JSON.stringify(body)).not.toContain('genesys:2.0:Group');
    const { id } = body.Resources[1];
    expect((await talk('GET', `/api/v2/scim/v2/schemas/${id}`)).body.id).toBe(id);
    expect((await talk('GET', '/api/v2/scim/v2/schemas/none')).status).toBe(404);
    expect((await talk('GET', '/api/v2/scim/v2/schemas?filter=id%20eq%20x')).status).toBe(403);
  });

  it('tells what the service can do', async () => {
    const config = await talk('GET', '/api/v2/scim/v2/serviceproviderconfig');
    expect(config.body).toMatchObject({ patch: { supported: true }, bulk: { supported: false } });
    const again = await talk('GET', '/api/v2/scim/v2/serviceproviderconfig', undefined, {
      'if-none-match': config.headers.get('etag')!,
    });
    expect(again.status).toBe(304);
    expect((await talk('GET', '/api/v2/scim/resourcetypes')).body.totalResults).toBe(5);
    expect((await talk('GET', '/api/v2/scim/resourcetypes/User')).body.endpoint).toBe('/users');
  });

  it('speaks the media type that was asked for', async () => {
    const accept = { accept: 'application/scim+json' };
    expect((await talk('GET', root, undefined, accept)).headers.get('content-type')).toBe(
      'application/scim+json',
    );
    expect((await talk('GET', root)).headers.get('content-type')).toBe('application/json');
    const sent = { 'content-type': 'application/scim+json' };
    expect((await talk('PUT', one(), { displayName: 'x' }, sent)).status).toBe(200);
  });
});
