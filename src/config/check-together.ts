import { type Mapping, selectorText } from '../model/mapping.ts';
import { type Mistake, wrong } from './mistake.ts';
import { hasHole } from './selector-text.ts';

type Placed = Mapping & { readonly index: number };

/** The rules between mappings: none is there twice, and a name belongs to one group alone. */
export function checkTogether(mappings: readonly Placed[]): Mistake[] {
  return [...twice(mappings), ...sharedNames(mappings), ...twoNames(mappings)];
}

function twice(mappings: readonly Placed[]): Mistake[] {
  const mistakes: Mistake[] = [];
  const byId = new Map<string, Placed>();
  const byMeaning = new Map<string, Placed>();
  for (const mapping of mappings) {
    const path = ['mappings', mapping.index];
    const meaning = JSON.stringify([
      groupOf(mapping),
      mapping.assign,
      mapping.ring,
      mapping.only,
      mapping.when,
    ]);
    const same = byMeaning.get(meaning);
    const named = byId.get(mapping.id);
    if (same) {
      const happened = `mappings[${mapping.index}] maps the same group in the same way as mappings[${same.index}].`;
      mistakes.push(
        wrong([...path, 'group'], happened, 'Make one mapping of the two, with the queues of both.'),
      );
    } else if (named) {
      const happened = `mappings[${mapping.index}] has the id of mappings[${named.index}] ("${mapping.id}").`;
      mistakes.push(wrong([...path, 'id'], happened, 'Give one of them another id.'));
    }
    if (!same) byMeaning.set(meaning, mapping);
    if (!named) byId.set(mapping.id, mapping);
  }
  return mistakes;
}

/** A group narrowed by `allOf` and the like is another group than the same one as it stands. */
const groupOf = ({ from, group, only }: Mapping): string =>
  JSON.stringify([from, group.kind, selectorText(group), only]);

const nameKeys = ['externalId', 'displayName'] as const;

/** One anchor or name for two groups. Of rules with holes only a run can tell. */
function sharedNames(mappings: readonly Placed[]): Mistake[] {
  return nameKeys.flatMap(key => {
    const first = new Map<string, Placed>();
    return mappings.flatMap(mapping => {
      const text = mapping[key];
      if (text === undefined || hasHole(text) || mapping.group.kind !== 'exact') return [];
      const other = first.get(text);
      first.set(text, other ?? mapping);
      if (!other || groupOf(other) === groupOf(mapping)) return [];
      const happened = `mappings[${mapping.index}].${key} is that of mappings[${other.index}], which is another group.`;
      return [wrong(['mappings', mapping.index, key], happened, `Give each group a ${key} of its own.`)];
    });
  });
}

/** Two anchors or names for one group: only the first would ever be written. */
function twoNames(mappings: readonly Placed[]): Mistake[] {
  return nameKeys.flatMap(key => {
    const first = new Map<string, Placed>();
    return mappings.flatMap(mapping => {
      const text = mapping[key];
      if (text === undefined || mapping.group.kind !== 'exact') return [];
      const other = first.get(groupOf(mapping));
      first.set(groupOf(mapping), other ?? mapping);
      if (!other || other[key] === text) return [];
      const happened = `mappings[${mapping.index}].${key} differs from that of mappings[${other.index}] for the same group.`;
      return [wrong(['mappings', mapping.index, key], happened, 'Write the same in both.')];
    });
  });
}
