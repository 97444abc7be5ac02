import { describe, expect, it } from 'vitest';
import { urlsOf } from '../../src/genesys/connect.ts';
import { failureOf } from '../../src/genesys/failures.ts';
import { amendQueue, missingRings } from '../../src/genesys/queue-body.ts';
import { toQueue } from '../../src/genesys/queues.ts';
import { domainOf, regions } from '../../src/genesys/regions.ts';
import { queue as queueSchema } from '../../src/genesys/wire.ts';
import type { HttpAnswer } from '../../src/http/client.ts';

describe('a region', () => {
  it.each([
    ['eu-west-1', 'mypurecloud.ie'],
    [' EU-West-1 ', 'mypurecloud.ie'],
    ['mypurecloud.ie', 'mypurecloud.ie'],
    ['api.mypurecloud.ie', 'mypurecloud.ie'],
    ['https://login.usw2.pure.cloud/oauth', 'usw2.pure.cloud'],
    ['apps.next.pure.cloud', 'next.pure.cloud'],
    ['eu-north-9', undefined],
    ['', undefined],
    ['not a domain', undefined],
  ])('%j leads to %s', (text, domain) => {
    expect(domainOf(text)).toBe(domain);
  });

  it('is known for every domain once', () => {
    expect(new Set(Object.values(regions)).size).toBe(Object.keys(regions).length);
  });
});

describe('the hosts', () => {
  it.each([
    [
      { region: 'eu-west-1' },
      'https://api.mypurecloud.ie',
      ['https://login.mypurecloud.ie/oauth/token', 'https://api.mypurecloud.ie/oauth/token'],
    ],
    [{ baseUrl: 'http://127.0.0.1:1' }, 'http://127.0.0.1:1', ['http://127.0.0.1:1/oauth/token']],
    [
      { region: 'eu-west-1', baseUrl: 'https://gw.example' },
      'https://gw.example',
      ['https://login.mypurecloud.ie/oauth/token', 'https://gw.example/oauth/token'],
    ],
    [
      { region: 'eu-west-1', loginUrl: 'https://idp.example/' },
      'https://api.mypurecloud.ie',
      ['https://idp.example/oauth/token'],
    ],
  ])('of %j', (options, baseUrl, tokenUrls) => {
    expect(urlsOf(options)).toEqual({ baseUrl, tokenUrls });
  });

  it.each([{}, { region: 'eu-north-9' }])('of %j are a mistake of the config', options => {
    expect(() => urlsOf(options)).toThrowError(expect.objectContaining({ code: 'config.invalid' }));
  });
});

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer =>
  ({
    status,
    body,
    headers,
    text: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
    attempts: 1,
  }) as HttpAnswer;
const platform = (status: number, code: string, message: string, more: object = {}) =>
  answer(
    status,
    { status, code, message, contextId: 'body-id', ...more },
    { 'inin-correlation-id': 'header-id' },
  );
const scim = (status: number, scimType: string | undefined, detail: string) =>
  answer(status, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    scimType,
    detail,
  });

