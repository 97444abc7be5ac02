import type { RemovalCause } from '../../model/change.ts';
import type { Desired, HeldMapping, LinkedPerson } from '../../model/desired.ts';
import {
  type GroupKey,
  keyOf,
  type MappingId,
  type PersonKey,
  type QueueId,
  type SourceId,
  type UserId,
} from '../../model/keys.ts';
import { type Edge, type Ledger, type Owner, ownerId } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import type { StrategyName } from '../../model/mapping.ts';

export interface JudgeInput {
  readonly ledger: Ledger;
  readonly desired: Desired;
  /** Mappings in force. */
  readonly mappings: ReadonlySet<MappingId>;
  /** Those of the config, in force or not, and the sources that they ask. */
  readonly written: ReadonlySet<MappingId>;
  readonly sources: ReadonlySet<SourceId>;
  /** Source groups that must exist as Genesys groups. */
  readonly groupsNeeded: Pick<ReadonlySet<GroupKey>, 'has'>;
  /** Groups that the matching left alone. */
  readonly skipped: Pick<ReadonlySet<GroupKey>, 'has'>;
  readonly whenGroupGone: 'keep' | 'remove';
  /** The ways in which a queue can be told under the contract of this run. */
  readonly tellable: ReadonlySet<StrategyName>;
}

/** One owner lets go, and why; or does not, and why not. */
export type Verdict = { readonly because: RemovalCause } | { readonly why: string };

/** Does somebody who owns an edge that nobody asks for now let go of it? Asked of each owner by itself. */
export function judgeOf(input: JudgeInput): (edge: Edge, owner: Owner) => Verdict {
  const { desired, mappings, skipped, whenGroupGone, tellable } = input;
  const groups = new Map(desired.groups.map(group => [group.key, group]));
  const asked = new Set(desired.services.map(({ group, mapping }) => ownerId({ key: group, mapping })));
  const isAskedFor = placesOf(input);
  const isListed = listedIn(input, member => member.user);
  const hasUser = listedIn(input, member => member.person);
  const isLinkedAnew = ({ person, key }: Owner) => person !== undefined && hasUser(person, key);
  const doubtOf = doubts(input);
  return (edge, owner) => {
    const group = groups.get(owner.key);
    if (edge.kind === 'attachment' && !tellable.has(edge.how))
      return {
        why: `it was told the way of another contract (${edge.how}), which alone can take it back`,
      };
    if (skipped.has(owner.key)) return { why: `the group "${group?.name ?? owner.key}" is left alone` };
    const doubt = asked.has(ownerId(owner)) ? undefined : doubtOf(owner);
    if (doubt !== undefined) return { why: doubt };
    if (!group) {
      if (!mappings.has(owner.mapping)) return { because: 'unmapped' };
      if (whenGroupGone === 'remove') return { because: 'left' };
      return { why: `the source no longer shows the group ${owner.key}` };
    }
    // What the config says is no matter of who is in the group; nor do those leave it who are still listed.
    if (!isAskedFor(edge, owner.key) || ('user' in edge && isListed(edge.user, owner.key)))
      return { because: 'unmapped' };
    if (!group.removable && !(whenGroupGone === 'remove' && group.emptied))
      return { why: `"${group.name}": ${group.whyNot}` };
    if (owner.person !== undefined && group.unlinked.includes(owner.person)) {
      return { why: 'they are still listed in the source but could not be linked to a user now' };
    }
    return { because: isLinkedAnew(owner) ? 'relinked' : 'left' };
  };
}

/**
 * Does the config ask for anybody of a source group in this place at all? An attachment rests on that alone: that it is
 * not wished for says that it is not.
 */
function placesOf({ desired, groupsNeeded }: JudgeInput): (edge: Edge, key: GroupKey) => boolean {
  const directly = new Map<GroupKey, Set<QueueId>>();
  for (const { group, queue, assign } of desired.services) {
    if (assign !== 'direct-members') continue;
    const queues = directly.get(group) ?? new Set();
    directly.set(group, queues.add(queue));
  }
  return (edge, key) => {
    if (edge.kind === 'queue-member') return directly.get(key)?.has(edge.queue) ?? false;
    return edge.kind === 'member' && groupsNeeded.has(key);
  };
}

/** Asked of the few about whom something has to be decided, group by group. */
function listedIn<Id extends UserId | PersonKey>(
  { desired }: JudgeInput,
  idOf: (member: LinkedPerson) => Id,
): (id: Id, key: GroupKey) => boolean {
  const groups = new Map(desired.groups.map(group => [group.key, group]));
  const listed = new Map<GroupKey, ReadonlySet<Id>>();
  return (id, key) => {
    const known = listed.get(key) ?? new Set(groups.get(key)?.members.map(idOf));
    listed.set(key, known);
    return known.has(id);
  };
}

/**
 * Why a mapping may still want what it does not ask for now. One that is no longer in the config may go on under another
 * id, since ids are made of what a mapping means: as one whose groups could not be read, or as a new one that finds no
 * group, which is what a slip of the pen looks like. A mapping that has placed something before is nobody's successor.
 */
function doubts(input: JudgeInput): (owner: Owner) => string | undefined {
  const { desired, mappings, written, sources, ledger, whenGroupGone } = input;
  const held = new Map(desired.heldMappings.map(each => [each.mapping, each]));
  const isMeant = ({ gone }: HeldMapping) => gone && whenGroupGone === 'remove';
  let placed: ReadonlySet<MappingId> | undefined;
  const hasPlaced = (mapping: MappingId) => {
    placed ??= bookOf(ledger).mappings();
    return placed.has(mapping);
  };
  // A source may have been given another id, too.
  const isOf = (source: SourceId, key: GroupKey) => key.startsWith(keyOf(source, ''));
  const isForeign = (key: GroupKey) => ![...sources].some(source => isOf(source, key));
  return ({ mapping, key }) => {
    if (mappings.has(mapping)) {
      const mine = held.get(mapping);
      return mine && !isMeant(mine) ? mine.why : undefined;
    }
    for (const each of held.values()) {
      if (isMeant(each)) continue;
      if (!each.gone) {
        if (isOf(each.from, key) || isForeign(key)) return each.why;
        continue;
      }
      if (written.has(mapping) || hasPlaced(each.mapping)) continue;
      return `the mapping "${each.mapping}" is new and finds no group, and may be meant in place of "${mapping}", which is gone from the config; correct it or take it out`;
    }
    return undefined;
  };
}
