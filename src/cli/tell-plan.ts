import type { Plan } from '../model/plan.ts';
import type { WorldSnapshot } from '../model/world-snapshot.ts';
import { planDocument } from '../report/plan-json.ts';
import { formatNamed, type PlanFormatName } from '../report/registry.ts';
import type { ToldPlan } from '../report/told-plan.ts';
import type { Planned } from '../run/job.ts';
import { type ReportFiles, writePrivate, writeReports } from './reports.ts';
import type { Terminal } from './terminal.ts';

/** In which forms a plan is told, and where. */
export interface ReportOptions extends ReportFiles {
  readonly format?: PlanFormatName;
}

export interface TellOptions extends ReportOptions {
  /** Where the plan itself is saved, for `muster apply`. */
  readonly out?: string | undefined;
  /** As of when the plan was made. */
  readonly nowMs: number;
  /** The snapshot that it was made on. */
  readonly taken?: WorldSnapshot | undefined;
}

/** Shows a plan that is not applied now, and writes it to the files that the options name. */
export async function tellPlan(
  terminal: Terminal,
  { plan, refusals }: Planned,
  { out, format = 'text', nowMs, taken, ...files }: TellOptions,
): Promise<void> {
  const at = new Date(nowMs).toISOString();
  const told: ToldPlan = { plan, refusals, at, ...(taken ? { snapshot: headOf(taken) } : {}) };
  if (out !== undefined) await writePrivate(out, terminal.clean(`${JSON.stringify(plan, undefined, 2)}\n`));
  if (terminal.json) terminal.document(planDocument(told));
  else if (format === 'text') {
    const { textOf } = await import('../report/plan-text.ts');
    terminal.out(textOf(terminal.cleanData(told), terminal.paint));
  } else terminal.verbatim((await formatNamed(format).load())(terminal.cleanData(told)));
  await writeReports(terminal, told, files);
  if (out !== undefined) terminal.note(`Saved to ${out}: ${useOf(out, plan, taken)}\n`);
}

const headOf = ({ takenAt, people, writtenBy }: WorldSnapshot) => ({ takenAt, people, writtenBy });

/** Nobody can apply a plan about pseudonyms; one with names is applied if the world is still as it was. */
const useOf = (file: string, { released = [] }: Plan, taken: WorldSnapshot | undefined): string =>
  taken?.people === 'pseudonyms'
    ? 'to be looked at. It cannot be applied, since pseudonyms stand for people.'
    : `\`${['muster apply', file, ...released.map(token => `--release ${token}`)].join(' ')}\` applies exactly this.`;
