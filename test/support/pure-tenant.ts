import { addedEdge, droppedEdge, fieldWrites, groupEdge } from '../../src/apply/edges.ts';
import type { Change } from '../../src/model/change.ts';
import type { Contract, ContractChoice } from '../../src/model/contract.ts';
import type { RunRecord } from '../../src/model/history.ts';
import { bound, edgeId, type Ledger } from '../../src/model/ledger.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import type { Tenant, TenantQueue } from '../../src/model/tenant.ts';
import type { JournalLine } from '../../src/store/journal-lines.ts';
import { LedgerFold } from '../../src/store/ledger-fold.ts';
import { runsOf } from '../../src/store/runs.ts';

export interface ModelGroup {
  readonly id: string;
  name: string;
  externalId?: string | undefined;
  readonly members: Set<string>;
  /** The documented contract's `routingQueueIds`. */
  readonly queues: Set<string>;
}

export interface ModelQueue {
  readonly id: string;
  readonly name: string;
  readonly groups: Set<string>;
  readonly rings: readonly Set<string>[];
  readonly direct: Set<string>;
}

/**
 * A tenant in a handful of sets: what a plan does to it is done here a second time, in the simplest words, as an oracle
 * for the plan. The ledger is folded from the lines that a journal of the same run would hold.
 */
export class PureTenant {
  readonly groups = new Map<string, ModelGroup>();
  readonly queues = new Map<string, ModelQueue>();
  readonly users: readonly string[];
  #fold = new LedgerFold();
  #lines: JournalLine[] = [];
  readonly contract: Contract;
  /**
   * Does somebody whom a group brings stay on a queue directly as well, if they are added there? What the platform
   * does is not known (API reference §3.4); where it does not, the addition is passed over.
   */
  readonly #keepsBoth: boolean;
  #made = 0;

  constructor(contract: Contract, users: readonly string[], queues: readonly string[], keepsBoth = true) {
    this.contract = contract;
    this.#keepsBoth = keepsBoth;
    this.users = users;
    for (const id of queues)
      this.queues.set(id, {
        id,
        name: id,
        groups: new Set(),
        rings: [new Set(), new Set()],
        direct: new Set(),
      });
  }

  get ledger(): Ledger {
    return this.#fold.ledger;
  }

  /** What was placed is from now on nobody's. */
  loseJournal(): void {
    this.#fold = new LedgerFold();
    this.#lines = [];
  }

