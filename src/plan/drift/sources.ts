import type { Desired, DesiredGroup } from '../../model/desired.ts';
import type { DriftPerson, SourceDrift } from '../../model/drift.ts';
import type { GroupKey, MappingId, PersonKey, SourceId, UserId } from '../../model/keys.ts';
import { edgeId, type Ledger, type Owner } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import { ownedEdge } from '../../model/person-edge.ts';
import { membersByUser } from '../weigh/compare-groups.ts';
import { ownersOf } from '../weigh/owners.ts';
import type { Weighed } from '../weigh/weigh.ts';

export interface SourceDriftInput {
  readonly desired: Desired;
  readonly weighed: Weighed;
  /** Those of the config in force. */
  readonly mappings: ReadonlySet<MappingId>;
  /** What we hold placed for a source group, by whom: see `placedFor`. */
  readonly placed: ReadonlyMap<GroupKey, ReadonlyMap<MappingId, number>>;
  /** How people of the sources and users are called. */
  readonly personName: (person: PersonKey) => string | undefined;
  readonly userName: (user: UserId) => string;
  /** What a source group is called that the source does not show. */
  readonly groupName: (key: GroupKey) => string | undefined;
  /** People at any depth at the last good reading and now. */
  readonly people: (key: GroupKey) => SourceDrift['people'];
  readonly sourceOf: (mapping: MappingId) => SourceId;
}

export interface SourcesTold {
  readonly drift: readonly SourceDrift[];
  /** What could not be judged. */
  readonly unknown: readonly string[];
}

/** How many things of ours rest on each source group, by mapping. A group that we made is none: it stays for good. */
export function placedFor(ledger: Ledger): Map<GroupKey, Map<MappingId, number>> {
  const placed = new Map<GroupKey, Map<MappingId, number>>();
  const note = ({ key, mapping }: Owner, count = 1) => {
    const counts = placed.get(key) ?? new Map<MappingId, number>();
    placed.set(key, counts);
    counts.set(mapping, (counts.get(mapping) ?? 0) + count);
  };
  const book = bookOf(ledger);
  for (const owned of book.others())
    for (const owner of ownersOf(owned)) note(owner, owned.edge.kind === 'group' ? 0 : 1);
  for (const crowds of [book.members(), book.queueMembers()])
    for (const [, crowd] of crowds)
      for (const { holding, also, count } of crowd.ways())
        for (const owner of ownersOf({ ...holding, also })) note(owner, count);
  return placed;
}

interface Moves {
  readonly came: DriftPerson[];
  readonly left: DriftPerson[];
  readonly lost: DriftPerson[];
  readonly relinked: DriftPerson[];
  /** Placed, and not seen in a group that was not read to its end. */
  doubtful: number;
}

/** Who joined or left which source group, against what is placed; groups that came and went. Pure. */
export function sourceDrift(input: SourceDriftInput): SourcesTold {
  const { desired, weighed, placed, mappings } = input;
  const moves = movesOf(input);
  const drift: SourceDrift[] = [];
  const unknown: string[] = [];
  const known = new Set([...placed.values()].flatMap(counts => [...counts.keys()]));
  const asked = new Set(weighed.additions.map(change => change.group));
  for (const group of desired.groups) {
    const { key, mapping } = group;
    if (weighed.matches.skipped.has(key)) continue;
    const name = group.sourceName ?? group.name;
    const { came, left, lost, relinked, doubtful } = moves.get(key) ?? noMoves();
    const isPlaced = placed.has(key);
    // A mapping that is new is told as that, with nobody of it.
    if (!isPlaced && (!known.has(mapping) || !asked.has(key))) continue;
    if (!group.removable && !group.emptied && isPlaced)
      unknown.push(
        `"${name}" was not read to its end or holds nobody who could be placed (${group.whyNot})${doubtful > 0 ? `: ${doubtful} whom we placed ${doubtful === 1 ? 'was' : 'were'} not seen in it, which proves nothing` : ''}.`,
      );
    const people = input.people(key);
    const isMoved = came.length + left.length + lost.length + relinked.length > 0;
    if (isPlaced && !isMoved && people === undefined) continue;
    const kind = isPlaced ? 'group.moved' : 'group.new';
    drift.push({
      kind,
      source: input.sourceOf(mapping),
      key,
      name,
      mapping,
      came: came.sort(byName),
      left: left.sort(byName),
      lost: lost.sort(byName),
      relinked: relinked.sort(byName),
      ...(people ? { people } : {}),
    });
  }
  const shown = new Set(desired.groups.map(group => group.key));
  const held = new Map(desired.heldMappings.map(each => [each.mapping, each]));
  for (const [key, counts] of placed) {
    const owner = [...counts.keys()].find(mapping => mappings.has(mapping));
    if (shown.has(key) || owner === undefined) continue;
    const why = held.get(owner);
    const name = input.groupName(key) ?? key;
    if (why && !why.gone) {
      unknown.push(`"${name}" could not be judged: ${why.why}.`);
      continue;
    }
    const count = [...counts.values()].reduce((sum, each) => sum + each, 0);
    if (count === 0) continue;
    drift.push({
      kind: 'group.gone',
      source: input.sourceOf(owner),
      key,
      name,
      mapping: owner,
      came: [],
      left: [],
      lost: [],
      relinked: [],
      placed: count,
    });
  }
  const order = ({ source, name, key }: SourceDrift) => `${source}\u0000${name}\u0000${key}`;
  return { drift: drift.sort((a, b) => (order(a) < order(b) ? -1 : 1)), unknown };
}

