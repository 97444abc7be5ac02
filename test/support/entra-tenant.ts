/** A tenant of Microsoft Entra ID: objects, memberships, a bin for deleted groups, and the log that delta reads. */

export type ObjectType = 'user' | 'group' | 'device' | 'servicePrincipal' | 'orgContact';

export interface DirectoryObject {
  readonly id: string;
  readonly type: ObjectType;
  readonly properties: Record<string, unknown>;
}

/** One thing that happened to a group; `properties` changed where nothing else is said. */
export interface TenantEvent {
  readonly group: string;
  readonly member?: { readonly id: string; readonly type: ObjectType; readonly op: 'add' | 'remove' };
  readonly removed?: 'changed' | 'deleted';
}

/** What a query may look at: the store, or an index of it that lags. */
export interface TenantView {
  readonly objects: ReadonlyMap<string, DirectoryObject>;
  /** Ids of direct members, in the order of ids: how a server pages by key. */
  members(group: string): readonly string[];
}

export class EntraTenant implements TenantView {
  readonly objects = new Map<string, DirectoryObject>();
  readonly events: TenantEvent[] = [];
  readonly bin = new Map<string, DirectoryObject>();
  /** Groups as they were when they were deleted, in whatever way. */
  readonly graves = new Map<string, DirectoryObject>();
  #memberships = new Map<string, Set<string>>();
  #index: TenantView | undefined;
  #made = 0;
  /** Does a restored group tell its members in the log? The vendor does not say. */
  restoreTellsMembers = false;
  /** Does the log tell of memberships that end because the member was deleted for good? Sooner or later it does. */
  deletionsAreTold = true;

  members(group: string): readonly string[] {
    return [...(this.#memberships.get(group) ?? [])].sort();
  }

  /** What advanced queries see. */
  get indexed(): TenantView {
    return this.#index ?? this;
  }

  /** From now on the index stays as it is. */
  freezeIndex(): void {
    const objects = new Map(
      [...this.objects].map(([id, object]) => [id, { ...object, properties: { ...object.properties } }]),
    );
    const memberships = new Map([...this.objects.keys()].map(id => [id, this.members(id)]));
    this.#index = { objects, members: id => memberships.get(id) ?? [] };
  }

  addUser(userName: string, properties: Record<string, unknown> = {}): string {
    const userPrincipalName = `${userName}@contoso.test`;
    return this.#add('user', {
      displayName: userName,
      userPrincipalName,
      accountEnabled: true,
      ...properties,
    });
  }

  addObject(type: Exclude<ObjectType, 'user' | 'group'>, displayName: string): string {
    return this.#add(type, { displayName });
  }

  addGroup(displayName: string, properties: Record<string, unknown> = {}): string {
    const id = this.#add('group', {
      displayName,
      securityEnabled: true,
      mailEnabled: false,
      mailNickname: `nick-${this.#made}`,
      groupTypes: [],
      ...properties,
    });
    this.#memberships.set(id, new Set());
    this.events.push({ group: id });
    return id;
  }

  update(id: string, properties: Record<string, unknown>): void {
    const object = this.objects.get(id)!;
    Object.assign(object.properties, properties);
    if (object.type === 'group') this.events.push({ group: id });
  }

  addMember(group: string, ...ids: readonly string[]): void {
    for (const id of ids) {
      this.#memberships.get(group)!.add(id);
      this.events.push({ group, member: { id, type: this.objects.get(id)!.type, op: 'add' } });
    }
  }

  removeMember(group: string, id: string): void {
    const { type } = this.objects.get(id)!;
    if (this.#memberships.get(group)!.delete(id))
      this.events.push({ group, member: { id, type, op: 'remove' } });
  }

  /** Groups go to the bin unless it is for good; everything else is gone at once. */
  delete(id: string, how: 'changed' | 'deleted' = 'changed'): void {
    const object = this.objects.get(id)!;
    const told = this.deletionsAreTold || (object.type === 'group' && how === 'changed');
    for (const [group, members] of this.#memberships) {
      if (!members.delete(id) || !told) continue;
      this.events.push({ group, member: { id, type: object.type, op: 'remove' } });
    }
    this.objects.delete(id);
    if (object.type !== 'group') return;
    this.graves.set(id, object);
    this.events.push({ group: id, removed: how });
    if (how === 'changed') this.bin.set(id, object);
    else this.#memberships.delete(id);
  }

  /** Out of the bin, with those members who are still there. */
  restore(id: string): void {
    this.objects.set(id, this.bin.get(id)!);
    this.bin.delete(id);
    const members = this.#memberships.get(id)!;
    for (const member of members) if (!this.objects.has(member)) members.delete(member);
    this.events.push({ group: id });
    if (this.restoreTellsMembers) this.addMember(id, ...members);
  }

  /** Everybody below a group. */
  transitive(view: TenantView, group: string): string[] {
    const reached = new Set<string>();
    const waiting = [group];
    for (const at of waiting) {
      for (const id of view.members(at)) {
        if (reached.has(id)) continue;
        reached.add(id);
        if (view.objects.get(id)?.type === 'group') waiting.push(id);
      }
    }
    return [...reached].filter(id => view.objects.has(id)).sort();
  }

  #add(type: ObjectType, properties: Record<string, unknown>): string {
    this.#made += 1;
    // Spread like real ids, and the same in every run: sorted by id, things are in no order that a test may lean on.
    const scattered = ((this.#made * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0');
    const id = `${scattered}-0000-4000-8000-${this.#made.toString(16).padStart(12, '0')}`;
    this.objects.set(id, { id, type, properties: { id, ...properties } });
    return id;
  }
}
