import { type Crowd, type Held, type Holding, shared, toWrite } from './crowd.ts';
import type { GroupId, MappingId, QueueId, UserId } from './keys.ts';
import {
  type Binding,
  bound,
  type Edge,
  edgeId,
  isUnmade,
  type Ledger,
  type OwnedEdge,
  type Owner,
  ownerId,
  unmadeGroup,
} from './ledger.ts';
import { ownedEdge, type PersonEdgeKind, type Place, partsOf, placeOf } from './person-edge.ts';

/**
 * The ledger as it is kept in memory: a map by `edgeId` to whoever asks, and inside, people by the group or queue
 * they are on. A million memberships as objects under texts of 80 characters take over 300 MB and most of a
 * plan's time; by group, planning looks at one group after the other and never builds those texts.
 */
export class LedgerBook implements ReadonlyMap<string, OwnedEdge> {
  readonly #people: Readonly<Record<PersonEdgeKind, Map<Place, Crowd>>>;
  /** Groups and attachments. */
  readonly #others: Map<string, OwnedEdge>;
  /** Of these, the ids of those that speak of a group to be made, by that group. */
  readonly #unmade = new Map<GroupId, Set<string>>();
  #size = 0;
  #last: Holding | undefined;
  #lastOwners: readonly Owner[] | undefined;

