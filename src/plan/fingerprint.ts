import { createHash } from 'node:crypto';
import type { Contract } from '../model/contract.ts';
import { edgeId } from '../model/ledger.ts';
import type { Plan } from '../model/plan.ts';

/** JSON with the keys of every object sorted and undefined values left out: one text for one value. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(item => canonicalJson(item ?? null)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** SHA-256 in hex over the canonical JSON. */
export const fingerprint = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex');

/** What of a plan is approved: the contract, everything that is done, and what is adopted or given back. */
export const planFingerprint = (
  contract: Contract,
  { changes, bookkeeping: { adopt = [], release = [] } }: Approvable,
): string =>
  fingerprint({
    contract,
    changes,
    ...(adopt.length > 0 ? { adopt: adopt.map(({ edge }) => edgeId(edge)).sort() } : {}),
    ...(release.length > 0 ? { release: release.map(({ edge }) => edgeId(edge)).sort() } : {}),
  });

interface Approvable extends Pick<Plan, 'changes'> {
  readonly bookkeeping: Pick<Plan['bookkeeping'], 'adopt' | 'release'>;
}