describe('an answer that is no success', () => {
  it.each<[string, HttpAnswer, object]>([
    [
      'a platform error',
      platform(400, 'group.name.in.use', 'In use'),
      {
        code: 'genesys.bad-request',
        vendorCode: 'group.name.in.use',
        correlationId: 'header-id',
        remedy: expect.stringContaining('run again'),
      },
    ],
    [
      'a field that is named',
      platform(400, 'bad.request', 'No', { details: [{ fieldName: 'name' }] }),
      { happened: expect.stringContaining('(field name)') },
    ],
    [
      'a SCIM error',
      scim(400, 'invalidValue', 'The user does not exist.'),
      {
        code: 'genesys.bad-request',
        vendorCode: 'invalidValue',
        happened: expect.stringContaining('does not exist'),
      },
    ],
    [
      'the id of the body where the header has none',
      answer(400, { code: 'x', contextId: 'body-id' }),
      { correlationId: 'body-id' },
    ],
    ['a stale version as 400', scim(400, 'invalidVers', 'Old'), { code: 'genesys.stale' }],
    ['a stale version as 409', scim(409, 'invalidVers', 'Old'), { code: 'genesys.stale' }],
    [
      'a stale version as 409 in words',
      scim(409, undefined, 'The version does not match'),
      { code: 'genesys.stale' },
    ],
    [
      'a stale version as 408 in words',
      platform(408, 'client.timeout', 'The version 1 does not match'),
      { code: 'genesys.stale' },
    ],
    ['a stale version as 412', answer(412, undefined), { code: 'genesys.stale' }],
    [
      'a conflict of the groups API',
      platform(409, 'general.conflict', 'Conflict'),
      { code: 'genesys.stale' },
    ],
    [
      'a name that is taken',
      scim(409, 'uniqueness', 'A version of it exists already'),
      { code: 'genesys.conflict' },
    ],
    [
      'a permission by parameter',
      platform(403, 'missing.permissions', 'No', { messageParams: { permissions: 'routing:queue:edit' } }),
      { code: 'genesys.permission-missing', remedy: expect.stringContaining('routing:queue:edit') },
    ],
    [
      'permissions in words',
      platform(403, 'missing.any.permissions', 'One of directory:group:add, directory:group:edit'),
      { remedy: expect.stringContaining('directory:group:add, directory:group:edit') },
    ],
    [
      'no permission by name',
      platform(403, 'not.authorized', 'See https://help.example'),
      { remedy: expect.stringContaining('muster check') },
    ],
    ['a body that is null', answer(404, null), { code: 'genesys.not-found' }],
    ['no body', answer(503, undefined), { code: 'genesys.unavailable', status: 503 }],
    ['a list for a body', answer(400, []), { code: 'genesys.bad-request' }],
    ['a web page', answer(404, '\n<!DOCTYPE html><html>'), { code: 'http.not-json', status: 404 }],
    ['a redirect', answer(302, undefined), { code: 'http.unexpected' }],
  ])('%s is told for what it is', (_, given, expected) => {
    const error = failureOf(given, 'group support');
    expect(error).toMatchObject({ subject: 'group support', ...expected });
    expect(error.remedy).toMatch(/[.?)`]$/u);
  });

  it('does not quote more than some of a long text', () => {
    expect(failureOf(platform(400, 'x', 'y'.repeat(5_000)), 's').happened.length).toBeLessThan(500);
  });
});

const [a, b, team] = [
  { id: 'a', type: 'GROUP' },
  { id: 'b', type: 'GROUP' },
  { id: 't', type: 'TEAM' },
];
const wire = (more: object = {}) =>
  queueSchema.parse({
    id: 'q',
    name: 'Q',
    memberGroups: [{ ...a, name: 'A', memberCount: 3 }, team],
    ...more,
  });

describe('the body of a queue', () => {
  it('is what was read, with groups come and gone, and without what the server owns', () => {
    const read = wire({
      memberCount: 3,
      userMemberCount: 1,
      joinedMemberCount: 1,
      selfUri: '/q',
      division: { id: 'd' },
      nextYear: { x: [null] },
    });
    expect(amendQueue(read, [{ group: 'b' }], [{ group: 'a' }])).toEqual({
      name: 'Q',
      memberGroups: [team, b],
      division: { id: 'd' },
      nextYear: { x: [null] },
    });
  });

  it('changes the ring that is meant, and keeps what else a ring says', () => {
    const rings = [
      { expansionCriteria: [{ threshold: 1 }], memberGroups: [a] },
      { actions: { skillsToRemove: [] } },
    ];
    const body = amendQueue(
      wire({ bullseye: { rings, other: 1 } }),
      [{ group: 'b', ring: 2 }],
      [{ group: 'a', ring: 1 }],
    );
    expect(body).toMatchObject({
      memberGroups: [a, team],
      bullseye: {
        other: 1,
        rings: [
          { expansionCriteria: [{ threshold: 1 }], memberGroups: [] },
          { actions: { skillsToRemove: [] }, memberGroups: [b] },
        ],
      },
    });
  });

  it('leaves out the queue of the first conditional rule, which the API gives and refuses, and no other', () => {
    const rules = [{ queue: { id: 'q' }, waitSeconds: 1 }, { queue: { id: 'r' } }];
    expect(amendQueue(wire({ conditionalGroupRouting: { rules } }), [{ group: 'b' }], [])).toMatchObject({
      conditionalGroupRouting: { rules: [{ waitSeconds: 1 }, { queue: { id: 'r' } }] },
    });
  });

  it('holds the groups of its rules as they were read, without a word more', () => {
    const rules = [{ groups: [{ id: 'g' }, { id: 'h', type: 'GROUP', memberCount: '2' }] }];
    const read = wire({ conditionalGroupRouting: { rules }, conditionalGroupActivation: { rules } });
    expect(amendQueue(read, [{ group: 'b' }], [])).toMatchObject({
      conditionalGroupRouting: { rules },
      conditionalGroupActivation: { rules },
    });
    expect(toQueue(read).otherGroups).toEqual(['g', 'h', 'g', 'h']);
  });

  it.each([
    ['a group that is there', [{ group: 'a' }], []],
    ['a group that is not there', [], [{ group: 'z' }]],
    ['a team of the id of a group', [], [{ group: 't' }]],
  ])('is not needed for %s to come or go', (_, attach, detach) => {
    expect(amendQueue(wire(), attach, detach)).toBeUndefined();
  });

  it('cannot name a ring that the queue does not have', () => {
    expect(
      missingRings(wire({ bullseye: { rings: [{}] } }), [
        { group: 'a', ring: 1 },
        { group: 'a', ring: 2 },
        { group: 'a' },
      ]),
    ).toEqual([2]);
    expect(missingRings(wire(), [{ group: 'a', ring: 1 }])).toEqual([1]);
  });
});
