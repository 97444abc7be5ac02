import { ScimProblem, urn } from '../scim/messages.ts';
import type { Call } from './call.ts';
import type { UserRow } from './db.ts';
import { scimRoot } from './scim-discovery.ts';
import { genesysUserUrn } from './scim-user-schemas.ts';
import { metaVersion } from './scim-versions.ts';

export interface ScimUser {
  readonly userName: string;
  readonly displayName: string;
  readonly active?: boolean;
  readonly title?: string;
  readonly externalId?: string;
  readonly [urn.enterpriseUser]?: {
    readonly department?: string;
    readonly division?: string;
    readonly employeeNumber?: string;
    readonly manager?: { readonly value?: string; readonly $ref?: string };
  };
  readonly [genesysUserUrn]?: {
    readonly externalIds?: readonly { readonly authority: string; readonly value: string }[];
  };
}

/** Authority of the entry by which the vendor keeps the SCIM `externalId` (API reference §2.7). */
const scimAuthority = 'x-pc:scimv2:v1';

/** A user as SCIM shows it (API reference §2.7): `userName` is the primary e-mail. */
export function scimUserView(call: Call, user: UserRow): ScimUser & Record<string, unknown> {
  const root = scimRoot(call);
  const division = call.db.divisions.get(user.divisionId)?.name;
  return {
    schemas: [urn.user, urn.enterpriseUser, genesysUserUrn],
    id: user.id,
    userName: user.email,
    displayName: user.name,
    active: user.state === 'active',
    ...(user.title ? { title: user.title } : {}),
    ...(user.externalId === undefined ? {} : { externalId: user.externalId }),
    emails: [{ value: user.email, type: 'work', primary: true }],
    groups: call.db.groupsOf(user.id).map(group => ({
      type: 'Group',
      value: group.id,
      $ref: `${root}/groups/${group.id}`,
    })),
    [urn.enterpriseUser]: {
      ...(division ? { division } : {}),
      ...(user.department ? { department: user.department } : {}),
      ...(user.employeeNumber ? { employeeNumber: user.employeeNumber } : {}),
      ...(user.managerId
        ? { manager: { value: user.managerId, $ref: `${root}/users/${user.managerId}` } }
        : {}),
    },
    [genesysUserUrn]: {
      externalIds: [
        ...(user.externalId === undefined ? [] : [{ authority: scimAuthority, value: user.externalId }]),
        ...user.externalIds,
      ],
    },
    meta: {
      resourceType: 'User',
      lastModified: user.modified,
      location: `${root}/users/${user.id}`,
      version: metaVersion(call, user.version),
    },
  };
}

export type UserFields = Pick<UserRow, 'name' | 'email' | 'state' | 'externalIds'> &
  Partial<
    Pick<UserRow, 'department' | 'title' | 'employeeNumber' | 'managerId' | 'externalId' | 'divisionId'>
  >;

/** What a SCIM user asks for; `displayName` and `userName` are required (§2.7). */
export function readScimUser(call: Call, body: Partial<ScimUser>): UserFields {
  const { userName, displayName } = body;
  if (
    typeof userName !== 'string' ||
    userName === '' ||
    typeof displayName !== 'string' ||
    displayName === ''
  ) {
    throw new ScimProblem(400, '"userName" and "displayName" are required.', 'invalidValue');
  }
  const enterprise = body[urn.enterpriseUser] ?? {};
  const divisionName = textOf('division', enterprise.division);
  const division = divisionName ? call.db.divisions.by('name', divisionName)[0] : undefined;
  if (divisionName && !division) {
    throw new ScimProblem(400, `The division ${divisionName} does not exist.`, 'invalidValue');
  }
  const title = textOf('title', body.title);
  const externalId = textOf('externalId', body.externalId);
  const department = textOf('department', enterprise.department);
  const employeeNumber = textOf('employeeNumber', enterprise.employeeNumber);
  const managerId = textOf('manager.value', enterprise.manager?.value);
  return {
    name: displayName,
    email: userName,
    state: body.active === false ? 'inactive' : 'active',
    externalIds: externalIdsOf(body[genesysUserUrn]?.externalIds ?? []),
    ...(title ? { title } : {}),
    ...(externalId ? { externalId } : {}),
    ...(department ? { department } : {}),
    ...(employeeNumber ? { employeeNumber } : {}),
    ...(managerId ? { managerId } : {}),
    ...(division ? { divisionId: division.id } : {}),
  };
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw new ScimProblem(400, `"${name}" must be a string.`, 'invalidValue');
}

function externalIdsOf(value: unknown): UserRow['externalIds'] {
  const isPair = (entry: unknown): entry is UserRow['externalIds'][number] =>
    typeof entry === 'object' &&
    entry !== null &&
    typeof (entry as { authority?: unknown }).authority === 'string' &&
    typeof (entry as { value?: unknown }).value === 'string';
  if (Array.isArray(value) && value.every(isPair))
    return value.filter(entry => entry.authority !== scimAuthority);
  throw new ScimProblem(400, '"externalIds" must be a list of {"authority", "value"}.', 'invalidValue');
}
