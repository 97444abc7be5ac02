/**
 * The two contracts of the target (docs/two-contracts.md). `platform` is what the vendor's public API definition
 * says; `scim-extension` is the one a widely copied tutorial describes, where a SCIM group carries `routingQueueIds`.
 */
export type Contract = 'platform' | 'scim-extension';

/** Which contract a run speaks, and why; told in plan and report. */
export interface ContractChoice {
  readonly contract: Contract;
  /** `configured` by the user, `detected` from the schema list, or `switched` because the other was not honoured. */
  readonly by: 'configured' | 'detected' | 'switched';
  readonly reason: string;
}

/** The schema whose presence in `GET /api/v2/scim/v2/schemas` says that the documented contract holds. */
export const queueExtensionUrn = 'urn:ietf:params:scim:schemas:extension:genesys:2.0:Group';
export const coreGroupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
