import type { LoadedConfig } from '../config/load.ts';
import { loadConfig } from '../config/load.ts';
import { type Muster, openMuster } from '../index.ts';
import { jsonLog } from '../log.ts';
import type { Limits } from '../model/limits.ts';
import { listenForStop, type Stopping } from './stopping.ts';
import type { ReportOptions } from './tell-plan.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** Options that every command takes. */
export interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
  readonly color?: boolean;
  readonly verbose?: boolean;
}

/** Options that loosen a limit for one run. */
export interface LimitOptions {
  readonly maxRemovals?: number;
  readonly maxRemovalsPercent?: number;
  readonly minMembers?: number;
  /** False for a run that takes people off at once. */
  readonly drain?: boolean;
  /** Tokens of quarantined removals. */
  readonly release?: readonly string[];
  /** Read everything anew. */
  readonly fresh?: boolean;
}

export interface Session {
  readonly terminal: Terminal;
  readonly muster: Muster;
  readonly loaded: LoadedConfig;
  readonly stopping: Stopping;
}

export const terminalOf = (options: Pick<CommonOptions, 'json' | 'color'> & ReportOptions): Terminal =>
  createTerminal({
    json: options.json ?? options.format === 'json',
    ...(options.color === false ? { colour: false } : {}),
  });

/** Loads the config, opens everything, runs `work`, closes everything. */
export async function withSession<Out>(
  terminal: Terminal,
  options: CommonOptions & LimitOptions,
  work: (session: Session) => Promise<Out>,
): Promise<Out> {
  const loaded = await loadConfig(options.config, { env: process.env });
  terminal.hide(loaded.secrets);
  tellWarnings(terminal, loaded);
  const limited = {
    ...loaded,
    config: { ...loaded.config, limits: limitsFor(loaded.config.limits, options) },
  };
  const log = jsonLog(line => terminal.log(line), Date.now, true);
  const muster = await openMuster(limited, {
    ...(options.release ? { released: new Set(options.release) } : {}),
    ...(options.fresh ? { fresh: true } : {}),
    ...(options.verbose ? { log, onCall: report => log.debug('call', { ...report }) } : {}),
  });
  const stopping = listenForStop(terminal);
  try {
    return await work({ terminal, muster, loaded: limited, stopping });
  } finally {
    stopping.release();
    await muster.close();
  }
}

export function tellWarnings(terminal: Terminal, { warnings }: Pick<LoadedConfig, 'warnings'>): void {
  for (const warning of warnings) terminal.note(`${terminal.paint.warn('warning')}  ${warning.text}\n`);
}

export function limitsFor(
  limits: Limits,
  { maxRemovals, maxRemovalsPercent, minMembers, drain }: LimitOptions,
): Limits {
  return {
    ...limits,
    removals: {
      ...limits.removals,
      ...(maxRemovals === undefined ? {} : { count: maxRemovals }),
      ...(maxRemovalsPercent === undefined ? {} : { percent: maxRemovalsPercent }),
    },
    ...(drain === false ? { drain: { graceSeconds: 0, queues: [] } } : {}),
    staffing: { ...limits.staffing, ...(minMembers === undefined ? {} : { minMembers }) },
  };
}
