import type { Clock } from '../clock.ts';
import { isMusterError } from '../errors.ts';
import type { GenesysApi } from '../genesys/api.ts';
import { joinQueueMembers, queueMembers } from '../genesys/queues.ts';
import type { Journal } from '../model/journal.ts';
import type { QueueId } from '../model/keys.ts';
import { lazily } from '../model/lazily.ts';
import type { DrainOutcome, Problem, StepOutcome } from '../model/outcome.ts';
import type { Plan, Step } from '../model/plan.ts';
import { type Seat, seatId } from '../model/seat.ts';
import type { Tenant } from '../model/tenant.ts';
import { takers } from '../plan/finish/drain.ts';
import { type Batches, routes } from '../plan/finish/price.ts';
import { chunks, type Work } from './hand.ts';
import { queueSubject } from './told-names.ts';
import { mayBeDone, problemOf } from './writer.ts';

export interface DrainTools {
  readonly plan: Plan;
  /** The tenant that the plan was made on. */
  readonly tenant: Tenant;
  readonly api: GenesysApi;
  readonly journal: Journal;
  readonly batches: Batches;
  readonly clock: Clock;
  /** Ends the grace: nobody is taken off then. */
  readonly stop: AbortSignal;
  readonly signal: AbortSignal;
  readonly write: Work['write'];
  /** As `write`, also after the run was asked to stop: who was unjoined must not stay so. */
  readonly writeAnyhow: Work['write'];
  readonly progress?: (progress: DrainProgress) => void;
}

export interface DrainProgress {
  readonly stage: 'draining';
  readonly people: number;
  readonly secondsLeft: number;
}

/** What is left of the grace is told this often. */
const tickMs = 1_000;

/**
 * Unjoins whoever is about to be taken off their queue, waits once for all of them, and joins again whoever stays
 * after all. Each unjoining is in the journal with the seat that it takes, so that a run that dies in between leaves
 * nobody unjoined for good: the next one takes them off or joins them again (`plan/finish/seats`).
 */
