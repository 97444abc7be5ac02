import type { Task } from './contenders/contender.ts';
import { contenders } from './contenders/list.ts';
import type { Ahead } from './emulator-process.ts';
import { peakMb } from './peak-memory.ts';
import { skippingClock } from './skipping-clock.ts';
import { type Sizes, teamsOf } from './work.ts';

/** One run of one contender in a process of its own, as a scheduler would start it. Started by `measure.ts`. */
export interface ContenderTask extends Pick<Task, 'url' | 'clientId' | 'clientSecret' | 'dir'> {
  readonly name: string;
  readonly sizes: Sizes;
  readonly moved: boolean;
  /** muster as it is published, and not from its sources. */
  readonly built: boolean;
  /** How far the emulator's clock is ahead already, by the runs before. */
  readonly aheadMs: number;
}

export type ContenderMessage = { readonly skipToMs: number } | { readonly report: RunReport };

export type RunReport =
  | {
      /** From when the program is loaded until it says that it is done, skipped waits included. */
      readonly seconds: number;
      /** Of the same span, by all threads of the process. */
      readonly cpuSeconds: number;
      /** The most memory that the process ever had, and what it had before anything of the contender was loaded. */
      readonly peakMb: number;
      readonly emptyMb: number;
    }
  | { readonly failed: string };

const tell = (message: ContenderMessage, told = () => {}) => process.send!(message, undefined, {}, told);

const task = JSON.parse(process.argv[2]!) as ContenderTask;

/** One question at a time, as `skippingClock` asks. */
const clock = skippingClock(
  task.aheadMs,
  skipToMs =>
    new Promise(resolve => {
      process.once('message', ({ aheadMs }: Ahead) => resolve(aheadMs));
      tell({ skipToMs });
    }),
);

async function run(): Promise<RunReport> {
  const teams = teamsOf(task.sizes, task.moved);
  const emptyMb = peakMb();
  try {
    const work = await contenders.find(each => each.name === task.name)!.load(task.built);
    const startedMs = clock.now();
    const startedCpu = process.cpuUsage();
    await work({ ...task, clock, teams });
    const { user, system } = process.cpuUsage(startedCpu);
    const seconds = (clock.now() - startedMs) / 1000;
    return { seconds, cpuSeconds: (user + system) / 1e6, peakMb: peakMb(), emptyMb };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

const report = await run();
// The vendor's client watches its settings file, which would keep the process alive.
tell({ report }, () => process.exit());
