import type { Directory, DirectoryGroup, MemberRef, Person } from '../model/directory.ts';
import { keepPlaces } from '../model/member-places.ts';
import { groupMatcher } from '../model/select.ts';
import type { Scope } from './source.ts';

/** Plain code-unit order: the same on every machine, whatever its locale. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * A directory in the order that the contract asks for: groups by name, then id; people by key; members by kind,
 * then id, each once. Two reads of one state are then equal, and a plan made from them as well.
 */
export function directoryOf(directory: Directory): Directory {
  const people = directory.people.toSorted((a, b) => byText(a.key, b.key));
  const order = memberOrder(people);
  return {
    ...directory,
    groups: directory.groups
      .map(group => ({ ...group, members: order(group.members) }))
      .sort((a, b) => byText(a.name, b.name) || byText(a.id, b.id)),
    people,
  };
}

/**
 * People of one source stand by their ids, so those of a group are sorted by their places: numbers, and not a million
 * texts. A member that is nobody's id has no place; then the texts decide.
 */
function memberOrder(people: readonly Person[]): (members: readonly MemberRef[]) => readonly MemberRef[] {
  const placeOf = new Map<string, number>();
  const refs = people.map(({ id }, place): MemberRef => {
    placeOf.set(id, place);
    return { kind: 'person', id };
  });
  return members => {
    const groups: MemberRef[] = [];
    const places = new Int32Array(members.length);
    let count = 0;
    for (const member of members) {
      if (member.kind === 'group') groups.push(member);
      else {
        const place = placeOf.get(member.id);
        if (place === undefined) return sortedMembers(members);
        places[count++] = place;
      }
    }
    const met = eachOnce(places.subarray(0, count).sort());
    const sorted = sortedMembers(groups);
    for (const place of met) sorted.push(refs[place]!);
    keepPlaces(sorted, people, met);
    return sorted;
  };
}

function eachOnce(sorted: Int32Array): Int32Array {
  let count = 0;
  for (const place of sorted) if (count === 0 || sorted[count - 1] !== place) sorted[count++] = place;
  return sorted.slice(0, count);
}

const sortedMembers = (members: readonly MemberRef[]): MemberRef[] =>
  (['group', 'person'] as const).flatMap(kind => {
    const once = new Map<string, MemberRef>();
    for (const member of members) if (member.kind === kind) once.set(member.id, member);
    return [...once.values()].sort((a, b) => byText(a.id, b.id));
  });

/**
 * Does any selector of the scope mean a group with these names? See `groupMatcher`. Texts are looked up: thousands of
 * mappings that name one group each must not be asked one by one of each of thousands of groups.
 */
export function selectedBy(
  scope: Scope,
): (group: Pick<DirectoryGroup, 'name' | 'id' | 'aliases'>) => boolean {
  const texts = new Set(scope.groups.flatMap(each => (each.kind === 'exact' ? [each.text] : [])));
  const patterns = scope.groups.filter(each => each.kind !== 'exact').map(groupMatcher);
  return group =>
    texts.has(group.name) ||
    texts.has(group.id) ||
    group.aliases.some(alias => texts.has(alias)) ||
    patterns.some(match => match(group) !== undefined);
}

/**
 * The selected groups with everything nested in them, and the people they hold, in order. For sources that read
 * everything at once. A group is visited once, which ends cycles.
 */
export function restrictTo(scope: Scope, directory: Directory): Directory {
  const byId = new Map(directory.groups.map(group => [group.id, group]));
  const kept = new Set<string>();
  const waiting = directory.groups.filter(selectedBy(scope));
  for (let group = waiting.pop(); group; group = waiting.pop()) {
    if (kept.has(group.id)) continue;
    kept.add(group.id);
    for (const member of group.members) {
      const nested = member.kind === 'group' ? byId.get(member.id) : undefined;
      if (nested) waiting.push(nested);
    }
  }
  const groups = directory.groups.filter(group => kept.has(group.id));
  const held = new Set<string>();
  for (const { members } of groups) for (const { kind, id } of members) if (kind === 'person') held.add(id);
  return directoryOf({
    ...directory,
    groups,
    people: directory.people.filter(person => held.has(person.id)),
  });
}
