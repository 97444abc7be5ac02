import { MusterError } from '../../errors.ts';
import { normalDn } from '../entries/dn.ts';
import type { Entry } from '../entries/entry.ts';
import { allAttributes, type Layout } from '../entries/layout.ts';
import type { LdapSession } from './client.ts';
import { chainFilter } from './filters.ts';
import { separateBases } from './find-entries.ts';
import type { LdapOptions } from './options.ts';

/** Groups in one search. Each is a walk of its own through the links of the whole domain, so there are few. */
const batchSize = 20;

/**
 * Refuses `nested: server` where the server is no Active Directory: others answer the question with nothing at all
 * and no error (identity sources reference §4). Throws `source.read-failed`.
 */
export function refuseChainOn(layout: Layout, options: LdapOptions): void {
  if (options.nested !== 'server' || layout.vendor === 'active-directory') return;
  throw new MusterError('source.read-failed', {
    happened: `Only Active Directory can resolve nested groups itself ("nested: server"), and this is ${layout.title}.`,
    subject: options.url,
    remedy: 'Leave "nested" out: the groups are then read level by level, with the same result.',
  });
}

/**
 * All users and groups at any depth below the groups of `dns`, in the server's own reckoning
 * (`LDAP_MATCHING_RULE_IN_CHAIN`), by normal DN. It knows its own domain only, and what is missing here is no proof of
 * anything: the walk goes over the same ground from member to member, finds these entries at hand, and asks for the
 * others. So both ways of reading end in one result, path and evidence included.
 */
export async function readBelow(
  dns: readonly string[],
  session: LdapSession,
  layout: Layout,
  options: LdapOptions,
): Promise<ReadonlyMap<string, Entry>> {
  const found = new Map<string, Entry>();
  for (const base of separateBases(options)) {
    for (let at = 0; at < dns.length; at += batchSize) {
      const filter = chainFilter(dns.slice(at, at + batchSize));
      const answer = await session.search({ base, scope: 'sub', filter, attributes: allAttributes(layout) });
      for (const entry of answer.entries) found.set(normalDn(entry.dn) ?? entry.dn, entry);
    }
  }
  return found;
}
