/**
 * The envelopes of SCIM 2.0 (RFC 7644 §3.4.2, §3.5.2, §3.12): URNs, errors, lists and patch requests. Values in,
 * values out; nothing here talks.
 */
export const mediaType = 'application/scim+json';

export const urn = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  enterpriseUser: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  serviceProviderConfig: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  resourceType: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
  schema: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
  listResponse: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  patchOp: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
} as const;

export type ScimResourceType = 'User' | 'Group' | 'ServiceProviderConfig' | 'ResourceType' | 'Schema';

/** RFC 7644 table 9; `invalidVers` is in use though it is listed in the prose of §3.12 alone. */
export const scimTypes = [
  'invalidFilter',
  'tooMany',
  'uniqueness',
  'mutability',
  'invalidSyntax',
  'invalidPath',
  'noTarget',
  'invalidValue',
  'invalidVers',
  'sensitive',
] as const;

export type ScimType = (typeof scimTypes)[number];

/** What a SCIM server refuses, and what a SCIM client was refused. `detail` is told to the other side. */
export class ScimProblem extends Error {
  override readonly name = 'ScimProblem';
  readonly status: number;
  readonly scimType: ScimType | undefined;
  readonly detail: string;

  constructor(status: number, detail: string, scimType?: ScimType) {
    super(detail);
    this.status = status;
    this.scimType = scimType;
    this.detail = detail;
  }
}

export interface ScimErrorBody {
  readonly schemas: readonly string[];
  /** A string in every SCIM error, never a number. */
  readonly status: string;
  readonly scimType?: ScimType;
  readonly detail: string;
}

export const errorBody = (problem: ScimProblem): ScimErrorBody => ({
  schemas: [urn.error],
  status: String(problem.status),
  ...(problem.scimType && { scimType: problem.scimType }),
  detail: problem.detail,
});

export interface ListResponse<R> {
  readonly schemas: readonly string[];
  readonly totalResults: number;
  readonly startIndex: number;
  readonly itemsPerPage: number;
  readonly Resources: readonly R[];
}

/**
 * One page. `startIndex` counts resources from 1; `totalResults` is what the filter found, not what the page holds.
 * The four numbers must be integers, or Okta's import stops.
 */
export const listResponse = <R>(
  resources: readonly R[],
  page: { readonly startIndex: number; readonly totalResults: number },
): ListResponse<R> => ({
  schemas: [urn.listResponse],
  totalResults: page.totalResults,
  startIndex: page.startIndex,
  itemsPerPage: resources.length,
  Resources: resources,
});

/** One change of a PATCH. `op` is `add`, `replace` or `remove` in any case: Entra sends `Add`. */
export interface PatchOperation {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

export interface PatchRequest {
  readonly schemas: readonly string[];
  readonly Operations: readonly PatchOperation[];
}

/** The body to send. Operation names go out in lower case, the only form that every server takes. */
export const patchRequest = (operations: readonly PatchOperation[]): PatchRequest => ({
  schemas: [urn.patchOp],
  Operations: operations.map(operation => ({ ...operation, op: operation.op.toLowerCase() })),
});

/**
 * The operations of a body that was received. Throws `ScimProblem` 400 `invalidSyntax` where it is no PATCH request.
 * `operations` in lower case is taken too, since attribute names are case-insensitive (RFC 7643 §2.1).
 */
export function readPatchRequest(body: unknown): readonly PatchOperation[] {
  if (!isObject(body)) throw new ScimProblem(400, 'A PATCH body must be a JSON object.', 'invalidSyntax');
  const schemas = member(body, 'schemas');
  if (
    !Array.isArray(schemas) ||
    !schemas.some(id => String(id).toLowerCase() === urn.patchOp.toLowerCase())
  ) {
    throw new ScimProblem(400, `"schemas" of a PATCH body must hold ${urn.patchOp}.`, 'invalidSyntax');
  }
  const operations = member(body, 'Operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw new ScimProblem(400, '"Operations" must be an array with at least one operation.', 'invalidSyntax');
  }
  return operations.map((operation, index) => {
    const fail = (what: string) => new ScimProblem(400, `Operations[${index}]: ${what}`, 'invalidSyntax');
    if (!isObject(operation)) throw fail('must be an object.');
    const op = member(operation, 'op');
    const path = member(operation, 'path') ?? undefined;
    const value = member(operation, 'value');
    if (typeof op !== 'string') throw fail('"op" must be a string.');
    if (path !== undefined && typeof path !== 'string') throw fail('"path" must be a string.');
    return { op, ...(path !== undefined && { path }), ...(value !== undefined && { value }) };
  });
}

/**
 * The problem that an answer's body describes, or undefined where the body is no SCIM error (the platform's own
 * error shape, a gateway's page). Told apart by the string `status`: API reference §2.6.
 */
export function readError(body: unknown): ScimProblem | undefined {
  if (!isObject(body) || typeof body.status !== 'string' || !/^[1-5]\d\d$/.test(body.status))
    return undefined;
  const isError = Array.isArray(body.schemas) && body.schemas.includes(urn.error);
  if (!isError && typeof body.detail !== 'string') return undefined;
  const scimType = scimTypes.find(type => type === body.scimType);
  return new ScimProblem(Number(body.status), typeof body.detail === 'string' ? body.detail : '', scimType);
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function member(object: Record<string, unknown>, name: string): unknown {
  const key = Object.keys(object).find(candidate => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : object[key];
}
