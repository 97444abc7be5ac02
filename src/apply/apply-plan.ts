import { strategies } from '../assignment/registry.ts';
import type { Clock } from '../clock.ts';
import { isMusterError } from '../errors.ts';
import type { GenesysApi } from '../genesys/api.ts';
import type { Journal } from '../model/journal.ts';
import type { GroupId, GroupKey, QueueId } from '../model/keys.ts';
import type { Outcome, StepOutcome } from '../model/outcome.ts';
import type { Plan, Step, StepKind } from '../model/plan.ts';
import type { Tenant, TenantGroup, TenantQueue } from '../model/tenant.ts';
import type { Batches } from '../plan/finish/price.ts';
import type { UnderFloor } from '../plan/guards/under-floor.ts';
import { type DrainProgress, drainer } from './drain.ts';
import { groupCreate } from './group-create.ts';
import { groupUpdate } from './group-update.ts';
import { groupWrite } from './group-write.ts';
import type { Hand, Unproven, Work } from './hand.ts';
import { handover } from './handover.ts';
import { changesOf, holdBack, stillOf, subjectOf, unmade } from './hold-back.ts';
import { heldByHours } from './hours.ts';
import { lookInto } from './look-into.ts';
import { movedSeats, seatsIn } from './moved-seats.ts';
import { queueGroups } from './queue-groups.ts';
import { queueMembers } from './queue-members.ts';
import { queueSeats } from './queue-seats.ts';
import { activateEarly } from './relieve.ts';
import { stateOf } from './run-state.ts';
import { settle } from './settle.ts';
import { eachOf, stepsInHand } from './side-by-side.ts';
import type { FloorOf } from './staffing.ts';
import { turns } from './turns.ts';
import { interrupted, problemOf, withBrought, writers } from './writer.ts';

const hands: Readonly<Record<StepKind, Hand>> = {
  'group.create': groupCreate,
  'group.update': groupUpdate,
  'group.write': groupWrite,
  'queue.groups': queueGroups,
  'queue.members': queueMembers,
  'queue.handover': handover,
  'queue.seats': queueSeats,
};

export interface ApplyInput {
  readonly plan: Plan;
  /** The tenant that the plan was made on. */
  readonly tenant: Tenant;
  readonly api: GenesysApi;
  readonly journal: Journal;
  readonly batches: Batches;
  readonly clock: Clock;
  readonly settleMs: number;
  /** The fewest people that a queue may have at any instant of the run. */
  readonly floorOf: FloorOf;
  /** Requests that the HTTP client has in flight at the most. */
  readonly concurrency: number;
  /** Queues that the plan would take under a floor that holds at this moment, and that nobody has agreed to. */
  readonly underFloor: () => readonly UnderFloor[];
  /** The groups as they are last seen: those of the tenant to begin with, and then what the hands saw. */
  readonly seen: Map<GroupId, TenantGroup>;
  /** Takes in the queues on which everything was seen, as they were then. */
  readonly shown?: Map<QueueId, TenantQueue>;
  /** Ask to stop: the write in flight is finished and journalled, the next is not begun. */
  readonly stop: AbortSignal;
  /** Cut requests in flight. What became of them is settled by the next run. */
  readonly signal: AbortSignal;
  readonly progress?: (progress: ApplyProgress) => void;
}

export type ApplyProgress =
  | {
      readonly stage: 'applying' | 'settling';
      readonly done: number;
      readonly of: number;
      readonly subject: string;
    }
  | DrainProgress;

/**
 * The only stage that writes. Phases one after another, the steps of a phase side by side. One step that fails never
 * stops the others, except that nobody is taken away whose coming elsewhere has failed, or without whom a queue would be
 * under its floor because others have not come, or who could not be unjoined before, where that was asked for, or whom a
 * floor keeps that has begun to hold in the meantime.
 */
