import { isMusterError } from '../errors.ts';
import { type Contract, type ContractChoice, queueExtensionUrn } from '../model/contract.ts';
import type { GenesysApi } from './api.ts';
import { schemaList } from './wire.ts';

/**
 * Which contract the tenant speaks. `auto` asks for the SCIM schemas, which needs no permission (§2.8): the one with
 * queue ids on groups is there only where the documented contract holds.
 */
export async function chooseContract(
  api: GenesysApi,
  wanted: Contract | 'auto',
  signal: AbortSignal,
): Promise<ContractChoice> {
  if (wanted !== 'auto')
    return { contract: wanted, by: 'configured', reason: `genesys.contract is ${wanted}` };
  const call = { route: 'GET /api/v2/scim/v2/schemas', subject: 'SCIM schemas' };
  try {
    const { Resources } = await api.read(call, schemaList, signal);
    const listed = (Resources ?? []).some(schema => schema.id === queueExtensionUrn);
    return listed
      ? {
          contract: 'scim-extension',
          by: 'detected',
          reason: `the tenant lists the schema ${queueExtensionUrn}`,
        }
      : { contract: 'platform', by: 'detected', reason: 'the tenant lists no schema with queues on groups' };
  } catch (error) {
    if (!isMusterError(error, 'genesys.not-found') && !isMusterError(error, 'genesys.permission-missing'))
      throw error;
    return {
      contract: 'platform',
      by: 'detected',
      reason: `the tenant does not tell its schemas (${error.code})`,
    };
  }
}
