import type { DrainOutcome, Outcome, Problem } from '../model/outcome.ts';
import { commandOf, type Purpose } from '../model/purpose.ts';
import { counted } from './counted.ts';
import { shown } from './shown-text.ts';

/** Something that was not done, or not seen. */
export interface ProblemView {
  /** `failed`, `skipped`, `unseen`, `unjoined`. */
  readonly state: string;
  readonly subject: string;
  readonly code: string;
  readonly text: string;
  readonly remedy: string;
  readonly correlationId?: string;
}

/** How a run ended, ready to be told in any form; every text is one line that can be seen, as in `PlanView`. */
export interface OutcomeView {
  readonly good: boolean;
  readonly headline: string;
  /** Steps, calls, seconds, run. */
  readonly facts: string;
  /** Who was unjoined first, and what became of them. */
  readonly drained?: string;
  readonly problems: readonly ProblemView[];
  /** What to do next; only where something is left to do. */
  readonly next?: string;
}

const headlines: Readonly<Record<Outcome['state'], string>> = {
  'nothing-to-do': 'Nothing to do.',
  done: 'Done, and seen by reading back.',
  partly: 'Partly done.',
  failed: 'Nothing could be done.',
  interrupted: 'Stopped before the end.',
};

export function outcomeView(outcome: Outcome, purpose?: Purpose): OutcomeView {
  const { state, steps, calls, seconds, run, drain, unseen } = outcome;
  const done = steps.filter(step => step.state === 'done').length;
  const good = state === 'done' || state === 'nothing-to-do';
  return {
    good,
    // An adoption asks nothing of the target.
    headline: state === 'done' && steps.length === 0 ? 'Done: it is written down.' : headlines[state],
    facts: `${done} of ${steps.length} steps, ${calls} calls, ${seconds.toFixed(1)} s, run ${run}`,
    ...(drain ? { drained: drainText(drain, state === 'interrupted') } : {}),
    problems: [
      ...steps.flatMap(step => (step.problem ? [problemView(step.problem, step.state)] : [])),
      ...(drain?.problems ?? []).map(problem => problemView(problem, 'unjoined')),
      ...unseen.map(problem => problemView(problem, 'unseen')),
    ],
    ...(good
      ? {}
      : {
          next: `Run \`${shown(commandOf(purpose))}\` again when that is mended: it goes on from the real state. \`muster apply --resume\` does only what was approved.`,
        }),
  };
}

const problemView = (
  { code, happened, subject, remedy, correlationId }: Problem,
  state: string,
): ProblemView => ({
  state,
  subject: subject === undefined ? '' : shown(subject),
  code,
  text: shown(happened, 1_000),
  remedy: shown(remedy, 1_000),
  ...(correlationId === undefined ? {} : { correlationId: shown(correlationId) }),
});

function drainText({ people, queues, joinedAgain }: DrainOutcome, stopped: boolean): string {
  const who = `${counted(people, 'person')} ${people === 1 ? 'was' : 'were'} unjoined on ${counted(queues, 'queue')} first`;
  if (joinedAgain === 0) return `${who}.`;
  const why = stopped ? 'the run was stopped before anybody was taken off them' : 'the removal failed';
  return `${who}; ${joinedAgain} of these seats ${joinedAgain === 1 ? 'was' : 'were'} activated again, because ${why}.`;
}
