import { type Clock, isoNow } from '../clock.ts';
import { isMusterError, MusterError } from '../errors.ts';
import type { GenesysApi } from '../genesys/api.ts';
import type { Journal } from '../model/journal.ts';
import type { GroupId, GroupKey } from '../model/keys.ts';
import type { Outcome, Problem, StepOutcome } from '../model/outcome.ts';
import type { Plan, Step, StepKind } from '../model/plan.ts';
import type { Tenant } from '../model/tenant.ts';
import type { Batches } from '../plan/price.ts';
import { groupCreate } from './group-create.ts';
import { groupUpdate } from './group-update.ts';
import { groupWrite } from './group-write.ts';
import type { Hand, Work } from './hand.ts';
import { gainsOf, heldBack, lostSoFar, unmade } from './hold-back.ts';
import { queueGroups } from './queue-groups.ts';
import { queueMembers } from './queue-members.ts';
import { settle } from './settle.ts';

const hands: Readonly<Record<StepKind, Hand>> = {
  'group.create': groupCreate,
  'group.update': groupUpdate,
  'group.write': groupWrite,
  'queue.groups': queueGroups,
  'queue.members': queueMembers,
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
  /** Steps side by side; requests are held back by the HTTP client anyway. */
  readonly concurrency: number;
  /** Ask to stop: the write in flight is finished and journalled, the next is not begun. */
  readonly stop: AbortSignal;
  /** Cut requests in flight. What became of them is settled by the next run. */
  readonly signal: AbortSignal;
  readonly progress?: (progress: ApplyProgress) => void;
}

export interface ApplyProgress {
  readonly stage: 'applying' | 'settling';
  readonly done: number;
  readonly of: number;
  readonly subject: string;
}

/**
 * The only stage that writes. Phases one after another, the steps of a phase side by side. One step that fails never
 * stops the others, except that nobody is taken away whose coming elsewhere has failed.
 */
export async function applyPlan(input: ApplyInput): Promise<Outcome> {
  const { plan, journal, clock, api, stop } = input;
  const startedMs = clock.now();
  const sentBefore = api.sent;
  const made = new Map<GroupKey, GroupId>();
  const outcomes = new Map<Step, StepOutcome>();
  const groups = new Map(input.tenant.groups.map(group => [group.id, group]));
  await journal.books(plan.bookkeeping);
  const write = writer(journal, stop);
  const say = (subject: string) =>
    input.progress?.({ stage: 'applying', done: outcomes.size, of: plan.steps.length, subject });

  for (const phase of [1, 2, 3, 4] as const) {
    const steps = plan.steps.filter(step => step.phase === phase);
    const lost = lostSoFar(plan, outcomes, groups);
    await eachOf(steps, input.concurrency, async step => {
      const planned = step.changes.map(index => plan.changes[index]!);
      const subject = subjectOf(step, plan);
      say(subject);
      const stopped = stop.aborted ? interrupted(subject) : unmade(planned, made, subject);
      const held = stopped ?? heldBack(planned, lost, groups, subject);
      // Who must not go yet keeps nobody else from coming.
      const changes = stopped ? [] : held ? gainsOf(planned) : planned;
      if (held && changes.length === 0) {
        outcomes.set(step, { step, state: 'skipped', problem: held });
        return;
      }
      const work: Work = {
        step,
        changes,
        plan,
        api,
        batches: input.batches,
        clock,
        groups,
        signal: input.signal,
        made,
        write,
      };
      try {
        await hands[step.kind](work);
        outcomes.set(step, held ? { step, state: 'skipped', problem: held } : { step, state: 'done' });
      } catch (error) {
        if (!isMusterError(error)) throw error;
        const state = error.code === 'run.interrupted' ? 'skipped' : 'failed';
        outcomes.set(step, { step, state, problem: problemOf(error) });
      }
    });
  }
  const steps = plan.steps.map(step => outcomes.get(step)!);
  const unseen = stop.aborted
    ? []
    : await settle({ ...input, done: steps.filter(each => each.state === 'done'), made });
  const state = stateOf(steps, unseen, stop.aborted);
  await journal.end(state);
  return {
    run: journal.run,
    state,
    steps,
    calls: api.sent - sentBefore,
    seconds: (clock.now() - startedMs) / 1000,
    made: Object.fromEntries(made),
    unseen,
  };
}

function stateOf(
  steps: readonly StepOutcome[],
  unseen: readonly Problem[],
  stopped: boolean,
): Outcome['state'] {
  const done = steps.filter(step => step.state === 'done').length;
  if (stopped && done < steps.length) return 'interrupted';
  if (steps.length === 0) return 'nothing-to-do';
  if (done === steps.length) return unseen.length === 0 ? 'done' : 'partly';
  return done === 0 ? 'failed' : 'partly';
}

/** Begun on disk before the request, done or failed after it. */
function writer(journal: Journal, stop: AbortSignal): Work['write'] {
  let lastId = 0;
  return async (record, request, made) => {
    if (stop.aborted) throw new MusterError('run.interrupted', interruptedFacts(record.subject));
    const entry = { ...record, id: ++lastId };
    await journal.begin(entry);
    let answer: Awaited<ReturnType<typeof request>>;
    try {
      answer = await request();
    } catch (error) {
      const { code, happened } = isMusterError(error) ? error : { code: 'unknown', happened: String(error) };
      await journal.failed(entry, { code, happened }, mayBeDone(error));
      throw error;
    }
    await journal.done(entry, made?.(answer));
    return answer;
  };
}

/** No answer, an answer of a gateway or a server in trouble: the write may have happened all the same. */
function mayBeDone(error: unknown): boolean {
  if (!isMusterError(error) || error.status === undefined) return true;
  return error.status >= 500 || error.status === 408 || (error.status >= 200 && error.status < 300);
}

const interruptedFacts = (subject: string) => ({
  happened: 'The run was asked to stop before this was begun.',
  subject,
  remedy: 'Run again: it goes on from the real state.',
});

const interrupted = (subject: string): Problem => ({ code: 'run.interrupted', ...interruptedFacts(subject) });

const subjectOf = (step: Step, plan: Plan): string =>
  step.queue === undefined
    ? `group ${plan.names.groups[step.group!] ?? step.group}`
    : `queue ${plan.names.queues[step.queue] ?? step.queue}`;

export const problemOf = (error: MusterError): Problem => ({
  code: error.code,
  happened: error.happened,
  remedy: error.remedy,
  ...(error.subject === undefined ? {} : { subject: error.subject }),
  ...(error.correlationId === undefined ? {} : { correlationId: error.correlationId }),
});

/** At most `width` at a time, in order. */
async function eachOf<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  let broken: { readonly error: unknown } | undefined;
  const worker = async () => {
    for (const item of queue) {
      if (broken) return;
      try {
        await work(item);
      } catch (error) {
        broken ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  // Only when nobody works any more: whoever hears of it closes the journal.
  if (broken) throw broken.error;
}

/** A run id that sorts by time and is unique enough for one state directory. */
export const newRunId = (clock: Clock, random: () => number): string =>
  `${isoNow(clock).replace(/[-:]/gu, '').slice(0, 15)}Z-${Math.floor(random() * 0x1000000)
    .toString(16)
    .padStart(6, '0')}`;
