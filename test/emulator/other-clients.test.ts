import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emulate, type SeedInput } from '../../src/emulator/emulate.ts';
import { type Contract, coreGroupUrn, queueExtensionUrn } from '../../src/model/contract.ts';
import { recordAnswers } from '../support/openapi.ts';
import { groupId, queueId, talkTo, userId } from './talk.ts';

/** What clients send that are neither ours nor the vendor's for JavaScript: found with its SDK for Python and a SCIM tester. */
const seed: SeedInput = {
  clients: [
    { id: 'muster-example', secret: 'example-secret' },
    { id: 'north', secret: 's', divisions: ['North'] },
  ],
  divisions: ['Home', 'North'],
  users: [
    { name: 'Ada', email: 'ada@example.com' },
    { name: 'Bo', email: 'bo@example.com' },
    { name: 'Cy', email: 'cy@example.com', state: 'inactive' },
  ],
  groups: [{ name: 'Crew', externalId: 'iam-0', members: ['Ada'], queues: [] }],
  queues: [{ name: 'Line' }, { name: 'What? Now' }],
};

async function world(contract: Contract = 'platform') {
  const emulator = await emulate({ contract, seed });
  const recording = recordAnswers(emulator);
  onTestFinished(async () => {
    await emulator.close();
    expect(recording.violations()).toEqual([]);
  });
  return { emulator, talk: await talkTo(emulator) };
}

type Named = { readonly name: string };
const namesIn = (rows: readonly Named[]) => rows.map(row => row.name);

describe('paging', () => {
  it('asks the same again by the pages of a search, whatever letters the search holds', async () => {
    const { talk } = await world();
    const first = await talk('POST', '/api/v2/users/search', {
      pageSize: 1,
      sortOrder: 'DESC',
      query: [{ type: 'STARTS_WITH', fields: ['email'], values: ['a', 'b', '>>>', '~~~'] }],
    });
    expect(namesIn(first.body.results)).toEqual(['Bo']);
    const second = await talk('GET', `/api/v2/users/search?${first.body.nextPage}`);
    expect(namesIn(second.body.results)).toEqual(['Ada']);
    const back = await talk('GET', `/api/v2/users/search?${second.body.previousPage}`);
    expect(back.body.results).toEqual(first.body.results);
    const groups = await talk('POST', '/api/v2/groups/search', {
      query: [{ type: 'CONTAINS', fields: ['name'], values: ['>>>', 'ew'] }],
    });
    const again = await talk('GET', `/api/v2/groups/search?${groups.body.currentPage}`);
    expect(namesIn(again.body.results)).toEqual(['Crew']);
    const part = { type: 'CONTAINS', fields: ['email'], values: ['example'] };
    const grouped = await talk('POST', '/api/v2/users/search', { pageSize: 1, query: [{ group: [part] }] });
    const next = await talk('GET', `/api/v2/users/search?${grouped.body.nextPage}`);
    expect(namesIn(next.body.results)).toEqual(['Bo']);
  });

  it('shows on no page of a search what its first page was not allowed to show', async () => {
    const { emulator } = await world();
    const talk = await talkTo(emulator, 'north', 's');
    const query = [{ type: 'CONTAINS', fields: ['email'], values: ['example'] }];
    const free = await talk('POST', '/api/v2/users/search', { pageSize: 1, query });
    expect(free.body.total).toBe(3);
    const asked = await talk('POST', '/api/v2/users/search', {
      enforcePermissions: true,
      pageSize: 1,
      query,
    });
    expect(asked.body.total).toBe(0);
    const again = await talk('GET', `/api/v2/users/search?${asked.body.currentPage}`);
    expect(again.body.total).toBe(0);
  });

  it('goes on as it began by the cursor', async () => {
    const { talk } = await world();
    const seen: string[] = [];
    for (let path = '/api/v2/users/query?state=any&sortOrder=DESC&expand=groups&pageSize=1'; path; ) {
      const { body } = await talk('GET', path);
      expect(body.entities[0].groups).toBeDefined();
      seen.push(...namesIn(body.entities));
      path = body.nextUri;
    }
    expect(seen).toEqual(['Cy', 'Bo', 'Ada']);
  });
});

