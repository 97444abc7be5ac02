import type { PresentAssignment } from '../../model/desired.ts';
import type { GroupId, GroupKey } from '../../model/keys.ts';
import { type Edge, edgeId, type Ledger, type OwnedEdge, type Partings } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import type { Note } from '../../model/note.ts';
import type { Tenant } from '../../model/tenant.ts';
import type { Comparison } from '../weigh/compare-groups.ts';
import type { Sights } from '../weigh/sights.ts';
import { someOf } from '../weigh/some-of.ts';

export interface OtherHandsInput {
  readonly comparisons: ReadonlyMap<GroupId, Comparison>;
  readonly sights: Pick<Sights, 'wish'>;
  readonly tenant: Tenant;
  readonly present: readonly PresentAssignment[];
  readonly ledger: Ledger;
  /** Ours, still wanted, and gone without us. */
  readonly vanished: readonly OwnedEdge[];
  /** Groups that we wrote to, still wanted, and gone; with the id that they had. */
  readonly deleted: ReadonlyMap<GroupKey, GroupId>;
  /** Does the plan add again what is gone? */
  readonly putsBack: boolean;
  readonly partings: Partings;
  /** How a source group is called. */
  readonly nameOf: (key: GroupKey) => string;
}

/**
 * Signs that somebody else works on what we work on: another muster, an identity provider that pushes the same group,
 * a script. They are told and nothing is taken over: what is theirs stays, and what is ours is put back.
 */
export function otherHands(input: OtherHandsInput): Note[] {
  const names = namesIn(input);
  return [...unknownGroups(input), ...vanishedNotes(input, names), ...returnedNotes(input, names)];
}

/** Groups that bear our anchor and of which our ledger knows nothing, although there is something in or on them. */
function unknownGroups({ comparisons, ledger, present }: OtherHandsInput): Note[] {
  const book = bookOf(ledger);
  const known = new Set<GroupId>();
  for (const { edge } of book.others()) if ('group' in edge) known.add(edge.group);
  for (const [group] of book.members()) known.add(group);
  const unknown = [...comparisons.values()].filter(
    ({ group, found }) => !known.has(found.id) && found.externalId === group.externalId,
  );
  return unknown.flatMap(({ found }): Note[] => {
    const served = new Set(present.filter(row => row.group === found.id).map(row => row.queue)).size;
    const people = found.memberIds.length;
    if (people + served === 0) return [];
    return [
      {
        code: 'group.other-hand',
        level: 'warning',
        subject: found.name,
        text: `"${found.name}" bears our externalId "${found.externalId}", has ${counted(people, 'member')} and serves ${counted(served, 'queue')}, and our ledger knows nothing of it: another muster, an identity provider that pushes it, or a lost ledger. Whoever is there stays, whatever the source says.`,
        remedy:
          'Find out who keeps it. If nobody does any more, take it over with `muster adopt`; if somebody does, give the mapping another externalId and displayName.',
      },
    ];
  });
}

function vanishedNotes(input: OtherHandsInput, names: Names): Note[] {
  const { vanished, deleted, nameOf, putsBack } = input;
  const groups = [...deleted].map(([key, id]): Note => {
    const name = nameOf(key);
    const made = input.ledger.has(edgeId({ kind: 'group', group: id, key })) ? 'made' : 'filled';
    return {
      code: 'edge.vanished',
      level: 'warning',
      subject: name,
      text: `The group "${name}" that we ${made} was deleted without us. ${putsBack ? 'It is made anew, with everybody who should be in it.' : 'It is left so, and nobody comes onto its queues.'}`,
      remedy: putsBack ? 'Find out who deleted it. If it is meant, remove the mapping.' : leftSo,
    };
  });
  const edges = vanished.filter(({ edge }) => edge.kind !== 'group');
  return [...groups, ...byPlace(edges).map(([edge, list]) => vanishedNote(edge, list, names, putsBack))];
}

const leftSo =
  'Put it back with limits.takenAway: put-back for one run. If it is meant, take them out of the source group, or the mapping out of the config.';

