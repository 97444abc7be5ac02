export interface GoogleUserRecord {
  readonly id: string;
  primaryEmail: string;
  name: { fullName: string };
  suspended: boolean;
  archived: boolean;
  aliases?: string[];
  externalIds?: { type: string; customType?: string; value: string }[];
  customSchemas?: Record<string, Record<string, unknown>>;
}

export interface GoogleMemberRecord {
  readonly id: string;
  /** Missing for `CUSTOMER`. */
  readonly email?: string;
  readonly type: 'USER' | 'GROUP' | 'CUSTOMER' | 'EXTERNAL';
  readonly role: 'OWNER' | 'MANAGER' | 'MEMBER';
  status?: string;
}

export interface GoogleGroupRecord {
  readonly id: string;
  email: string;
  name: string;
  aliases?: string[];
  /** In the order in which pages show them. */
  readonly members: GoogleMemberRecord[];
}

/** The people and groups of a Workspace account, and groups of others that are nested in them. */
export class GoogleDirectory {
  readonly customerId = 'C01example';
  readonly users = new Map<string, GoogleUserRecord>();
  readonly groups = new Map<string, GoogleGroupRecord>();
  #next = 100_000;

  addUser(email: string, more: Partial<GoogleUserRecord> = {}): GoogleUserRecord {
    const user: GoogleUserRecord = {
      id: `1${this.#number()}`,
      primaryEmail: email,
      name: { fullName: email },
      suspended: false,
      archived: false,
      ...more,
    };
    this.users.set(user.id, user);
    return user;
  }

  addGroup(name: string, email = `group-${this.#next}@example.org`): GoogleGroupRecord {
    const group: GoogleGroupRecord = { id: `0${this.#number()}`, email, name, members: [] };
    this.groups.set(group.id, group);
    return group;
  }

  /** Puts somebody or something into a group, as its members list will show it. */
  join(group: GoogleGroupRecord, member: GoogleUserRecord | GoogleGroupRecord): void {
    group.members.push(
      'members' in member
        ? { id: member.id, email: member.email, type: 'GROUP', role: 'MEMBER', status: 'ACTIVE' }
        : {
            id: member.id,
            email: member.primaryEmail,
            type: 'USER',
            role: 'MEMBER',
            status: member.suspended ? 'SUSPENDED' : 'ACTIVE',
          },
    );
  }

  /** Somebody whom the account does not have: an id and an address, but no user and no status. */
  joinOutsider(group: GoogleGroupRecord, email: string): string {
    const id = `9${this.#number()}`;
    group.members.push({ id, email, type: 'USER', role: 'MEMBER' });
    return id;
  }

  joinEverybody(group: GoogleGroupRecord): void {
    group.members.push({ id: this.customerId, type: 'CUSTOMER', role: 'MEMBER' });
  }

  /** A group of another account, of which nothing but the address is known here. */
  joinForeignGroup(group: GoogleGroupRecord, email: string): string {
    const id = `8${this.#number()}`;
    group.members.push({ id, email, type: 'GROUP', role: 'MEMBER', status: 'ACTIVE' });
    return id;
  }

  group(key: string): GoogleGroupRecord | undefined {
    return (
      this.groups.get(key) ??
      [...this.groups.values()].find(({ email, aliases = [] }) => [email, ...aliases].includes(key))
    );
  }

  user(key: string): GoogleUserRecord | undefined {
    return (
      this.users.get(key) ??
      [...this.users.values()].find(({ primaryEmail, aliases = [] }) =>
        [primaryEmail, ...aliases].includes(key),
      )
    );
  }

  /** Everybody at any depth, a user once for every way in; nested groups stay on the list as well. */
  derivedMembers(group: GoogleGroupRecord, above: readonly string[] = []): GoogleMemberRecord[] {
    if (above.includes(group.id)) return [];
    return group.members.flatMap(member => {
      const nested = member.type === 'GROUP' ? this.groups.get(member.id) : undefined;
      return nested ? [member, ...this.derivedMembers(nested, [...above, group.id])] : [member];
    });
  }

  /** `query=`: clauses on name and email, exact or by their beginning, all of which must hold. */
  find(query: string): GoogleGroupRecord[] | undefined {
    const clauses = [...query.matchAll(/(\w+)(=|:)('(?:[^'\\]|\\.)*'|\S+)\s*/gu)];
    if (clauses.map(([whole]) => whole).join('') !== query) return undefined;
    const tests = clauses.map(([, field, operator, written]) => {
      const value = written!.replace(/^'(.*)'$/u, '$1').replaceAll("\\'", "'");
      if ((field !== 'name' && field !== 'email') || (operator === ':' && !value.endsWith('*')))
        return undefined;
      const wanted = value.toLowerCase();
      return (group: GoogleGroupRecord) => {
        const has = group[field].toLowerCase();
        return operator === '=' ? has === wanted : has.startsWith(wanted.slice(0, -1));
      };
    });
    if (tests.includes(undefined)) return undefined;
    return [...this.groups.values()].filter(group => tests.every(test => test!(group)));
  }

  #number(): string {
    this.#next += 1;
    return `${this.#next}`.padStart(15, '0');
  }
}
