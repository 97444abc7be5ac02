import type { DesiredGroup } from '../../src/model/desired.ts';
import {
  completeEvidence,
  type Directory,
  type DirectoryGroup,
  incompleteEvidence,
  type Person,
} from '../../src/model/directory.ts';
import { type Edge, edgeId, type Ledger, type OwnedEdge } from '../../src/model/ledger.ts';
import type { Mapping } from '../../src/model/mapping.ts';
import { selectorOf } from '../../src/model/select.ts';
import type { Tenant, TenantGroup, TenantQueue, TenantUser } from '../../src/model/tenant.ts';

// The smallest things that stages take, each with the fields that a test does not care about filled in.

export const readAt = '2026-01-05T09:00:00.000Z';

export const person = (id: string, change: Partial<Person> = {}): Person => ({
  key: `corp:${id}`,
  id,
  name: id,
  emails: [`${id}@example.com`],
  status: 'active',
  ...change,
});

/** `members`: people by id, groups by `@id`. */
export const sourceGroup = (
  name: string,
  members: readonly string[],
  change: Partial<DirectoryGroup> = {},
): DirectoryGroup => ({
  id: name,
  name,
  aliases: [],
  members: members.map(id =>
    id.startsWith('@') ? { kind: 'group', id: id.slice(1) } : { kind: 'person', id },
  ),
  skipped: [],
  evidence: completeEvidence(readAt),
  ...change,
});

export const cutShort = (why = 'a page is missing') => incompleteEvidence(readAt, 1, why);

/** Everybody whom the groups name is a person of the directory. */
export function directory(groups: readonly DirectoryGroup[], change: Partial<Directory> = {}): Directory {
  const ids = new Set(
    groups.flatMap(group => group.members.flatMap(member => (member.kind === 'person' ? [member.id] : []))),
  );
  return {
    source: 'corp',
    groups,
    people: [...ids].sort().map(id => person(id)),
    evidence: completeEvidence(readAt),
    notes: [],
    ...change,
  };
}

export const mapping = (
  group: string,
  queues: readonly string[],
  change: Partial<Mapping> = {},
): Mapping => ({
  id: `m-${group}`,
  from: 'corp',
  group: selectorOf(group),
  queues,
  ...change,
});

export const user = (id: string, change: Partial<TenantUser> = {}): TenantUser => ({
  id,
  name: id,
  email: `${id}@example.com`,
  state: 'active',
  ...change,
});

export const queue = (id: string, change: Partial<TenantQueue> = {}): TenantQueue => ({
  id,
  name: id,
  memberGroups: [],
  rings: [],
  otherGroups: [],
  ...change,
});

export const group = (
  id: string,
  members: readonly string[],
  change: Partial<TenantGroup> = {},
): TenantGroup => ({
  id,
  name: id,
  memberIds: members,
  dynamic: false,
  ...change,
});

export const tenant = (change: Partial<Tenant> = {}): Tenant => ({
  choice: { contract: 'platform', by: 'configured', reason: 'the test says so' },
  queues: [],
  groups: [],
  users: [],
  budget: { perMinute: 300 },
  ...change,
});

/** People who go by the ids of their users. */
const membersOn = (
  path: readonly string[],
  ids: readonly string[],
): Pick<DesiredGroup, 'members' | 'paths'> => {
  const members = ids.map(id => ({ user: id, person: `corp:${id}` }));
  return { members, paths: [{ path, members }] };
};

export const desiredGroup = (
  name: string,
  members: readonly string[],
  change: Partial<DesiredGroup> = {},
): DesiredGroup => ({
  key: `corp:${name}`,
  name,
  externalId: name,
  mapping: `m-${name}`,
  ...membersOn([name], members),
  unlinked: [],
  removable: members.length > 0,
  emptied: members.length === 0,
  ...change,
});

export const owned = (edge: Edge, name: string, change: Partial<OwnedEdge> = {}): OwnedEdge => ({
  edge,
  state: 'owned',
  mapping: `m-${name}`,
  key: `corp:${name}`,
  run: 'r',
  at: readAt,
  ...change,
});

export const ledgerOf = (...edges: readonly OwnedEdge[]): Ledger =>
  new Map(edges.map(each => [edgeId(each.edge), each]));
