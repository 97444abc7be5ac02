import type { Contender } from './contenders/list.ts';
import { type BoundLine, callsOf, lowerBound } from './lower-bound.ts';
import { type Measured, measure, type RunName } from './measure.ts';
import { partOf, type Scenario } from './scenarios.ts';
import type { LimitUse } from './watch.ts';
import type { Sizes } from './work.ts';

/** How an allowance was used, over the windows in which there was work to their end: all but the last. */
export interface AllowanceUse {
  readonly limit: string;
  readonly windows: number;
  /** The least share of a window that was used, other clients' requests among it. */
  readonly least: number;
  /** Windows in which the contender was refused: more than one means that it did not learn. */
  readonly refusedIn: number;
}

export interface RunResult extends Omit<Measured, 'limits'> {
  /** The fewest calls for this run and this size; see `lower-bound.ts`. */
  readonly bound: number;
  /** Of the tightest limit; left out where the run ended in its first window. */
  readonly allowance?: AllowanceUse;
}

export interface Result extends Pick<Contender, 'name' | 'title' | 'contract' | 'inFlight'> {
  /** 1, or by how much the job was made smaller for this contender. */
  readonly part: number;
  readonly sizes: Sizes;
  readonly runs: readonly RunResult[];
}

export interface ScenarioResult extends Pick<Scenario, 'name' | 'title' | 'sizes'> {
  readonly results: readonly Result[];
}

export async function resultOf(contender: Contender, scenario: Scenario): Promise<Result> {
  const { name, title, contract, inFlight } = contender;
  const part = contender.linear ? scenario.part : 1;
  const sizes = part === 1 ? scenario.sizes : partOf(scenario);
  const runs = (await measure(contender, scenario, sizes, true)).map(({ limits, ...run }): RunResult => {
    const allowance = allowanceOf(limits);
    const bound = callsOf(lowerBound(sizes, contract, run.run));
    return { ...run, bound, ...(allowance ? { allowance } : {}) };
  });
  return { name, title, contract, inFlight, part, sizes, runs };
}

/** Of a limit of a route where one stood in the way, else of the token's. */
export function allowanceOf(limits: readonly LimitUse[]): AllowanceUse | undefined {
  const uses = limits.flatMap(({ limit, windows }): AllowanceUse[] => {
    const whole = windows.slice(0, -1);
    if (whole.length === 0) return [];
    return [
      {
        limit,
        windows: whole.length,
        least: Math.min(...whole.map(({ used, allowed }) => Math.min(1, used / allowed))),
        refusedIn: windows.filter(({ refused }) => refused > 0).length,
      },
    ];
  });
  return uses.find(({ limit }) => limit !== 'token') ?? uses[0];
}

/** Every bound that the tables compare with, term by term. */
export const boundsOf = (
  sizes: Sizes,
): { readonly contract: Contender['contract']; readonly run: RunName; readonly lines: BoundLine[] }[] =>
  (['platform', 'scim-extension'] as const).flatMap(contract =>
    (['first', 'second', 'third'] as const).map(run => ({
      contract,
      run,
      lines: lowerBound(sizes, contract, run),
    })),
  );
