import type { Change } from '../../model/change.ts';
import type { QueueId, UserId } from '../../model/keys.ts';
import type { QueueOutlook } from '../../model/plan.ts';
import type { ConcernsOf } from './order.ts';
import type { Supply } from './supply.ts';

/**
 * People whom a group brings to a queue until now, and who come directly from now on: what lets go of them, and their
 * coming, are one step, because the second is of no use before the first, and must not wait after it. Changes that
 * hang together are together: a detachment lets go of many people at once, somebody who goes out of a group leaves all
 * of its queues, and who goes off a queue must not go before others come.
 *
 * Where a whole group goes off the queue, that is enough; to take its people out of it can wait.
 *
 * `concernsOf` as in `stepsOf`.
 *
 * @returns positions in `changes`, each in one handover at the most.
 */
export function handoversOf(
  changes: readonly Change[],
  after: Supply,
  queues: readonly QueueOutlook[],
  concernsOf: ConcernsOf,
): number[][] {
  const coming = [...changes.entries()].filter(isHandedOver);
  if (coming.length === 0) return [];
  const detaches = new Map<string, number[]>();
  const removals = new Map<string, number>();
  for (const [index, change] of changes.entries()) {
    if (change.kind === 'member.remove') removals.set(`${change.id} ${change.user}`, index);
    if (change.kind !== 'queue.detach' || change.user !== undefined) continue;
    const pair = `${change.queue} ${change.id}`;
    detaches.set(pair, [...(detaches.get(pair) ?? []), index]);
  }
  const links: [number, number][] = [];
  const goesOut = new Map<number, number[]>();
  for (const [index, { queue, user, insteadOf }] of coming) {
    links.push([index, index]);
    const staying = new Set(after.attached.get(queue)?.values());
    for (const group of insteadOf) {
      const out = removals.get(`${group} ${user}`);
      if (!staying.has(group))
        for (const detach of detaches.get(`${queue} ${group}`) ?? []) links.push([index, detach]);
      else if (out !== undefined) links.push([index, out]);
      if (out !== undefined) goesOut.set(out, [...(goesOut.get(out) ?? []), index]);
    }
  }
  // Somebody who goes out of a group for one queue has left it for the others, too.
  const inHandover = new Set(links.flat());
  for (const [out, additions] of goesOut)
    if (inHandover.has(out)) for (const addition of additions) links.push([addition, out]);
  return connected([
    ...links,
    ...exchanges(links, changes, queues, concernsOf),
    ...sharedWrites(links, changes),
  ]);
}

interface HandedOver {
  readonly queue: QueueId;
  readonly user: UserId;
  readonly insteadOf: readonly string[];
}

const isHandedOver = (entry: [number, Change]): entry is [number, Change & HandedOver] =>
  entry[1].kind === 'queue.attach' && entry[1].insteadOf !== undefined;

/** Of what is handed over: who comes to a queue and who leaves it, and somebody who leaves one queue for another. */
function exchanges(
  links: readonly (readonly [number, number])[],
  changes: readonly Change[],
  queues: readonly QueueOutlook[],
  concernsOf: ConcernsOf,
): [number, number][] {
  const joining = new Map(queues.map(each => [each.queue, new Set(each.joining)]));
  const indexes = new Set(links.flat());
  const newcomers = new Set(
    [...indexes].flatMap(index => {
      const change = changes[index]!;
      const user = change.kind === 'queue.attach' ? change.user : undefined;
      return user !== undefined && joining.get((change as HandedOver).queue)?.has(user) ? [user] : [];
    }),
  );
  const first = new Map<string, number>();
  const found: [number, number][] = [];
  for (const index of indexes) {
    for (const concern of concernsOf(changes[index]!)) {
      if (!newcomers.has(concern) && !joining.has(concern)) continue;
      const known = first.get(concern);
      if (known === undefined) first.set(concern, index);
      else found.push([known, index]);
    }
  }
  return found;
}

/**
 * Groups that go off one queue: it is written as a whole, and two handovers that wrote it side by side would undo one
 * another.
 */
function sharedWrites(
  links: readonly (readonly [number, number])[],
  changes: readonly Change[],
): [number, number][] {
  const first = new Map<QueueId, number>();
  return [...new Set(links.flat())].flatMap((index): [number, number][] => {
    const change = changes[index]!;
    if (change.kind !== 'queue.detach') return [];
    const known = first.get(change.queue);
    if (known !== undefined) return [[known, index]];
    first.set(change.queue, index);
    return [];
  });
}

/** Sets of numbers that hang together, each in order. */
function connected(links: readonly (readonly [number, number])[]): number[][] {
  const parents = new Map<number, number>();
  const rootOf = (index: number): number => {
    let root = index;
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root))
      root = next;
    parents.set(index, root);
    return root;
  };
  for (const [one, other] of links) {
    const [a, b] = [rootOf(one), rootOf(other)];
    parents.set(Math.max(a, b), Math.min(a, b));
  }
  const sets = Map.groupBy([...parents.keys()], rootOf);
  return [...sets.values()].map(set => set.toSorted((a, b) => a - b)).sort((a, b) => a[0]! - b[0]!);
}

type Leaving = Extract<Change, { kind: 'queue.detach' }>;

/**
 * The other way round: of the people who are taken off a queue directly (`taken`), those who stay on it because a group
 * brings them. It does so late (API reference §3.3), so it has to be seen before they are taken off.
 */
export function relieved(taken: readonly Leaving[], queues: readonly QueueOutlook[]): Set<UserId> {
  const [first] = taken;
  const outlook = queues.find(({ queue }) => queue === first?.queue);
  if (!outlook) return new Set();
  const leaving = new Set(outlook.leaving);
  return new Set(taken.flatMap(({ user }) => (user === undefined || leaving.has(user) ? [] : [user])));
}

/**
 * Of these, those whom a group brings by this very plan. They are not taken off before that is seen; the others are on
 * the queue by a group already, whatever it shows of it.
 */
export function arriving(
  stay: ReadonlySet<UserId>,
  queue: QueueId,
  changes: readonly Change[],
  queues: readonly QueueOutlook[],
): Set<UserId> {
  const groupComes = changes.some(
    change => change.kind === 'queue.attach' && change.queue === queue && change.user === undefined,
  );
  if (groupComes) return new Set(stay);
  const serving = new Set(queues.find(each => each.queue === queue)?.groups);
  const coming = new Set(
    changes.flatMap(change =>
      change.kind === 'member.add' && serving.has(change.id ?? change.group) ? [change.user] : [],
    ),
  );
  return new Set([...stay].filter(user => coming.has(user)));
}
