import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../config/load.ts';
import { type Emulator, emulate } from '../emulator/emulate.ts';
import { openMuster } from '../index.ts';
import type { Contract } from '../model/contract.ts';
import { outcomeText, rosterText } from '../report/outcome-text.ts';
import { planText } from '../report/plan-text.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { withProgress } from './progress.ts';
import { terminalOf } from './session.ts';
import type { Terminal } from './terminal.ts';

const example = fileURLToPath(new URL('../../examples/muster.yaml', import.meta.url));

/**
 * The main job from start to end, with nothing but this machine: the emulator with its example tenant, the example
 * directory, and the example config as it stands. First under the documented contract, with the tutorial's own group
 * and queue, then under the platform's; `contract: auto` finds out by itself which one it has before it.
 */
export async function demoCommand(options: { readonly color?: boolean }): Promise<ExitCode> {
  const terminal = terminalOf(options);
  terminal.out('This is muster on an emulator of Genesys Cloud. Nothing leaves this machine.\n');
  for (const contract of ['scim-extension', 'platform'] as const) {
    const emulator = await emulate({ contract });
    const dir = await mkdtemp(join(tmpdir(), 'muster-demo-'));
    try {
      if (!(await walk(terminal, emulator, contract, dir))) return exitCode.failed;
    } finally {
      await emulator.close();
      await rm(dir, { recursive: true, force: true });
    }
  }
  terminal.out(
    '\nNext: `npm run muster -- init` writes a config of your own, `npm run emulate` serves the emulator to try it on.\n',
  );
  return exitCode.fine;
}

const titles: Readonly<Record<Contract, string>> = {
  'scim-extension': 'The documented contract: a SCIM group that carries routingQueueIds',
  platform: 'The platform contract: a group in the queue’s memberGroups',
};

async function walk(
  terminal: Terminal,
  emulator: Emulator,
  contract: Contract,
  dir: string,
): Promise<boolean> {
  const { paint } = terminal;
  const rule = '─'.repeat(titles[contract].length);
  terminal.out(`\n${paint.bold(titles[contract])}\n${rule}\n`);
  const loaded = await loadConfig(example, {
    env: {
      GENESYS_BASE_URL: emulator.url,
      GENESYS_CLIENT_ID: 'muster-example',
      GENESYS_CLIENT_SECRET: 'example-secret',
    },
  });
  const config = { ...loaded.config, state: { dir } };
  const muster = await openMuster({ ...loaded, config }, { env: {} });
  try {
    const first = await withProgress(terminal, '1. Plan', onProgress => muster.plan({ onProgress }));
    terminal.out(planText(first.plan, { paint }));
    if (first.refusals.length > 0) return false;
    const outcome = await withProgress(terminal, '2. Apply', onProgress =>
      muster.apply(first, { onProgress }),
    );
    terminal.out(`\n${outcomeText(outcome, paint)}`);
    terminal.out(`\nWho is on the queues now, read back from the target:\n`);
    const queues = first.plan.queues.map(({ queue }) => ({
      queue,
      name: first.plan.names.queues[queue] ?? queue,
    }));
    terminal.out(rosterText(await muster.roster(queues), paint));
    const second = await withProgress(terminal, '3. Run again', onProgress => muster.plan({ onProgress }));
    terminal.out(
      `\nRun again: ${second.plan.changes.length === 0 ? 'nothing to do.' : `${second.plan.changes.length} changes?!`}\n`,
    );
    return outcome.state === 'done' && second.plan.changes.length === 0;
  } finally {
    await muster.close();
  }
}
