import type { MappingId, SourceId } from './keys.ts';
import type { WeeklyWindow } from './weekly-window.ts';

/**
 * Which groups of a source, or which queues, a text means. In the config `/…/` is a regular expression, a text with
 * `*`, `?` or `[` a glob, anything else a name or an id, compared exactly.
 */
export type Selector =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'glob'; readonly text: string }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string };

/** The four ways in which a queue is told; each is a file in `assignment/`. */
export type StrategyName = 'member-groups' | 'direct-members' | 'ring-groups' | 'scim-extension';

/** Keys by which a person is linked to a user, tried in order. */
export type LinkKey = 'email' | 'userName' | 'externalId' | 'id';

/** One line of the config: these groups serve those queues. */
export interface Mapping {
  readonly id: MappingId;
  readonly from: SourceId;
  readonly group: Selector;
  /** Queue texts; may hold `{name}` for a named capture of a regular expression in `group`. */
  readonly queues: readonly string[];
  /** The SCIM `externalId` that anchors the group; the source's own group id where this is left out. May hold `{name}`. */
  readonly externalId?: string;
  /** Name of the Genesys Cloud group; the source's group name where this is left out. May hold `{name}`. */
  readonly displayName?: string;
  /** Left out: the contract's own way (`member-groups`, or `scim-extension`). */
  readonly assign?: StrategyName;
  /** Bullseye ring 1–6, for `ring-groups`. */
  readonly ring?: number;
  /** Widens and narrows the people of the group; left out, everybody in it is meant. */
  readonly only?: PeopleFilter;
  /** ISO 8601. Before it, and from `until` on, the mapping is as if it were not there. */
  readonly validFrom?: string;
  readonly until?: string;
  /** Outside all of these, too; always where left out. */
  readonly when?: readonly WeeklyWindow[];
}

/** Which people of a group are meant: set algebra over groups of the same source (`group ∪ anyOf ∩ allOf − butNot`), and attributes. */
export interface PeopleFilter {
  /** People of these groups are meant as well. */
  readonly anyOf: readonly Selector[];
  /** They must be in every one of these, too. */
  readonly allOf: readonly Selector[];
  /** They must be in none of these. */
  readonly butNot: readonly Exclusion[];
  /** Each attribute must have one of its values; compared like mail addresses, without case. */
  readonly where: Readonly<Record<string, readonly string[]>>;
}

export interface Exclusion {
  readonly group: Selector;
  /** ISO 8601; from then on the exclusion is over. */
  readonly until?: string;
}

/** Does `selector` mean a thing with these names? The first name that matches is returned, with its captures. */
export interface Match {
  readonly name: string;
  readonly captures: Readonly<Record<string, string>>;
}

export const selectorText = (selector: Selector): string =>
  selector.kind === 'regex' ? `/${selector.source}/${selector.flags}` : selector.text;
