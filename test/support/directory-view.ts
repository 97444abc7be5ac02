import { expect } from 'vitest';
import type { Directory, DirectoryGroup } from '../../src/model/directory.ts';

/** The one group of this name. */
export const groupOf = (directory: Directory, name: string): DirectoryGroup => {
  const found = directory.groups.filter(each => each.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]!;
};
/** Names of the direct members, sorted. */
export const membersOf = (directory: Directory, name: string): string[] => {
  const names = new Map([...directory.people, ...directory.groups].map(each => [each.id, each.name]));
  return groupOf(directory, name)
    .members.map(({ id }) => names.get(id)!)
    .sort();
};

/** Ids of the people at any depth below a group, sorted. */
export function peopleBelow(directory: Directory, name: string): string[] {
  const byId = new Map(directory.groups.map(each => [each.id, each]));
  const people = new Set<string>();
  const seen = new Set<string>();
  const waiting = [groupOf(directory, name).id];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    for (const { kind, id } of byId.get(at)!.members) {
      if (kind === 'person') people.add(id);
      else waiting.push(id);
    }
  }
  return [...people].sort();
}
