import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, emulate } from '../../src/emulator/emulate.ts';
import { type Recording, recordAnswers } from '../support/openapi.ts';
import { groupId, queueId, type Talk, talkTo, userId } from './talk.ts';

let emulator: Emulator;
let talk: Talk;
let recording: Recording;

beforeEach(async () => {
  emulator = await emulate({
    seed: {
      clients: [{ id: 'muster-example', secret: 'example-secret' }],
      users: [
        { name: 'Ada King', email: 'ada@example.com', externalIds: [{ authority: 'okta', value: '00u1' }] },
        {
          name: 'Bo Lind',
          email: 'bo@example.com',
          department: 'Billing',
          employeeNumber: '7',
          manager: 'Ada King',
        },
        { name: 'Cy Young', email: 'cy@example.com', state: 'inactive' },
        { name: 'Di Gone', email: 'di@example.com', state: 'deleted' },
      ],
      groups: [{ name: 'Crew', members: ['Ada King', 'Bo Lind'] }],
      queues: [{ name: 'Line', memberGroups: ['Crew'] }],
    },
  });
  recording = recordAnswers(emulator);
  talk = await talkTo(emulator);
});

afterEach(async () => {
  await emulator.close();
  expect(recording.violations()).toEqual([]);
});

type Named = { name: string };
const search = (...query: object[]) => talk('POST', '/api/v2/users/search', { query });
const found = async (...query: object[]) =>
  (await search(...query)).body.results.map((user: Named) => user.name);

describe('users', () => {
  it('are listed while active, unless another state is asked for', async () => {
    const names = async (query: string) =>
      (await talk('GET', `/api/v2/users?${query}`)).body.entities.map((user: Named) => user.name);
    expect(await names('')).toEqual(['Ada King', 'Bo Lind']);
    expect(await names('state=inactive')).toEqual(['Cy Young']);
    expect(await names('state=any')).toHaveLength(4);
    expect(await names(`id=${userId(emulator, 'ada@example.com')},nobody`)).toEqual(['Ada King']);
    const many = Array.from({ length: 101 }, (_, n) => `id=${n}`).join('&');
    expect((await talk('GET', `/api/v2/users?${many}`)).body.code).toBe('max.user.ids');
  });

  it('leave the listing of one state and come into that of the other with a change of it', async () => {
    const names = async (query: string) =>
      (await talk('GET', `/api/v2/users?${query}`)).body.entities.map((user: Named) => user.name);
    expect(await names('')).toEqual(['Ada King', 'Bo Lind']);
    const path = `/api/v2/users/${userId(emulator, 'bo@example.com')}`;
    await talk('PATCH', path, { state: 'inactive', version: 1 });
    expect(await names('')).toEqual(['Ada King']);
    expect(await names('state=inactive&sortOrder=descending')).toEqual(['Cy Young', 'Bo Lind']);
    expect(await names('state=inactive')).toEqual(['Bo Lind', 'Cy Young']);
  });

  it('show their groups only where that is asked for', async () => {
    const path = `/api/v2/users/${userId(emulator, 'ada@example.com')}`;
    expect((await talk('GET', path)).body).not.toHaveProperty('groups');
    expect((await talk('GET', `${path}?expand=groups`)).body.groups).toMatchObject([{ name: 'Crew' }]);
  });

  it('are walked by a cursor', async () => {
    const first = (await talk('GET', '/api/v2/users/query?pageSize=1')).body;
    const second = (await talk('GET', first.nextUri)).body;
    expect([first.entities[0].name, second.entities[0].name]).toEqual(['Ada King', 'Bo Lind']);
    expect(second).not.toHaveProperty('cursor');
    expect((await talk('GET', '/api/v2/users/query?cursor=nonsense')).status).toBe(400);
  });

  it('are found by the id of another system', async () => {
    expect((await talk('GET', '/api/v2/users/externalid/okta/00u1')).body.name).toBe('Ada King');
    expect((await talk('GET', '/api/v2/users/externalid/okta/00u2')).body.code).toBe(
      'general.resource.not.found',
    );
  });

  it('are found by many e-mails in one search, in any case', async () => {
    const values = ['ADA@example.com', 'bo@example.com', 'nobody@example.com'];
    expect(await found({ type: 'EXACT', fields: ['email'], values })).toEqual(['Ada King', 'Bo Lind']);
    expect(await found({ type: 'TERMS', fields: ['username'], values })).toEqual(['Ada King', 'Bo Lind']);
  });

  it('are found by membership, by parts of a name and by several criteria at once', async () => {
    const group = groupId(emulator, 'Crew');
    expect(await found({ type: 'EXACT', fields: ['groups.official.id'], value: group })).toHaveLength(2);
    const queue = queueId(emulator, 'Line');
    expect(await found({ type: 'EXACT', fields: ['queueMembership.added'], value: queue })).toHaveLength(2);
    const social = { type: 'EXACT', fields: ['groups.social.id'], value: group };
    expect(await found(social)).toEqual([]);
    const joined = { type: 'EXACT', fields: ['queueMembership.joined'], value: queue };
    expect(await found(joined, { type: 'EXACT', fields: ['department'], value: 'billing' })).toEqual([
      'Bo Lind',
    ]);
    expect(await found({ type: 'CONTAINS', fields: ['name', 'email'], value: 'lin' })).toEqual(['Bo Lind']);
    const billing = { type: 'EXACT', fields: ['department'], value: 'billing' };
    expect(await found({ type: 'STARTS_WITH', fields: ['name'], value: 'b' }, billing)).toEqual(['Bo Lind']);
    expect(await found({ type: 'MATCH_ALL' }, { ...billing, operator: 'NOT' })).toEqual([
      'Ada King',
      'Cy Young',
    ]);
    expect(await found({ type: 'EXACT', fields: ['state'], value: 'deleted' })).toEqual(['Di Gone']);
  });

  it('are not searched beyond the bounds, each with the code of its own', async () => {
    const email = (values: string[]) => ({ type: 'EXACT', fields: ['email'], values });
    expect((await search(email(Array(51).fill('x@example.com')))).body.code).toBe(
      'search.criteria.values.exceed.limit',
    );
    expect((await search(...Array(26).fill(email(['x'])))).body.code).toBe('too.many.search.criteria');
    const huge = await talk('POST', '/api/v2/users/search', { pageSize: 101, query: [email(['x'])] });
    expect(huge.body.code).toBe('too.many.requested.results');
  });

  it('that nobody matches are an empty list, or 404 by knob', async () => {
    const nobody = { type: 'EXACT', fields: ['email'], value: 'nobody@example.com' };
    expect((await search(nobody)).body).toMatchObject({ total: 0, results: [] });
    emulator.knobs.searchNoMatch = 'not-found';
    expect((await search(nobody)).body.code).toBe('resource.not.found');
  });

  it('are made, changed against their version, and deleted softly', async () => {
    const divisionId = emulator.db.divisions.by('name', 'Home')[0]!.id;
    const made = await talk('POST', '/api/v2/users', { name: 'Ed Di', email: 'di@example.com', divisionId });
    expect(made.status).toBe(200);
    const again = await talk('POST', '/api/v2/users', { name: 'Ed', email: 'di@example.com', divisionId });
    expect(again.status).toBe(409);
    const path = `/api/v2/users/${made.body.id}`;
    expect((await talk('PATCH', path, { version: 1, name: 'Ed Dee' })).body).toMatchObject({
      name: 'Ed Dee',
      version: 2,
    });
    expect((await talk('PATCH', path, { version: 1, name: 'Ed' })).status).toBe(409);
    expect((await talk('DELETE', path)).body).toEqual({});
    expect((await talk('GET', path)).status).toBe(404);
    expect((await talk('GET', `${path}?state=deleted`)).body.state).toBe('deleted');
  });
});