  get runs(): RunRecord[] {
    return runsOf(this.#lines);
  }

  /** The journal so far. */
  get lines(): readonly JournalLine[] {
    return this.#lines;
  }

  /** The same once more, journal and all; from here on the two go their own ways. */
  copy(): PureTenant {
    const twin = new PureTenant(this.contract, this.users, [...this.queues.keys()], this.#keepsBoth);
    for (const { members, queues, ...group } of this.groups.values())
      twin.groups.set(group.id, { ...group, members: new Set(members), queues: new Set(queues) });
    for (const { groups, rings, direct, ...queue } of this.queues.values())
      twin.queues.set(queue.id, {
        ...queue,
        groups: new Set(groups),
        rings: rings.map(ring => new Set(ring)),
        direct: new Set(direct),
      });
    twin.#made = this.#made;
    for (const line of this.#lines) twin.#write(line);
    return twin;
  }

  #write(line: JournalLine): void {
    this.#lines.push(line);
    this.#fold.add(line);
  }

  addGroup(name: string, members: readonly string[] = [], externalId?: string): ModelGroup {
    const group = {
      id: `made-${++this.#made}`,
      name,
      externalId,
      members: new Set(members),
      queues: new Set<string>(),
    };
    this.groups.set(group.id, group);
    return group;
  }

  addDirect(queue: string, user: string): void {
    const comesByGroup = this.suppliersOf(queue).some(group => group.members.has(user));
    if (this.#keepsBoth || !comesByGroup) this.queues.get(queue)!.direct.add(user);
  }

  /** Everybody on a queue, however they come there. */
  on(queue: string): Set<string> {
    const direct = this.queues.get(queue)!.direct;
    return new Set([...direct, ...this.suppliersOf(queue).flatMap(group => [...group.members])]);
  }

  /** The groups that bring people to a queue. */
  suppliersOf(id: string): ModelGroup[] {
    const queue = this.queues.get(id)!;
    const ids = new Set([...queue.groups, ...queue.rings.flatMap(ring => [...ring])]);
    const attached = [...ids].flatMap(id => this.groups.get(id) ?? []);
    return [...attached, ...[...this.groups.values()].filter(group => group.queues.has(queue.id))];
  }

  /** As the snapshot would show it; the people of the queues in `read` one by one. */
  tenant(read: ReadonlySet<string> | 'all'): Tenant {
    const choice: ContractChoice = { contract: this.contract, by: 'configured', reason: 'the test says so' };
    return {
      choice,
      queues: [...this.queues.values()].map(queue =>
        this.#queue(queue, read === 'all' || read.has(queue.id)),
      ),
      groups: [...this.groups.values()].map(({ id, name, externalId, members, queues }) => ({
        id,
        name,
        memberIds: [...members],
        dynamic: false,
        version: '1',
        ...(externalId === undefined ? {} : { externalId }),
        ...(this.contract === 'platform' ? {} : { routingQueueIds: [...queues] }),
      })),
      users: this.users.map(id => ({ id, name: id, email: `${id}@example.com`, state: 'active' })),
      budget: { perMinute: 300 },
    };
  }

  #queue(row: ModelQueue, read: boolean): TenantQueue {
    const everybody = [...this.on(row.id)];
    const byGroup = new Set(this.suppliersOf(row.id).flatMap(group => [...group.members]));
    const groupsOf = (ids: ReadonlySet<string>) =>
      [...ids].map(id => ({ id, type: 'GROUP', memberCount: this.groups.get(id)?.members.size ?? 0 }));
    return {
      id: row.id,
      name: row.name,
      memberGroups: groupsOf(row.groups),
      rings: row.rings.map((ring, index) => ({ number: index + 1, memberGroups: groupsOf(ring) })),
      otherGroups: [],
      memberCount: everybody.length,
      userMemberCount: everybody.filter(user => !byGroup.has(user)).length,
      ...(read
        ? {
            members: everybody.map(user => ({
              user,
              by: byGroup.has(user) ? ('group' as const) : ('user' as const),
            })),
          }
        : {}),
    };
  }

  /** Does what the plan says, step by step; `watch` looks after each one. */
  apply(plan: Plan, steps: Iterable<Step> = plan.steps, watch: () => void = () => {}): void {
    const { bind, confirm, forget, rehome, adopt = [], release = [] } = plan.bookkeeping;
    const stamp = { run: `r${this.runs.length + 1}`, at: '2026-01-01T00:00:00.000Z' };
    const { fingerprint, purpose, changes } = plan;
    this.#write({
      kind: 'run',
      ...stamp,
      fingerprint,
      contract: this.contract,
      changes: changes.length,
      ...(purpose ? { purpose } : {}),
    });
    this.#write({
      kind: 'books',
      ...stamp,
      bind,
      confirm: confirm.map(edgeId),
      forget: forget.map(edgeId),
      rehome,
      adopt,
      release,
    });
    for (const step of steps) {
      for (const index of step.changes) this.#do(plan.changes[index]!, stamp);
      watch();
    }
  }

  #do(change: Change, stamp: { run: string; at: string }): void {
    const group = 'id' in change && change.id !== undefined ? change.id : this.#idOf(change.group);
    switch (change.kind) {
      case 'group.create': {
        const made = { key: change.group, group: this.addGroup(change.name, [], change.externalId).id };
        const claim = groupEdge(change);
        this.#book([claim], [], stamp);
        this.#write({
          kind: 'done',
          ...stamp,
          id: 1,
          adds: [edgeId(bound(claim.edge, made))],
          drops: [],
          made,
        });
        return;
      }
      case 'group.rename':
        this.groups.get(group)!.name = change.to;
        this.#book([], [], stamp, [change]);
        return;
      case 'group.anchor':
        this.groups.get(group)!.externalId = change.to;
        this.#book([], [], stamp, [change]);
        return;
      case 'member.add':
        this.groups.get(group)!.members.add(change.user);
        this.#book([addedEdge(change, group)], [], stamp);
        return;
      case 'member.remove':
        this.groups.get(group)!.members.delete(change.user);
        this.#book([], [droppedEdge(change)], stamp);
        return;
      case 'queue.attach':
        if (change.user !== undefined) this.addDirect(change.queue, change.user);
        else this.#place(change, group).add(change.how === 'scim-extension' ? change.queue : group);
        this.#book([addedEdge(change, group)], [], stamp);
        return;
      case 'queue.detach':
        this.#place(change, group).delete(
          change.user ?? (change.how === 'scim-extension' ? change.queue : group),
        );
        this.#book([], [droppedEdge(change)], stamp);
    }
  }

  #place(change: Extract<Change, { kind: 'queue.attach' | 'queue.detach' }>, group: string): Set<string> {
    const queue = this.queues.get(change.queue)!;
    switch (change.how) {
      case 'direct-members':
        return queue.direct;
      case 'ring-groups':
        return queue.rings[(change.ring ?? 1) - 1]!;
      case 'member-groups':
        return queue.groups;
      case 'scim-extension':
        return this.groups.get(group)!.queues;
    }
  }

  #book(
    adds: readonly ReturnType<typeof addedEdge>[],
    drops: readonly ReturnType<typeof droppedEdge>[],
    stamp: { run: string; at: string },
    changed: readonly Change[] = [],
  ): void {
    const fields = fieldWrites(changed);
    this.#write({ kind: 'begin', ...stamp, id: 1, route: 'x', subject: 'x', adds, drops, fields });
    if (adds.every(({ edge }) => edge.kind !== 'group'))
      this.#write({
        kind: 'done',
        ...stamp,
        id: 1,
        adds: adds.map(({ edge }) => edgeId(edge)),
        drops: drops.map(({ edge }) => edgeId(edge)),
      });
  }

  /** The group that this source group was made as. */
  #idOf(key: string): string {
    for (const { edge, key: owner } of this.ledger.values())
      if (edge.kind === 'group' && owner === key && this.groups.has(edge.group)) return edge.group;
    return '';
  }
}
