import type { WorldSnapshot } from '../model/world-snapshot.ts';
import { planDocument } from '../report/plan-json.ts';
import { formatNamed, formatOfFile, type PlanFormatName } from '../report/registry.ts';
import type { ToldPlan } from '../report/told-plan.ts';
import type { Planned } from '../run/job.ts';
import type { Terminal } from './terminal.ts';
import { writePrivate } from './write-private.ts';

/** In which forms a plan is told, and where. */
export interface ReportOptions {
  readonly format?: PlanFormatName;
  /** Files; the end of each name says the form. */
  readonly report?: readonly string[];
  readonly html?: string;
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
  { out, html, report = [], format = 'text', nowMs, taken }: TellOptions,
): Promise<void> {
  const at = new Date(nowMs).toISOString();
  const told: ToldPlan = { plan, refusals, at, ...(taken ? { snapshot: headOf(taken) } : {}) };
  if (out !== undefined) await writePrivate(out, terminal.clean(`${JSON.stringify(plan, undefined, 2)}\n`));
  const reports = [...report, ...(html === undefined ? [] : [html])];
  for (const file of reports) {
    const tell = await (file === html ? formatNamed('html') : formatOfFile(file)!).load();
    await writePrivate(file, terminal.clean(tell(told)));
  }
  if (terminal.json) terminal.document(planDocument(told));
  else if (format === 'text') {
    const { textOf } = await import('../report/plan-text.ts');
    terminal.out(textOf(told, terminal.paint));
  } else terminal.verbatim((await formatNamed(format).load())(told));
  for (const file of reports) terminal.note(`Wrote ${file}.\n`);
  if (out !== undefined) terminal.note(`Saved to ${out}: ${useOf(out, taken)}\n`);
}

const headOf = ({ takenAt, people, writtenBy }: WorldSnapshot) => ({ takenAt, people, writtenBy });

/** Nobody can apply a plan about pseudonyms; one with names is applied if the world is still as it was. */
const useOf = (file: string, taken: WorldSnapshot | undefined): string =>
  taken?.people === 'pseudonyms'
    ? 'to be looked at. It cannot be applied, since pseudonyms stand for people.'
    : `\`muster apply ${file}\` applies exactly this.`;
