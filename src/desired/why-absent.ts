import type { HeldMapping } from '../model/desired.ts';
import type { Person } from '../model/directory.ts';
import { type Mapping, selectorText } from '../model/mapping.ts';
import { flattenNested, indexDirectory } from './flatten-nested.ts';
import type { SelectedGroup } from './select-groups.ts';

/** Why a mapping does not bring somebody onto its queues: the first link of the chain that is broken. */
export function whyAbsent(
  person: Person,
  mapping: Mapping,
  groups: readonly SelectedGroup[],
  isIn: boolean,
  isLinked: boolean,
  held: HeldMapping | undefined,
): string {
  if (groups.length === 0) return held?.why ?? `no group matches ${selectorText(mapping.group)}`;
  if (isIn) {
    if (person.status === 'suspended' || person.status === 'deprovisioned')
      return `${person.status} in the source`;
    if (!isLinked) return 'in the group, but not linked to a user';
    return held ? `held: ${held.why}` : 'in the group, which serves no queue';
  }
  const plain = groups.find(({ group, directory }) =>
    flattenNested(group, indexDirectory(directory)).parts.some(part =>
      part.people.some(each => each.key === person.key),
    ),
  );
  if (plain) return `in "${plain.group.name}", but taken out by allOf, butNot or where`;
  const names = groups.slice(0, 3).map(({ group }) => `"${group.name}"`);
  return `not in ${names.join(', ')}${groups.length > 3 ? ` or ${groups.length - 3} more groups` : ''}`;
}
