import type { Change } from '../../model/change.ts';
import type { GroupId, GroupKey, QueueId, UserId } from '../../model/keys.ts';
import { edgeId, type Ledger } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import type { QueueFlow } from '../../model/plan.ts';

/** Which source group stands behind a Genesys group, and behind somebody placed one by one. */
export interface Origins {
  readonly groups: ReadonlyMap<GroupId | GroupKey, GroupKey>;
  readonly direct: (queue: QueueId, user: UserId) => GroupKey | undefined;
}

/** From what is ours already, and from what the plan makes ours. */
export function originsOf(changes: readonly Change[], ledger: Ledger): Origins {
  const groups = new Map<GroupId | GroupKey, GroupKey>();
  const placed = new Map<string, GroupKey>();
  for (const { edge, key } of bookOf(ledger).others()) if ('group' in edge) groups.set(edge.group, key);
  for (const change of changes) {
    const placesUser = change.kind === 'queue.attach' || change.kind === 'queue.detach';
    if (placesUser && change.user !== undefined) placed.set(seat(change.queue, change.user), change.group);
    else groups.set(('id' in change ? change.id : undefined) ?? change.group, change.group);
  }
  return {
    groups,
    direct: (queue, user) => placed.get(seat(queue, user)) ?? ledger.get(seat(queue, user))?.key,
  };
}

const seat = (queue: QueueId, user: UserId): string => edgeId({ kind: 'queue-member', queue, user });

type Heads = ReadonlyMap<UserId, GroupId | GroupKey | undefined>;

export interface QueueHeads {
  readonly queue: QueueId;
  readonly was: Heads;
  readonly willBe: Heads;
  readonly joining: readonly UserId[];
  readonly leaving: readonly UserId[];
}

type Flow = { -readonly [Field in keyof QueueFlow]: QueueFlow[Field] };

/**
 * Whom each group brings to one queue: those who stay and those who come by the group that will bring them, those who
 * go by the group that brought them. Each person counts once, so the flows add up to the heads that we know of.
 */
export function flowsOf({ queue, was, willBe, joining, leaving }: QueueHeads, origins: Origins): QueueFlow[] {
  const flows = new Map<string, Flow>();
  const flowBy = (from: GroupKey | undefined, via?: GroupId | GroupKey): Flow => {
    const id = `${from ?? ''} ${via ?? ''}`;
    let flow = flows.get(id);
    if (!flow) {
      flow = {
        ...(from === undefined ? {} : { from }),
        ...(via === undefined ? {} : { via }),
        staying: 0,
        joining: 0,
        leaving: 0,
      };
      flows.set(id, flow);
    }
    return flow;
  };
  // Few groups bring everybody.
  const byGroup = new Map<GroupId | GroupKey, Flow>();
  const flowOf = (user: UserId, via: GroupId | GroupKey | undefined): Flow => {
    if (via === undefined) return flowBy(origins.direct(queue, user));
    const flow = byGroup.get(via) ?? flowBy(origins.groups.get(via), via);
    byGroup.set(via, flow);
    return flow;
  };
  for (const [user, via] of willBe) if (was.has(user)) flowOf(user, via).staying++;
  for (const user of joining) flowOf(user, willBe.get(user)).joining++;
  for (const user of leaving) flowOf(user, was.get(user)).leaving++;
  return [...flows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flow]) => flow);
}
