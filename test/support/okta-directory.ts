import { randomBytes } from 'node:crypto';
import { type Filter, matches, parseFilter } from '../../src/scim/filter.ts';

export interface OktaUserRecord {
  readonly id: string;
  status: string;
  readonly profile: Record<string, unknown>;
}

export interface OktaGroupRecord {
  readonly id: string;
  readonly type: 'OKTA_GROUP' | 'APP_GROUP' | 'BUILT_IN';
  readonly profile: { name: string; description?: string };
  /** Ids of users, in the order in which pages show them. */
  readonly members: string[];
}

/** The people and groups of an org, as its database has them, and the search index beside it. */
export class OktaDirectory {
  readonly users = new Map<string, OktaUserRecord>();
  readonly groups = new Map<string, OktaGroupRecord>();
  /** Ids of groups that the search index has not caught up with. */
  readonly unindexed = new Set<string>();

  addUser(profile: Record<string, unknown>, status = 'ACTIVE'): OktaUserRecord {
    const user = { id: `00u${randomId()}`, status, profile };
    this.users.set(user.id, user);
    return user;
  }

  addGroup(
    name: string,
    members: readonly OktaUserRecord[] = [],
    type: OktaGroupRecord['type'] = 'OKTA_GROUP',
  ): OktaGroupRecord {
    const group = { id: `00g${randomId()}`, type, profile: { name }, members: members.map(({ id }) => id) };
    this.groups.set(group.id, group);
    return group;
  }

  /** `search=`: from the index, and without regard to the case of names. Undefined for what is no such expression. */
  search(expression: string): OktaGroupRecord[] | undefined {
    const filter = searchable(expression);
    if (!filter) return undefined;
    return this.#listed().filter(group => !this.unindexed.has(group.id) && matches(filter, group));
  }

  /** `filter=`: from the database, and only what the documentation allows. */
  filter(expression: string): OktaGroupRecord[] | undefined {
    const [, field, value] = /^(id|type) eq "([^"]*)"$/u.exec(expression) ?? [];
    if (field === undefined) return undefined;
    return this.#listed().filter(group => group[field as 'id' | 'type'] === value);
  }

  /** `q=`: names that begin so, the exact one first. */
  named(prefix: string): OktaGroupRecord[] {
    const start = prefix.toLowerCase();
    return this.#listed()
      .filter(group => group.profile.name.toLowerCase().startsWith(start))
      .sort((a, b) => a.profile.name.length - b.profile.name.length);
  }

  all(): OktaGroupRecord[] {
    return this.#listed();
  }

  #listed(): OktaGroupRecord[] {
    return [...this.groups.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** `eq` and `sw` on anything, `co` on the name and the description alone, joined by `and` and `or`. */
function searchable(expression: string): Filter | undefined {
  try {
    const filter = parseFilter(expression);
    return isSearchable(filter) ? filter : undefined;
  } catch {
    return undefined;
  }
}

function isSearchable(filter: Filter): boolean {
  if (filter.kind === 'and' || filter.kind === 'or') return filter.filters.every(isSearchable);
  if (filter.kind !== 'compare') return false;
  if (filter.operator === 'eq' || filter.operator === 'sw') return true;
  const { name, sub } = filter.attribute;
  return filter.operator === 'co' && name === 'profile' && ['name', 'description'].includes(sub ?? '');
}

/** Seventeen letters and digits, as Okta's ids have them after the first three. */
function randomId(): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  return [...randomBytes(17)].map(byte => alphabet[byte % alphabet.length]).join('');
}
