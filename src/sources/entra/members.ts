import { z } from 'zod';
import type { MusterError } from '../../errors.ts';
import { collectWhatComes } from '../../http/pages.ts';
import { readCounted } from '../counted.ts';
import { throwIfAllFailed } from '../read-each.ts';
import { readAll } from './batch.ts';
import { clauseOf } from './failures.ts';
import { type Ask, failed, type Graph, readRecord, type Settled, settle } from './graph.ts';
import type { EntraOptions } from './options.ts';
import { groupProperties, type MemberRecord, memberRecord, userType } from './wire.ts';

/** Who a group lists, and how sure that is. */
export interface MemberList {
  readonly records: readonly MemberRecord[];
  /** Why these may not be all; empty where they are. */
  readonly reasons: readonly string[];
  readonly pages: number;
  /** What the server announced. */
  readonly expected?: number;
  /** Why nothing came at all. 404: the server knows no such group any more. */
  readonly lost?: MusterError;
}

/** Properties of people that this source is set to read. */
export function personProperties({ attributes }: EntraOptions): string[] {
  const { userName, email, externalId, userId, extra } = attributes;
  const named = [...userName, ...email, ...externalId, ...userId, ...extra];
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
  const counts = await Promise.all(groups.map(id => settle(graph, countOf(graph, options, id))));
  const firsts = await readAll(graph, asks);
  const lists = await Promise.all(
    groups.map((id, at) =>
      restOf(graph, options, { id, ask: asks[at]!, counted: counts[at], first: firsts[at] }),
    ),
  );
  return new Map(groups.map((id, at) => [id, lists[at]!]));
}

/** A group of which the first page is there. */
interface Begun {
  readonly id: string;
  readonly ask: Ask;
  readonly counted: Settled<number> | undefined;
  readonly first: Settled<unknown>;
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
async function countOf(graph: Graph, options: EntraOptions, id: string): Promise<number | undefined> {
  // The transitive list brings its count along.
  if (!options.checkCounts || options.nested === 'transitive') return undefined;
  const path = 'members/$count';
  const url = `${graph.root}/groups/${encodeURIComponent(id)}/${path}`;
  const subject = `number of members of group ${id}`;
  const body = await graph.get({ url, route: `GET /groups/{id}/${path}`, subject, advanced: true });
  return readRecord(body, z.number(), subject);
}

async function restOf(
  graph: Graph,
  options: EntraOptions,
  { ask, id, counted, first }: Begun,
): Promise<MemberList> {
  if (failed(first)) return unread(first);
  // For the first round alone: the second is to see what there is by then.
  let page: unknown = first;
  const reading = readCounted({
    announced: failed(counted) ? undefined : counted,
    read: () => {
      const walk = graph.pages(ask, memberRecord, page);
      page = undefined;
      return collectWhatComes(walk, graph.signal);
    },
    count: () => countOf(graph, options, id),
    size: records => new Set(records.map(record => record.id)).size,
  });
  const list = await settle(graph, reading);
  if (failed(list)) return unread(list);
  const { expected, pages } = list.evidence;
  // A row may come twice when the list changes under our hands; two of one are not two.
  const records = [...new Map(list.items.map(record => [record.id, asUser(record, options)])).values()];
  const reasons = [...list.evidence.reasons];
  if (failed(counted)) reasons.push(`its members could not be counted: ${clauseOf(counted)}`);
  if (expected !== undefined && records.length < expected && reasons.length === 0)
    reasons.push(`the server announced ${expected} members and gave ${records.length}, some of them twice`);
  return { records, reasons, pages, ...(expected !== undefined && { expected }) };
}

/** A list of one type leaves the type out. */
const asUser = (record: MemberRecord, options: EntraOptions): MemberRecord =>
  options.nested === 'transitive' ? { '@odata.type': userType, ...record } : record;

const unread = (lost: MusterError): MemberList => ({
  records: [],
  reasons: [
    lost.status === 404
      ? 'the group was deleted while it was read'
      : `its members could not be read: ${clauseOf(lost)}`,
  ],
  pages: 1,
  lost,
});

/** Throws where there was something to read and nothing of it could be. */
export const throwIfAllLost = (lists: Iterable<MemberList>): void =>
  throwIfAllFailed([...lists].map(list => (list.lost ? { error: list.lost } : { result: list })));
