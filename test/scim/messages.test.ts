import { describe, expect, test } from 'vitest';
import {
  errorBody,
  listResponse,
  patchRequest,
  readError,
  readPatchRequest,
  ScimProblem,
  scimTypes,
  urn,
} from '../../src/scim/messages.ts';

describe('errors', () => {
  test('the status of an error body is a string, and what is not known is left out', () => {
    expect(errorBody(new ScimProblem(409, 'Taken.', 'uniqueness'))).toStrictEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '409',
      scimType: 'uniqueness',
      detail: 'Taken.',
    });
    expect(errorBody(new ScimProblem(404, 'No such group.'))).not.toHaveProperty('scimType');
  });

  test('a problem is an Error whose message is its detail', () => {
    const problem = new ScimProblem(400, 'Wrong.', 'invalidValue');
    expect(problem).toBeInstanceOf(Error);
    expect(problem).toMatchObject({ name: 'ScimProblem', message: 'Wrong.', detail: 'Wrong.', status: 400 });
  });

  test.each(scimTypes)('a problem of type %s survives the way through a body', scimType => {
    const problem = new ScimProblem(400, 'Wrong.', scimType);
    expect(readError(JSON.parse(JSON.stringify(errorBody(problem))))).toEqual(problem);
  });

  test.each<[string, unknown, object | undefined]>([
    ['without schemas', { status: '412', detail: 'Stale.' }, { status: 412, detail: 'Stale.' }],
    ['without detail', { schemas: [urn.error], status: '404' }, { status: 404, detail: '' }],
    [
      'of an unknown type',
      { status: '400', detail: 'x', scimType: 'odd' },
      { status: 400, scimType: undefined },
    ],
    ['of the platform', { status: 404, code: 'not.found', message: 'x' }, undefined],
    ['without anything', { status: '404' }, undefined],
    ['with a status that is none', { status: 'bad', detail: 'x' }, undefined],
    ['of a gateway', '<html>', undefined],
    ['that is null', null, undefined],
    ['that is a list', [], undefined],
  ])('a body %s is told apart', (_, body, expected) => {
    const problem = readError(body);
    if (expected) expect(problem).toMatchObject(expected);
    else expect(problem).toBeUndefined();
  });
});

test('a list says how many there are, where it starts and how many it holds', () => {
  expect(listResponse([{ id: 'a' }], { startIndex: 26, totalResults: 137 })).toStrictEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: 137,
    startIndex: 26,
    itemsPerPage: 1,
    Resources: [{ id: 'a' }],
  });
});

describe('PATCH requests', () => {
  const operations = [
    { op: 'Add', path: 'members', value: [{ value: 'a' }] },
    { op: 'replace', value: { active: false } },
    { op: 'REMOVE', path: 'members[value eq "b"]' },
  ];

  test('go out with lower-case operations and come back in', () => {
    const request = patchRequest(operations);
    expect(request).toStrictEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ ...operations[0], op: 'add' }, operations[1], { ...operations[2], op: 'remove' }],
    });
    expect(readPatchRequest(JSON.parse(JSON.stringify(request)))).toStrictEqual(request.Operations);
  });

  test('come in with names in any case, and a path of null is none', () => {
    const body = {
      SCHEMAS: [urn.patchOp.toUpperCase()],
      operations: [{ Op: 'Replace', PATH: null, Value: null }],
    };
    expect(readPatchRequest(body)).toStrictEqual([{ op: 'Replace', value: null }]);
  });

  test.each<[string, unknown]>([
    ['no object', 'x'],
    ['a list', []],
    ['no schemas', { Operations: operations }],
    ['other schemas', { schemas: [urn.group], Operations: operations }],
    ['no operations', { schemas: [urn.patchOp] }],
    ['empty operations', { schemas: [urn.patchOp], Operations: [] }],
    ['one operation that is no list', { schemas: [urn.patchOp], Operations: operations[0] }],
    ['an operation that is text', { schemas: [urn.patchOp], Operations: ['add'] }],
    ['an operation without op', { schemas: [urn.patchOp], Operations: [{ path: 'x' }] }],
    ['a path that is no text', { schemas: [urn.patchOp], Operations: [{ op: 'add', path: 1 }] }],
  ])('with %s are refused', (_, body) => {
    expect(() => readPatchRequest(body)).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidSyntax' }),
    );
  });
});
