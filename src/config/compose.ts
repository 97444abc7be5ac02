import { sourceKinds } from '../sources/registry.ts';
import type { Source, SourceKind, SourceTools } from '../sources/source.ts';
import type { Config } from './config.ts';

/** The kinds of source that a config may name where a caller does not say otherwise. */
export const knownKinds: readonly SourceKind[] = sourceKinds;

/** The sources of a config, in its order. Nothing is opened or called before they are read. */
export function createSources(
  config: Pick<Config, 'sources'>,
  tools: SourceTools,
  kinds: readonly SourceKind[] = knownKinds,
): Source[] {
  return Object.entries(config.sources).map(([id, { kind: name, options }]) => {
    const kind = kinds.find(each => each.kind === name);
    if (!kind)
      throw new Error(`No kind of source is called ${name}; the config was loaded with other kinds.`);
    return kind.create(id, options, tools);
  });
}
