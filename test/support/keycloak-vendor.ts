import KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import type { Directory } from '../../src/model/directory.ts';
import { reader } from './keycloak-rig.ts';

/** User names of the people directly in each group, by path, service accounts included. */
export type MembersByPath = Readonly<
  Record<string, { readonly id: string; readonly members: readonly string[] }>
>;

/** All groups of a realm as the vendor's own client reads them, in pages of ten. */
export async function readByVendor(baseUrl: string, realmName: string): Promise<MembersByPath> {
  const client = new KeycloakAdminClient({ baseUrl, realmName });
  await client.auth({ grantType: 'client_credentials', ...reader });
  const found: Record<string, { id: string; members: string[] }> = {};

  const visit = async (group: Group): Promise<void> => {
    const id = group.id!;
    const members = await allPages(page => client.groups.listMembers({ id, ...page }));
    found[group.path!] = { id, members: members.map(user => user.username!).sort() };
    const children =
      group.subGroupCount === undefined
        ? (group.subGroups ?? [])
        : await allPages(page => client.groups.listSubGroups({ parentId: id, ...page }));
    for (const child of children) await visit(child);
  };

  for (const top of await allPages(page => client.groups.find(page))) await visit(top);
  return found;
}

type Group = Awaited<ReturnType<KeycloakAdminClient['groups']['find']>>[number];

async function allPages<Row>(read: (page: { first: number; max: number }) => Promise<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 0; page < 1000; page++) {
    const some = await read({ first: rows.length, max: 10 });
    if (some.length === 0) return rows;
    rows.push(...some);
  }
  throw new Error('The list does not end.');
}

/** What muster read, in the same form. */
export function membersByPath(directory: Directory): MembersByPath {
  const names = new Map(directory.people.map(({ id, userName }) => [id, userName!]));
  return Object.fromEntries(
    directory.groups.map(({ id, aliases, members }) => [
      aliases[0]!,
      { id, members: members.flatMap(member => names.get(member.id) ?? []).sort() },
    ]),
  );
}
