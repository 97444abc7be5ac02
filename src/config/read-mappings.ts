import { strategyNamed } from '../assignment/registry.ts';
import type { Contract } from '../model/contract.ts';
import type { Mapping, PeopleFilter, Selector } from '../model/mapping.ts';
import { nearest, selectorOf } from '../model/select.ts';
import { mappingId } from './mapping-id.ts';
import type { WrittenMapping } from './mappings-section.ts';
import { type ConfigPath, type Mistake, oneOf, pathText, wrong, wrongKey } from './mistake.ts';
import { fillForJudging, hasHole, holeMistakes, selectorMistakes } from './selector-text.ts';

/** A mapping as it is written, with its position in the list. */
export interface PlacedMapping {
  readonly index: number;
  /** Left out where it does not fit its schema. */
  readonly written?: WrittenMapping;
  /** The keys that hold by themselves. */
  readonly sound: Sound;
  /** The keys that are there, right or wrong. */
  readonly keys: readonly string[];
}

type Sound = Partial<WrittenMapping>;

/** What the rules for one mapping look at besides itself. */
export interface MappingSurroundings {
  readonly sourceIds: readonly string[];
  readonly contract: Contract | 'auto';
}

/** The rules for one mapping; `checkTogether` has those between them. */
export function judgeMapping(placed: PlacedMapping, { sourceIds, contract }: MappingSurroundings): Mistake[] {
  const path = ['mappings', placed.index];
  return [
    ...fromMistakes(placed, path, sourceIds),
    ...groupMistakes(placed.sound, path),
    ...filterMistakes(placed.sound, path),
    ...queueMistakes(placed.sound, path),
    ...nameMistakes(placed.sound, path),
    ...assignMistakes(placed, path, contract),
  ];
}

