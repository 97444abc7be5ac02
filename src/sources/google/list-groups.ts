import { collectWhatComes } from '../../http/pages.ts';
import type { Evidence } from '../../model/directory.ts';
import { byText, selectedBy } from '../directory-of.ts';
import type { Scope } from '../source.ts';
import type { GoogleApi } from './client.ts';
import type { GoogleGroup } from './wire.ts';

export interface ListedGroups {
  /** Those that the mappings mean, sorted by id. */
  readonly selected: readonly GoogleGroup[];
  /** All that were listed, by id: nested groups are mostly among them. */
  readonly known: ReadonlyMap<string, GoogleGroup>;
  readonly evidence: Evidence;
}

/**
 * All groups of the account, 200 a page. They are chosen from here: Google's query knows no "or", so every name would
 * be a request, and it would not find a group by an alias.
 *
 * Throws `source.auth-failed`, `source.read-failed` or a `WireError` where not even a first page came.
 */
export async function listGroups(
  api: GoogleApi,
  scope: Scope,
  readAt: string,
  signal: AbortSignal,
): Promise<ListedGroups> {
  const { items, evidence } = await collectWhatComes(api.groups(signal), signal);
  const known = new Map(items.map(group => [group.id, group]));
  const isSelected = selectedBy(scope);
  const selected = [...known.values()].filter(group => isSelected(namesOf(group)));
  const reasons = evidence.reasons.map(reason => `the list of groups: ${reason}`);
  return {
    selected: selected.sort((a, b) => byText(a.id, b.id)),
    known,
    evidence: { ...evidence, reasons, readAt },
  };
}

/** By what a mapping may mean a group. One without a name, which Google allows, is called by its address. */
export function namesOf(group: GoogleGroup): { id: string; name: string; aliases: string[] } {
  const addresses = [group.email, ...group.aliases, ...group.nonEditableAliases];
  const name = group.name || group.email;
  return { id: group.id, name, aliases: [...new Set(addresses)].filter(address => address !== name) };
}