export async function applyPlan(input: ApplyInput): Promise<Outcome> {
  const { plan, journal, clock, api, stop } = input;
  const startedMs = clock.now();
  const sentBefore = api.sent;
  const made = new Map<GroupKey, GroupId>();
  const outcomes = new Map<Step, StepOutcome>();
  const unproven: Unproven[] = [];
  const groups = input.seen;
  await journal.books(plan.bookkeeping);
  const { write, anyhow, written } = writers(journal, stop);
  const present = strategies.flatMap(each => each.present(input.tenant));
  const holding = holdBack({ plan, tenant: input.tenant, present, floorOf: input.floorOf }, groups);
  const draining = drainer({ ...input, write, writeAnyhow: anyhow });
  const seatOf = seatsIn(input.tenant);
  const moved = movedSeats(plan, input.tenant, seatOf);
  const inTurn = turns();
  const workOn = (step: Step, changes: Work['changes']): Work => ({
    step,
    changes,
    plan,
    api,
    batches: input.batches,
    clock,
    groups,
    signal: input.signal,
    made,
    inTurn,
    unproven: what => unproven.push({ step, ...what }),
    seatOf,
    moved,
    seats: ({ open = [], left = [], gone = [] }) => journal.seats({ open, left, gone }),
    write: withBrought(write, moved.broughtBy(changes)),
    finish: anyhow,
  });
  /** Have those who stay on a queue by a group come by it in this run? */
  const haveCome = ({ queue }: Step): boolean =>
    [...outcomes].some(
      ([step, { state }]) =>
        state === 'done' && moved.broughtBy(changesOf(step, plan)).some(seat => seat.queue === queue),
    );
  /** What cannot be given back here is in the journal, and is tried again later. */
  const activateNow = async (step: Step): Promise<void> => {
    const isRelief = step.kind === 'queue.members' && moved.staying(step.queue!).length > 0;
    if (!isRelief || step.phase !== 4 || stop.aborted || !haveCome(step)) return;
    await activateEarly(workOn(step, changesOf(step, plan))).catch(error => {
      if (!isMusterError(error)) throw error;
    });
  };
  const say = (subject: string) =>
    input.progress?.({ stage: 'applying', done: outcomes.size, of: plan.steps.length, subject });

  for (const phase of [1, 2, 3, 4, 5, 6] as const) {
    const steps = plan.steps.filter(step => step.phase === phase);
    const hold = holding(outcomes);
    const stays = (step: Step) =>
      hold(step) ?? heldByHours(changesOf(step, plan), plan, input.underFloor, subjectOf(step, plan));
    // A grace may be long.
    if (phase === 3 && plan.drain) await eachOf(plan.steps, stepsInHand(input.concurrency), activateNow);
    if (phase === 3) await draining.begin(step => !stays(step));
    await eachOf(steps, stepsInHand(input.concurrency), async step => {
      const subject = subjectOf(step, plan);
      say(subject);
      const stopped = stop.aborted ? interrupted(subject) : unmade(changesOf(step, plan), made, subject);
      const held = stopped ?? stays(step) ?? draining.heldBack(step, subject);
      const changes = stopped ? [] : held ? stillOf(step, plan) : changesOf(step, plan);
      if (held && changes.length === 0) {
        await activateNow(step);
        outcomes.set(step, { step, state: 'skipped', problem: held });
        return;
      }
      try {
        await hands[step.kind](workOn(step, changes));
        outcomes.set(step, held ? { step, state: 'skipped', problem: held } : { step, state: 'done' });
      } catch (error) {
        if (!isMusterError(error)) throw error;
        const state = error.code === 'run.interrupted' ? 'skipped' : 'failed';
        outcomes.set(step, { step, state, problem: problemOf(error) });
      }
    });
    // What a phase did is on disk before the next one builds on it.
    await written();
  }
  await draining.release(outcomes);
  await written();
  const done = [...outcomes.values()].filter(each => each.state === 'done');
  const { unseen, seen } = stop.aborted
    ? { unseen: [], seen: new Set<QueueId>() }
    : await settle({ ...input, done, made, doubt: queues => lookInto(unproven, queues, outcomes) });
  const drain = await draining.end(seen);
  await written();
  const steps = plan.steps.map(step => outcomes.get(step)!);
  const state = stateOf(plan, steps, unseen, drain, stop.aborted);
  await journal.end(state);
  return {
    run: journal.run,
    state,
    steps,
    calls: api.sent - sentBefore,
    seconds: (clock.now() - startedMs) / 1000,
    made: Object.fromEntries(made),
    unseen,
    ...(drain ? { drain } : {}),
  };
}
