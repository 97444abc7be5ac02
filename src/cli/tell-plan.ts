import { writeFile } from 'node:fs/promises';
import { planText, refusalText } from '../report/plan-text.ts';
import type { Planned } from '../run/job.ts';
import type { Terminal } from './terminal.ts';

/** Shows a plan that is not applied now, and saves it where `out` names a file. */
export async function tellPlan(terminal: Terminal, { plan, refusals }: Planned, out?: string): Promise<void> {
  if (out !== undefined) await writeFile(out, `${JSON.stringify(plan, undefined, 2)}\n`, { mode: 0o600 });
  if (terminal.json) {
    terminal.document({ ...plan, refusals });
    return;
  }
  terminal.out(planText(plan, { paint: terminal.paint }));
  if (refusals.length > 0) terminal.out(`\n${refusalText(refusals, terminal.paint)}`);
  if (out !== undefined) terminal.note(`Saved to ${out}: \`muster apply ${out}\` applies exactly this.\n`);
}
