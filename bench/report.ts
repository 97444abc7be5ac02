import type { LdapResult } from './ldap.ts';
import type { PlanningResult } from './planning.ts';
import type { boundsOf, ScenarioResult } from './results.ts';
import type { StartResult } from './start.ts';
import type { Sizes } from './work.ts';

/** What a run of the bench leaves behind: `bench/results/latest.json`, and `docs/performance.json`. */
export interface Report {
  /** ISO 8601. */
  readonly at: string;
  readonly machine: {
    readonly node: string;
    readonly system: string;
    readonly cpu: string;
    readonly cores: number;
  };
  readonly sizes: Sizes;
  readonly bounds: ReturnType<typeof boundsOf>;
  readonly scenarios: readonly ScenarioResult[];
  /** Left out where it was not asked for. */
  readonly planning?: PlanningResult | undefined;
  readonly ldap?: LdapResult | undefined;
  readonly start?: StartResult | undefined;
}
