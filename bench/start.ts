import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Emulator, emulate } from '../src/emulator/emulate.ts';
import { columns } from './table.ts';

/** The package as it is installed; `npm run build` makes it. */
const program = join(import.meta.dirname, '../dist/cli/muster.js');

export interface StartRow {
  readonly command: string;
  /** Median of all turns. */
  readonly ms: number;
  /** Times as long as `node -e 0`. */
  readonly ratio: number;
}

export interface PlanRow {
  readonly latencyMs: number;
  readonly calls: number;
  readonly ms: number;
  /** Of these, with a request in the air. */
  readonly callsMs: number;
}

export type StartResult =
  | { readonly turns: number; readonly rows: readonly StartRow[]; readonly plans: readonly PlanRow[] }
  | { readonly skipped: string };

/** Bare Node and the commands in turn, so that a machine that is busy for a while is so for all of them. */
export async function measureStart(turns = 25): Promise<StartResult> {
  if (!existsSync(program)) return { skipped: 'dist/ is not built; `npm run build` does it' };
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ['node -e 0', ['-e', '0']],
    ['muster --version', [program, '--version']],
    ['muster --help', [program, '--help']],
  ];
  const taken = new Map(commands.map(([name]) => [name, [] as number[]]));
  for (let turn = 0; turn < turns; turn++) {
    for (const [name, args] of commands) {
      const startedMs = performance.now();
      const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
      taken.get(name)!.push(performance.now() - startedMs);
      if (status !== 0) throw new Error(`${name} ended with ${status}.`);
    }
  }
  const bare = medianOf(taken.get('node -e 0')!);
  return {
    turns,
    rows: [...taken].map(([command, all]) => ({ command, ms: medianOf(all), ratio: medianOf(all) / bare })),
    plans: await plans(Math.max(3, Math.round(turns / 3))),
  };
}

const medianOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Milliseconds that the target is away: not at all, in the same region, from a machine of one's own. */
const latencies = [0, 20, 100] as const;

/** `muster plan` on the tenant and the directory of examples/, at several distances of the target. */
async function plans(turns: number): Promise<PlanRow[]> {
  const dir = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const emulator = await emulate({ knobs: { rateLimit: 1_000_000 } });
  try {
    await writeFile(join(dir, 'muster.yaml'), configFor(emulator.url));
    await writeFile(join(dir, 'directory.yaml'), directory);
    const taken = new Map<number, PlanRow[]>(latencies.map(latencyMs => [latencyMs, []]));
    const air = inTheAir(emulator);
    for (let turn = 0; turn < turns; turn++) {
      for (const latencyMs of latencies) {
        emulator.knobs.latencyMs = latencyMs;
        emulator.requests.reset();
        air.take();
        const startedMs = performance.now();
        await promisify(execFile)(process.execPath, [program, 'plan'], { cwd: dir });
        const ms = performance.now() - startedMs;
        const calls = emulator.requests.count();
        taken.get(latencyMs)!.push({ latencyMs, calls, ms, callsMs: air.take() });
      }
    }
    return [...taken.values()].map(rows => rows.toSorted((a, b) => a.ms - b.ms)[rows.length >> 1]!);
  } finally {
    await emulator.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Milliseconds during which at least one request was with the emulator. */
function inTheAir(emulator: Emulator): { take(): number } {
  let open = 0;
  let sinceMs = 0;
  let sumMs = 0;
  emulator.on('request', () => {
    if (open++ === 0) sinceMs = performance.now();
  });
  emulator.on('answer', () => {
    if (--open === 0) sumMs += performance.now() - sinceMs;
  });
  return {
    take() {
      const taken = sumMs;
      sumMs = 0;
      return taken;
    },
  };
}

const configFor = (url: string): string => `genesys:
  baseUrl: ${url}
  clientId: muster-example
  clientSecret: example-secret
sources:
  corp: { kind: file, path: directory.yaml }
mappings:
  - group: support
    queues: [Support_Tier1]
`;

const directory = `people:
  - { id: ana, name: Ana Souza, email: ana.souza@example.com }
  - { id: bo, name: Bo Lindqvist, email: bo.lindqvist@example.com }
groups:
  - { name: support, members: [ana, bo] }
`;

export const startCells = (rows: readonly StartRow[]) => ({
  head: ['command', 'ms', '÷ bare Node'],
  align: 'lrr',
  rows: rows.map(({ command, ms, ratio }) => [command, ms.toFixed(0), `${ratio.toFixed(2)} ×`]),
});

export const planCells = (rows: readonly PlanRow[]) => ({
  head: ['muster plan, target away', 'calls', 'ms', 'ms of calls', 'share'],
  align: 'lrrrr',
  rows: rows.map(({ latencyMs, calls, ms, callsMs }) => [
    `${latencyMs} ms`,
    String(calls),
    ms.toFixed(0),
    callsMs.toFixed(0),
    `${((callsMs / ms) * 100).toFixed(0)} %`,
  ]),
});

export function startText(result: StartResult): string {
  if ('skipped' in result) return `Not measured: ${result.skipped}.`;
  const text = ({ head, rows, align }: ReturnType<typeof startCells>) => columns(head, rows, align);
  return [
    text(startCells(result.rows)),
    '',
    text(planCells(result.plans)),
    '',
    `Medians of ${result.turns} turns, the commands one after the other in each.`,
  ].join('\n');
}

if (import.meta.main) console.log(startText(await measureStart()));
