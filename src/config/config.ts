import type { z } from 'zod';
import type { SourceId } from '../model/keys.ts';
import type { Limits } from '../model/limits.ts';
import type { LinkKey, Mapping } from '../model/mapping.ts';
import type { genesysSection } from './genesys-section.ts';

/** The target. URLs without a slash at the end, `caFile` absolute; times in seconds. */
export type GenesysConfig = Readonly<z.output<typeof genesysSection>>;

/** One source: its kind and its options, as the kind's own schema put them out. */
export interface SourceConfig {
  readonly kind: string;
  readonly options: unknown;
}

export interface PeopleConfig {
  readonly match: readonly LinkKey[];
  readonly missing: 'report' | 'fail';
}

/** A config without mistakes: references filled, defaults in, names checked, paths absolute. */
export interface Config {
  readonly genesys: GenesysConfig;
  readonly sources: Readonly<Record<SourceId, SourceConfig>>;
  readonly mappings: readonly Mapping[];
  readonly limits: Limits;
  readonly people: PeopleConfig;
  /** `dir` is absolute. */
  readonly state: { readonly dir: string };
}