describe('ids in capital letters', () => {
  it('are those of the same people', async () => {
    const { emulator, talk } = await world();
    const [ada, bo] = ['ada@example.com', 'bo@example.com'].map(email => userId(emulator, email));
    const crew = `/api/v2/groups/${groupId(emulator, 'Crew')}`;
    const upper = [ada!, bo!].map(id => id.toUpperCase());
    expect((await talk('POST', `${crew}/members`, { memberIds: upper })).status).toBe(202);
    const { body } = await talk('GET', `${crew}/individuals`);
    expect(namesIn(body.entities)).toEqual(['Ada', 'Bo']);
    expect((await talk('GET', crew)).body.memberCount).toBe(2);
    await talk('PUT', crew, { version: (await talk('GET', crew)).body.version, ownerIds: [upper[1], bo] });
    expect((await talk('GET', crew)).body.owners).toEqual([expect.objectContaining({ id: bo })]);
    const twice = await talk('GET', `/api/v2/users?id=${bo}&id=${upper[1]}`);
    expect(namesIn(twice.body.entities)).toEqual(['Bo']);
    expect((await talk('DELETE', `${crew}/members?ids=${upper.join(',')}`)).status).toBe(202);
    expect((await talk('GET', `${crew}/individuals`)).body.entities).toEqual([]);
  });
});