  constructor(entries: Ledger = new Map()) {
    if (entries instanceof LedgerBook) {
      this.#people = {
        member: shared(entries.#people.member),
        'queue-member': shared(entries.#people['queue-member']),
      };
      this.#others = new Map(entries.#others);
      for (const [group, ids] of entries.#unmade) this.#unmade.set(group, new Set(ids));
      this.#size = entries.#size;
      return;
    }
    this.#people = { member: new Map(), 'queue-member': new Map() };
    this.#others = new Map();
    for (const owned of entries.values()) this.put(owned);
  }

  get size(): number {
    return this.#size;
  }

  /** Under its `edgeId`, a text that is never made for an edge of a person. */
  put(owned: OwnedEdge): this {
    const { edge, person, again, also } = owned;
    const place = placeOf(edge);
    if (place === undefined || !('user' in edge)) {
      const id = edgeId(edge);
      if (!this.#others.has(id)) this.#size += 1;
      this.#others.set(id, owned);
      if ('group' in edge && isUnmade(edge.group)) this.#namesUnmade(edge.group).add(id);
      return this;
    }
    const held: Held = {
      holding: this.#shared(owned),
      person,
      ...(again === undefined ? {} : { again }),
      ...(also === undefined ? {} : { also: this.#sameOwners(also) }),
    };
    const crowd = toWrite(this.#people[edge.kind], place);
    this.#size -= crowd.size;
    crowd.set(edge.user, held);
    this.#size += crowd.size;
    return this;
  }

  holds(edge: Edge): boolean {
    const place = placeOf(edge);
    if (place === undefined || !('user' in edge)) return this.#others.has(edgeId(edge));
    return this.#people[edge.kind].get(place)?.has(edge.user) ?? false;
  }

  delete(id: string): boolean {
    const [kind, place, user] = partsOf(id);
    if (!this.has(id)) return false;
    this.#size -= 1;
    if (!kind) return this.#others.delete(id);
    const people = toWrite(this.#people[kind], place);
    people.delete(user);
    if (people.size === 0) this.#people[kind].delete(place);
    return true;
  }

  /** Ours for sure. What was that before has been added although it was ours: somebody had taken it away. */
  own(id: string): void {
    const [kind, place, user] = partsOf(id);
    if (!kind) {
      const known = this.#others.get(id);
      if (known) this.#others.set(id, { ...known, ...sure(known.state, known.again) });
      return;
    }
    const held = this.#people[kind].get(place)?.get(user);
    if (!held) return;
    const { state, again } = sure(held.holding.state, held.again);
    const holding = this.#shared({ ...held.holding, state });
    toWrite(this.#people[kind], place).set(user, {
      ...held,
      holding,
      ...(again === undefined ? {} : { again }),
    });
  }

  get(id: string): OwnedEdge | undefined {
    const [kind, place, user] = partsOf(id);
    if (!kind) return this.#others.get(id);
    const held = this.#people[kind].get(place)?.get(user);
    return held && ownedEdge(kind, place, user, held);
  }

  has(id: string): boolean {
    const [kind, place, user] = partsOf(id);
    return kind ? (this.#people[kind].get(place)?.has(user) ?? false) : this.#others.has(id);
  }

  /** What was claimed for a group to be made, from now on under its real id. What is there already stays as it is. */
  bind(binding: Binding): void {
    const unmade = unmadeGroup(binding.key);
    for (const id of this.#unmade.get(unmade) ?? []) {
      const each = this.#others.get(id);
      if (!each) continue;
      const edge = bound(each.edge, binding);
      this.delete(id);
      if (!this.holds(edge)) this.put({ ...each, edge });
    }
    this.#unmade.delete(unmade);
    const claimed = this.#people.member.get(unmade);
    if (!claimed) return;
    const people = toWrite(this.#people.member, binding.group);
    this.#people.member.delete(unmade);
    this.#size -= claimed.size + people.size;
    for (const [user, held] of claimed) if (!people.has(user)) people.set(user, held);
    this.#size += people.size;
  }

  /** Groups that we made and attachments: as many as there are groups and queues, not people. */
  others(): MapIterator<OwnedEdge> {
    return this.#others.values();
  }

  /** Whom we put into this group. */
  membersOf(group: GroupId): Iterable<UserId> {
    return this.peopleIn(group)?.users() ?? [];
  }

  peopleIn(group: GroupId): Crowd | undefined {
    return this.#people.member.get(group);
  }

  /** Everybody whom we put into a group, group by group. */
  members(): MapIterator<[GroupId, Crowd]> {
    return this.#people.member.entries();
  }

  /** Whom we put on this queue directly. */
  peopleOn(queue: QueueId): Crowd | undefined {
    return this.#people['queue-member'].get(queue);
  }

  /** Everybody whom we put on a queue directly, queue by queue. */
  queueMembers(): MapIterator<[QueueId, Crowd]> {
    return this.#people['queue-member'].entries();
  }

  /** Every mapping that owns something. */
  mappings(): Set<MappingId> {
    const found = new Set<MappingId>();
    const add = ({ mapping }: Pick<Owner, 'mapping'>, also: readonly Owner[] = []) => {
      found.add(mapping);
      for (const owner of also) found.add(owner.mapping);
    };
    for (const { mapping, also } of this.#others.values()) add({ mapping }, also);
    for (const people of Object.values(this.#people))
      for (const crowd of people.values()) for (const { holding, also } of crowd.ways()) add(holding, also);
    return found;
  }

  /** Groups and attachments first, then people by group and by queue. */
  *values(): MapIterator<OwnedEdge> {
    yield* this.#others.values();
    for (const kind of ['member', 'queue-member'] as const)
      for (const [place, people] of this.#people[kind])
        for (const [user, held] of people) yield ownedEdge(kind, place, user, held);
    return undefined;
  }

  *entries(): MapIterator<[string, OwnedEdge]> {
    for (const each of this.values()) yield [edgeId(each.edge), each];
    return undefined;
  }

  *keys(): MapIterator<string> {
    for (const { edge } of this.values()) yield edgeId(edge);
    return undefined;
  }

  [Symbol.iterator](): MapIterator<[string, OwnedEdge]> {
    return this.entries();
  }

  forEach(call: (value: OwnedEdge, key: string, map: ReadonlyMap<string, OwnedEdge>) => void): void {
    for (const [id, each] of this) call(each, id, this);
  }

  #namesUnmade(group: GroupId): Set<string> {
    const known = this.#unmade.get(group) ?? new Set();
    this.#unmade.set(group, known);
    return known;
  }

  /** Everybody in a group has the same owners: one list for all of them. */
  #sameOwners(also: readonly Owner[]): readonly Owner[] {
    const last = this.#lastOwners;
    const isSame =
      last?.length === also.length &&
      also.every((owner, at) => ownerId(owner) === ownerId(last[at]!) && owner.person === last[at]!.person);
    if (!isSame) this.#lastOwners = also;
    return this.#lastOwners!;
  }

  #shared({ state, mapping, key, run, at }: Holding): Holding {
    const last = this.#last;
    const isSame =
      last?.state === state &&
      last.mapping === mapping &&
      last.key === key &&
      last.run === run &&
      last.at === at;
    if (!isSame) this.#last = { state, mapping, key, run, at };
    return this.#last!;
  }
}

/** The ledger itself where it is a book already. */
export const bookOf = (ledger: Ledger): LedgerBook =>
  ledger instanceof LedgerBook ? ledger : new LedgerBook(ledger);

const sure = (state: OwnedEdge['state'], again: number | undefined): Pick<OwnedEdge, 'state' | 'again'> =>
  state === 'owned'
    ? { state, again: (again ?? 0) + 1 }
    : { state: 'owned', ...(again === undefined ? {} : { again }) };