describe('users in SCIM', () => {
  const root = '/api/v2/scim/v2/users';
  const names = async (filter?: string) => {
    const { body } = await talk('GET', filter ? `${root}?filter=${encodeURIComponent(filter)}` : root);
    return body.Resources.map((user: { displayName: string }) => user.displayName);
  };

  it('are listed while active, and filtered by eq', async () => {
    expect(await names()).toEqual(['Ada King', 'Bo Lind']);
    expect(await names('active eq false')).toEqual(['Cy Young']);
    expect(await names('userName eq "ADA@example.com"')).toEqual(['Ada King']);
    expect(await names('employeeNumber eq 7')).toEqual(['Bo Lind']);
    expect(await names(`manager eq "${userId(emulator, 'ada@example.com')}"`)).toEqual(['Bo Lind']);
    const urn = 'urn:ietf:params:scim:schemas:extension:genesys:purecloud:2.0:User';
    expect(await names(`${urn}:externalIds[authority eq "okta" and value eq "00u1"]`)).toEqual(['Ada King']);
    const refused = await talk('GET', `${root}?filter=${encodeURIComponent('title pr')}`);
    expect(refused.body.scimType).toBe('invalidFilter');
  });

  it('are created with 201 unless the user name is taken by somebody who is not deleted', async () => {
    const made = await talk('POST', root, {
      userName: 'di@example.com',
      displayName: 'Di Again',
      externalId: 'x1',
    });
    expect(made.status).toBe(201);
    expect(made.headers.get('etag')).toBe('"1"');
    expect(await names('externalId eq "x1"')).toEqual(['Di Again']);
    const taken = await talk('POST', root, { userName: 'ada@example.com', displayName: 'Ada' });
    expect([taken.status, taken.body.scimType]).toEqual([409, 'uniqueness']);
    expect((await talk('POST', root, { userName: 'x@example.com' })).status).toBe(400);
  });

  it('are deactivated by PATCH, replaced by PUT, and removed from their groups and queues by DELETE', async () => {
    const path = `${root}/${userId(emulator, 'bo@example.com')}`;
    const patched = await talk('PATCH', path, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
    });
    expect(patched.body).toMatchObject({ active: false, meta: { version: '2' } });
    const put = await talk(
      'PUT',
      path,
      { userName: 'bo@example.com', displayName: 'Bo L.' },
      { 'if-match': '"2"' },
    );
    expect(put.body).toMatchObject({ displayName: 'Bo L.', active: true });
    expect((await talk('DELETE', path, undefined, { 'if-match': '"1"' })).status).toBe(409);
    expect((await talk('DELETE', path)).status).toBe(204);
    expect((await talk('GET', path)).status).toBe(404);
    expect((await talk('GET', `/api/v2/groups/${groupId(emulator, 'Crew')}`)).body.memberCount).toBe(1);
    expect((await talk('GET', `/api/v2/routing/queues/${queueId(emulator, 'Line')}`)).body.memberCount).toBe(
      1,
    );
  });
});
