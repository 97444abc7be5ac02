import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, nextMessage, startChild } from './child.ts';
import type { ContenderMessage, ContenderTask, RunReport } from './contender-process.ts';
import type { Contender } from './contenders/list.ts';
import type { Ahead, EmulatorQuestion, EmulatorTask, Sight } from './emulator-process.ts';
import type { Scenario } from './scenarios.ts';
import { quietMs } from './skipping-clock.ts';
import { client, type Sizes, teamsOf } from './work.ts';

export const runNames = ['first', 'second', 'third'] as const;
export type RunName = (typeof runNames)[number];

/** One run: what the emulator saw of it, what the contender's process cost, or why it failed. */
export interface Measured extends Sight {
  readonly run: RunName;
  readonly seconds?: number;
  readonly cpuSeconds?: number;
  readonly peakMb?: number;
  readonly emptyMb?: number;
  readonly failed?: string;
  /** Of the whole process, from its start; what was skipped is not in it. */
  readonly wallSeconds: number;
}

/**
 * Three runs of one contender against one fresh emulator: everything to do, nothing to do, one person moved. Each run
 * is a process of its own, and a failed one is the last. `built` takes muster as it is published, from dist/.
 */
export async function measure(
  contender: Contender,
  scenario: Scenario,
  sizes: Sizes,
  built = false,
): Promise<Measured[]> {
  const dir = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const { contract, name } = contender;
  const emulator = startChild('emulator-process.ts', dir, {
    contract,
    sizes,
    scenario,
  } satisfies EmulatorTask);
  try {
    const { url } = await nextMessage<{ url: string }>(emulator);
    const results: Measured[] = [];
    for (const [index, run] of runNames.slice(0, scenario.runs).entries()) {
      const moved = run === 'third';
      const aheadMs = index === 0 ? 0 : await nextWindow(emulator, scenario);
      const { id: clientId, secret: clientSecret } = client;
      const task = { name, url, clientId, clientSecret, dir, sizes, moved, built, aheadMs };
      await contender.prepare?.({ url, clientId, clientSecret, dir, teams: teamsOf(sizes, moved) });
      const startedMs = performance.now();
      const report = await runOnce(emulator, dir, task);
      const wallSeconds = (performance.now() - startedMs) / 1000;
      const sight = await ask<Sight>(emulator, { lookMoved: moved } satisfies EmulatorQuestion);
      results.push({ run, ...sight, ...report, wallSeconds });
      if ('failed' in report) break;
    }
    return results;
  } finally {
    emulator.kill();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Goes forward until the limit counts anew, so that each run begins with a whole allowance; says how far that is. */
async function nextWindow(emulator: ChildProcess, { knobs }: Scenario): Promise<number> {
  const windowMs = (knobs.rateWindowSeconds ?? 60) * 1000;
  const { aheadMs: before } = await ask<Ahead>(emulator, { skipToMs: 0 } satisfies EmulatorQuestion);
  for (let tries = 0; tries < 100; tries++) {
    const skipToMs = Date.now() + before + windowMs;
    const { aheadMs } = await ask<Ahead>(emulator, { skipToMs } satisfies EmulatorQuestion);
    if (aheadMs > before) return aheadMs;
    await new Promise(resolve => setTimeout(resolve, quietMs));
  }
  throw new Error('The emulator is never quiet.');
}

async function runOnce(emulator: ChildProcess, dir: string, task: ContenderTask): Promise<RunReport> {
  const child = startChild('contender-process.ts', dir, task);
  try {
    // Each turn skips a wait; the last message is the report.
    while (true) {
      const message = await nextMessage<ContenderMessage>(child);
      if ('report' in message) return message.report;
      child.send(await ask<Ahead>(emulator, message satisfies EmulatorQuestion));
    }
  } finally {
    child.kill();
  }
}
