import type { Contract, ContractChoice } from '../model/contract.ts';
import type { QueueId } from '../model/keys.ts';
import type { Tenant } from '../model/tenant.ts';
import type { TenantScope } from '../model/tenant-scope.ts';
import type { GenesysApi } from './api.ts';
import { chooseContract } from './detect.ts';
import { snapshot, withMembers } from './snapshot.ts';

/**
 * Where a plan's facts about the target come from: the API, or a snapshot of what it said once. What a reader gives is
 * complete as far as it was asked for, or it throws a `MusterError`.
 */
export interface TenantReader {
  /** The contract that the tenant speaks; see `chooseContract`. */
  contract(wanted: Contract | 'auto', signal: AbortSignal): Promise<ContractChoice>;
  read(choice: ContractChoice, scope: TenantScope, signal: AbortSignal): Promise<Tenant>;
  /** The same picture with everybody on these queues, one by one. */
  withMembers(tenant: Tenant, queues: readonly QueueId[], signal: AbortSignal): Promise<Tenant>;
}

/** Reads the tenant as it is now. */
export const liveTenant = (api: GenesysApi): TenantReader => ({
  contract: (wanted, signal) => chooseContract(api, wanted, signal),
  read: (choice, scope, signal) => snapshot(api, choice, scope, signal),
  withMembers: (tenant, queues, signal) => withMembers(api, tenant, queues, signal),
});
