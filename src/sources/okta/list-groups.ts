import { isMusterError, MusterError } from '../../errors.ts';
import { type Collected, collectWhatComes } from '../../http/pages.ts';
import type { Log } from '../../log.ts';
import type { Evidence } from '../../model/directory.ts';
import { type Selector, selectorText } from '../../model/mapping.ts';
import { matcher } from '../../model/select.ts';
import { byText } from '../directory-of.ts';
import type { Scope } from '../source.ts';
import type { OktaApi } from './client.ts';
import { literalPrefix, looksLikeId, planSearches } from './search.ts';
import type { OktaGroup } from './wire.ts';

/** The groups that the mappings mean, by id, members not read yet. */
export interface ListedGroups {
  readonly groups: readonly OktaGroup[];
  readonly evidence: Evidence;
}

export interface ListJob {
  readonly api: OktaApi;
  readonly scope: Scope;
  /** The user's own search expression. */
  readonly restriction: string | undefined;
  readonly readAt: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Groups that one question without paging may bring (identity sources reference §1). */
const namedAtOnce = 200;

/** Throws `source.auth-failed`, `source.read-failed` or a `WireError` where not even a first page came. */
export async function listGroups(job: ListJob): Promise<ListedGroups> {
  const { api, scope, restriction, readAt, log, signal } = job;
  const plan = planSearches(scope, restriction);
  const listed = await searchAll(plan.searches, job).catch(async (error: unknown) => {
    // How Okta wants odd characters quoted is not documented; listing needs no quotes.
    const refused = isMusterError(error, 'source.read-failed') && error.status === 400 && plan.narrowed;
    if (!refused) throw error;
    log.info('okta.search-refused', { happened: error.happened });
    return searchAll([restriction], job);
  });
  const found = new Map(listed.items.map(group => [group.id, group]));
  let { pages } = listed.evidence;
  const reasons = new Set(listed.evidence.reasons);

  // Search reads an index that may lag behind: that it shows nothing is no proof that there is nothing.
  const missing = plan.narrowed && restriction === undefined ? unmatched(scope, [...found.values()]) : [];
  for (const selector of missing) {
    const second = await lookAgain(api, selector, signal).catch((error: unknown): SecondLook => {
      signal.throwIfAborted();
      if (!(error instanceof MusterError)) throw error;
      const doubt = `${selectorText(selector)} was not found, and could not be asked for again: ${error.message}`;
      return { groups: [], pages: 0, doubt };
    });
    pages += second.pages;
    for (const group of second.groups) found.set(group.id, group);
    if (second.doubt) reasons.add(second.doubt);
  }
  const matches = scope.groups.map(matcher);
  const selected = [...found.values()].filter(group => matches.some(match => match(namesOf(group))));
  return {
    groups: selected.sort((a, b) => byText(a.id, b.id)),
    evidence: { complete: reasons.size === 0, reasons: [...reasons], pages, readAt },
  };
}

async function searchAll(
  searches: readonly (string | undefined)[],
  { api, signal }: ListJob,
): Promise<Collected<OktaGroup>> {
  const items: OktaGroup[] = [];
  const reasons = new Set<string>();
  let pages = 0;
  for (const search of searches) {
    const { items: some, evidence } = await collectWhatComes(api.groups(search, signal), signal);
    for (const group of some) items.push(group);
    for (const reason of evidence.reasons) reasons.add(`the list of groups: ${reason}`);
    pages += evidence.pages;
  }
  return { items, evidence: { complete: reasons.size === 0, reasons: [...reasons], pages } };
}

const namesOf = (group: OktaGroup): string[] => [group.profile.name, group.id];

const unmatched = (scope: Scope, groups: readonly OktaGroup[]): Selector[] =>
  scope.groups.filter(selector => {
    const match = matcher(selector);
    return !groups.some(group => match(namesOf(group)));
  });

interface SecondLook {
  readonly groups: readonly OktaGroup[];
  readonly pages: number;
  readonly doubt?: string;
}

/**
 * Asks for a name or a beginning of names in the other way that Okta has, whose data are a second old at most. It
 * cannot be paged, so a full answer in which nothing fits leaves the question open.
 */
async function lookAgain(api: OktaApi, selector: Selector, signal: AbortSignal): Promise<SecondLook> {
  const exact = selector.kind === 'exact' ? selector.text : undefined;
  const prefix = exact ?? literalPrefix(selector)!;
  if (exact !== undefined && looksLikeId(exact)) {
    const group = await api.group(exact, signal);
    if (group) return { groups: [group], pages: 1 };
  }
  const groups = await api.groupsNamed(prefix, namedAtOnce, signal);
  const match = matcher(selector);
  if (groups.length < namedAtOnce || groups.some(group => match(namesOf(group)))) return { groups, pages: 1 };
  const doubt = `more than ${namedAtOnce} groups begin with "${prefix}", and none of those that Okta shows fits`;
  return { groups, pages: 1, doubt };
}
