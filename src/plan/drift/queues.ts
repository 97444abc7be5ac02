import type { Named, TargetDrift } from '../../model/drift.ts';
import type { GroupId, QueueId } from '../../model/keys.ts';
import { edgeId, isUnmade, type OwnedEdge } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import { ownedEdge } from '../../model/person-edge.ts';
import { type SeenQueue, wayText } from '../../model/seen.ts';
import type { TenantQueue } from '../../model/tenant.ts';
import { directBy, foreignWays, strangersIn } from '../seen.ts';
import { lost, placedBy, type TargetDriftInput, type World } from './world.ts';

/** A queue that we serve: its name, what of ours is gone from it, and who else came or went. `ours`: how many stand there directly by us. */
export function queueDrift(id: QueueId, ours: number, input: TargetDriftInput, world: World): TargetDrift[] {
  const { ledger, seen, sights } = input;
  const place = world.queue(id);
  const found = world.queues.get(id);
  const attached = world.attached.get(id) ?? [];
  const people = bookOf(ledger).peopleOn(id);
  if (!found) {
    const [first] = attached;
    const count = attached.length + (people?.size ?? 0);
    return [
      {
        kind: 'queue.deleted',
        place,
        count,
        ...(first ? { placed: placedBy(first) } : {}),
        comesBack: false,
      },
    ];
  }
  const was = seen.queues.get(id);
  const drift: TargetDrift[] = [];
  if (was && was.name !== found.name)
    drift.push({ kind: 'queue.renamed', place, was: was.name, is: found.name });
  const isGone = ({ edge, state }: OwnedEdge) => state === 'owned' && !sights.shows(edge);
  for (const owned of attached) {
    const { edge } = owned;
    // A group that was deleted is told by itself.
    if (edge.kind !== 'attachment' || !isGone(owned) || isUnmade(edge.group)) continue;
    if (!world.groups.has(edge.group)) continue;
    const subject = world.group(edge.group);
    const ring = edge.ring === undefined ? {} : { ring: edge.ring };
    drift.push({ kind: 'attachment.gone', place, subject, ...ring, ...lost(owned, input, world) });
  }
  for (const [user, held] of people ?? []) {
    const owned = ownedEdge('queue-member', id, user, held);
    if (!isGone(owned)) continue;
    drift.push({ kind: 'queue-member.gone', place, subject: world.user(user), ...lost(owned, input, world) });
  }
  if (!was) return drift;
  drift.push(...otherGroups(place, was, input, world), ...otherPeople(found, place, ours, was, input, world));
  return drift;
}

/** Groups that were never ours, newly on the queue or off it. */
function otherGroups(place: Named, was: SeenQueue, input: TargetDriftInput, world: World): TargetDrift[] {
  const { ledger, before, partings } = input;
  const now = new Set(foreignWays(place.id, world.rows.get(place.id) ?? [], ledger));
  const knew = new Set(was.groups);
  const told = (kind: 'attachment.came' | 'attachment.went', way: string): TargetDrift => {
    const { group, ring } = partsOf(way);
    return { kind, place, subject: world.group(group), ...(ring === undefined ? {} : { ring }) };
  };
  const edgeOf = (way: string) => `attachment ${place.id} ${way}`;
  return [
    ...[...now]
      .filter(way => !knew.has(way) && !before.has(edgeOf(way)))
      .map(way => told('attachment.came', way)),
    ...[...knew]
      .filter(way => !now.has(way) && !ledger.has(edgeOf(way)) && !partings.has(edgeOf(way)))
      .map(way => told('attachment.went', way)),
  ];
}

/** `wayText` read backwards. */
function partsOf(way: string): { readonly group: GroupId; readonly ring?: number } {
  const [group = '', how, ring] = way.split(' ');
  return { group, ...(how === 'ring-groups' && ring !== undefined ? { ring: Number(ring) } : {}) };
}

/** How many stand there directly, and not by us. */
function otherPeople(
  found: TenantQueue,
  place: Named,
  ours: number,
  was: SeenQueue,
  input: TargetDriftInput,
  world: World,
): TargetDrift[] {
  const { ledger } = input;
  const now = directBy(
    found,
    ours,
    user => !ledger.has(edgeId({ kind: 'queue-member', queue: found.id, user })),
  );
  if (was.direct === undefined || now === undefined || now === was.direct) return [];
  const unsure = groupsMoved(found, was, input, world);
  return [
    {
      kind: now > was.direct ? 'direct.came' : 'direct.went',
      place,
      was: String(was.direct),
      is: String(now),
      ...(unsure ? { unsure } : {}),
    },
  ];
}

/** Whoever comes through a group is not counted as standing there directly: then a number alone says little. */
function groupsMoved(
  { id }: TenantQueue,
  was: SeenQueue,
  { ledger, sights, seen }: TargetDriftInput,
  world: World,
): true | undefined {
  const book = bookOf(ledger);
  const rows = world.rows.get(id) ?? [];
  const ways = rows.flatMap(({ group, how, ring }) =>
    group === undefined || how === 'direct-members' ? [] : [wayText({ group, how, ring })],
  );
  const isSame = (group: GroupId): boolean => {
    const found = world.groups.get(group);
    const knew = seen.groups.get(group);
    if (!found || !knew) return false;
    const strangers = strangersIn(found, ledger);
    const ours = [...book.membersOf(group)];
    return (
      strangers.length === knew.strangers.length &&
      strangers.every(user => knew.strangers.includes(user)) &&
      ours.every(user => sights.shows({ kind: 'member', group, user }))
    );
  };
  const attached = world.attached.get(id) ?? [];
  const isKnown = (way: string) => was.groups.includes(way) || ledger.has(`attachment ${id} ${way}`);
  const same =
    attached.every(({ edge }) => sights.shows(edge)) &&
    was.groups.every(way => ways.includes(way)) &&
    ways.every(isKnown) &&
    attached.every(({ edge }) => edge.kind !== 'attachment' || isSame(edge.group));
  return same ? undefined : true;
}
