import { writeFile } from 'node:fs/promises';
import type { WorldSnapshot } from '../model/world-snapshot.ts';
import { planText, refusalText } from '../report/plan-text.ts';
import type { Planned } from '../run/job.ts';
import type { Terminal } from './terminal.ts';

/** Shows a plan that is not applied now, and saves it where `out` names a file. `taken`: the snapshot that it was made on. */
export async function tellPlan(
  terminal: Terminal,
  { plan, refusals }: Planned,
  out?: string,
  taken?: WorldSnapshot,
): Promise<void> {
  if (out !== undefined) await writeFile(out, `${JSON.stringify(plan, undefined, 2)}\n`, { mode: 0o600 });
  if (terminal.json) {
    terminal.document({ ...plan, refusals, ...(taken ? { snapshot: headOf(taken) } : {}) });
    return;
  }
  terminal.out(planText(plan, { paint: terminal.paint }));
  if (refusals.length > 0) terminal.out(`\n${refusalText(refusals, terminal.paint)}`);
  if (out !== undefined) terminal.note(`Saved to ${out}: ${useOf(out, taken)}\n`);
}

const headOf = ({ takenAt, people, writtenBy }: WorldSnapshot) => ({ takenAt, people, writtenBy });

/** Nobody can apply a plan about pseudonyms; one with names is applied if the world is still as it was. */
const useOf = (file: string, taken: WorldSnapshot | undefined): string =>
  taken?.people === 'pseudonyms'
    ? 'to be looked at. It cannot be applied, since pseudonyms stand for people.'
    : `\`muster apply ${file}\` applies exactly this.`;
