import { MusterError } from '../../errors.ts';
import { collectWhatComes } from '../../http/pages.ts';
import type { Log } from '../../log.ts';
import type { Evidence } from '../../model/directory.ts';
import { matchKey } from '../../model/match-key.ts';
import { formatEq } from '../../scim/filter.ts';
import { byText, selectedBy } from '../directory-of.ts';
import type { Scope } from '../source.ts';
import type { Query, ScimApi } from './client.ts';
import { type ShownGroup, shownGroup } from './members.ts';

/** The groups that the mappings mean. */
export interface ListedGroups {
  /** Sorted by id; what they show of their members is not to be trusted. */
  readonly groups: readonly ShownGroup[];
  /** Ids of all groups of the server; undefined where they were not listed, or not to the end. */
  readonly all?: ReadonlySet<string>;
  readonly evidence: Evidence;
}

export interface ListJob {
  readonly api: ScimApi;
  /** May exact names be asked for by a filter? */
  readonly filters: boolean;
  readonly scope: Scope;
  readonly readAt: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Members in a listing would only be thrown away: many servers cut them short there. */
const withoutMembers: Query = { excluded: ['members'] };

/** So many questions cost as much as a list of some thousand groups. */
const mostQuestions = 30;

/**
 * Exact names are asked for by `displayName eq`, so that a directory of 20,000 groups is not listed for two of them.
 * What is not found so (an id, an `externalId`, a server that understands the filter in its own way), and every glob
 * and regular expression, takes the list of all groups: that a filter finds nothing is no proof that there is nothing.
 *
 * Throws where not even a first page came.
 */
export async function listGroups(job: ListJob): Promise<ListedGroups> {
  const { scope, readAt } = job;
  const texts = new Set(scope.groups.flatMap(selector => (selector.kind === 'exact' ? [selector.text] : [])));
  const onlyExact = scope.groups.every(selector => selector.kind === 'exact');
  const ask = onlyExact && job.filters && texts.size <= mostQuestions;
  const asked = ask ? await askByName([...texts], job) : undefined;
  if (asked?.missing === 0) {
    return { groups: chosen(asked.groups, scope), evidence: { ...complete, pages: asked.pages, readAt } };
  }
  const { items, evidence } = await collectWhatComes(
    job.api.list('Group', withoutMembers, job.signal),
    job.signal,
  );
  const pages = evidence.pages + (asked?.pages ?? 0);
  const reasons = evidence.reasons.map(reason => `the list of groups: ${reason}`);
  return {
    groups: chosen([...items.map(shownGroup), ...(asked?.groups ?? [])], scope),
    ...(evidence.complete && { all: new Set(items.map(({ id }) => id)) }),
    evidence: { ...evidence, reasons, pages, readAt },
  };
}

const complete = { complete: true, reasons: [] } as const;

function chosen(groups: readonly ShownGroup[], scope: Scope): ShownGroup[] {
  const once = new Map(groups.filter(selectedBy(scope)).map(group => [group.id, group]));
  return [...once.values()].sort((a, b) => byText(a.id, b.id));
}

interface Asked {
  readonly groups: readonly ShownGroup[];
  /** Texts that brought no group. */
  readonly missing: number;
  readonly pages: number;
}

/** Undefined as soon as the server shows that it cannot answer such questions. */
async function askByName(
  texts: readonly string[],
  { api, log, signal }: ListJob,
): Promise<Asked | undefined> {
  const groups: ShownGroup[] = [];
  let missing = 0;
  let pages = 0;
  for (const text of texts) {
    const { first, problem } = await askFor(text, api, signal);
    pages += 1;
    const found = first?.resources.map(shownGroup) ?? [];
    // Servers that do not know a filter give everything; others compare by beginnings.
    const others = found.some(({ name }) => matchKey(name) !== matchKey(text));
    const more = first?.nextCursor !== undefined || (first?.total ?? 0) > found.length;
    if (!first || others || more) {
      log.info('scim.filter-unused', { because: problem ?? 'the answer holds other groups as well' });
      return undefined;
    }
    const exact = found.filter(({ name }) => name === text);
    const byId = exact.length === 0 ? await groupWithId(text, api, signal) : undefined;
    if (exact.length === 0) pages += 1;
    if (exact.length === 0 && !byId) missing += 1;
    groups.push(...exact, ...(byId ? [byId] : []));
  }
  return { groups, missing, pages };
}

async function askFor(text: string, api: ScimApi, signal: AbortSignal) {
  try {
    const query = { ...withoutMembers, filter: formatEq('displayName', text) };
    return { first: await api.firstPage('Group', query, signal) };
  } catch (error) {
    signal.throwIfAborted();
    // Credentials that are refused are refused for the list as well.
    if (!(error instanceof MusterError) || error.code === 'source.auth-failed') throw error;
    return { problem: error.message };
  }
}

/** A text that is no name may be an id: one question is cheaper than the list of all groups. */
async function groupWithId(id: string, api: ScimApi, signal: AbortSignal): Promise<ShownGroup | undefined> {
  try {
    const found = await api.get('Group', id, withoutMembers, signal);
    return found?.id === id ? shownGroup(found) : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof MusterError) || error.code === 'source.auth-failed') throw error;
    return undefined;
  }
}
