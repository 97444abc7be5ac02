import { loadOfflineConfig } from '../config/load.ts';
import { MusterError } from '../errors.ts';
import { readSnapshot } from '../index.ts';
import { type SimulationFormatName, simulationFormats } from '../report/registry.ts';
import { type SimulatedFile, simulate } from '../run/simulate/simulate.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { tellResult } from './reports.ts';
import { type CommonOptions, tellWarnings, terminalOf } from './session.ts';
import { listenForStop } from './stopping.ts';
import type { Terminal } from './terminal.ts';

export interface SimulateCommandOptions extends CommonOptions {
  readonly snapshot: string;
  readonly now?: Date;
  readonly format?: SimulationFormatName;
  readonly report?: readonly string[];
  readonly detailedExitcode?: boolean;
}

/** Two configs on one snapshot, or one and that of `--config`: who stands on which queue before and after. */
export async function simulateCommand(
  files: readonly string[],
  options: SimulateCommandOptions,
): Promise<ExitCode> {
  const terminal = terminalOf(options);
  if (files.length > 2) throw tooMany(files);
  const [beforePath, afterPath] = files.length === 2 ? files : [options.config, files[0]!];
  const stopping = listenForStop(terminal);
  try {
    const before = await load(terminal, beforePath!);
    const after = await load(terminal, afterPath!);
    const snapshot = await readSnapshot(options.snapshot);
    const nowMs = options.now?.getTime();
    const simulation = await simulate(
      { before, after, snapshot, ...(nowMs === undefined ? {} : { nowMs }) },
      AbortSignal.any([stopping.stop, stopping.signal]),
    );
    await tellResult(terminal, simulation, {
      formats: simulationFormats,
      loadText: async () => (await import('../report/simulation-text.ts')).simulationText,
      ...options,
    });
    if (simulation.refusals.length > 0) return exitCode.refused;
    return options.detailedExitcode && simulation.changes > 0 ? exitCode.pending : exitCode.fine;
  } finally {
    stopping.release();
  }
}

async function load(terminal: Terminal, path: string): Promise<SimulatedFile> {
  const loaded = await loadOfflineConfig(path, { env: process.env });
  terminal.hide(loaded.secrets);
  tellWarnings(terminal, loaded);
  return loaded;
}

const tooMany = (files: readonly string[]) =>
  new MusterError('config.invalid', {
    happened: `${files.length} configs are named; a simulation compares two.`,
    subject: files.join(', '),
    remedy: 'Name the one of before and the one of after, or the latter alone.',
  });
