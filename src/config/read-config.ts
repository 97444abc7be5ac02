import { resolve } from 'node:path';
import type { z } from 'zod';
import { nearest } from '../model/select.ts';
import type { SourceKind } from '../sources/source.ts';
import { checkSection, type Reading, soundKeys } from './check-section.ts';
import { checkTogether } from './check-together.ts';
import type { Config } from './config.ts';
import type { ConfigDocument, TextNode } from './document.ts';
import { genesysSection } from './genesys-section.ts';
import { limitsSection } from './limits-section.ts';
import { mappingSection } from './mappings-section.ts';
import { type ConfigPath, type Doubt, type Mistake, oneOf, wrong, wrongKey } from './mistake.ts';
import { peopleSection } from './people-section.ts';
import { isBlock } from './raw-data.ts';
import { judgeGenesys, normalGenesys } from './read-genesys.ts';
import { judgeMapping, normalMapping, type PlacedMapping } from './read-mappings.ts';
import { readSources } from './read-sources.ts';
import type { Filled } from './references.ts';
import { configSchema } from './schema.ts';
import { secretAt, secretDoubts, secretPaths, secretValues } from './secrets.ts';
import { stateSection } from './state-section.ts';

export interface ReadConfig {
  /** Left out where there are mistakes. */
  readonly config?: Config;
  readonly mistakes: readonly Mistake[];
  readonly doubts: readonly Doubt[];
  readonly secrets: readonly string[];
}

/**
 * From the data of the text to a `Config`. Each section is read by itself and rules run on whatever could be read,
 * so that all mistakes come at once.
 */
export function readConfig(input: {
  readonly document: ConfigDocument;
  readonly filled: ReadonlyMap<TextNode, Filled>;
  readonly kinds: readonly SourceKind[];
  readonly baseDir: string;
  /** Is a source that cannot be opened, for want of a secret, good enough? See `stand-ins`. */
  readonly isOffline?: boolean;
}): ReadConfig {
  const { document, filled, kinds, baseDir, isOffline = false } = input;
  const raw = document.value();
  if (!isBlock(raw)) return { mistakes: [notABlock(raw)], doubts: [], secrets: [] };
  const paths = secretPaths(raw, kinds);
  const reading: Reading = { document, filled, isSecret: secretAt(paths) };
  const optional = <T>(key: string, schema: z.ZodType<T>) =>
    checkSection(schema, raw[key] ?? {}, [key], reading);

  const genesys = checkSection(genesysSection, raw.genesys, ['genesys'], reading);
  const target = soundKeys(genesysSection, genesys.raw);
  const judged = judgeGenesys(target, key => !isBlock(raw.genesys) || Object.hasOwn(raw.genesys, key));
  const sources = readSources(raw.sources, kinds, reading);
  const written = readList(raw.mappings, reading);
  const around = { sourceIds: sources.ids, contract: target.contract ?? 'auto' } as const;
  const mappings = written.placed.flatMap(({ index, written: each }) =>
    each ? [{ ...normalMapping(each, sources.ids), index }] : [],
  );
  const limits = optional('limits', limitsSection);
  const people = optional('people', peopleSection);
  const state = optional('state', stateSection);

  const unknown = unknownSections(raw);
  const halfRead = isOffline ? sources.ids.filter(id => lacksSecrets(['sources', id], reading)) : [];
  const mistakes = [
    ...unknown.mistakes,
    ...genesys.mistakes,
    ...judged.mistakes,
    ...sources.mistakes,
    ...written.mistakes,
    ...written.placed.flatMap(each => judgeMapping(each, around)),
    ...checkTogether(mappings),
    ...limits.mistakes,
    ...people.mistakes,
    ...state.mistakes,
  ].filter(
    mistake => !isUnresolved(mistake, reading) && !unknown.explains(mistake) && !isWithin(mistake, halfRead),
  );
  const doubts = [...secretDoubts(paths, reading), ...judged.doubts, ...unusedSources(sources.ids, mappings)];
  const secrets = secretValues(paths, reading);
  if (mistakes.length > 0 || !genesys.value || !limits.value || !people.value || !state.value) {
    return { mistakes, doubts, secrets };
  }
  const config: Config = {
    genesys: normalGenesys(genesys.value, baseDir),
    sources: sources.sources,
    mappings: mappings.map(({ index: _, ...mapping }) => mapping),
    limits: limits.value,
    people: people.value,
    state: { dir: resolve(baseDir, state.value.dir) },
  };
  return { config, mistakes, doubts, secrets };
}

