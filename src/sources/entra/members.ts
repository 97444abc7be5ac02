import type { MusterError } from '../../errors.ts';
import { collectWhatComes } from '../../http/pages.ts';
import { readAll, settle } from './batch.ts';
import { clauseOf } from './failures.ts';
import { type Ask, failed, type Graph, type Settled } from './graph.ts';
import { groupProperties } from './list-groups.ts';
import type { EntraOptions } from './options.ts';
import { type MemberRecord, memberRecord, userType } from './wire.ts';

/** Who a group lists, and how sure that is. */
export interface MemberList {
  readonly records: readonly MemberRecord[];
  /** Why these may not be all; empty where they are. */
  readonly reasons: readonly string[];
  readonly pages: number;
  /** What the server announced. */
  readonly expected?: number;
  /** The server knows no such group any more. */
  readonly gone?: boolean;
}

/** Properties of people that this source is set to read. */
export function personProperties(options: EntraOptions): string[] {
  const named = [options.userName, options.externalId, ...options.emails, ...options.extra];
  // accountEnabled comes only where it is asked for by name, and userPrincipalName tells a person from a bare id.
  const fixed = ['id', 'displayName', 'userPrincipalName', 'accountEnabled'];
  return [...new Set([...fixed, ...named.map(each => each.split('/')[0]!)])];
}

/**
 * The members of these groups: direct ones of every type, or, with `nested: transitive`, the people of all levels as
 * the server counts them. The first pages come in batches. A list that broke off says so.
 *
 * @throws MusterError only what would hit every group.
 */
export async function readMembers(
  graph: Graph,
  options: EntraOptions,
  groups: readonly string[],
): Promise<Map<string, MemberList>> {
  const asks = groups.map(id => askFor(graph, options, id));
  // Counted before it is listed: somebody who leaves in between is then missing from the list, and seen to be.
  const counts = await Promise.all(groups.map(id => countOf(graph, options, id)));
  const firsts = await readAll(graph, asks);
  const lists = await Promise.all(
    asks.map((ask, at) => restOf(graph, options, ask, firsts[at]!, counts[at])),
  );
  return new Map(groups.map((id, at) => [id, lists[at]!]));
}

function askFor(graph: Graph, options: EntraOptions, id: string): Ask {
  const transitive = options.nested === 'transitive';
  const path = transitive ? 'transitiveMembers/microsoft.graph.user' : 'members';
  const properties = transitive
    ? personProperties(options)
    : [...new Set([...personProperties(options), ...groupProperties])];
  const query = [
    `$select=${properties.join(',')}`,
    `$top=${options.pageSize}`,
    // A cast is an advanced query, and those want to count.
    ...(transitive ? ['$count=true'] : []),
  ];
  return {
    url: `${graph.root}/groups/${encodeURIComponent(id)}/${path}?${query.join('&')}`,
    route: `GET /groups/{id}/${path}`,
    subject: `members of group ${id}`,
    advanced: transitive,
  };
}

/** How many members the server counts, where that is to be compared. */
async function countOf(
  graph: Graph,
  options: EntraOptions,
  id: string,
): Promise<Settled<number> | undefined> {
  // The transitive list brings its count along.
  if (!options.countCheck || options.nested === 'transitive') return undefined;
  const path = 'members/$count';
  const ask = {
    url: `${graph.root}/groups/${encodeURIComponent(id)}/${path}`,
    route: `GET /groups/{id}/${path}`,
    subject: `number of members of group ${id}`,
    advanced: true,
  };
  const body = await settle(graph.get(ask));
  return failed(body) ? body : Number(body);
}

async function restOf(
  graph: Graph,
  options: EntraOptions,
  ask: Ask,
  first: Settled<unknown>,
  counted: Settled<number> | undefined,
): Promise<MemberList> {
  if (failed(first)) return unread(first);
  const list = await settle(collectWhatComes(graph.pages(ask, memberRecord, first), graph.signal));
  if (failed(list)) return unread(list);
  const { evidence } = list;
  // A row may come twice when the list changes under our hands; two of one are not two.
  const byId = new Map(list.items.map(record => [record.id, record]));
  const records = [...byId.values()].map(record => asUser(record, options));
  const expected = typeof counted === 'number' ? counted : evidence.expected;
  const reasons = [...evidence.reasons];
  if (failed(counted)) reasons.push(`its members could not be counted: ${clauseOf(counted)}`);
  if (expected !== undefined && records.length < expected && reasons.length === 0) {
    reasons.push(
      `the server counts ${expected} member${expected === 1 ? '' : 's'} and lists ${records.length}; its index may lag`,
    );
  }
  return { records, reasons, pages: evidence.pages, ...(expected !== undefined && { expected }) };
}

/** A list of one type leaves the type out. */
const asUser = (record: MemberRecord, options: EntraOptions): MemberRecord =>
  options.nested === 'transitive' ? { '@odata.type': userType, ...record } : record;

const unread = (error: MusterError): MemberList => ({
  records: [],
  reasons: [
    error.status === 404
      ? 'the group was deleted while it was read'
      : `its members could not be read: ${clauseOf(error)}`,
  ],
  pages: 1,
  gone: error.status === 404,
});
