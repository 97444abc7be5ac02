import type { Knobs } from './knobs.ts';
import type { AuditRow, ClientRow, DivisionRow, GroupRow, QueueRow, TokenRow, UserRow } from './rows.ts';
import { Table } from './table.ts';

export type * from './rows.ts';

/** The `memberGroups` of a queue or ring that name groups; teams and skill groups are kept but bring nobody here. */
export const groupIdsIn = (memberGroups: unknown): string[] =>
  Array.isArray(memberGroups)
    ? memberGroups
        .filter(entry => entry?.type === undefined || entry?.type === 'GROUP')
        .map(entry => String(entry.id))
    : [];

export const ringsOf = (settings: Readonly<Record<string, unknown>>): readonly Record<string, unknown>[] => {
  const rings = (settings.bullseye as { rings?: unknown } | null | undefined)?.rings;
  return Array.isArray(rings) ? rings : [];
};

/**
 * The tenant. Rows may be read freely; whoever changes memberships or attachments does it by the functions below,
 * which keep the indexes and the delayed views in step.
 */
export class Db {
  readonly organization: { readonly id: string; readonly name: string };
  readonly divisions = new Table<DivisionRow, 'name'>({ name: row => [row.name] });
  readonly users = new Table<UserRow, 'email' | 'externalId' | 'authority'>({
    email: row => [row.state === 'deleted' ? undefined : row.email],
    externalId: row => [row.externalId],
    authority: row => row.externalIds.map(entry => `${entry.authority}\u0000${entry.value}`),
  });
  readonly groups = new Table<GroupRow, 'name' | 'externalId'>({
    name: row => [row.name],
    externalId: row => [row.externalId],
  });
  readonly queues = new Table<QueueRow, 'name'>({ name: row => [row.name] });
  readonly clients = new Table<ClientRow>({});
  readonly tokens = new Map<string, TokenRow>();
  /** Oldest first. */
  readonly audits: AuditRow[] = [];
  readonly #knobs: Knobs;
  readonly #now: () => number;
  readonly #groupsOfUser = new Map<string, Set<string>>();
  readonly #jobs: { at: number; run: () => void }[] = [];

  constructor(organization: { id: string; name: string }, knobs: Knobs, now: () => number) {
    this.organization = organization;
    this.#knobs = knobs;
    this.#now = now;
  }

  /** Does it after `delayMs` of emulated time, at once for 0. Late work is done before the next request. */
  later(delayMs: number, run: () => void): void {
    if (delayMs <= 0) {
      run();
      return;
    }
    this.#jobs.push({ at: this.#now() + delayMs, run });
    this.#jobs.sort((a, b) => a.at - b.at);
  }

