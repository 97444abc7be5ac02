import type { Assignment, DesiredGroup } from '../../model/desired.ts';
import type { GroupId, GroupKey, UserId } from '../../model/keys.ts';
import { type Binding, bound, edgeId, isUnmade, type Ledger } from '../../model/ledger.ts';
import { bookOf, LedgerBook } from '../../model/ledger-book.ts';
import type { Note } from '../../model/note.ts';
import type { Tenant, TenantGroup } from '../../model/tenant.ts';
import { membersByUser } from './compare-groups.ts';
import { someOf } from './some-of.ts';

export interface GroupMatches {
  /** The Genesys group of each desired group; undefined where it has to be made. */
  readonly pairs: ReadonlyMap<DesiredGroup, TenantGroup | undefined>;
  /** Desired groups that are left alone, each with the note that says why. */
  readonly skipped: ReadonlyMap<GroupKey, Note>;
  /** Of those that have to be made: that we wrote to once, under an id that is no longer there. */
  readonly deleted: ReadonlyMap<GroupKey, GroupId>;
  /** Desired groups whose Genesys group is another hand's, and `mayTake` let it be taken over. */
  readonly taken: ReadonlySet<GroupKey>;
  readonly notes: readonly Note[];
}

export interface MatchOptions {
  /** May the group of another hand be taken over? Left out: never. */
  readonly mayTake?: (group: DesiredGroup) => boolean;
  /** Names of the queues that a source group is to serve, for the notes. */
  readonly queuesOf?: (key: GroupKey) => readonly string[];
}

/**
 * Which Genesys group is which source group: by what we recorded, else by `externalId`, else by exact name. Ids
 * come first because both other things may be changed by anybody.
 *
 * A name alone is no sign that a group is meant. One that is empty, or holds only people who are wanted there, may be
 * used; with one that holds others, these would come onto the queues, and nobody has asked for that.
 */
export function matchGroups(
  desired: readonly DesiredGroup[],
  tenant: Tenant,
  ledger: Ledger,
  { mayTake = () => false, queuesOf = () => [] }: MatchOptions = {},
): GroupMatches {
  const recorded = recordedGroups(ledger);
  const byId = new Map(tenant.groups.map(group => [group.id, group]));
  const byAnchor = new Map(
    tenant.groups.flatMap(group => (group.externalId ? [[group.externalId, group]] : [])),
  );
  const byName = new Map(tenant.groups.map(group => [group.name, group]));
  const pairs = new Map<DesiredGroup, TenantGroup | undefined>();
  const takenBy = new Map<GroupId, DesiredGroup>();
  const toMake = new Map<string, DesiredGroup>();
  const skipped = new Map<GroupKey, Note>();
  const deleted = new Map<GroupKey, GroupId>();
  const taken = new Set<GroupKey>();
  const notes: Note[] = [];
  const skip = (group: DesiredGroup, note: Omit<Note, 'level' | 'subject'>) => {
    const said: Note = { level: 'warning', subject: group.name, ...note };
    skipped.set(group.key, said);
    notes.push(said);
  };
  for (const group of desired) {
    const ids = [...(recorded.get(group.key) ?? [])];
    const mine = ids.map(id => byId.get(id)).find(found => found !== undefined);
    const found = mine ?? byAnchor.get(group.externalId) ?? byName.get(group.name);
    const isForeign = found && !mine && found.externalId && found.externalId !== group.externalId;
    if (isForeign && mayTake(group)) taken.add(group.key);
    else if (isForeign) {
      skip(group, {
        code: 'group.name-taken',
        text: `A group "${group.name}" exists and is anchored to "${found.externalId}", not to "${group.externalId}": another tool's hand. It is left alone.`,
        remedy: `If it is to be ours, \`muster adopt '${group.name}' --take-over\`, or give the mapping externalId "${found.externalId}". Else another displayName.`,
      });
      continue;
    }
    if (found?.dynamic) {
      skip(group, {
        code: 'group.dynamic',
        text: `"${found.name}" is filled by rules in Genesys Cloud; explicit members and rules would mix. It is left alone.`,
        remedy: 'Give the mapping another displayName, or remove the rules from the group.',
      });
      continue;
    }
    const isByName = found && !mine && !found.externalId && !ids.some(isUnmade);
    const strangers = isByName ? strangersIn(found, group) : [];
    if (strangers.length > 0) {
      const names = namesOf(tenant);
      const people = strangers.map(user => names.get(user) ?? user).sort();
      const onto = queuesOf(group.key)
        .map(queue => `"${queue}"`)
        .join(', ');
      if (!mayTake(group)) {
        skip(group, {
          code: 'group.name-taken',
          text: `A group "${found!.name}" exists that is not ours, and ${people.length} of its people (${someOf(people)}) ${people.length === 1 ? 'is' : 'are'} not in the source group${onto ? `; they would come onto ${onto}` : ''}. It is left alone.`,
          remedy: `If it is to be ours with them, \`muster adopt '${group.name}' --take-over\`. Else give the mapping another displayName, or take these people out of the group.`,
        });
        continue;
      }
      taken.add(group.key);
      notes.push({
        code: 'adopt.comes-along',
        level: 'warning',
        subject: group.name,
        text: `With "${found!.name}" comes who is in it and in no source group (${someOf(people)}): the next sync brings them onto ${onto || 'its queues'}, and they stay.`,
        remedy: 'Take them out of the group before, or give the mapping another displayName.',
      });
    }
    const other = found && takenBy.get(found.id);
    if (other) {
      skip(group, {
        code: 'group.shared',
        text: `"${other.key}" and "${group.key}" both stand for the Genesys group "${found.name}"; the second is left alone.`,
        remedy: 'Give each mapping its own displayName.',
      });
      continue;
    }
    const namesake = found ? undefined : toMake.get(group.name);
    if (namesake && tenant.choice.contract === 'platform') {
      skip(group, {
        code: 'group.shared',
        text: `"${namesake.key}" and "${group.key}" would both be made as "${group.name}", and a name can be had once; the second is left alone.`,
        remedy: 'Give each mapping its own displayName.',
      });
      continue;
    }
    if (found) takenBy.set(found.id, group);
    else {
      toMake.set(group.name, group);
      const before = ids.find(id => !isUnmade(id));
      if (before !== undefined) deleted.set(group.key, before);
    }
    pairs.set(group, found);
  }
  return { pairs, skipped, deleted, taken, notes };
}