/** The normal form; a mapping that names no source means the only one. */
export function normalMapping(written: WrittenMapping, sourceIds: readonly string[]): Mapping {
  const { id, from, group, queues, externalId, displayName, assign, ring, validFrom, until, when } = written;
  const mapping = {
    from: from ?? sourceIds[0] ?? '',
    group: selectorIn(group),
    queues: typeof queues === 'string' ? [queues] : queues,
    ...(externalId === undefined ? {} : { externalId }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(assign === undefined ? {} : { assign }),
    ...(ring === undefined ? {} : { ring }),
    ...filterOf(written),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(until === undefined ? {} : { until }),
    ...(when === undefined ? {} : { when: Array.isArray(when) ? when : [when] }),
  };
  return { id: id ?? mappingId(mapping), ...mapping };
}

/** Nothing where a mapping means everybody in its group. */
function filterOf({ anyOf, allOf, butNot, where }: WrittenMapping): { only?: PeopleFilter } {
  if (!anyOf && !allOf && !butNot && !where) return {};
  const exclusions = (butNot ?? []).map(each =>
    typeof each === 'string'
      ? { group: selectorOf(each) }
      : { group: selectorOf(each.group), ...(each.until === undefined ? {} : { until: each.until }) },
  );
  return {
    only: {
      anyOf: (anyOf ?? []).map(selectorOf),
      allOf: (allOf ?? []).map(selectorOf),
      butNot: exclusions,
      where: Object.fromEntries(
        Object.entries(where ?? {}).map(([name, values]) => [
          name,
          typeof values === 'string' ? [values] : values,
        ]),
      ),
    },
  };
}

const filterMistakes = ({ anyOf = [], allOf = [], butNot = [] }: Sound, path: ConfigPath): Mistake[] => [
  ...anyOf.flatMap((text, at) => selectorMistakes(text, [...path, 'anyOf', at])),
  ...allOf.flatMap((text, at) => selectorMistakes(text, [...path, 'allOf', at])),
  ...butNot.flatMap((each, at) =>
    typeof each === 'string'
      ? selectorMistakes(each, [...path, 'butNot', at])
      : selectorMistakes(each.group, [...path, 'butNot', at, 'group']),
  ),
];

const selectorIn = (group: WrittenMapping['group']): Selector =>
  typeof group === 'string' ? selectorOf(group) : { kind: 'exact', text: group.name };

function fromMistakes(
  { sound: { from }, keys }: PlacedMapping,
  path: ConfigPath,
  ids: readonly string[],
): Mistake[] {
  const here = [...path, 'from'];
  if (from === undefined) {
    if (keys.includes('from')) return [];
    // Without any source that is the mistake to tell, and not that a mapping does not say which.
    if (ids.length < 2) return [];
    const happened = `${pathText(here)} is missing, and there are ${ids.length} sources.`;
    return [wrongKey(here, happened, `Add "from:" with ${oneOf(ids)}.`)];
  }
  if (ids.length === 0 || ids.includes(from)) return [];
  const near = nearest(from, ids);
  const remedy = near[0] ? `Did you mean ${oneOf(near)}?` : `Sources here: ${ids.join(', ')}.`;
  return [wrong(here, `${pathText(here)} names no source ("${from}").`, remedy)];
}

const groupMistakes = ({ group }: Sound, path: ConfigPath): Mistake[] =>
  typeof group === 'string' ? selectorMistakes(group, [...path, 'group']) : [];

function queueMistakes({ queues = [], group }: Sound, path: ConfigPath): Mistake[] {
  const texts = typeof queues === 'string' ? [queues] : queues;
  return texts.flatMap((text, at) => {
    const here = typeof queues === 'string' ? [...path, 'queues'] : [...path, 'queues', at];
    return [
      ...selectorMistakes(fillForJudging(text), here),
      ...(group ? holeMistakes(text, here, selectorIn(group)) : []),
    ];
  });
}

/** Two groups cannot share one anchor or one name, so a rule for many groups must make them differ. */
function nameMistakes(sound: Sound, path: ConfigPath): Mistake[] {
  if (sound.group === undefined) return [];
  const group = selectorIn(sound.group);
  return (['externalId', 'displayName'] as const).flatMap(key => {
    const text = sound[key];
    if (text === undefined) return [];
    const here = [...path, key];
    if (hasHole(text) || group.kind === 'exact') return holeMistakes(text, here, group);
    const happened = `${pathText(here)} is the same for every group that "group" selects, and no two groups can share it.`;
    const remedy =
      group.kind === 'regex'
        ? 'Put a named capture of the group into it, e.g. "gc-{queue}", or leave it out.'
        : 'Leave it out, or write the group as a regular expression and put one of its captures in.';
    return [wrong(here, happened, remedy)];
  });
}

function assignMistakes(
  { sound: { assign }, keys }: PlacedMapping,
  path: ConfigPath,
  contract: Contract | 'auto',
): Mistake[] {
  const hasRing = keys.includes('ring');
  const mistakes: Mistake[] = [];
  if (assign === 'ring-groups' && !hasRing) {
    const happened = `${pathText(path)} is for ring-groups and says no ring.`;
    mistakes.push(wrongKey([...path, 'ring'], happened, 'Add "ring:" with a number from 1 to 6.'));
  }
  if (hasRing && assign !== 'ring-groups' && (assign || !keys.includes('assign'))) {
    const happened = `${pathText(path)} says a ring without "assign: ring-groups".`;
    mistakes.push(wrongKey([...path, 'ring'], happened, 'Add "assign: ring-groups", or take the ring away.'));
  }
  if (assign !== undefined && contract !== 'auto' && !strategyNamed(assign).contracts.includes(contract)) {
    const happened = `${pathText(path)}.assign is "${assign}", which the contract "${contract}" does not know.`;
    const remedy = 'Leave "assign" out for the way of the contract, or change "genesys.contract".';
    mistakes.push(wrong([...path, 'assign'], happened, remedy));
  }
  return mistakes;
}
