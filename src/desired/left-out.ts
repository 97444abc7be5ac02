import type { Person } from '../model/directory.ts';
import { type PeopleFilter, selectorText } from '../model/mapping.ts';
import type { DirectoryIndex } from './flatten-nested.ts';
import { fits, readEverybody, valuesOf } from './people-of.ts';

/** Which part of a filter takes somebody out, and by what; nothing where they pass. The first part that does. */
export function whyLeftOut(person: Person, only: PeopleFilter, index: DirectoryIndex): string | undefined {
  for (const required of only.allOf) {
    const { people, incomplete } = readEverybody(required, index);
    if (people.has(person)) continue;
    const part = incomplete.length > 0 ? `, which was not read completely (${incomplete.join('; ')})` : '';
    return `not in "${selectorText(required)}" as well (allOf)${part}`;
  }
  for (const { group, until } of only.butNot) {
    const { parts } = readEverybody(group, index);
    const hit = parts.find(part => part.people.some(each => each.person === person));
    if (!hit) continue;
    const ends = until === undefined ? '' : ` until ${until}`;
    return `in "${hit.path.toReversed().join('" ← "')}", which is left out${ends} (butNot)`;
  }
  for (const [name, wanted] of Object.entries(only.where)) {
    if (fits(person, { [name]: wanted })) continue;
    const values = valuesOf(person, name);
    const has = values.length === 0 ? `has no ${name}` : `${name} is ${values.join(', ')}`;
    return `${has}, and ${wanted.join(' or ')} is asked for (where)`;
  }
  return undefined;
}
