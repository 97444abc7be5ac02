import type { TenantReads } from '../model/reads.ts';
import type { TenantScope } from '../model/tenant-scope.ts';
import type { GenesysApi } from './api.ts';

/** What every reading of the tenant is given. */
export interface Reading {
  readonly api: GenesysApi;
  readonly scope: TenantScope;
  /** What earlier runs read, as far as it may be used now; undefined where everything is to be read. */
  readonly known: TenantReads | undefined;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** Hears which way was taken, for people who watch. */
  readonly say: (what: string) => void;
}
