import { readFile } from 'node:fs/promises';
import { MusterError } from '../errors.ts';
import type { Outcome } from '../model/outcome.ts';
import { isToApply, type Plan, thingsIn } from '../model/plan.ts';
import { counted } from '../report/counted.ts';
import { resumeText } from '../report/history-text.ts';
import { outcomeText } from '../report/outcome-text.ts';
import { planText, refusalText } from '../report/plan-text.ts';
import type { ToldPlan } from '../report/told-plan.ts';
import type { Planned } from '../run/job.ts';
import { parseSavedPlan, type SavedPlan, unreadablePlan } from '../run/saved-plan.ts';
import { PlanRefused } from '../run/still-good.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { withProgress } from './progress.ts';
import { checkReports, type ReportFiles, writeReports } from './reports.ts';
import { type CommonOptions, type LimitOptions, type Session, terminalOf, withSession } from './session.ts';
import type { Terminal } from './terminal.ts';

export interface ApplyCommandOptions extends CommonOptions, LimitOptions, ReportFiles {
  readonly yes?: boolean;
  readonly resume?: boolean;
}

/** `apply [plan.json]` and `sync`: plan (anew, and compared with the saved one), ask, apply, read back. */
export function applyCommand(planFile: string | undefined, options: ApplyCommandOptions): Promise<ExitCode> {
  const terminal = terminalOf(options);
  return withSession(terminal, options, async session => {
    await checkReports(options);
    if (options.resume) return resume(session, planFile, options);
    const saved = planFile === undefined ? undefined : await readPlan(planFile);
    const planned = await planFor(session, saved);
    return applyPlanned(session, planned, {
      agreed: saved !== undefined || options.yes === true,
      files: options,
    });
  });
}

/** What was approved needs no second question: only the rest of it is ever applied here. */
async function resume(session: Session, planFile: string | undefined, files: ReportFiles): Promise<ExitCode> {
  const { terminal, muster, stopping } = session;
  if (planFile !== undefined) {
    throw new MusterError('config.invalid', {
      happened: '--resume goes on with the last run, and a plan file is another plan.',
      subject: planFile,
      remedy: 'Leave one of them out.',
    });
  }
  const signal = AbortSignal.any([stopping.stop, stopping.signal]);
  const { last, planned } = await withProgress(terminal, 'Resume', onProgress =>
    muster.planResume({ signal, onProgress }),
  );
  if (planned) {
    if (!terminal.json && last) terminal.out(`${resumeText(last)}\n\n`);
    return applyPlanned(session, planned, { agreed: true, files });
  }
  if (terminal.json) terminal.document({ kind: 'muster.resume', version: 1, run: last?.run ?? null });
  else
    terminal.out(
      `Nothing to go on with: ${last ? `run ${last.run} came to its end` : 'no run has written anything yet'}.\n`,
    );
  return exitCode.fine;
}

async function planFor(
  { terminal, muster, stopping }: Session,
  saved: SavedPlan | undefined,
): Promise<Planned> {
  const signal = AbortSignal.any([stopping.stop, stopping.signal]);
  return withProgress(terminal, 'Plan', onProgress =>
    saved ? muster.planAgain(saved, { signal, onProgress }) : muster.plan({ signal, onProgress }),
  );
}

export interface ApplyHow {
  /** Nobody has to be asked. */
  readonly agreed: boolean;
  /** Where plan and outcome are written to. */
  readonly files: ReportFiles;
  /** The run before, under the contract that was not honoured. */
  readonly earlier?: Outcome;
}

/** Shows the plan, stops at a refusal, asks, applies, tells; and follows a contract that was not honoured. */
export async function applyPlanned(session: Session, planned: Planned, how: ApplyHow): Promise<ExitCode> {
  const { terminal, muster, stopping } = session;
  const { plan, refusals } = planned;
  const told: ToldPlan = { plan, refusals, at: new Date(muster.job.clock.now()).toISOString() };
  if (!terminal.json) terminal.out(planText(terminal.cleanData(plan), { paint: terminal.paint }));
  if (refusals.length > 0) return refuse(terminal, told, how.files);
  if (isToApply(plan) && !how.agreed && !(await agree(terminal, plan))) {
    terminal.note('Nothing was written.\n');
    return exitCode.failed;
  }
  let outcome: Outcome;
  try {
    outcome = await withProgress(terminal, 'Apply', onProgress =>
      muster.apply(planned, { stop: stopping.stop, signal: stopping.signal, onProgress }),
    );
  } catch (error) {
    // The answer may have come when other hours held than at the question.
    if (!(error instanceof PlanRefused)) throw error;
    return refuse(terminal, { ...told, refusals: error.refusals }, how.files);
  }
  // What is undone is not followed by what the config asks for.
  const switched = plan.purpose ? undefined : await muster.planSwitched(outcome, { signal: stopping.stop });
  // Under --json there is one document for one command: the last outcome, with the one before it inside.
  if (!switched || !terminal.json) tell(terminal, plan, outcome, how.earlier);
  if (!switched) {
    await writeReports(terminal, { ...told, outcome }, how.files);
    return codeOf(outcome);
  }
  terminal.note('The platform contract takes over.\n');
  return applyPlanned(session, switched, { ...how, earlier: outcome });
}

async function refuse(terminal: Terminal, told: ToldPlan, files: ReportFiles): Promise<ExitCode> {
  const {
    plan: { fingerprint },
    refusals,
  } = told;
  if (terminal.json) terminal.document({ kind: 'muster.refusal', version: 1, fingerprint, refusals });
  else terminal.out(`\n${refusalText(terminal.cleanData(refusals), terminal.paint)}`);
  await writeReports(terminal, told, files);
  return exitCode.refused;
}

async function agree(terminal: Terminal, plan: Plan): Promise<boolean> {
  const count = thingsIn(plan);
  const things = counted(count, plan.purpose?.kind === 'adopt' ? 'adoption' : 'change');
  if (!terminal.interactive) {
    throw new MusterError('run.interrupted', {
      happened: `${things} ${count === 1 ? 'is' : 'are'} planned, and nobody is here to be asked.`,
      remedy:
        'Run with --yes, or save the plan with `muster plan --out plan.json` and run `muster apply plan.json`.',
    });
  }
  return terminal.ask(`Apply ${things}?`);
}

function tell(
  terminal: Terminal,
  plan: Planned['plan'],
  outcome: Outcome,
  earlier: Outcome | undefined,
): void {
  if (terminal.json)
    terminal.document({
      kind: 'muster.outcome',
      version: 1,
      fingerprint: plan.fingerprint,
      ...outcome,
      ...(earlier ? { earlier } : {}),
    });
  else terminal.out(`\n${outcomeText(terminal.cleanData(outcome), terminal.paint, plan.purpose)}`);
}

const codeOf = (outcome: Outcome): ExitCode =>
  outcome.state === 'done' || outcome.state === 'nothing-to-do'
    ? exitCode.fine
    : outcome.state === 'failed'
      ? exitCode.failed
      : exitCode.partly;

async function readPlan(path: string): Promise<SavedPlan> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw unreadablePlan(path, 'The plan file cannot be read.', cause);
  }
  return parseSavedPlan(text, path);
}
