import type { Named, TargetDrift } from '../../model/drift.ts';
import type { GroupId, UserId } from '../../model/keys.ts';
import { edgeId } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import { strangersIn } from '../seen.ts';
import { fieldId, lost, placedBy, type TargetDriftInput, type World } from './world.ts';

/** A group that we wrote to: its name and anchor, who of ours is gone from it, and who came or went by another hand. */
export function groupDrift(id: GroupId, input: TargetDriftInput, world: World): TargetDrift[] {
  const { ledger, seen, before, partings } = input;
  const place = world.group(id);
  const found = world.groups.get(id);
  if (!found) return [deletedGroup(place, input, world)];
  const was = seen.groups.get(id);
  const drift: TargetDrift[] = [];
  for (const field of ['name', 'externalId'] as const) {
    const now = found[field];
    const isOurs = input.written.has(fieldId(field, id)) && input.written.get(fieldId(field, id)) === now;
    if (!was || was[field] === now || isOurs) continue;
    drift.push({
      kind: field === 'name' ? 'group.renamed' : 'group.anchored',
      place,
      ...(was[field] === undefined ? {} : { was: was[field] }),
      ...(now === undefined ? {} : { is: now }),
      comesBack: world.comesBack(fieldId(field, id)),
    });
  }
  // Who is in a group that rules fill is nobody's doing.
  if (found.dynamic) return [...drift, { kind: 'group.dynamic', place, comesBack: false }];
  const there = new Set(found.memberIds);
  for (const user of bookOf(ledger).membersOf(id)) {
    if (there.has(user)) continue;
    const owned = ledger.get(edgeId({ kind: 'member', group: id, user }))!;
    if (owned.state !== 'owned') continue;
    drift.push({ kind: 'member.gone', place, subject: world.user(user), ...lost(owned, input, world) });
  }
  if (!was) return drift;
  const isOurDoing = (user: UserId) => {
    const edge = edgeId({ kind: 'member', group: id, user });
    return before.has(edge) || ledger.has(edge) || partings.has(edge);
  };
  const strangers = new Set(strangersIn(found, ledger));
  const knew = new Set(was.strangers);
  for (const user of strangers) {
    const edge = edgeId({ kind: 'member', group: id, user });
    if (!knew.has(user) && !before.has(edge))
      drift.push({ kind: 'member.came', place, subject: world.user(user) });
  }
  for (const user of knew)
    if (!there.has(user) && !isOurDoing(user))
      drift.push({ kind: 'member.went', place, subject: world.user(user) });
  return drift;
}

function deletedGroup(place: Named, input: TargetDriftInput, world: World): TargetDrift {
  const book = bookOf(input.ledger);
  const all = [...book.others()].filter(({ edge }) => 'group' in edge && edge.group === place.id);
  const members = [...book.membersOf(place.id)];
  const first =
    all.find(({ edge }) => edge.kind === 'group') ??
    all[0] ??
    input.ledger.get(edgeId({ kind: 'member', group: place.id, user: members[0]! }));
  const comesBack = first !== undefined && world.comesBack(`made ${first.key}`);
  return {
    kind: 'group.deleted',
    place,
    count: members.length,
    ...(first ? { placed: placedBy(first) } : {}),
    wanted: comesBack,
    comesBack,
  };
}
