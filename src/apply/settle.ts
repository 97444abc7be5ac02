import type { Clock } from '../clock.ts';
import type { GenesysApi } from '../genesys/api.ts';
import { listQueues, queueMembers, queuesById, readQueue, toQueue } from '../genesys/queues.ts';
import type { Change } from '../model/change.ts';
import type { GroupId, GroupKey, QueueId } from '../model/keys.ts';
import type { Problem, StepOutcome } from '../model/outcome.ts';
import { hidesInCount, type Plan, type QueueOutlook } from '../model/plan.ts';
import type { Tenant, TenantQueue } from '../model/tenant.ts';
import { allQueues, type Batches, readBackWay } from '../plan/finish/price.ts';
import { queueSubject } from './told-names.ts';

export interface SettleInput {
  readonly plan: Plan;
  readonly tenant: Tenant;
  readonly api: GenesysApi;
  readonly clock: Clock;
  readonly batches: Batches;
  readonly settleMs: number;
  readonly signal: AbortSignal;
  readonly done: readonly StepOutcome[];
  readonly made: ReadonlyMap<GroupKey, GroupId>;
  /** See `ApplyInput.shown`. */
  readonly shown?: Map<QueueId, TenantQueue> | undefined;
  /** Asked once what became of writes that these queues do not show; names those on which there is nothing to see. */
  readonly doubt: (queues: ReadonlySet<QueueId>) => Promise<readonly QueueId[]>;
  readonly progress?: (progress: { stage: 'settling'; done: number; of: number; subject: string }) => void;
}

/** First look at once, then slower and slower: the platform rebuilds queue membership behind our back (§3.3, §11). */
const pausesMs = [0, 500, 1_000, 2_000, 4_000, 8_000];
/** Looks at the counts alone before the people of a queue are read one by one. */
const looksAtCounts = 2;

export interface Settled {
  /** What was not seen in time. */
  readonly unseen: readonly Problem[];
  /** Queues that show what was planned for them. */
  readonly seen: ReadonlySet<QueueId>;
}

/**
 * Reads back until the target *shows* what was done: groups on their queues, heads as planned. A 200 to a write is no
 * sight.
 */
export async function settle(input: SettleInput): Promise<Settled> {
  const { plan, tenant, clock, signal } = input;
  const done = new Set(input.done.map(each => each.step));
  const failedQueues = new Set(plan.steps.filter(step => !done.has(step)).flatMap(queuesOf(plan)));
  let open = plan.queues.filter(outlook => !failedQueues.has(outlook.queue));
  const ringed = new Set(tenant.queues.filter(queue => queue.rings.length > 0).map(queue => queue.id));
  const deadlineMs = clock.now() + input.settleMs;
  const placements = placementsOf(plan);
  const sighted = new Set<QueueId>();
  for (let look = 0; open.length > 0; look++) {
    const pauseMs = pausesMs[Math.min(look, pausesMs.length - 1)]!;
    if (look > 0 && clock.now() + pauseMs > deadlineMs) break;
    if (pauseMs > 0) await clock.sleep(pauseMs, signal);
    input.progress?.({
      stage: 'settling',
      done: plan.queues.length - open.length,
      of: plan.queues.length,
      subject: plan.names.queues[open[0]!.queue] ?? '',
    });
    if (look === looksAtCounts) {
      const failed = new Set(await input.doubt(new Set(open.map(outlook => outlook.queue))));
      open = open.filter(outlook => !failed.has(outlook.queue));
    }
    const shown = await lookAt(input, open, ringed);
    const still: QueueOutlook[] = [];
    for (const outlook of open) {
      const queue = shown.get(outlook.queue);
      const seen =
        queue !== undefined &&
        groupsAreSeen(queue, placements.get(queue.id) ?? [], input.made) &&
        (await headsAreSeen(queue, outlook, look, input));
      if (!seen) {
        still.push(outlook);
        continue;
      }
      sighted.add(outlook.queue);
      input.shown?.set(queue.id, queue);
    }
    open = still;
  }
  const unseen = open.map(outlook => ({
    code: 'settle.not-seen' as const,
    happened: `What was written is not visible after ${Math.round(input.settleMs / 1000)} s.`,
    subject: queueSubject(plan, outlook.queue),
    remedy:
      'Run `muster plan` in some minutes: if it then finds nothing to do, all is well. Else raise genesys.settleSeconds.',
  }));
  return { unseen, seen: sighted };
}

