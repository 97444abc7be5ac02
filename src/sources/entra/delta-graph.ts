import { type DeltaEntry, type GroupRecord, groupProperties, type MemberRecord, typeOf } from './wire.ts';

/** A group as all changes so far leave it. */
export interface GroupNode {
  record: GroupRecord;
  /** Direct members: id → type. A map, so that a change that comes twice changes nothing the second time. */
  readonly members: Map<string, string>;
  /** Deleted, for good or into the bin. Kept, because it may come back. */
  removed: boolean;
  /** Its members are not to be trusted before they have been read directly. */
  doubtful: boolean;
}

/** The groups of a tenant by id. */
export type GroupGraph = Map<string, GroupNode>;

/**
 * Applies one entry of a delta answer. Entries of one group may come on many pages, in any order and more than once,
 * so each is merged into what is there (identity sources reference §2).
 */
export function applyEntry(graph: GroupGraph, entry: DeltaEntry): void {
  const node = graph.get(entry.id) ?? newNode(entry.id);
  graph.set(entry.id, node);
  if (entry['@removed']) {
    node.removed = true;
    return;
  }
  if (node.removed) {
    // Restored, or an older entry that comes late. Whether members are told again after that is not documented.
    node.removed = false;
    node.doubtful = true;
    // Nor whether it is again in the groups that it was in.
    for (const other of graph.values()) if (other.members.has(entry.id)) other.doubtful = true;
  }
  // A property that was never set is left out; one that was cleared is null.
  node.record = { ...node.record, ...groupPart(entry) };
  for (const member of entry['members@delta'] ?? []) {
    if (member['@removed']) node.members.delete(member.id);
    else node.members.set(member.id, typeOf(member) ?? '');
  }
}

/** The properties of a group that were told, and nothing else. */
export function groupPart(record: GroupRecord): GroupRecord {
  const told = groupProperties.filter(property => record[property] !== undefined);
  return { id: record.id, ...Object.fromEntries(told.map(property => [property, record[property]])) };
}

export const newNode = (id: string): GroupNode => ({
  record: { id },
  members: new Map(),
  removed: false,
  doubtful: false,
});

/** Replaces what the changes came to by what a direct read has shown. */
export function replaceMembers(node: GroupNode, records: readonly MemberRecord[]): void {
  node.members.clear();
  for (const record of records) node.members.set(record.id, typeOf(record) ?? '');
  node.doubtful = false;
}

/** The groups that are there. */
export const livingNodes = (graph: GroupGraph): GroupNode[] =>
  [...graph.values()].filter(node => !node.removed);

/** `roots` and everything nested in them; each group once, which ends cycles. */
export function closureOf(graph: GroupGraph, roots: readonly GroupNode[]): GroupNode[] {
  const reached = new Set<GroupNode>(roots);
  // The set grows while it is walked.
  for (const node of reached) {
    for (const [id, type] of node.members) {
      const nested = type === 'group' ? graph.get(id) : undefined;
      if (nested && !nested.removed) reached.add(nested);
    }
  }
  return [...reached];
}
