import type { Change } from '../model/change.ts';
import { isRemoval } from '../model/change.ts';
import type { GroupId, GroupKey } from '../model/keys.ts';
import { type Binding, edgeId } from '../model/ledger.ts';

/** A plan is gone on with only as far as somebody has said yes to it. */
export interface Moved {
  /** Would be done now, and was not in the approved plan. */
  readonly added: readonly Change[];
  /** Was approved together with taking somebody away, and is neither done nor to be done any more. */
  readonly dropped: readonly Change[];
}

/**
 * How what would be done now differs from the rest of an approved plan. `made` are groups that the approved plan was
 * to make and that are there now; `isOurs` says by `edgeId` what of it is done. Reasons may differ, what is done may not: neither one thing more, nor taking
 * somebody away without the coming elsewhere that was approved with it. Seats are only ever given back. Pure.
 */
export function movedSince(
  approved: readonly Change[],
  now: readonly Change[],
  made: readonly Binding[],
  isOurs: (edgeId: string) => boolean,
): Moved {
  const ids = new Map(made.map(({ key, group }) => [key, group]));
  const deedOf = (change: Change) => deed(change, ids);
  const yes = new Set(approved.map(deedOf));
  for (const change of approved) {
    const id = change.kind === 'group.create' ? ids.get(change.group) : undefined;
    // The rest of making a group whose id came too late to be anchored.
    if (change.kind === 'group.create' && id !== undefined) yes.add(`anchor ${id} ${change.externalId}`);
  }
  const still = new Set(now.map(deedOf));
  const leaving = new Set(now.filter(isRemoval).map(change => subjectOf(change, ids)));
  const dropped = approved.filter(
    change =>
      (change.kind === 'member.add' || change.kind === 'queue.attach') &&
      leaving.has(subjectOf(change, ids)) &&
      !still.has(deedOf(change)) &&
      !isHeld(change, ids, isOurs),
  );
  return { added: now.filter(change => change.kind !== 'queue.seat' && !yes.has(deedOf(change))), dropped };
}

type Ids = ReadonlyMap<GroupKey, GroupId>;

const groupOf = (change: Change, ids: Ids): string =>
  ('id' in change ? change.id : undefined) ?? ids.get(change.group) ?? `@${change.group}`;

/** What a change does, as one text; by whom and why it is asked for is left out. */
function deed(change: Change, ids: Ids): string {
  const group = groupOf(change, ids);
  switch (change.kind) {
    case 'group.create':
      return `create ${change.group} ${change.name} ${change.externalId}`;
    case 'group.rename':
      return `rename ${group} ${change.to}`;
    case 'group.anchor':
      return `anchor ${group} ${change.to ?? ''}`;
    case 'member.add':
    case 'member.remove':
      return `${change.kind} ${group} ${change.user}`;
    case 'queue.attach':
    case 'queue.detach':
      return `${change.kind} ${change.queue} ${change.how} ${change.ring ?? ''} ${change.user ?? group}`;
    case 'queue.seat':
      return 'seat';
  }
}

/** Whom or what a change moves. */
const subjectOf = (change: Change, ids: Ids): string =>
  'user' in change && change.user !== undefined ? change.user : groupOf(change, ids);

function isHeld(
  change: Extract<Change, { kind: 'member.add' | 'queue.attach' }>,
  ids: Ids,
  isOurs: (edgeId: string) => boolean,
): boolean {
  const group = groupOf(change, ids);
  if (change.kind === 'member.add') return isOurs(edgeId({ kind: 'member', group, user: change.user }));
  const { queue, how, ring, user } = change;
  if (user !== undefined) return isOurs(edgeId({ kind: 'queue-member', queue, user }));
  if (how === 'direct-members') return false;
  return isOurs(edgeId({ kind: 'attachment', queue, group, how, ...(ring === undefined ? {} : { ring }) }));
}
