import type { Collected } from '../../http/pages.ts';
import { readEach } from '../read-each.ts';
import { type KeycloakApi, nameOf } from './client.ts';
import { readWhole } from './whole.ts';
import type { GroupRow } from './wire.ts';

/** A group, and the groups directly below it as far as they could be read. */
export interface TreeNode {
  readonly row: GroupRow;
  readonly children: readonly string[];
  /** Why there may be more of them. */
  readonly reasons: readonly string[];
  readonly pages: number;
}

export type Tree = ReadonlyMap<string, TreeNode>;

export interface TreeJob {
  readonly api: KeycloakApi;
  readonly width: number;
  readonly signal: AbortSignal;
}

/** Levels that are read; more than what the plan follows would be of no use. */
const maxLevels = 40;

/** The groups of `roots` and all that is below them, by id, level by level. */
export async function readTree(roots: readonly GroupRow[], job: TreeJob): Promise<Tree> {
  const nodes = new Map<string, TreeNode>();
  let level = roots;
  for (let depth = 1; level.length > 0; depth++) {
    const fresh = [...new Map(level.map(row => [row.id, row])).values()].filter(({ id }) => !nodes.has(id));
    if (depth > maxLevels) {
      for (const row of fresh) nodes.set(row.id, unread(row, `nested deeper than ${maxLevels} levels`));
      break;
    }
    const attempts = await readEach(fresh, job, row => childrenOf(row, job));
    const next: GroupRow[] = [];
    for (const [at, attempt] of attempts.entries()) {
      const row = fresh[at]!;
      if ('error' in attempt) {
        nodes.set(row.id, unread(row, `the groups below it could not be read: ${attempt.error.message}`));
        continue;
      }
      const { items, evidence } = attempt.result;
      nodes.set(row.id, {
        row,
        children: items.map(({ id }) => id),
        reasons: evidence.reasons.map(reason => `the groups below it: ${reason}`),
        pages: evidence.pages,
      });
      for (const child of items) next.push(child);
    }
    level = next;
  }
  return nodes;
}

/** Groups without what is below them. */
export const bareNodes = (rows: Iterable<GroupRow>): Tree =>
  new Map([...rows].map(row => [row.id, { row, children: [], reasons: [], pages: 0 }]));

const unread = (row: GroupRow, reason: string): TreeNode => ({
  row,
  children: [],
  reasons: [reason],
  pages: 0,
});

const nothing: Collected<GroupRow> = { items: [], evidence: { complete: true, reasons: [], pages: 0 } };

async function childrenOf(row: GroupRow, { api, signal }: TreeJob): Promise<Collected<GroupRow>> {
  if (row.subGroupCount === 0) return nothing;
  const counted = typeof row.subGroupCount === 'number';
  if (!counted && (await api.embedsChildren(row))) return { ...nothing, items: row.subGroups ?? [] };
  return readWhole({
    walk: () => api.children(row),
    count: async time => (time === 1 && counted ? row : await api.group(row.id))?.subGroupCount ?? undefined,
    what: `groups below ${nameOf(row)}`,
    signal,
  });
}
