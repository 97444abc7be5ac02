import type { TargetDrift } from '../../model/drift.ts';
import type { UserId } from '../../model/keys.ts';
import { type Edge, edgeId, type OwnedEdge } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import { placedBy, type TargetDriftInput, type World } from './world.ts';

/** Users whom we placed, and who cannot work any more. */
export function userDrift({ ledger, knownAbsent }: TargetDriftInput, world: World): TargetDrift[] {
  const places = new Map<UserId, { count: number; first: OwnedEdge }>();
  const note = (kind: 'member' | 'queue-member', place: string, user: UserId) => {
    if (knownAbsent.has(user) || world.users.get(user)?.state === 'active') return;
    const edge: Edge = kind === 'member' ? { kind, group: place, user } : { kind, queue: place, user };
    const owned = ledger.get(edgeId(edge))!;
    const known = places.get(user);
    if (known) known.count += 1;
    else if (owned.state === 'owned') places.set(user, { count: 1, first: owned });
  };
  const book = bookOf(ledger);
  for (const [group, people] of book.members())
    for (const user of people.users()) note('member', group, user);
  for (const [queue, people] of book.queueMembers())
    for (const user of people.users()) note('queue-member', queue, user);
  return [...places].map(([user, { count, first }]) => ({
    kind: world.users.get(user)?.state === 'inactive' ? 'user.inactive' : 'user.deleted',
    place: world.user(user),
    count,
    placed: placedBy(first),
    comesBack: false,
  }));
}
