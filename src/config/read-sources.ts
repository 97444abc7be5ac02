import { nearest } from '../model/select.ts';
import type { SourceKind } from '../sources/source.ts';
import { checkSection, type Reading } from './check-section.ts';
import type { SourceConfig } from './config.ts';
import { type Mistake, oneOf, wrong, wrongKey } from './mistake.ts';
import { isBlock } from './raw-data.ts';
import { sourceId } from './sources-section.ts';

export interface ReadSources {
  readonly sources: Readonly<Record<string, SourceConfig>>;
  /** Every id that is written, whether its options hold or not: mappings may name it. */
  readonly ids: readonly string[];
  readonly mistakes: readonly Mistake[];
}

/** The sources, each against the options of its kind. */
export function readSources(raw: unknown, kinds: readonly SourceKind[], reading: Reading): ReadSources {
  const mistakes: Mistake[] = [];
  const sources: Record<string, SourceConfig> = {};
  if (raw === undefined) {
    const remedy = 'Add "sources:" with one entry, e.g. "corp: { kind: file, path: directory.yaml }".';
    return { sources, ids: [], mistakes: [wrongKey(['sources'], 'sources is missing.', remedy)] };
  }
  const entries = isBlock(raw) ? Object.entries(raw) : [];
  if (entries.length === 0) {
    const happened = 'sources must be a block with one entry for each identity provider.';
    mistakes.push(
      wrongKey(['sources'], happened, 'Write "sources:" and under it e.g. "corp: { kind: file, … }".'),
    );
  }
  for (const [id, entry] of entries) {
    if (!sourceId.safeParse(id).success) mistakes.push(badId(id));
    const found = readSource(id, entry, kinds, reading);
    mistakes.push(...found.mistakes);
    if (found.source) sources[id] = found.source;
  }
  return { sources, ids: entries.map(([id]) => id), mistakes };
}

function readSource(
  id: string,
  entry: unknown,
  kinds: readonly SourceKind[],
  reading: Reading,
): { source?: SourceConfig; mistakes: readonly Mistake[] } {
  const names = kinds.map(kind => kind.kind);
  const kinded = `Write "kind:" with one of ${names.join(', ')}.`;
  if (!isBlock(entry)) {
    return { mistakes: [wrong(['sources', id], `sources.${id} must be a block of keys.`, kinded)] };
  }
  const { kind: name, ...options } = entry;
  if (name === undefined)
    return { mistakes: [wrongKey(['sources', id, 'kind'], `sources.${id}.kind is missing.`, kinded)] };
  const kind = kinds.find(each => each.kind === name);
  if (!kind) {
    const near = typeof name === 'string' ? nearest(name, names, 1) : [];
    const remedy = near[0] ? `Did you mean "${near[0]}"?` : `Write one of ${names.join(', ')}.`;
    const happened = `sources.${id}.kind names no kind of source; there are ${oneOf(names)}.`;
    return { mistakes: [wrong(['sources', id, 'kind'], happened, remedy)] };
  }
  const checked = checkSection(kind.options, options, ['sources', id], reading, ['kind']);
  if (checked.mistakes.length > 0) return { mistakes: checked.mistakes };
  return { source: { kind: kind.kind, options: checked.value }, mistakes: [] };
}

const badId = (id: string): Mistake =>
  wrongKey(
    ['sources', id],
    `"${id}" cannot be the id of a source.`,
    'Begin with a letter and use letters, digits, "_" and "-" (at most 64).',
  );
