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

const headlineOf = (state: Outcome['state'], done: number): string =>
  state === 'partly' && done === 0 ? 'Held back: nobody was taken off.' : headlines[state];

export function outcomeView(outcome: Outcome, purpose?: Purpose): OutcomeView {
  const { state, steps, calls, seconds, run, drain, unseen } = outcome;
  const done = steps.filter(step => step.state === 'done').length;
  const good = state === 'done' || state === 'nothing-to-do';
  return {
    good,
    // An adoption asks nothing of the target.
    headline: state === 'done' && steps.length === 0 ? 'Done: it is written down.' : headlineOf(state, done),
    facts: `${done} of ${steps.length} steps, ${calls} calls, ${seconds.toFixed(1)} s, run ${run}`,
    ...(drain ? { drained: drainText(drain, whyJoinedAgain(outcome)) } : {}),
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

function whyJoinedAgain({ state, steps }: Outcome): string {
  if (state === 'interrupted') return 'the run was stopped before anybody was taken off them';
  return steps.some(step => step.state === 'failed') ? 'the removal failed' : 'nobody is taken off them now';
}

function drainText({ people, queues, joinedAgain }: DrainOutcome, why: string): string {
  const who = `${counted(people, 'person')} ${people === 1 ? 'was' : 'were'} unjoined on ${counted(queues, 'queue')} first`;
  if (joinedAgain === 0) return `${who}.`;
  return `${who}; ${joinedAgain} of these seats ${joinedAgain === 1 ? 'was' : 'were'} activated again, because ${why}.`;
}
