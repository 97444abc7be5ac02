import type { Evidence } from '../../model/directory.ts';
import { selectedBy } from '../directory-of.ts';
import { isUnder, normalDn } from '../entries/dn.ts';
import type { Entry } from '../entries/entry.ts';
import { groupFacts, kindOf } from '../entries/facts.ts';
import { groupAttributes, type Layout } from '../entries/layout.ts';
import type { Scope } from '../source.ts';
import type { LdapSession } from './client.ts';
import { searchFailure } from './failures.ts';
import { groupsFilter } from './filters.ts';
import { searchBases } from './find-entries.ts';
import type { LdapOptions } from './options.ts';

/** The groups that the mappings mean, members not read yet. */
export interface ListedGroups {
  /** By normal DN. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** DNs as the selectors wrote them, by normal DN: one more name for the group. */
  readonly writtenAs: ReadonlyMap<string, readonly string[]>;
  readonly evidence: Evidence;
  /** URLs of other servers, each once. */
  readonly referrals: readonly string[];
}

/** Names in one search. */
const batchSize = 50;

/**
 * Exact names are asked of the server, so that a directory of 20,000 groups is not read for two of them. A glob or a
 * regular expression means nothing to LDAP: then the names of all groups are read and chosen from here.
 *
 * Throws `source.read-failed` where a search broke off before anything came.
 */
export async function listGroups(
  session: LdapSession,
  layout: Layout,
  options: LdapOptions,
  scope: Scope,
  readAt: string,
): Promise<ListedGroups> {
  const texts = scope.groups.flatMap(selector => (selector.kind === 'exact' ? [selector.text] : []));
  const all = texts.length < scope.groups.length;
  const base = options.groupBaseDn ?? options.baseDn;
  const attributes = groupAttributes(layout);
  const selected = selectedBy(scope);
  const entries = new Map<string, Entry>();
  const reasons: string[] = [];
  const referrals = new Set<string>();
  let pages = 0;

  for (const filter of all ? [groupsFilter(layout)] : filtersOf(layout, texts)) {
    const answer = await session.search({ base, scope: 'sub', filter, attributes });
    pages += answer.pages;
    for (const url of answer.referrals) referrals.add(url);
    if (answer.stopped) {
      // Nothing came at all: an empty list would look like "no group is there any more".
      if (answer.entries.length === 0) throw searchFailure(answer.stopped.text, answer.stopped.code, base);
      reasons.push(`the list of groups broke off: ${answer.stopped.text}`);
    }
    for (const entry of answer.entries) {
      const key = normalDn(entry.dn);
      if (key !== undefined && selected(groupFacts(entry, layout, false))) entries.set(key, entry);
    }
  }

  const writtenAs = namesAsDns(texts, options);
  for (const [key, [dn]] of writtenAs) {
    if (entries.has(key)) continue;
    const answer = await session.search({ base: dn!, scope: 'base', attributes });
    pages += 1;
    const [entry] = answer.entries;
    if (entry && kindOf(entry, layout) === 'group') entries.set(key, entry);
    // "No such object" is an answer; anything else leaves the question open.
    else if (answer.stopped && answer.stopped.code !== 32)
      reasons.push(`${dn} could not be looked up: ${answer.stopped.text}`);
  }
  return {
    entries,
    writtenAs,
    evidence: { complete: reasons.length === 0, reasons, pages, readAt },
    referrals: [...referrals],
  };
}

/** How many groups there are, for `check`. */
export async function countGroups(
  session: LdapSession,
  layout: Layout,
  options: LdapOptions,
): Promise<{ count: number; sample: Entry | undefined; stopped?: string }> {
  const base = options.groupBaseDn ?? options.baseDn;
  const answer = await session.search({
    base,
    scope: 'sub',
    filter: groupsFilter(layout),
    attributes: groupAttributes(layout),
  });
  const { stopped, entries } = answer;
  if (stopped && entries.length === 0) throw searchFailure(stopped.text, stopped.code, base);
  return { count: entries.length, sample: entries[0], ...(stopped && { stopped: stopped.text }) };
}

function* filtersOf(layout: Layout, texts: readonly string[]) {
  for (let at = 0; at < texts.length; at += batchSize)
    yield groupsFilter(layout, texts.slice(at, at + batchSize));
}

/** Selectors that are DNs within reach. Spacing and case of a DN vary, so they cannot be compared as texts. */
function namesAsDns(texts: readonly string[], options: LdapOptions): Map<string, string[]> {
  const bases = searchBases(options);
  const named = new Map<string, string[]>();
  for (const text of texts) {
    const key = normalDn(text);
    if (!key || !bases.some(base => isUnder(key, base.key))) continue;
    named.set(key, [...(named.get(key) ?? []), text]);
  }
  return named;
}
