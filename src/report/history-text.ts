import type { RunRecord, WriteRecord } from '../model/history.ts';
import type { JournalEdge } from '../model/journal.ts';
import type { KeptPlan } from '../model/kept-plan.ts';
import { purposeText } from '../model/purpose.ts';
import { changeText } from './change-text.ts';
import { counted } from './counted.ts';
import { type Paint, plainPaint } from './paint.ts';

/** One line a run, the latest first. */
export function historyText(runs: readonly RunRecord[], paint: Paint = plainPaint, most = 50): string {
  if (runs.length === 0) return 'No run has written anything yet.\n';
  const lines = runs
    .toReversed()
    .slice(0, most)
    .map(run => {
      const done = run.writes.filter(write => write.state === 'done').length;
      const state = run.state ?? 'died';
      const colour = state === 'done' ? paint.add : paint.warn;
      return `${run.at.slice(0, 19)}Z  ${paint.bold(run.run)}  ${colour(state.padEnd(13))}  ${done} of ${run.writes.length} writes, ${run.changes} changes, ${run.contract}${aboutOf(run)}`;
    });
  const rest = runs.length - most;
  return `${lines.join('\n')}\n${rest > 0 ? paint.dim(`… and ${rest} earlier runs: see --json\n`) : ''}`;
}

/** What the chain of a journal proves; see `store/chain.ts`. */
export interface Proof {
  readonly lines: number;
  readonly head: string;
  readonly brokenAt?: number;
  readonly sound?: number;
  readonly keptAt?: number;
}

export function chainText(
  { lines, head, brokenAt, sound = 0, keptAt }: Proof,
  paint: Paint = plainPaint,
): string {
  if (brokenAt !== undefined) {
    const where =
      brokenAt === 1
        ? 'line 1 is not the first that was written'
        : `line ${brokenAt - 1} or ${brokenAt} is not as it was written, or lines between them are missing`;
    return `${paint.remove('The journal was changed')}: ${where}. Of ${counted(lines, 'line')}, ${sound === 0 ? 'none is' : `those up to ${sound} are`} proven; nothing after that is shown or trusted.\n`;
  }
  if (keptAt === 0)
    return `${paint.remove('The journal was changed')}: none of its ${counted(lines, 'line')} is the one that was the head then. Its end was cut off or written anew.\n`;
  if (keptAt !== undefined) {
    const since = lines - keptAt;
    return `${paint.add('The journal is whole')}, and nothing was cut off: line ${keptAt} was the head then, ${since === 0 ? 'and still is' : `${counted(since, 'line')} followed`}. Head ${head}.\n`;
  }
  return `${paint.add('The journal is whole.')} ${lines} lines, head ${head}. Keep the head elsewhere: \`--head\` with it proves later that nothing was cut off.\n`;
}

/** What is gone on with, and how far it had come. */
export function resumeText({ run, state, writes }: RunRecord): string {
  const done = writes.filter(write => write.state === 'done').length;
  const how = state === undefined ? 'died' : `ended ${state}`;
  return `Goes on with run ${run}, which ${how} after ${counted(done, 'write')}.`;
}

const aboutOf = ({ purpose, resumes, adopted, released }: RunRecord): string =>
  [
    ...(purpose ? [purposeText(purpose)] : []),
    ...(resumes === undefined ? [] : [`goes on with ${resumes}`]),
    ...(adopted.length > 0 ? [`${counted(adopted.length, 'thing')} adopted`] : []),
    ...(released.length > 0 ? [`${counted(released.length, 'thing')} given back`] : []),
  ]
    .map(text => `, ${text}`)
    .join('');

/** Every write of one run: when, what, with what effect. */
export function runText(run: RunRecord, paint: Paint = plainPaint, kept?: KeptPlan): string {
  const lines = [
    `${paint.bold(run.run)}  ${run.at}  ${run.state ?? 'died'}  ${run.contract} contract, plan ${run.fingerprint.slice(0, 16)}${aboutOf(run)}`,
    ...handoverLines(run.rehomed, paint),
    ...(run.by ? [paint.dim(`  by ${run.by.user} on ${run.by.host}`)] : []),
    ...run.writes.flatMap(write => writeLines(write, paint)),
    ...deedLines(kept, paint),
  ];
  return `${lines.join('\n')}\n`;
}

/** What changed hands, counted by who has it now. */
function handoverLines(edges: readonly JournalEdge[], paint: Paint): string[] {
  const counts = new Map<string, number>();
  for (const edge of edges) counts.set(wantedBy([edge]), (counts.get(wantedBy([edge])) ?? 0) + 1);
  return [...counts].map(([owners, count]) =>
    paint.dim(
      `  ${count} assignment${count === 1 ? '' : 's'} of ours ${count === 1 ? 'is' : 'are'} wanted by ${owners} from now on`,
    ),
  );
}

/** The mappings behind some entries: `day, night and 3 more`. */
function wantedBy(edges: readonly JournalEdge[], most = 4): string {
  const mappings = new Set(
    edges.flatMap(({ mapping, also = [] }) => [mapping, ...also.map(owner => owner.mapping)]),
  );
  const shown = [...mappings].slice(0, most).join(', ');
  return mappings.size > most ? `${shown} and ${mappings.size - most} more` : shown;
}

/** What the plan of the run asked for, and why; by name, for as long as it is kept. */
function deedLines(kept: KeptPlan | undefined, paint: Paint): string[] {
  if (!kept || kept.changes.length === 0) return [];
  const lines = kept.changes.slice(0, mostDeeds).map(change => {
    const cause = 'because' in change && change.because !== undefined ? `${change.because}, ` : '';
    return `    ${changeText(change, kept.names)}${paint.dim(`  ${cause}mapping ${change.mapping}`)}`;
  });
  const rest = kept.changes.length - mostDeeds;
  return ['  Planned was', ...lines, ...(rest > 0 ? [paint.dim(`    … and ${rest} more: see --json`)] : [])];
}

const mostDeeds = 200;

const stateText: Readonly<Record<WriteRecord['state'], string>> = {
  done: 'done',
  refused: 'refused',
  lost: 'no answer; the next run settles it',
  open: 'begun, then the run died; the next run settles it',
};

function writeLines(write: WriteRecord, paint: Paint): string[] {
  const colour = write.state === 'done' ? paint.add : paint.warn;
  const effect = [
    ...(write.adds.length > 0 ? [`+${write.adds.length}`] : []),
    ...(write.drops.length > 0 ? [`−${write.drops.length}`] : []),
  ].join(' ');
  const behind = wantedBy([...write.adds, ...write.drops]);
  return [
    `  ${write.at.slice(11, 19)}  ${write.route}  ${paint.bold(write.subject)}  ${effect}  ${colour(stateText[write.state])}${behind ? paint.dim(`  ${behind}`) : ''}`,
    ...(write.problem ? [paint.dim(`            ${write.problem}`)] : []),
  ];
}
