import type { Directory, DirectoryGroup, MemberRef } from '../model/directory.ts';
import { groupMatcher } from '../model/select.ts';
import type { Scope } from './source.ts';

/** Plain code-unit order: the same on every machine, whatever its locale. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * A directory in the order that the contract asks for: groups by name, then id; people by key; members by kind,
 * then id, each once. Two reads of one state are then equal, and a plan made from them as well.
 */
export const directoryOf = (directory: Directory): Directory => ({
  ...directory,
  groups: directory.groups
    .map(group => ({ ...group, members: sortedMembers(group.members) }))
    .sort((a, b) => byText(a.name, b.name) || byText(a.id, b.id)),
  people: [...directory.people].sort((a, b) => byText(a.key, b.key)),
});

function sortedMembers(members: readonly MemberRef[]): MemberRef[] {
  const once = new Map(members.map(member => [`${member.kind} ${member.id}`, member]));
  return [...once].sort(([a], [b]) => byText(a, b)).map(([, member]) => member);
}

/** Does any selector of the scope mean a group with these names? See `groupMatcher`. */
export function selectedBy(
  scope: Scope,
): (group: Pick<DirectoryGroup, 'name' | 'id' | 'aliases'>) => boolean {
  const matches = scope.groups.map(groupMatcher);
  return group => matches.some(match => match(group) !== undefined);
}

/**
 * The selected groups with everything nested in them, and the people they hold. For sources that read everything at
 * once. A group is visited once, which ends cycles.
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
  const held = new Set(
    groups.flatMap(group =>
      group.members.filter(member => member.kind === 'person').map(member => member.id),
    ),
  );
  return { ...directory, groups, people: directory.people.filter(person => held.has(person.id)) };
}
