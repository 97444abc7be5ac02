import { randomUUID } from 'node:crypto';

export interface KeycloakGroupRecord {
  readonly id: string;
  name: string;
  parentId: string | undefined;
  /** Ids of the users directly in it. */
  readonly members: Set<string>;
}

export interface KeycloakUserRecord {
  readonly id: string;
  readonly username: string;
  firstName?: string;
  lastName?: string;
  email?: string;
  enabled: boolean;
  attributes?: Readonly<Record<string, readonly string[]>>;
  /** Came from an LDAP server that does not have them any more; Keycloak finds out when it shows them. */
  lost?: boolean;
}

export interface KeycloakClientRecord {
  readonly secret: string;
  /** Roles of the client `realm-management`. */
  readonly roles: Set<string>;
  readonly serviceAccount: boolean;
}

/** What a realm holds: clients, users, and a tree of groups. */
export class KeycloakRealm {
  readonly name: string;
  readonly clients = new Map<string, KeycloakClientRecord>();
  readonly groups = new Map<string, KeycloakGroupRecord>();
  readonly users = new Map<string, KeycloakUserRecord>();

  constructor(name: string) {
    this.name = name;
  }

  /** `roles` of a service account; without any, it is refused almost everything. */
  addClient(clientId: string, secret: string, roles: readonly string[], serviceAccount = true): void {
    this.clients.set(clientId, { secret, roles: new Set(roles), serviceAccount });
  }

  addUser(username: string, more: Partial<Omit<KeycloakUserRecord, 'id' | 'username'>> = {}): string {
    const user = { id: randomUUID(), username, enabled: true, ...more };
    this.users.set(user.id, user);
    return user.id;
  }

  addGroup(name: string, parentId?: string, members: readonly string[] = []): string {
    const siblings = this.below(parentId);
    if (siblings.some(group => group.name === name)) throw new Error(`There is a sibling called ${name}.`);
    const id = randomUUID();
    this.groups.set(id, { id, name, parentId, members: new Set(members) });
    return id;
  }

  removeGroup(id: string): void {
    for (const child of this.below(id)) this.removeGroup(child.id);
    this.groups.delete(id);
  }

  removeUser(id: string): void {
    this.users.delete(id);
    for (const { members } of this.groups.values()) members.delete(id);
  }

  /** Groups directly below one, or at the top, by name. */
  below(parentId: string | undefined): KeycloakGroupRecord[] {
    return [...this.groups.values()].filter(group => group.parentId === parentId).sort(byName);
  }

  /** `/CC/Support`; a slash in a name is not escaped, unless the server is told to. */
  pathOf(group: KeycloakGroupRecord): string {
    const parent = group.parentId === undefined ? undefined : this.groups.get(group.parentId)!;
    return `${parent ? this.pathOf(parent) : ''}/${group.name}`;
  }

  at(path: string): KeycloakGroupRecord | undefined {
    return [...this.groups.values()].find(group => this.pathOf(group) === path);
  }

  /** By user name, as the database orders them. */
  membersOf(group: KeycloakGroupRecord): KeycloakUserRecord[] {
    const users = [...group.members].map(id => this.users.get(id)!);
    return users.sort((a, b) => (a.username < b.username ? -1 : 1));
  }
}

export const byName = (a: KeycloakGroupRecord, b: KeycloakGroupRecord): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
