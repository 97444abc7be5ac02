import type { ApplyProgress } from '../apply/apply-plan.ts';
import type { Clock } from '../clock.ts';
import type { GenesysApi } from '../genesys/api.ts';
import type { TenantReader } from '../genesys/tenant-reader.ts';
import type { Log } from '../log.ts';
import type { Contract } from '../model/contract.ts';
import type { Directory } from '../model/directory.ts';
import type { Ledger } from '../model/ledger.ts';
import type { Limits } from '../model/limits.ts';
import type { LinkKey, Mapping } from '../model/mapping.ts';
import type { Plan, Refusal } from '../model/plan.ts';
import type { Tenant } from '../model/tenant.ts';
import type { Batches } from '../plan/finish/price.ts';
import type { Source } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import type { Remembered } from './last-good.ts';
import type { Remembering } from './remember.ts';

/** What a plan is made with: config, sources, ledger, and a view of the target. Nothing here can write. */
export interface PlanJob {
  readonly sources: readonly Source[];
  readonly mappings: readonly Mapping[];
  readonly match: readonly LinkKey[];
  readonly missing: 'report' | 'fail';
  readonly limits: Limits;
  /** Tokens of quarantined removals that are let go, each for one plan; see `plan/guards/release`. */
  readonly released?: ReadonlySet<string>;
  readonly contract: Contract | 'auto';
  readonly batches: Batches;
  readonly tenant: TenantReader;
  /** Where what is ours is read from; writing needs the whole, locked store. */
  readonly store: Pick<Store, 'ledger' | 'reads'>;
  /** How much of what earlier runs read may be used; nothing where it is left out. */
  readonly remember?: Remembering;
  readonly clock: Clock;
  /** Hears how the tenant was read. */
  readonly log?: Log;
}

/** Everything that a run works with. The parts are opened and closed by whoever calls; see `index.ts`. */
export interface Job extends PlanJob {
  readonly settleMs: number;
  readonly concurrency: number;
  /** Id of the OAuth client that we write as: by it the audit trail tells our own deeds. */
  readonly client?: string;
  readonly api: GenesysApi;
  readonly store: Pick<Store, 'ledger' | 'history' | 'reads' | 'asOf' | 'keptPlan'>;
}

export interface Planned {
  readonly plan: Plan;
  /** Why the plan must not be applied as it is; empty where nothing stands against it. */
  readonly refusals: readonly Refusal[];
  readonly tenant: Tenant;
  readonly directories: readonly Directory[];
  /** See `LedgerView.mark`. */
  readonly mark: number;
  readonly ledger: Ledger;
  /** The mappings in force when it was made. */
  readonly mappings: readonly Mapping[];
  /** The run that it goes on with. */
  readonly resumes?: string;
  /** Left out where the next run is to remember nothing of it. */
  readonly remembered?: Remembered;
}

/** How far a run has come, for people who wait. */
export type RunProgress =
  | { readonly stage: 'reading'; readonly source: string; readonly groups: number; readonly people: number }
  | { readonly stage: 'tenant'; readonly how?: string }
  | { readonly stage: 'planning' }
  | ApplyProgress;

export type OnProgress = (progress: RunProgress) => void;
