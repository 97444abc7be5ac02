import type { Change } from '../model/change.ts';
import type { FieldWrite, JournalEdge } from '../model/journal.ts';
import type { GroupId } from '../model/keys.ts';
import { type Edge, unmadeGroup } from '../model/ledger.ts';

type Adding = Extract<Change, { kind: 'member.add' | 'queue.attach' }>;
type Removing = Extract<Change, { kind: 'member.remove' | 'queue.detach' }>;

/** A group that is about to be made: its id comes with the answer. */
export const groupEdge = ({
  group: key,
  mapping,
}: Extract<Change, { kind: 'group.create' }>): JournalEdge => ({
  edge: { kind: 'group', group: unmadeGroup(key), key },
  mapping,
  key,
});

/**
 * What a change makes true, or takes away, in the ledger's terms. `group` is the Genesys id, which the plan may not
 * have known.
 */
function edgeEntry(change: Adding | Removing, group: GroupId | undefined): JournalEdge {
  const { mapping, group: key, person } = change;
  const also = change.also === undefined ? {} : { also: change.also };
  return { edge: edgeOf(change, group), mapping, key, ...(person === undefined ? {} : { person }), ...also };
}

export const addedEdge = (change: Adding, group: GroupId | undefined): JournalEdge =>
  edgeEntry(change, group);

export const droppedEdge = (change: Removing): JournalEdge => edgeEntry(change, change.id);

/** Names and anchors that these changes replace. */
export const fieldWrites = (changes: readonly Change[]): FieldWrite[] =>
  changes.flatMap(change =>
    change.kind === 'group.rename' || change.kind === 'group.anchor' ? [fieldWrite(change)] : [],
  );

function fieldWrite(change: Extract<Change, { kind: 'group.rename' | 'group.anchor' }>): FieldWrite {
  const { kind, id, from, to, mapping, group: key } = change;
  return {
    field: kind === 'group.rename' ? 'name' : 'externalId',
    group: id,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    mapping,
    key,
  };
}

function edgeOf(change: Adding | Removing, group: GroupId | undefined): Edge {
  if (change.kind === 'queue.attach' || change.kind === 'queue.detach') {
    const { queue, how, ring, user } = change;
    if (how === 'direct-members') return { kind: 'queue-member', queue, user: user! };
    return { kind: 'attachment', queue, group: group!, how, ...(ring === undefined ? {} : { ring }) };
  }
  return { kind: 'member', group: group!, user: change.user };
}

export const isKind =
  <Kind extends Change['kind']>(kind: Kind) =>
  (change: Change): change is Extract<Change, { kind: Kind }> =>
    change.kind === kind;