const noMoves = (): Moves => ({ came: [], left: [], lost: [], relinked: [], doubtful: 0 });
const byName = (a: DriftPerson, b: DriftPerson): number =>
  `${a.name}\u0000${a.user}` < `${b.name}\u0000${b.user}` ? -1 : 1;

function movesOf({ weighed, personName, userName }: SourceDriftInput): Map<GroupKey, Moves> {
  const { groups, comparisons, matches, ledger } = weighed;
  const book = bookOf(ledger);
  const all = new Map<GroupKey, Moves>();
  const movesIn = (key: GroupKey): Moves => {
    const moves = all.get(key) ?? noMoves();
    all.set(key, moves);
    return moves;
  };
  const told = (user: UserId, person: PersonKey | undefined): DriftPerson => ({
    ...(person === undefined ? {} : { person }),
    user,
    name: (person === undefined ? undefined : personName(person)) ?? userName(user),
  });
  for (const [group, found] of matches.pairs) {
    const before = found?.id ?? matches.deleted.get(group.key);
    const missing = found && comparisons.get(found.id)?.missing;
    for (const { user, person } of group.members) {
      if (missing && !missing.has(user)) continue;
      if (before !== undefined && ledger.has(edgeId({ kind: 'member', group: before, user }))) continue;
      movesIn(group.key).came.push(told(user, person));
    }
  }
  comeDirectly(weighed, (key, user, person) => movesIn(key).came.push(told(user, person)));
  const go = goer(movesIn, told);
  for (const [place, crowd] of book.members()) {
    const unsettled = comparisons.get(place)?.unsettled;
    for (const [user, held] of crowd) {
      const group = groups.get(held.holding.key);
      if (!group || unsettled?.has(user) === false) continue;
      go(group, user, held.person);
    }
  }
  const gone = new Set<string>();
  for (const [queue, crowd] of book.queueMembers())
    for (const [user, held] of crowd)
      for (const { key, person } of ownersOf(ownedEdge('queue-member', queue, user, held))) {
        const group = groups.get(key);
        if (!group || gone.has(`${key} ${user}`)) continue;
        gone.add(`${key} ${user}`);
        go(group, user, person);
      }
  return all;
}

/** People whom a mapping places one by one, and who are not placed yet for a group that stands on the queue already. */
function comeDirectly(
  { served: wanted, sights, ledger }: Weighed,
  come: (key: GroupKey, user: UserId, person: PersonKey) => void,
): void {
  const served = servedDirectly(ledger);
  const told = new Set<string>();
  for (const { subject, queue, through } of wanted) {
    if (subject.kind !== 'user' || through === undefined) continue;
    const { user, person } = subject;
    const edge = { kind: 'queue-member', queue, user } as const;
    const isNew = !served.has(`${queue} ${through}`) && served.has(through);
    if (isNew || ledger.has(edgeId(edge)) || sights.shows(edge) || told.has(`${through} ${user}`)) continue;
    told.add(`${through} ${user}`);
    come(through, user, person);
  }
}

/** Source groups whose people we placed one by one, alone and with each queue: `key`, `queue key`. */
export function servedDirectly(ledger: Ledger): ReadonlySet<string> {
  const served = new Set<string>();
  for (const [queue, crowd] of bookOf(ledger).queueMembers())
    for (const { holding, also } of crowd.ways())
      for (const { key } of ownersOf({ ...holding, also })) served.add(key).add(`${queue} ${key}`);
  return served;
}

function goer(
  movesIn: (key: GroupKey) => Moves,
  told: (user: UserId, person: PersonKey | undefined) => DriftPerson,
): (group: DesiredGroup, user: UserId, person: PersonKey | undefined) => void {
  let last:
    | { group: DesiredGroup; users: ReadonlyMap<UserId, unknown>; people: ReadonlySet<PersonKey> }
    | undefined;
  return (group, user, person) => {
    if (last?.group !== group) {
      const people = new Set(group.members.map(member => member.person));
      last = { group, users: membersByUser(group), people };
    }
    if (last.users.has(user)) return;
    const moves = movesIn(group.key);
    if (person !== undefined && last.people.has(person)) moves.relinked.push(told(user, person));
    else if (person !== undefined && group.unlinked.includes(person)) moves.lost.push(told(user, person));
    else if (group.removable || group.emptied) moves.left.push(told(user, person));
    else moves.doubtful += 1;
  };
}
