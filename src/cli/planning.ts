import { loadOfflineConfig } from '../config/load.ts';
import { MusterError } from '../errors.ts';
import { readSnapshot } from '../index.ts';
import type { WorldSnapshot } from '../model/world-snapshot.ts';
import type { OnProgress, PlanJob, Planned } from '../run/job.ts';
import { offlineJob } from '../run/offline/offline-job.ts';
import { planRun } from '../run/sync.ts';
import { type CommonOptions, type LimitOptions, limitsFor, tellWarnings, withSession } from './session.ts';
import { listenForStop } from './stopping.ts';
import type { Terminal } from './terminal.ts';

/** Options of commands that look at a plan, and so can do without the real thing. */
export interface SnapshotOptions {
  readonly snapshot?: string;
  readonly now?: Date;
}

/** Whatever a plan is made with: both sides as they are, or a snapshot of them. */
export interface Planning {
  readonly job: PlanJob;
  readonly signal: AbortSignal;
  /** The snapshot that stands for the world. */
  readonly taken?: WorldSnapshot;
  plan(onProgress: OnProgress): Promise<Planned>;
}

/** Opens what the options name, runs `work`, closes it. On a snapshot no secret is asked for and nobody is called. */
export async function withPlanning<Out>(
  terminal: Terminal,
  options: CommonOptions & LimitOptions & SnapshotOptions,
  work: (planning: Planning) => Promise<Out>,
): Promise<Out> {
  if (options.snapshot === undefined) {
    if (options.now) throw nowWithoutSnapshot();
    return withSession(terminal, options, ({ muster, stopping }) => {
      const signal = AbortSignal.any([stopping.stop, stopping.signal]);
      return work({ job: muster.job, signal, plan: onProgress => muster.plan({ signal, onProgress }) });
    });
  }
  const loaded = await loadOfflineConfig(options.config, { env: process.env });
  terminal.hide(loaded.secrets);
  tellWarnings(terminal, loaded);
  const config = { ...loaded.config, limits: limitsFor(loaded.config.limits, options) };
  const taken = await readSnapshot(options.snapshot);
  const job = offlineJob({ config }, taken, {
    ...(options.now ? { nowMs: options.now.getTime() } : {}),
    ...(options.release ? { released: new Set(options.release) } : {}),
  });
  const stopping = listenForStop(terminal);
  const signal = AbortSignal.any([stopping.stop, stopping.signal]);
  try {
    return await work({ job, signal, taken, plan: onProgress => planRun(job, signal, onProgress) });
  } finally {
    stopping.release();
  }
}

const nowWithoutSnapshot = () =>
  new MusterError('config.invalid', {
    happened: 'The real world cannot be asked as of another time.',
    subject: '--now',
    remedy: 'Add --snapshot, or leave --now out.',
  });

/** `Snapshot of 2026-01-05T09:00:00.000Z, people as pseudonyms`. */
export const snapshotLine = ({ takenAt, people }: WorldSnapshot): string =>
  `On the snapshot of ${takenAt}${people === 'names' ? '' : ', people as pseudonyms'}.`;
