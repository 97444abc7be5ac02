import { hash } from 'node:crypto';
import type { Contract } from '../../model/contract.ts';
import { edgeId } from '../../model/ledger.ts';
import type { Plan } from '../../model/plan.ts';

/** JSON with the keys of every object in one order and undefined values left out: one text for one value. */
export const canonicalJson = (value: unknown): string => JSON.stringify(ordered(value));

/** Keys that look like whole numbers come first, as everywhere in JavaScript; the others by their texts. */
function ordered(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(ordered);
  const fields = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(fields).sort();
  // Written to, it would not become a field.
  if (keys.includes('__proto__')) return Object.fromEntries(keys.map(key => [key, ordered(fields[key])]));
  const inOrder: Record<string, unknown> = {};
  for (const key of keys) inOrder[key] = ordered(fields[key]);
  return inOrder;
}

/** SHA-256 in hex over the canonical JSON. */
export const fingerprint = (value: unknown): string => hash('sha256', canonicalJson(value), 'hex');

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
