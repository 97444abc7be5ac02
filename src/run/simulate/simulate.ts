import type { OfflineConfig } from '../../config/load.ts';
import { MusterError, MusterErrors } from '../../errors.ts';
import type { Note } from '../../model/note.ts';
import type { Plan, Price, Refusal } from '../../model/plan.ts';
import type { SimulatedConfig, Simulation } from '../../model/simulation.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';
import { floorAt } from '../../plan/guards/floors.ts';
import type { Planned } from '../job.ts';
import { offlineJob } from '../offline/offline-job.ts';
import { isSettled, planRun } from '../sync.ts';
import { afterPlan } from './after-plan.ts';
import type { SimulatedRun } from './causes.ts';
import { queuesAlike, queuesThat } from './compare-queues.ts';

export type SimulatedFile = Pick<OfflineConfig, 'path' | 'config'>;

export interface SimulationInput {
  /** What holds today; applied to the snapshot first, guards or no guards. */
  readonly before: SimulatedFile;
  /** What is proposed; planned on what the first one leaves, under its own limits. */
  readonly after: SimulatedFile;
  readonly snapshot: WorldSnapshot;
  /** As of when; the moment of the snapshot where left out. Milliseconds since the epoch. */
  readonly nowMs?: number;
}

/**
 * Who stands on each queue under the one config and under the other, each in its steady state: as if it had been applied
 * until nothing was left to do. Calls nobody. Throws as a plan does, with the file in the subject.
 */
export async function simulate(
  { before, after, snapshot, nowMs = Date.parse(snapshot.takenAt) }: SimulationInput,
  signal: AbortSignal = new AbortController().signal,
): Promise<Simulation> {
  const first = await settle(before, snapshot, nowMs, signal);
  const second = await settle(after, first.world, nowMs, signal);
  const floorOf = floorAt(after.config.limits.staffing, nowMs);
  const queues = queuesThat(second.runs, queue => floorOf(queue).minMembers);
  const { takenAt, people, writtenBy } = snapshot;
  return {
    kind: 'muster.simulation',
    version: 1,
    snapshot: { takenAt, people, writtenBy },
    at: new Date(nowMs).toISOString(),
    before: told(before, first),
    after: told(after, second),
    choice: second.last.choice,
    queues,
    same: queuesAlike(second.world, queues),
    refusals: second.refusals,
    notes: [...assumptions(before, after, snapshot), ...newNotes(first, second)],
    changes: second.changes,
    price: priceOf(second),
    runs: second.runs.filter(({ plan }) => plan.changes.length > 0).length,
  };
}

/** Going over from people to groups takes two runs; whatever takes more than this does not come to rest. */
const mostRuns = 4;

interface Settled {
  readonly runs: readonly SimulatedRun[];
  readonly refusals: readonly Refusal[];
  readonly changes: number;
  readonly world: WorldSnapshot;
  /** The plan that found nothing to do, or the last one of too many. */
  readonly last: Plan;
  readonly isSteady: boolean;
}

/** Plans and applies until nothing is left to do. */
async function settle(
  file: SimulatedFile,
  snapshot: WorldSnapshot,
  nowMs: number,
  signal: AbortSignal,
): Promise<Settled> {
  const runs: SimulatedRun[] = [];
  const refusals = new Map<string, Refusal>();
  let world = snapshot;
  for (;;) {
    const { plan, refusals: against } = await inFile(file, () =>
      planRun(offlineJob(file, world, { nowMs }), signal),
    );
    for (const refusal of against) refusals.set(`${refusal.code} ${refusal.subject}`, refusal);
    const isSteady = plan.changes.length === 0;
    if (!isSettled(plan)) {
      const next = afterPlan(world, plan, new Date(nowMs).toISOString());
      runs.push({ plan, before: world, after: next });
      world = next;
    }
    if (isSteady || runs.length >= mostRuns) {
      const changes = runs.reduce((sum, run) => sum + run.plan.changes.length, 0);
      return { runs, refusals: [...refusals.values()], changes, world, last: plan, isSteady };
    }
  }
}

/** Two files are looked at: an error says in which one it is. */
async function inFile(file: SimulatedFile, work: () => Promise<Planned>): Promise<Planned> {
  const located = (error: MusterError) =>
    new MusterError(error.code, {
      ...error,
      subject: error.subject === undefined ? file.path : `${error.subject}, ${file.path}`,
    });
  try {
    return await work();
  } catch (error) {
    if (error instanceof MusterError) throw located(error);
    if (error instanceof MusterErrors) throw new MusterErrors(error.errors.map(located));
    throw error;
  }
}

const told = ({ path }: SimulatedFile, { changes, refusals, isSteady }: Settled): SimulatedConfig => ({
  path,
  changes,
  refusals,
  isSteady,
});

/**
 * What the first config is told of as well has nothing to do with the difference; but whatever makes the whole picture
 * doubtful is told in any case.
 */
function newNotes(first: Settled, second: Settled): Note[] {
  const known = new Set(first.last.notes.map(noteId));
  const all = [...second.runs.map(run => run.plan), second.last].flatMap(plan => plan.notes);
  const once = new Map(all.map(note => [noteId(note), note]));
  return [...once]
    .filter(([text, { code }]) => doubtful.has(code) || !known.has(text))
    .map(([, note]) => note);
}

/** The remedy is left out: it may name a token, and another plan has another one. */
const noteId = ({ code, level, subject, text }: Note): string => JSON.stringify([code, level, subject, text]);

const doubtful: ReadonlySet<Note['code']> = new Set(['group.other-hand', 'snapshot.assumed']);

/** Where the files differ in something that a snapshot cannot show. */
function assumptions(before: SimulatedFile, after: SimulatedFile, { people }: WorldSnapshot): Note[] {
  const rewritten = Object.entries(after.config.sources).filter(([id, mark]) => {
    const was = before.config.sources[id];
    return was !== undefined && was !== mark;
  });
  const notes = rewritten.map(
    ([id]): Note => ({
      code: 'snapshot.assumed',
      level: 'warning',
      subject: id,
      text: `The source "${id}" is written differently in ${after.path}. What it would show then is not known: the simulation takes what it showed.`,
      remedy: `Run \`muster sources ${id}\` with the new config where its credentials are.`,
    }),
  );
  const [was, is] = [before, after].map(({ config }) => JSON.stringify(config.limits.protect.people));
  if (people === 'names' || was === is) return notes;
  return [
    ...notes,
    {
      code: 'snapshot.assumed',
      level: 'warning',
      subject: 'limits.protect.people',
      text: 'Who is protected is written differently, and pseudonyms cannot show whom it means: those are protected who were when the snapshot was taken.',
      remedy: 'Take the snapshot with `--with-names`.',
    },
  ];
}

function priceOf({ runs, last }: Settled): Price {
  const calls = new Map<string, number>();
  for (const { plan } of runs)
    for (const call of plan.price.byRoute) calls.set(call.route, (calls.get(call.route) ?? 0) + call.calls);
  const sum = (of: (price: Price) => number) => runs.reduce((total, { plan }) => total + of(plan.price), 0);
  return {
    calls: sum(price => price.calls),
    byRoute: [...calls].sort(([a], [b]) => (a < b ? -1 : 1)).map(([route, many]) => ({ route, calls: many })),
    minutes: sum(price => price.minutes),
    perMinute: last.price.perMinute,
  };
}