function vanishedNote(edge: Edge, list: readonly OwnedEdge[], names: Names, putsBack: boolean): Note {
  const before = list.flatMap(owned =>
    owned.again === undefined ? [] : [`${names.subject(owned.edge)} ${counted(owned.again, 'time')}`],
  );
  const often = before.length > 0 ? ` Put back before: ${someOf(before.toSorted())}.` : '';
  const runs = someOf([...new Set(list.map(owned => owned.run))].toSorted().toReversed(), 2);
  const now = putsBack ? 'put back by this plan' : 'left so';
  return {
    code: 'edge.vanished',
    level: before.length > 0 || !putsBack ? 'warning' : 'info',
    subject: names.place(edge),
    text: `${someOf(list.map(owned => names.subject(owned.edge)).toSorted())}: put ${edge.kind === 'member' ? 'into' : 'on'} ${quoted(edge, names)} by us (run ${runs}), gone from there without us, and ${now}.${often}`,
    ...(putsBack
      ? before.length > 0
        ? {
            remedy:
              'Somebody takes away what we put there. If it is meant, take them out of the source group, or leave them out with butNot.',
          }
        : {}
      : { remedy: leftSo }),
  };
}

/** What we took away, and what is there again although neither we nor the config put it there. */
function returnedNotes(input: OtherHandsInput, names: Names): Note[] {
  const { partings, ledger, sights } = input;
  if (partings.size === 0) return [];
  const returned = presentEdges(input).filter(({ edge }) => {
    const id = edgeId(edge);
    return partings.has(id) && !ledger.has(id) && sights.wish(edge) === undefined;
  });
  return byPlace(returned).map(([edge, list]): Note => {
    const told = list.map(each => {
      const { times, at } = partings.get(edgeId(each.edge))!;
      return `${names.subject(each.edge)} (${at.slice(0, 10)}${times > 1 ? `, ${times} times by now` : ''})`;
    });
    return {
      code: 'edge.returned',
      level: 'warning',
      subject: names.place(edge),
      text: `${someOf(told.toSorted())}: taken ${edge.kind === 'member' ? 'out of' : 'off'} ${quoted(edge, names)} by us, and there again without us. What somebody else puts there stays.`,
      remedy: 'Somebody else keeps the same people there. Find out who, and let one of the two do it.',
    };
  });
}

/** What the target shows of the kinds of things that we place, where we look anyway. */
function presentEdges({ comparisons, tenant, present }: OtherHandsInput): { readonly edge: Edge }[] {
  const edges: Edge[] = [];
  for (const { found, strangers } of comparisons.values())
    for (const user of strangers) edges.push({ kind: 'member', group: found.id, user });
  for (const { id: queue, members = [] } of tenant.queues)
    for (const { user, by } of members) if (by === 'user') edges.push({ kind: 'queue-member', queue, user });
  for (const { queue, group, how, ring } of present) {
    if (group === undefined || how === 'direct-members') continue;
    edges.push({ kind: 'attachment', queue, group, how, ...(ring === undefined ? {} : { ring }) });
  }
  return edges.map(edge => ({ edge }));
}

/** Edges of one kind that are in one group or on one queue, in the order in which they come. */
function byPlace<Of extends { readonly edge: Edge }>(all: readonly Of[]): [Edge, Of[]][] {
  const places = new Map<string, [Edge, Of[]]>();
  for (const each of all) {
    const { edge } = each;
    const id = `${edge.kind} ${edge.kind === 'member' || edge.kind === 'group' ? edge.group : edge.queue}`;
    const place = places.get(id);
    if (place) place[1].push(each);
    else places.set(id, [edge, [each]]);
  }
  return [...places.values()];
}

interface Names {
  /** Who or what is placed. */
  subject(edge: Edge): string;
  /** Where it is placed. */
  place(edge: Edge): string;
}

function namesIn({ tenant }: OtherHandsInput): Names {
  // A tenant has many users, and nearly every plan has nobody to name here.
  let users: ReadonlyMap<string, string> | undefined;
  const userName = (id: string) => {
    users ??= new Map(tenant.users.map(user => [user.id, user.name]));
    return users.get(id) ?? id;
  };
  const queues = new Map(tenant.queues.map(queue => [queue.id, queue.name]));
  const groups = new Map(tenant.groups.map(group => [group.id, group.name]));
  const group = (id: GroupId) => groups.get(id) ?? id;
  return {
    subject: edge => ('user' in edge ? userName(edge.user) : group(edge.group)),
    place: edge =>
      edge.kind === 'member' || edge.kind === 'group'
        ? group(edge.group)
        : (queues.get(edge.queue) ?? edge.queue),
  };
}

const quoted = (edge: Edge, names: Names): string =>
  `${edge.kind === 'member' ? '' : 'the queue '}"${names.place(edge)}"`;

const counted = (many: number, noun: string): string => `${many} ${noun}${many === 1 ? '' : 's'}`;
