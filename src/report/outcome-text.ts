import type { DrainOutcome, Outcome, Problem, Roster } from '../model/outcome.ts';
import { commandOf, type Purpose } from '../model/purpose.ts';
import { type Paint, plainPaint } from './paint.ts';

const headline: Readonly<Record<Outcome['state'], string>> = {
  'nothing-to-do': 'Nothing to do.',
  done: 'Done, and seen by reading back.',
  partly: 'Partly done.',
  failed: 'Nothing could be done.',
  interrupted: 'Stopped before the end.',
};

/** An adoption asks nothing of the target. */
const headlineOf = ({ state, steps }: Outcome): string =>
  state === 'done' && steps.length === 0 ? 'Done: it is written down.' : headline[state];

/** How a run ended: what was done, what was not and why, what to do next. */
export function outcomeText(outcome: Outcome, paint: Paint = plainPaint, purpose?: Purpose): string {
  const done = outcome.steps.filter(step => step.state === 'done').length;
  const good = outcome.state === 'done' || outcome.state === 'nothing-to-do';
  const lines = [
    `${(good ? paint.add : paint.warn)(headlineOf(outcome))} ${paint.dim(
      `${done} of ${outcome.steps.length} steps, ${outcome.calls} calls, ${outcome.seconds.toFixed(1)} s, run ${outcome.run}`,
    )}`,
  ];
  for (const { problem, state } of outcome.steps)
    if (problem) lines.push(...problemLines(problem, state, paint));
  if (outcome.drain) lines.push(...drainLines(outcome.drain, outcome.state === 'interrupted', paint));
  for (const problem of outcome.unseen) lines.push(...problemLines(problem, 'unseen', paint));
  if (!good)
    lines.push(`Run \`${commandOf(purpose)}\` again when that is mended: it goes on from the real state.`);
  return `${lines.join('\n')}\n`;
}

function drainLines(drain: DrainOutcome, stopped: boolean, paint: Paint): string[] {
  const { people, queues, joinedAgain, problems } = drain;
  const who = `${people} ${people === 1 ? 'person was' : 'people were'} unjoined on ${queues} queue${queues === 1 ? '' : 's'} first`;
  const staying =
    joinedAgain === 0
      ? '.'
      : `; ${joinedAgain} of these seats ${joinedAgain === 1 ? 'was' : 'were'} activated again, because ${stopped ? 'the run was stopped before anybody was taken off them' : 'the removal failed'}.`;
  return [`  ${who}${staying}`, ...problems.flatMap(problem => problemLines(problem, 'unjoined', paint))];
}

const problemLines = (problem: Problem, state: string, paint: Paint): string[] => [
  `  ${paint.remove(state)}  ${paint.bold(problem.subject ?? '')}  ${problem.code}`,
  `    ${problem.happened}${problem.correlationId ? paint.dim(`  (correlation id ${problem.correlationId})`) : ''}`,
  paint.dim(`    → ${problem.remedy}`),
];

/** Who is on each queue, as it was read back. */
export function rosterText(rosters: readonly Roster[], paint: Paint = plainPaint, most = 30): string {
  const lines: string[] = [];
  for (const { name, members } of rosters) {
    lines.push(`  ${paint.bold(name)}  ${members.length} member${members.length === 1 ? '' : 's'}`);
    const width = Math.max(0, ...members.slice(0, most).map(member => (member.name ?? member.user).length));
    for (const member of members.slice(0, most)) {
      lines.push(
        `    ${(member.name ?? member.user).padEnd(width)}  ${paint.dim(member.by === 'group' ? 'through a group' : 'directly')}`,
      );
    }
    if (members.length > most) lines.push(paint.dim(`    … and ${members.length - most} more`));
  }
  return `${lines.join('\n')}\n`;
}