describe('the target of a request', () => {
  it('has a query with question marks in it', async () => {
    const { talk } = await world();
    const { body } = await talk('GET', '/api/v2/routing/queues?name=What?%20Now');
    expect(namesIn(body.entities)).toEqual(['What? Now']);
  });

  it('may name the host, as a proxy for plain HTTP is asked', async () => {
    const { emulator } = await world();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const { port } = emulator;
      const path = `http://api.example.com/api/v2/tokens/me?x=1`;
      request({ host: '127.0.0.1', port, path }, answer => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(401);
  });
});

describe('users', () => {
  const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
  const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  const genesys = 'urn:ietf:params:scim:schemas:extension:genesys:purecloud:2.0:User';

  it.each([
    ['externalId', { externalId: 5 }],
    ['title', { title: ['x'] }],
    ['division', { [enterprise]: { division: -1 } }],
    ['manager', { [enterprise]: { manager: { value: 1 } } }],
    ['externalIds', { [genesys]: { externalIds: [null] } }],
    ['externalIds', { [genesys]: { externalIds: 'okta' } }],
  ])('with an impossible %s are refused, and nothing is half made', async (_, wrong) => {
    const { emulator, talk } = await world();
    const body = { schemas: [core], userName: 'di@example.com', displayName: 'Di', ...wrong };
    const before = emulator.db.users.size;
    expect((await talk('POST', '/api/v2/scim/v2/users', body)).status).toBe(400);
    expect(emulator.db.users.size).toBe(before);
    const ada = `/api/v2/scim/v2/users/${userId(emulator, 'ada@example.com')}`;
    const was = (await talk('GET', ada)).body;
    expect((await talk('PUT', ada, body)).status).toBe(400);
    expect((await talk('GET', ada)).body).toEqual(was);
  });

  it('keep their version where nothing that is kept changes', async () => {
    const { emulator, talk } = await world();
    const ada = `/api/v2/scim/v2/users/${userId(emulator, 'ada@example.com')}`;
    const body = { schemas: [core], userName: 'ada@example.com', displayName: 'Ada', title: 'Lead' };
    const { version } = (await talk('PUT', ada, body)).body.meta;
    expect((await talk('PUT', ada, body)).body.meta.version).toBe(version);
    expect((await talk('PUT', ada, { ...body, title: undefined })).body.meta.version).not.toBe(version);
  });

  it('are changed natively by their version, to an address that nobody else has', async () => {
    const { emulator, talk } = await world();
    const ada = `/api/v2/users/${userId(emulator, 'ada@example.com')}`;
    expect((await talk('PATCH', ada, { title: 'Lead' })).body.code).toBe('constraint.validation');
    const { version } = (await talk('GET', ada)).body;
    const taken = await talk('PATCH', ada, { version, email: 'BO@example.com' });
    expect([taken.status, taken.body.code]).toEqual([409, 'general.conflict']);
    expect((await talk('PATCH', ada, { version, email: '' })).body.code).toBe('constraint.validation');
    expect((await talk('PATCH', ada, { version, email: 'ADA@example.com' })).status).toBe(200);
    await talk('DELETE', ada);
    const { divisionId } = emulator.db.users.get(userId(emulator, 'bo@example.com'))!;
    const anew = { name: 'Ada the second', email: 'ada@example.com', divisionId };
    expect((await talk('POST', '/api/v2/users', anew)).status).toBe(200);
    const back = { version: emulator.db.users.get(ada.split('/').at(-1)!)!.version, state: 'active' };
    expect((await talk('PATCH', ada, back)).status).toBe(409);
  });

  it('leave the groups that they own as they leave the others', async () => {
    const { emulator, talk } = await world();
    const crew = `/api/v2/groups/${groupId(emulator, 'Crew')}`;
    const bo = userId(emulator, 'bo@example.com');
    await talk('PUT', crew, { version: 1, ownerIds: [bo] });
    expect((await talk('DELETE', `/api/v2/users/${bo}`)).status).toBe(200);
    expect((await talk('GET', crew)).body.owners ?? []).toEqual([]);
  });
});

describe('the schemas of users', () => {
  it('have the attributes of the models, and no other ones', async () => {
    const { talk } = await world();
    const attributesOf = async (urn: string) =>
      (await talk('GET', `/api/v2/scim/v2/schemas/${urn}`)).body.attributes as {
        readonly name: string;
        readonly subAttributes?: readonly (Named & { readonly canonicalValues?: readonly string[] })[];
      }[];
    const enterprise = await attributesOf('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User');
    expect(namesIn(enterprise)).toEqual(['employeeNumber', 'division', 'department', 'manager', 'dateHire']);
    expect(namesIn(enterprise[3]!.subAttributes!)).toEqual(['value', '$ref']);
    const core = await attributesOf('urn:ietf:params:scim:schemas:core:2.0:User');
    const phones = core.find(({ name }) => name === 'phoneNumbers')!.subAttributes!;
    expect(namesIn(phones)).toEqual(['value', 'type', 'primary']);
    expect(phones[1]!.canonicalValues).toHaveLength(11);
  });
});

describe('bodies with nothing where something is expected', () => {
  it.each([
    ['PUT', '/api/v2/routing/queues/{queue}', { name: 'Line', bullseye: { rings: [null] } }],
    ['PUT', '/api/v2/routing/queues/{queue}', { name: 'Line', conditionalGroupRouting: { rules: [null] } }],
    [
      'POST',
      '/api/v2/audits/query/realtime',
      {
        serviceName: 'Groups',
        interval: '2026-01-01T00:00:00Z/2026-01-02T00:00:00Z',
        filters: [null],
      },
    ],
  ])('%s %s is answered with 400', async (method, path, body) => {
    const { emulator, talk } = await world();
    const answer = await talk(method, path.replace('{queue}', queueId(emulator, 'Line')), body);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/json']);
  });
});

describe('the documented contract', () => {
  const patch = (...operations: object[]) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: operations,
  });
  const named = (name: string) => `${queueExtensionUrn}:${name}`;

  it('takes its attribute under the URN of the extension, as at the top', async () => {
    const { emulator, talk } = await world('scim-extension');
    const [line, other] = ['Line', 'What? Now'].map(name => queueId(emulator, name));
    const crew = `/api/v2/scim/groups/${groupId(emulator, 'Crew')}`;
    const left = async (...operations: object[]) => {
      const { status, body } = await talk('PATCH', crew, patch(...operations));
      return [status, body.routingQueueIds ?? []];
    };
    const path = named('routingQueueIds');
    expect(await left({ op: 'add', path, value: [line] })).toEqual([200, [line]]);
    expect(await left({ op: 'Add', path: path.toUpperCase(), value: [other] })).toEqual([200, [line, other]]);
    expect(await left({ op: 'remove', path: `${path}[value eq "${line}"]` })).toEqual([200, [other]]);
    expect(await left({ op: 'add', value: { [queueExtensionUrn]: { routingQueueIds: [line] } } })).toEqual([
      200,
      [other, line],
    ]);
    expect(
      await left({ op: 'replace', path: queueExtensionUrn, value: { routingQueueIds: [line] } }),
    ).toEqual([200, [line]]);
    expect(await left({ op: 'remove', path: queueExtensionUrn })).toEqual([200, []]);
    for (const spelt of [
      { path: '', value: { [queueExtensionUrn]: { routingQueueIds: [line] } } },
      { path: ' ', value: { [queueExtensionUrn.toUpperCase()]: { ROUTINGQUEUEIDS: [line] } } },
      { value: { [path]: [line] } },
      { value: { [path.toUpperCase()]: [line] } },
      { path: ` ${path}`, value: [line] },
      { path: `${queueExtensionUrn} `, value: { routingQueueIds: [line] } },
    ]) {
      expect(await left({ op: 'add', ...spelt })).toEqual([200, [line]]);
      expect(await left({ op: 'remove', path })).toEqual([200, []]);
    }
  });

  it('does not reach the attributes of the core schema by the URN of the extension', async () => {
    const { emulator, talk } = await world('scim-extension');
    const crew = `/api/v2/scim/groups/${groupId(emulator, 'Crew')}`;
    const { displayName, members } = (await talk('GET', crew)).body;
    expect(members).toHaveLength(1);
    for (const operation of [
      { op: 'remove', path: named('members') },
      { op: 'replace', path: named('displayName'), value: 'Other' },
      { op: 'replace', value: { [queueExtensionUrn]: { members: [], displayName: 'Other' } } },
      { op: 'replace', path: queueExtensionUrn, value: { members: [], displayName: 'Other' } },
    ]) {
      await talk('PATCH', crew, patch(operation));
      expect((await talk('GET', crew)).body).toMatchObject({ displayName, members });
    }
    const list = { op: 'replace', value: { [queueExtensionUrn]: [queueId(emulator, 'Line')] } };
    expect((await talk('PATCH', crew, patch(list))).status).toBe(400);
  });

  it('holds a PATCH to the rules of POST and PUT', async () => {
    const { emulator, talk } = await world('scim-extension');
    const crew = `/api/v2/scim/groups/${groupId(emulator, 'Crew')}`;
    const was = (await talk('GET', crew)).body;
    for (const operation of [
      { op: 'remove', path: 'externalId' },
      { op: 'replace', path: 'externalId', value: 'x'.repeat(257) },
      { op: 'replace', path: 'displayName', value: ' ' },
    ])
      expect((await talk('PATCH', crew, patch(operation))).status).toBe(400);
    expect((await talk('GET', crew)).body).toEqual(was);
  });

  it('says in its schemas what it wants of a client that is led by them', async () => {
    const { talk } = await world('scim-extension');
    const schema = (await talk('GET', `/api/v2/scim/v2/schemas/${coreGroupUrn}`)).body;
    const name = schema.attributes.find((attribute: Named) => attribute.name === 'displayName');
    expect(name).toMatchObject({ required: true, mutability: 'readWrite' });
    const type = (await talk('GET', '/api/v2/scim/v2/resourcetypes/Group')).body;
    expect(type.schemaExtensions).toEqual([{ schema: queueExtensionUrn, required: true }]);
    const platform = await world();
    const told = (await platform.talk('GET', `/api/v2/scim/v2/schemas/${coreGroupUrn}`)).body;
    expect(told.attributes.find((each: Named) => each.name === 'displayName').mutability).toBe('readOnly');
  });

  it('answers 304 for its configuration however its version is written', async () => {
    const { talk } = await world();
    for (const version of ['"1"', 'W/"1"', '*', '"0", "1"']) {
      const headers = { 'if-none-match': version };
      const { status } = await talk('GET', '/api/v2/scim/v2/serviceproviderconfig', undefined, headers);
      expect(status).toBe(304);
    }
  });
});
