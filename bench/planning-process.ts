import { writeFileSync } from 'node:fs';
import { planRun } from '../src/run/sync.ts';
import { peakMb } from './peak-memory.ts';
import { planningJob } from './planning-world.ts';

/** One plan in a process of its own, cold, as a run makes it. Started by `planning.ts`. */
export interface PlanningTask {
  readonly memberships: number;
}

export interface PlanningReport {
  readonly seconds: number;
  /** Of all threads, the garbage collector's among them: on a machine that is shared, the steadier number. */
  readonly cpuSeconds: number;
  /** What the process held when everything was read, and the most that it held until the plan was there. */
  readonly readMb: number;
  readonly peakMb: number;
  readonly changes: number;
}

const { memberships } = JSON.parse(process.argv[2]!) as PlanningTask;
const job = await planningJob(memberships);
globalThis.gc?.();
const readMb = process.memoryUsage().rss / 1024 / 1024;
// The kernel's mark of the most memory starts anew here: what building this world left behind is none of planning's.
try {
  writeFileSync('/proc/self/clear_refs', '5');
} catch {
  // Elsewhere than on Linux the mark keeps what building took.
}
const startedMs = performance.now();
const startedCpu = process.cpuUsage();
const { plan } = await planRun(job, new AbortController().signal);
const seconds = (performance.now() - startedMs) / 1000;
const { user, system } = process.cpuUsage(startedCpu);
const report: PlanningReport = {
  seconds,
  cpuSeconds: (user + system) / 1e6,
  readMb,
  peakMb: peakMb(),
  changes: plan.changes.length,
};
process.send!(report, undefined, {}, () => process.exit());
