import type { MusterError } from '../../errors.ts';
import { type Collected, collectWhatComes } from '../../http/pages.ts';
import type { Evidence } from '../../model/directory.ts';
import { selectedBy } from '../directory-of.ts';
import type { Scope } from '../source.ts';
import { clauseOf } from './failures.ts';
import { type Ask, failed, type Graph, readRecord, settle } from './graph.ts';
import { groupNames } from './map.ts';
import type { EntraOptions } from './options.ts';
import { groupQueries } from './queries.ts';
import { type GroupRecord, groupProperties, groupRecord } from './wire.ts';

/** The groups that the mappings mean, members not read yet. */
export interface ListedGroups {
  readonly groups: ReadonlyMap<string, GroupRecord>;
  readonly evidence: Evidence;
}

/**
 * Throws where nothing could be read at all; a listing that broke off, or one of several that failed, is told in the
 * evidence.
 */
export async function listGroups(
  graph: Graph,
  options: EntraOptions,
  scope: Scope,
  readAt: string,
): Promise<ListedGroups> {
  const { listings, ids } = groupQueries(scope, options);
  const [lists, singles] = await Promise.all([
    Promise.all(listings.map(each => settle(graph, readListing(graph, options, each)))),
    Promise.all(ids.map(id => settle(graph, readGroup(graph, id)))),
  ]);
  const failures = [...lists, ...singles].filter(failed);
  // An empty directory would read as "all groups are gone".
  if (failures.length > 0 && failures.length === lists.length + singles.length) throw failures[0];

  const selected = selectedBy(scope);
  const groups = new Map<string, GroupRecord>();
  const reasons = new Set(failures.map(listFailure));
  let pages = ids.length;
  for (const list of lists) {
    if (failed(list)) continue;
    pages += list.evidence.pages;
    for (const reason of list.evidence.reasons) reasons.add(reason);
  }
  const found = [...lists.flatMap(list => (failed(list) ? [] : list.items)), ...singles];
  for (const group of found) {
    if (group === undefined || failed(group)) continue;
    if (selected({ id: group.id, ...groupNames(group, options.attributes) })) groups.set(group.id, group);
  }
  return { groups, evidence: { complete: reasons.size === 0, reasons: [...reasons], pages, readAt } };
}

const listFailure = (error: MusterError): string => `a list of groups could not be read: ${clauseOf(error)}`;

function readListing(
  graph: Graph,
  { pageSize }: EntraOptions,
  { filter, advanced }: { readonly filter?: string; readonly advanced: boolean },
): Promise<Collected<GroupRecord>> {
  const query = [
    ...(filter === undefined ? [] : [`$filter=${encodeURIComponent(filter)}`]),
    `$select=${groupProperties.join(',')}`,
    `$top=${pageSize}`,
    ...(advanced ? ['$count=true'] : []),
  ];
  const ask: Ask = {
    url: `${graph.root}/groups?${query.join('&')}`,
    route: 'GET /groups',
    subject: filter === undefined ? 'the list of groups' : `groups with ${filter}`,
    advanced,
  };
  return collectWhatComes(graph.pages(ask, groupRecord), graph.signal);
}

/** The group with this id; undefined where there is none. */
async function readGroup(graph: Graph, id: string): Promise<GroupRecord | undefined> {
  const ask = {
    url: `${graph.root}/groups/${id}?$select=${groupProperties.join(',')}`,
    route: 'GET /groups/{id}',
    subject: `group ${id}`,
  };
  const body = await settle(graph, graph.get(ask));
  if (!failed(body)) return readRecord(body, groupRecord, ask.subject);
  if (body.status === 404) return undefined;
  throw body;
}
