import { idBatch } from '../genesys/read-plan.ts';
import type { Batches } from '../plan/finish/price.ts';

/** Members in the one PUT for a new group: 5,000 of them are about 260 KB of the 512,000 bytes a body may have (§6.1). */
const newMembersBatch = 5_000;

/** How much goes into one request, by the `genesys` section of a config. */
export const batchesOf = (genesys: {
  readonly memberBatch: number;
  readonly queueMemberBatch: number;
}): Batches => ({
  members: genesys.memberBatch,
  queueMembers: genesys.queueMemberBatch,
  newMembers: newMembersBatch,
  readBack: idBatch,
});
