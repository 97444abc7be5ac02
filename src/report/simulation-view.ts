import type { SimulatedMove, SimulatedQueue, Simulation } from '../model/simulation.ts';
import { counted } from './counted.ts';
import { movesText } from './headline.ts';
import { type PlanView, type QueueView, refusalView, tellableNotes } from './plan-view.ts';
import { shown } from './shown-text.ts';
import { basisText } from './told-plan.ts';

/** One queue under both configs. */
export interface SimulatedQueueView extends QueueView {
  /** `corp.support −2, corp.evening +1`: which mappings cause it. */
  readonly causes: string;
}

/** A simulation as it is told, in whatever form; see `PlanView`. */
export interface SimulationView
  extends Pick<PlanView, 'headline' | 'refusals' | 'notes' | 'price' | 'changes'> {
  /** `muster.yaml → after.yaml`. */
  readonly title: string;
  readonly basis: string;
  readonly queues: readonly SimulatedQueueView[];
  /** Queues that stay as they are. */
  readonly same: readonly QueueView[];
  /** What a reader must know of how it came about. */
  readonly remarks: readonly string[];
}

export function simulationView(simulation: Simulation): SimulationView {
  const { before, after, at, snapshot, choice, queues, same, refusals, notes, price, changes } = simulation;
  return {
    title: `${shown(before.path)} → ${shown(after.path)}`,
    basis: `${basisText({ at, snapshot })}, ${choice.contract} contract`,
    headline: headlineOf(simulation),
    queues: queues.map(queueView),
    same: same.map(
      ({ queue, name, heads }): QueueView => ({
        id: queue,
        name: shown(name),
        before: heads,
        after: heads,
        joining: [],
        leaving: [],
        attaching: [],
        detaching: [],
      }),
    ),
    remarks: remarksOn(simulation),
    refusals: refusals.map(refusalView),
    notes: tellableNotes(notes),
    price,
    changes,
  };
}

function headlineOf({ queues, changes }: Simulation): string {
  if (changes === 0) return 'No difference: both configs put the same people on the same queues.';
  const usersOf = (moves: readonly SimulatedMove[]) => moves.map(move => move.user);
  const moves = movesText(
    queues.map(({ joining, leaving }) => ({ joining: usersOf(joining), leaving: usersOf(leaving) })),
  );
  return (
    moves ?? `Nobody comes onto a queue or goes off one; ${counted(changes, 'change')} of how that is told.`
  );
}

function queueView(queue: SimulatedQueue): SimulatedQueueView {
  const rows = (moves: readonly SimulatedMove[]) =>
    moves.map(({ name, why, mapping }) => ({
      name: shown(name),
      why: shown(mapping === undefined ? why : `${why} (${mapping})`, 1_000),
    }));
  return {
    id: queue.queue,
    name: shown(queue.name),
    before: queue.before,
    after: queue.after,
    joining: rows(queue.joining),
    leaving: rows(queue.leaving),
    attaching: queue.attaching.map(name => shown(name)),
    detaching: queue.detaching.map(name => shown(name)),
    causes: queue.causes
      .map(({ mapping, joining, leaving }) =>
        [
          shown(mapping),
          ...(joining > 0 ? [`+${joining}`] : []),
          ...(leaving > 0 ? [`−${leaving}`] : []),
        ].join(' '),
      )
      .join(', '),
  };
}

function remarksOn({ before, after, runs, queues, snapshot }: Simulation): string[] {
  const inexact = queues.filter(queue => !queue.exact).length;
  return [
    ...(before.changes > 0
      ? [
          `${shown(before.path)} was not wholly applied on ${snapshot.takenAt.slice(0, 10)}: its ${counted(before.changes, 'change')} ${before.changes === 1 ? 'is' : 'are'} taken as done first.`,
        ]
      : []),
    ...(before.refusals.length > 0
      ? [
          `Guards stand against that (${[...new Set(before.refusals.map(refusal => refusal.code))].join(', ')}); they are passed over here.`,
        ]
      : []),
    ...(runs > 1 ? [`Going over takes ${runs} runs.`] : []),
    ...[before, after]
      .filter(config => !config.isSteady)
      .map(
        config =>
          `${shown(config.path)} does not come to rest: one run after the other finds something to do.`,
      ),
    ...(inexact > 0
      ? [`Of ${counted(inexact, 'queue')} the snapshot holds only how many people are on it; see the notes.`]
      : []),
  ];
}