/** A text whose `${…}` could not be filled has its own message; what it holds is no mistake besides. */
function isUnresolved({ path }: Mistake, { document, filled }: Reading): boolean {
  const node = document.textAt(path);
  return node !== undefined && filled.get(node)?.missing === true;
}

const lacksSecrets = (path: ConfigPath, { document, filled }: Reading): boolean =>
  document.textsUnder(path).some(node => filled.get(node)?.missing === true);

const isWithin = ({ path }: Mistake, sources: readonly string[]): boolean =>
  path[0] === 'sources' && sources.includes(String(path[1]));

function notABlock(raw: unknown): Mistake {
  const empty = raw === null || raw === undefined;
  const happened = empty ? 'The config file is empty.' : 'The config file is no block of keys.';
  return wrong(
    [],
    happened,
    'Begin with "genesys:", "sources:" and "mappings:", or let `muster init` write one.',
  );
}

/** A misspelt section is one mistake, not an unknown one and a missing one. */
function unknownSections(raw: Readonly<Record<string, unknown>>) {
  const known = Object.keys(configSchema.shape);
  const free = known.filter(name => !Object.hasOwn(raw, name));
  const guesses = new Set<string>();
  const mistakes = Object.keys(raw)
    .filter(key => !known.includes(key))
    .map(key => {
      const near = nearest(key, free, 1);
      for (const guess of near) guesses.add(guess);
      const remedy = near[0]
        ? `Did you mean ${oneOf(near)}?`
        : `Remove it; the sections are ${known.join(', ')}.`;
      return wrongKey([key], `Unknown section "${key}".`, remedy);
    });
  const explains = ({ path, at }: Mistake) =>
    path.length === 1 && at === 'key' && raw[path[0]!] === undefined && guesses.has(String(path[0]));
  return { mistakes, explains };
}

function readList(raw: unknown, reading: Reading): { placed: PlacedMapping[]; mistakes: readonly Mistake[] } {
  const remedy =
    'Write "mappings:" and under it one entry for each rule, e.g. "- { group: support, queues: [Support] }".';
  if (raw === undefined)
    return { placed: [], mistakes: [wrongKey(['mappings'], 'mappings is missing.', remedy)] };
  if (!Array.isArray(raw)) {
    // An empty section is no list either: with everything commented out, all that is ours would be taken away.
    const happened = raw === null ? 'mappings is empty.' : 'mappings must be a list.';
    const none = raw === null ? ' If nothing shall be mapped any more, write "mappings: []".' : '';
    return { placed: [], mistakes: [wrong(['mappings'], happened, remedy + none)] };
  }
  const mistakes: Mistake[] = [];
  const placed = raw.map((entry: unknown, index) => {
    const found = checkSection(mappingSection, entry, ['mappings', index], reading);
    mistakes.push(...found.mistakes);
    return {
      index,
      ...(found.value ? { written: found.value } : {}),
      sound: found.value ?? soundKeys(mappingSection, found.raw),
      keys: isBlock(entry) ? Object.keys(entry).filter(key => entry[key] !== undefined) : [],
    };
  });
  return { placed, mistakes };
}

function unusedSources(ids: readonly string[], mappings: readonly { readonly from: string }[]): Doubt[] {
  if (mappings.length === 0) {
    const text = 'No group is mapped: everything that is ours would be taken away, within the limits.';
    return [{ code: 'no-mappings', path: ['mappings'], text, remedy: 'Add a mapping unless that is meant.' }];
  }
  return ids
    .filter(id => !mappings.some(mapping => mapping.from === id))
    .map(id => ({
      code: 'source-unused',
      path: ['sources', id],
      text: `No mapping reads from the source "${id}".`,
      remedy: 'Name it in the "from" of a mapping, or remove it.',
    }));
}