  /** Does what is due; `all` does not wait for the time. Returns how much is left. */
  settle(all = false): number {
    while (this.#jobs[0] && (all || this.#jobs[0].at <= this.#now())) this.#jobs.shift()!.run();
    return this.#jobs.length;
  }

  /** Everybody in the group: explicit members, owners where they count, and those whom its rule brings. */
  membersOf(group: GroupRow): ReadonlySet<string> {
    const owners = group.includeOwners ? group.owners : [];
    if (owners.length === 0 && !group.ruleMembers) return group.individuals;
    return new Set([...group.individuals, ...owners, ...(group.ruleMembers ?? [])]);
  }

  groupsOf(userId: string): GroupRow[] {
    return [...(this.#groupsOfUser.get(userId) ?? [])].map(id => this.groups.get(id)!);
  }

  addGroup(group: GroupRow): GroupRow {
    this.groups.put(group);
    this.#followMembers(group, new Set());
    const queueIds = group.routingQueueIds;
    group.routingQueueIds = [];
    this.serveQueues(group, queueIds);
    return group;
  }

  /** Replaces the explicit members; the version rises and queues and search follow in their own time. */
  setIndividuals(group: GroupRow, individuals: ReadonlySet<string>): void {
    this.changeGroup(group, { individuals });
  }

  /** Any change of a group that its version counts. */
  changeGroup(group: GroupRow, change: Partial<Omit<GroupRow, 'id' | 'routingQueueIds'>>): void {
    // Late work may find its group deleted, and must not bring it back.
    if (this.groups.get(group.id) !== group) return;
    const before = this.membersOf(group);
    Object.assign(group, change);
    group.version++;
    group.modified = new Date(this.#now()).toISOString();
    this.groups.put(group);
    this.#followMembers(group, before);
  }

  /** Says which queues a group serves (documented contract); does not raise the version by itself. */
  serveQueues(group: GroupRow, queueIds: readonly string[]): void {
    const before = group.routingQueueIds;
    group.routingQueueIds = [...new Set(queueIds)];
    const after = group.routingQueueIds;
    this.later(this.#knobs.propagationMs, () => {
      for (const id of before) if (!after.includes(id)) this.queues.get(id)?.servedBy.delete(group.id);
      for (const id of after) this.queues.get(id)?.servedBy.add(group.id);
    });
  }

  removeGroup(group: GroupRow): void {
    for (const userId of this.membersOf(group)) this.#groupsOfUser.get(userId)?.delete(group.id);
    this.groups.delete(group.id);
    for (const queue of this.queues.values()) {
      queue.servedBy.delete(group.id);
      const detach = (list: unknown) =>
        Array.isArray(list) ? list.filter(entry => entry?.id !== group.id) : list;
      if (
        !this.#knobs.deletedGroupsStayOnQueues &&
        queue.attached.some(entry => entry.groupId === group.id)
      ) {
        queue.settings.memberGroups = detach(queue.settings.memberGroups);
        for (const ring of ringsOf(queue.settings)) ring.memberGroups = detach(ring.memberGroups);
      }
      queue.attached = queue.attached.filter(entry => entry.groupId !== group.id);
    }
  }

  addQueue(queue: QueueRow): QueueRow {
    this.queues.put(queue);
    this.changeQueue(queue, queue.settings);
    return queue;
  }

  /** Replaces a queue's settings; its derived members follow after the propagation delay. */
  changeQueue(queue: QueueRow, settings: Record<string, unknown>): void {
    queue.settings = settings;
    this.queues.put(queue);
    const attached = [
      ...groupIdsIn(settings.memberGroups).map(groupId => ({ groupId, ring: 1 })),
      ...ringsOf(settings).flatMap((ring, index) =>
        groupIdsIn(ring.memberGroups).map(groupId => ({ groupId, ring: index + 1 })),
      ),
    ];
    this.later(this.#knobs.propagationMs, () => {
      queue.attached = attached.filter(entry => this.groups.get(entry.groupId));
    });
  }

  /** A soft delete (API reference §2.7): the row stays readable, every membership ends. */
  deleteUser(user: UserRow): void {
    const owned = [...this.groups.values()].filter(group => group.owners.includes(user.id));
    for (const group of new Set([...this.groupsOf(user.id), ...owned])) {
      const without = new Set(group.individuals);
      without.delete(user.id);
      const rules = group.ruleMembers && new Set([...group.ruleMembers].filter(id => id !== user.id));
      this.changeGroup(group, {
        individuals: without,
        owners: group.owners.filter(id => id !== user.id),
        ...(rules ? { ruleMembers: rules } : {}),
      });
    }
    for (const queue of this.queues.values()) queue.direct.delete(user.id);
    user.state = 'deleted';
    user.version++;
    this.users.put(user);
  }

  #followMembers(group: GroupRow, before: ReadonlySet<string>): void {
    const after = this.membersOf(group);
    if (before !== after) {
      for (const id of before) if (!after.has(id)) this.#groupsOfUser.get(id)?.delete(group.id);
      for (const id of after) {
        const groups = this.#groupsOfUser.get(id);
        if (groups) groups.add(group.id);
        else this.#groupsOfUser.set(id, new Set([group.id]));
      }
    }
    this.later(this.#knobs.propagationMs, () => {
      group.seenByQueues = after;
    });
    this.later(this.#knobs.searchDelayMs, () => {
      group.seenBySearch = after;
    });
  }
}
