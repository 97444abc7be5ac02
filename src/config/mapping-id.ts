import { createHash } from 'node:crypto';
import { type Mapping, selectorText } from '../model/mapping.ts';

/**
 * The id of a mapping that was given none. It is made of what the mapping means (from, group, assign, ring, who in
 * the group, at which hours) and not of its position, because the ledger holds it: moving an entry in the file must
 * not orphan what it placed.
 *
 * ```
 * corp   customer-support-tier1                      corp.customer-support-tier1
 * corp   Sales/EMEA                                  corp.Sales-EMEA-1f0c3a
 * corp   /^gc-queue-(?<queue>.+)$/                   corp.gc-queue-queue-93ab07
 * corp   night-shift      ring-groups   2            corp.night-shift.ring-groups.2
 * ```
 */
export function mappingId({ from, group, assign, ring, only, when }: Omit<Mapping, 'id' | 'queues'>): string {
  const text = selectorText(group);
  const readable = text
    .replace(/[^A-Za-z0-9_]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 48);
  // Texts that look alike once made readable must not share an id; what reads back exactly needs no hash.
  const exact = group.kind === 'exact' && readable === text;
  const hash = createHash('sha256').update(`${group.kind} ${text}`).digest('hex').slice(0, 6);
  const slug = exact ? readable : [readable, hash].filter(Boolean).join('-');
  const hashOf = (value: unknown) =>
    value && createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 6);
  return [from, slug, hashOf(only), hashOf(when), assign, ring].filter(part => part !== undefined).join('.');
}