/** Queues that a step is about, those that its group serves included. */
const queuesOf =
  (plan: Plan) =>
  (step: Plan['steps'][number]): QueueId[] => {
    if (step.kind === 'queue.handover')
      return step.changes.flatMap(index => {
        const change = plan.changes[index]!;
        return 'queue' in change ? [change.queue] : [];
      });
    if (step.queue !== undefined) return [step.queue];
    const attached = plan.changes.flatMap(change =>
      change.kind === 'queue.attach' && change.group === step.group ? [change.queue] : [],
    );
    const users = new Set(
      step.changes.flatMap(index => ('user' in plan.changes[index]! ? [plan.changes[index].user] : [])),
    );
    const touched = plan.queues.filter(outlook =>
      [...outlook.joining, ...outlook.leaving].some(user => users.has(user)),
    );
    return [...attached, ...touched.map(outlook => outlook.queue)];
  };

/** In as few calls as it takes; one each for bullseye queues, whose list entries cannot be trusted (§3.1). */
async function lookAt(
  { api, tenant, batches, signal }: SettleInput,
  open: readonly QueueOutlook[],
  ringed: ReadonlySet<QueueId>,
): Promise<ReadonlyMap<QueueId, TenantQueue>> {
  const ids = open.map(outlook => outlook.queue);
  const plain = ids.filter(id => !ringed.has(id));
  const way = readBackWay(plain.length, batches.readBack, allQueues(tenant)).name;
  const listed = way === 'list' ? await listQueues(api, signal) : await queuesById(api, plain, signal);
  const shown = new Map(listed.map(queue => [queue.id, queue]));
  for (const id of ids.filter(each => ringed.has(each))) {
    const queue = await readQueue(api, id, signal);
    if (queue) shown.set(id, toQueue(queue));
  }
  return shown;
}

type Placing = Extract<Change, { kind: 'queue.attach' | 'queue.detach' }>;

/** Groups that come and go, queue by queue, as far as the queue itself shows them. */
function placementsOf({ changes }: Plan): ReadonlyMap<QueueId, readonly Placing[]> {
  const placings = changes.filter(
    (change): change is Placing =>
      (change.kind === 'queue.attach' || change.kind === 'queue.detach') &&
      (change.how === 'member-groups' || change.how === 'ring-groups'),
  );
  return Map.groupBy(placings, change => change.queue);
}

function groupsAreSeen(queue: TenantQueue, placings: readonly Placing[], made: SettleInput['made']): boolean {
  const whole = new Set(queue.memberGroups.map(group => group.id));
  const rings = new Set(
    queue.rings.flatMap(ring => ring.memberGroups.map(group => `${group.id} ${ring.number}`)),
  );
  return placings.every(change => {
    const id = change.id ?? made.get(change.group);
    const there = change.ring === undefined ? whole.has(id ?? '') : rings.has(`${id} ${change.ring}`);
    return there === (change.kind === 'queue.attach');
  });
}

/** The count first, because it comes for nothing; where it disagrees, the people themselves (§3.4: it may). */
async function headsAreSeen(
  queue: TenantQueue,
  outlook: QueueOutlook,
  look: number,
  { api, signal }: SettleInput,
): Promise<boolean> {
  if (queue.memberCount === outlook.after && !hidesInCount(outlook)) return true;
  if (queue.memberCount !== outlook.after && look < looksAtCounts && queue.memberCount !== undefined)
    return false;
  const members = new Set((await queueMembers(api, queue.id, signal)).map(member => member.user));
  const mayStay = new Set(outlook.mayStay);
  return (
    outlook.joining.every(user => members.has(user)) &&
    outlook.leaving.every(user => !members.has(user) || mayStay.has(user))
  );
}
