import type { Clock } from '../clock.ts';
import type { GenesysApi } from '../genesys/api.ts';
import { queueMembers, queuesById, readQueue, toQueue } from '../genesys/queues.ts';
import type { GroupId, GroupKey, QueueId } from '../model/keys.ts';
import type { Problem, StepOutcome } from '../model/outcome.ts';
import { hidesInCount, type Plan, type QueueOutlook } from '../model/plan.ts';
import type { Tenant, TenantQueue } from '../model/tenant.ts';

export interface SettleInput {
  readonly plan: Plan;
  readonly tenant: Tenant;
  readonly api: GenesysApi;
  readonly clock: Clock;
  readonly settleMs: number;
  readonly signal: AbortSignal;
  readonly done: readonly StepOutcome[];
  readonly made: ReadonlyMap<GroupKey, GroupId>;
  readonly progress?: (progress: { stage: 'settling'; done: number; of: number; subject: string }) => void;
}

/** First look at once, then slower and slower: the platform rebuilds queue membership behind our back (§3.3, §11). */
const pausesMs = [0, 500, 1_000, 2_000, 4_000, 8_000];
/** Looks at the counts alone before the people of a queue are read one by one. */
const looksAtCounts = 2;

/**
 * Reads back until the target *shows* what was done: groups on their queues, heads as planned. Returns what was not
 * seen in time; a 200 to a write is no sight.
 */
export async function settle(input: SettleInput): Promise<Problem[]> {
  const { plan, tenant, clock, signal } = input;
  const failedQueues = new Set(
    plan.steps.filter(step => !input.done.some(each => each.step === step)).flatMap(queuesOf(plan)),
  );
  let open = plan.queues.filter(outlook => !failedQueues.has(outlook.queue));
  const ringed = new Set(tenant.queues.filter(queue => queue.rings.length > 0).map(queue => queue.id));
  const deadlineMs = clock.now() + input.settleMs;
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
    const shown = await lookAt(input.api, open, ringed, signal);
    const still: QueueOutlook[] = [];
    for (const outlook of open) {
      const queue = shown.get(outlook.queue);
      const seen =
        queue !== undefined &&
        groupsAreSeen(queue, outlook, input) &&
        (await headsAreSeen(queue, outlook, look, input));
      if (!seen) still.push(outlook);
    }
    open = still;
  }
  return open.map(outlook => ({
    code: 'settle.not-seen',
    happened: `What was written is not visible after ${Math.round(input.settleMs / 1000)} s.`,
    subject: `queue ${plan.names.queues[outlook.queue] ?? outlook.queue}`,
    remedy:
      'Run `muster plan` in some minutes: if it then finds nothing to do, all is well. Else raise genesys.settleSeconds.',
  }));
}

/** Queues that a step is about, those that its group serves included. */
const queuesOf =
  (plan: Plan) =>
  (step: Plan['steps'][number]): QueueId[] => {
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

/** One call for up to 100 queues; one each for bullseye queues, whose list entries cannot be trusted (§3.1). */
async function lookAt(
  api: GenesysApi,
  open: readonly QueueOutlook[],
  ringed: ReadonlySet<QueueId>,
  signal: AbortSignal,
) {
  const ids = open.map(outlook => outlook.queue);
  const shown = new Map<QueueId, TenantQueue>();
  for (const queue of await queuesById(
    api,
    ids.filter(id => !ringed.has(id)),
    signal,
  ))
    shown.set(queue.id, queue);
  for (const id of ids.filter(each => ringed.has(each))) {
    const queue = await readQueue(api, id, signal);
    if (queue) shown.set(id, toQueue(queue));
  }
  return shown;
}

function groupsAreSeen(queue: TenantQueue, outlook: QueueOutlook, { plan, made }: SettleInput): boolean {
  const whole = new Set(queue.memberGroups.map(group => group.id));
  const rings = new Set(
    queue.rings.flatMap(ring => ring.memberGroups.map(group => `${group.id} ${ring.number}`)),
  );
  return plan.changes.every(change => {
    const about =
      (change.kind === 'queue.attach' || change.kind === 'queue.detach') && change.queue === outlook.queue;
    if (!about || (change.how !== 'member-groups' && change.how !== 'ring-groups')) return true;
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
  return (
    outlook.joining.every(user => members.has(user)) && outlook.leaving.every(user => !members.has(user))
  );
}