/** Who is in the Genesys group and not wanted there. */
function strangersIn(found: TenantGroup, group: DesiredGroup): UserId[] {
  const wanted = membersByUser(group);
  return found.memberIds.filter(user => !wanted.has(user));
}

const namesOf = ({ users }: Tenant): ReadonlyMap<UserId, string> =>
  new Map(users.map(user => [user.id, user.name]));

/** The names of the queues that each source group is to serve, in their order. */
export function servedNames(
  wanted: readonly Assignment[],
  tenant: Tenant,
): (key: GroupKey) => readonly string[] {
  const names = new Map(tenant.queues.map(queue => [queue.id, queue.name]));
  return key =>
    [
      ...new Set(
        wanted.flatMap(({ subject, queue }) =>
          subject.kind === 'group' && subject.group === key ? [names.get(queue) ?? queue] : [],
        ),
      ),
    ].sort();
}

/** The Genesys groups that we wrote to for each source group. */
export function recordedGroups(ledger: Ledger): ReadonlyMap<GroupKey, ReadonlySet<GroupId>> {
  const book = bookOf(ledger);
  const groups = new Map<GroupKey, Set<GroupId>>();
  const put = (key: GroupKey, group: GroupId) => {
    const ids = groups.get(key);
    if (ids) ids.add(group);
    else groups.set(key, new Set([group]));
  };
  for (const { edge, key } of book.others()) if (edge.kind !== 'queue-member') put(key, edge.group);
  for (const [group, people] of book.members())
    for (const { holding } of people.ways()) put(holding.key, group);
  return groups;
}

export interface BoundLedger {
  readonly ledger: Ledger;
  readonly bind: readonly Binding[];
}

/** Claims of a run that died while it made a group, bound to the group that the matching found for it. */
export function bindUnmade(ledger: Ledger, idOf: (key: GroupKey) => GroupId | undefined): BoundLedger {
  const bind = new Map<GroupKey, Binding>();
  if (!hasUnmade(bookOf(ledger))) return { ledger, bind: [] };
  const result = new LedgerBook();
  for (const owned of ledger.values()) {
    const group = idOf(owned.key);
    const binding = group === undefined ? undefined : { key: owned.key, group };
    const edge = binding ? bound(owned.edge, binding) : owned.edge;
    if (edge === owned.edge) {
      result.put(owned);
      continue;
    }
    bind.set(owned.key, binding!);
    if (!ledger.has(edgeId(edge))) result.put({ ...owned, edge });
  }
  return { ledger: result, bind: [...bind.values()] };
}

function hasUnmade(book: LedgerBook): boolean {
  for (const { edge } of book.others()) if (edge.kind !== 'queue-member' && isUnmade(edge.group)) return true;
  for (const [group] of book.members()) if (isUnmade(group)) return true;
  return false;
}
