import { MusterError } from '../../errors.ts';
import type { Evidence } from '../../model/directory.ts';
import { selectedBy } from '../directory-of.ts';
import { readEach } from '../read-each.ts';
import type { Scope } from '../source.ts';
import { nameOf } from './client.ts';
import { seesNothing } from './failures.ts';
import { namesOf } from './map.ts';
import { bareNodes, readTree, type Tree, type TreeJob, type TreeNode } from './tree.ts';
import { readWhole } from './whole.ts';
import type { GroupRow } from './wire.ts';

/** The groups that the mappings mean and, if asked for, all that is below them; members not read yet. */
export interface ListedGroups {
  readonly groups: Tree;
  readonly evidence: Evidence;
}

export interface ListJob extends TreeJob {
  readonly scope: Scope;
  readonly includeSubgroups: boolean;
  readonly readAt: string;
}

/**
 * Exact names, ids and paths are looked up, so that a realm of 5,000 groups is not read for two of them. A glob or a
 * regular expression means nothing to Keycloak: then all groups are read, and chosen from here.
 *
 * Throws where nothing could be read, and where there are groups and none of them is shown.
 */
export async function listGroups(job: ListJob): Promise<ListedGroups> {
  const texts = job.scope.groups.flatMap(selector => (selector.kind === 'exact' ? [selector.text] : []));
  const findable = texts.length === job.scope.groups.length && texts.every(isFindable);
  return findable ? lookUp([...new Set(texts)], job) : listAll(job);
}

async function listAll(job: ListJob): Promise<ListedGroups> {
  const { api, scope, includeSubgroups, readAt, signal } = job;
  const { items, evidence } = await readWhole({
    walk: () => api.topGroups(),
    count: () => countTop(job),
    what: 'groups at the top of the realm',
    signal,
  });
  if (items.length === 0 && evidence.expected) throw seesNothing(evidence.expected, api.who, api.place);
  const tree = await readTree(items, job);
  const reasons = [...evidence.reasons];
  let { pages } = evidence;
  for (const node of tree.values()) {
    reasons.push(...node.reasons.map(reason => `${nameOf(node.row)}: ${reason}`));
    pages += node.pages;
  }
  const isSelected = selectedBy(scope);
  const selected = [...tree.values()].map(({ row }) => row).filter(row => isSelected(namesOf(row)));
  return {
    groups: includeSubgroups ? below(selected, tree) : bareNodes(selected),
    evidence: { complete: reasons.length === 0, reasons, pages, readAt },
  };
}

async function lookUp(texts: readonly string[], job: ListJob): Promise<ListedGroups> {
  const { scope, includeSubgroups, readAt } = job;
  const attempts = await readEach(texts, job, text => find(text, job));
  const failures = attempts.flatMap(attempt => ('error' in attempt ? [attempt.error] : []));
  if (failures.length > 0 && failures.length === attempts.length) throw failures[0];
  const isSelected = selectedBy(scope);
  const found = new Map<string, GroupRow>();
  const reasons: string[] = [];
  let pages = 0;
  for (const [at, attempt] of attempts.entries()) {
    if ('error' in attempt) {
      reasons.push(`${texts[at]} could not be looked up: ${attempt.error.message}`);
      continue;
    }
    for (const row of attempt.result.rows) if (isSelected(namesOf(row))) found.set(row.id, row);
    reasons.push(...attempt.result.reasons.map(reason => `${texts[at]}: ${reason}`));
    pages += attempt.result.pages;
  }
  if (found.size === 0 && texts.length > 0) pages += await makeSureWeSee(job);
  const rows = [...found.values()];
  return {
    groups: includeSubgroups ? await readTree(rows, job) : bareNodes(rows),
    evidence: { complete: reasons.length === 0, reasons, pages, readAt },
  };
}

interface Found {
  readonly rows: readonly GroupRow[];
  readonly reasons: readonly string[];
  readonly pages: number;
}

/** Everything that may be meant by a text: groups of that name at any level, the one at that path, the one of that id. */
async function find(text: string, { api, signal }: ListJob): Promise<Found> {
  const rows: GroupRow[] = [];
  let pages = 0;
  const ask = async (question: Promise<GroupRow | undefined>) => {
    pages += 1;
    const row = await question;
    if (row) rows.push(row);
  };
  if (text.startsWith('/')) await ask(api.groupAt(text));
  if (looksLikeId(text)) await ask(api.group(text));
  const named = await readWhole({ walk: () => api.groupsNamed(text), what: 'groups of that name', signal });
  pages += named.evidence.pages;
  for (const row of named.items.flatMap(flattened)) {
    if (row.name !== text) continue;
    // Up to version 22 a hit comes with no more of what is below it than the search found.
    if (row.subGroupCount == null) await ask(api.group(row.id));
    else rows.push(row);
  }
  return { rows, reasons: named.evidence.reasons, pages };
}

const flattened = (row: GroupRow): GroupRow[] => [row, ...(row.subGroups ?? []).flatMap(flattened)];

/** That nothing was found is an answer only to somebody who sees groups at all. Returns the requests that it took. */
async function makeSureWeSee(job: ListJob): Promise<number> {
  const { api } = job;
  const groups = await countTop(job);
  if (!groups) return 1;
  const first = await api.topGroups().next();
  if (!first.done && first.value.length === 0) throw seesNothing(groups, api.who, api.place);
  return 2;
}

/** A count that is not to be had is none: the list itself says whether the account may read it. */
async function countTop({ api, signal }: ListJob): Promise<number | undefined> {
  try {
    return await api.countGroups('top');
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof MusterError && error.status !== undefined && error.status !== 401) return undefined;
    throw error;
  }
}

/** Groups and what is below them. The tree visits each once, and so does this. */
function below(roots: readonly GroupRow[], tree: Tree): Tree {
  const kept = new Map<string, TreeNode>();
  const waiting = roots.map(({ id }) => id);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const node = tree.get(id);
    if (!node || kept.has(id)) continue;
    kept.set(id, node);
    waiting.push(...node.children);
  }
  return kept;
}

/** The column is 36 characters wide. `count` is a question of its own at that place. */
const looksLikeId = (text: string): boolean => /^[\w-]{1,36}$/u.test(text) && text !== 'count';

/**
 * Keycloak takes white space off what it searches for, and a part of a path that is empty or made of dots would not
 * survive in a URL.
 */
const isFindable = (text: string): boolean =>
  text === text.trim() && text !== '' && !/\/\.{0,2}(?:\/|$)/u.test(text);