export function drainer(tools: DrainTools) {
  const { plan, clock, stop } = tools;
  // Nearly every run unjoins nobody.
  const taking = lazily(() => stepsTakingIn(plan, tools.tenant));
  const drained: Seat[] = [];
  /** Why somebody could not be unjoined, by `seatId`: then they are not taken off either. */
  const undrained = new Map<string, Problem>();

  const stepsTaking = (seat: Seat): Step[] => taking()(seat);

  const unjoin = async (queue: string, batch: readonly Seat[]): Promise<void> => {
    const subject = queueSubject(plan, queue);
    const record = {
      route: routes.joinQueueMembers,
      subject,
      adds: [],
      drops: [],
      preimage: { joined: batch.map(seat => seat.user) },
      seats: batch,
    };
    try {
      await tools.write(record, () => join(tools, queue, batch, false, subject));
      drained.push(...batch);
    } catch (error) {
      if (!isMusterError(error)) throw error;
      // Then it is undone with the others.
      if (mayBeDone(error)) drained.push(...batch);
      for (const seat of batch) undrained.set(seatId(seat), problemOf(error));
    }
  };

  const wait = async (): Promise<void> => {
    const untilMs = clock.now() + (plan.drain?.graceSeconds ?? 0) * 1000;
    for (let leftMs = untilMs - clock.now(); leftMs > 0 && !stop.aborted; leftMs = untilMs - clock.now()) {
      const secondsLeft = Math.ceil(leftMs / 1000);
      tools.progress?.({ stage: 'draining', people: drained.length, secondsLeft });
      await clock.sleep(Math.min(leftMs, tickMs), stop).catch(() => {});
    }
  };

  const rejoin = async (queue: string, batch: readonly Seat[]): Promise<Problem | undefined> => {
    const subject = queueSubject(plan, queue);
    const record = {
      route: routes.joinQueueMembers,
      subject,
      adds: [],
      drops: [],
      preimage: { unjoined: batch.map(seat => seat.user) },
    };
    try {
      await tools.writeAnyhow(record, () => join(tools, queue, batch, true, subject));
      return undefined;
    } catch (error) {
      if (!isMusterError(error)) throw error;
      return {
        ...problemOf(error),
        code: 'seat.not-restored',
        happened: `${batch.length} people could not be activated again: ${error.happened}`,
        remedy: 'Run again soon: it activates them, or takes them off.',
      };
    }
  };

  const gone = new Set<string>();
  const unrestored = new Set<string>();
  const problems: Problem[] = [];

  const giveBack = async (seats: readonly Seat[]): Promise<void> => {
    const restored: string[] = [];
    for (const [queue, those] of Map.groupBy(seats, seat => seat.queue)) {
      for (const batch of chunks(those, tools.batches.queueMembers)) {
        const problem = await rejoin(queue, batch);
        if (problem) problems.push(problem);
        for (const id of batch.map(seatId)) (problem ? unrestored : gone).add(id);
        if (!problem) restored.push(...batch.map(seatId));
      }
    }
    if (restored.length > 0) await tools.journal.seats({ open: [], left: [], gone: restored });
  };

  const whoIsOn = async (queue: QueueId): Promise<ReadonlySet<string> | undefined> => {
    if (stop.aborted) return undefined;
    try {
      return new Set((await queueMembers(tools.api, queue, tools.signal)).map(member => member.user));
    } catch (error) {
      if (!isMusterError(error)) throw error;
      return undefined;
    }
  };

  return {
    /** Unjoins and waits. `goes` says whether a step that takes somebody away can still be done. */
    async begin(goes: (step: Step) => boolean): Promise<void> {
      for (const { queue, seats } of plan.drain?.queues ?? []) {
        // Whoever stays because something else has failed is not to be disturbed.
        const going = seats.filter(seat => stepsTaking(seat).every(goes));
        for (const batch of chunks(going, tools.batches.queueMembers)) {
          if (stop.aborted) return;
          await unjoin(queue, batch);
        }
      }
      if (drained.some(seat => !undrained.has(seatId(seat)))) await wait();
    },

    /** Why a step must not take anybody away: somebody whom it would take could not be unjoined first. */
    heldBack(step: Step, subject: string): Problem | undefined {
      if (undrained.size === 0) return undefined;
      const all = plan.drain?.queues.flatMap(({ seats }) => seats) ?? [];
      const why = all
        .filter(seat => undrained.has(seatId(seat)) && stepsTaking(seat).includes(step))
        .map(seat => undrained.get(seatId(seat))!)[0];
      if (!why) return undefined;
      return {
        code: why.code,
        happened: `Nobody is taken away here, because they could not be unjoined first: ${why.happened}`,
        subject,
        remedy: `${why.remedy} Or run with --no-drain.`,
      };
    },

    /** Joins again whoever was unjoined and stays because their removal was not done. */
    async release(outcomes: ReadonlyMap<Step, StepOutcome>): Promise<void> {
      if (drained.length === 0) return;
      await giveBack(
        drained.filter(seat => stepsTaking(seat).some(step => outcomes.get(step)?.state !== 'done')),
      );
    },

    /**
     * Files the seats of those who are off their queue; who is still on it, by whatever other hand, is joined again. A
     * step that was done is no sight of it: `seen` are the queues that showed what was planned, the others are looked
     * at. Undefined where nobody was unjoined.
     */
    async end(seen: ReadonlySet<QueueId>): Promise<DrainOutcome | undefined> {
      if (drained.length === 0) return undefined;
      const left: string[] = [];
      const stillOpen = drained.filter(seat => !gone.has(seatId(seat)) && !unrestored.has(seatId(seat)));
      for (const [queue, seats] of Map.groupBy(stillOpen, seat => seat.queue)) {
        const there = seen.has(queue) ? new Set<string>() : await whoIsOn(queue);
        // What could not be seen stays open, and the next run looks.
        if (!there) continue;
        left.push(...seats.filter(seat => !there.has(seat.user)).map(seatId));
        await giveBack(seats.filter(seat => there.has(seat.user)));
      }
      if (left.length > 0) await tools.journal.seats({ open: [], left, gone: [] });
      return {
        people: new Set(drained.map(seat => seat.user)).size,
        queues: new Set(drained.map(seat => seat.queue)).size,
        joinedAgain: gone.size,
        problems,
      };
    },
  };
}

/** The steps that take somebody off their seat. */
function stepsTakingIn(plan: Plan, { groups }: Tenant): (seat: Seat) => Step[] {
  const taking = takers(plan.changes, groups);
  const outlooks = new Map(plan.queues.map(queue => [queue.queue, queue]));
  const stepOf = new Map(plan.steps.flatMap(step => step.changes.map(index => [plan.changes[index]!, step])));
  return ({ queue, user }) => taking(outlooks.get(queue)!, user).map(change => stepOf.get(change)!);
}

const join = (
  { api, signal }: Pick<DrainTools, 'api' | 'signal'>,
  queue: string,
  seats: readonly Seat[],
  joined: boolean,
  subject: string,
): Promise<void> =>
  joinQueueMembers(
    api,
    queue,
    seats.map(({ user }) => ({ user, joined })),
    subject,
    signal,
  );
