import type { DirectoryGroup, Evidence, MemberRef, Person, PersonStatus } from '../../model/directory.ts';
import { keyOf, type SourceId } from '../../model/keys.ts';
import { distinctAddresses } from '../addresses.ts';
import type { KeycloakOptions } from './options.ts';
import type { TreeNode } from './tree.ts';
import type { GroupRow, UserRow } from './wire.ts';

/** What a mapping may select a group by. Siblings have different names; groups in different places may share one. */
export const namesOf = ({ id, name, path }: GroupRow) => ({
  id,
  name,
  aliases: path == null || path === name ? [] : [path],
});

/** A group with the people directly in it; sub-groups are members of kind `group`, so that the path to each is kept. */
export function groupOf(node: TreeNode, users: readonly UserRow[], evidence: Evidence): DirectoryGroup {
  const people = users.filter(user => !isServiceAccount(user));
  const skipped = users.length - people.length;
  const reasons = [...node.reasons, ...evidence.reasons];
  const members: MemberRef[] = [
    ...people.map(({ id }): MemberRef => ({ kind: 'person', id })),
    ...node.children.map((id): MemberRef => ({ kind: 'group', id })),
  ];
  return {
    ...namesOf(node.row),
    members,
    skipped: skipped > 0 ? [{ type: 'service account', count: skipped }] : [],
    evidence: {
      ...evidence,
      complete: reasons.length === 0,
      reasons,
      pages: node.pages + evidence.pages,
    },
  };
}

/** Clients may be put into groups like people. Keycloak names their accounts so, and nothing else tells them apart. */
export const isServiceAccount = ({ username }: UserRow): boolean =>
  username?.startsWith('service-account-') ?? false;

/** A user as a person. What Keycloak does not tell is left out. */
export function personOf(
  user: UserRow,
  source: SourceId,
  { attributes: wanted }: Pick<KeycloakOptions, 'attributes'>,
): Person {
  const { id, username, firstName, lastName, email } = user;
  const fullName = [firstName, lastName].filter(Boolean).join(' ').trim();
  const valuesOf = (name: string | undefined) => textsIn(name === undefined ? [] : user.attributes?.[name]);
  const [externalId] = valuesOf(wanted.externalId);
  const [userId] = valuesOf(wanted.userId);
  const extra = wanted.extra
    .map(name => [name, valuesOf(name)] as const)
    .filter(([, values]) => values.length > 0);
  return {
    key: keyOf(source, id),
    id,
    name: fullName || username || id,
    ...(username && { userName: username }),
    emails: distinctAddresses([...textsIn(email), ...wanted.email.flatMap(valuesOf)]),
    ...(externalId !== undefined && { externalId }),
    ...(userId !== undefined && { userId }),
    status: statusOf(user),
    ...(extra.length > 0 && { attributes: Object.fromEntries(extra) }),
  };
}

const statusOf = ({ enabled }: UserRow): PersonStatus =>
  enabled == null ? 'unknown' : enabled ? 'active' : 'suspended';

/** Values of attributes are lists of texts; an extension may have written something else. */
const textsIn = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter(
    (each): each is string => typeof each === 'string' && each.trim() !== '',
  );
