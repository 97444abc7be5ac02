import type { z } from 'zod';
import type { HttpAnswer, HttpClient } from '../../http/client.ts';
import { nextLink } from '../../http/link-header.ts';
import { byNextUrl, type PageWalk } from '../../http/pages.ts';
import { type Asked, answerFailure } from './failures.ts';
import { type OktaGroup, type OktaUser, oktaGroup, oktaUser } from './wire.ts';

/** The few questions that we ask Okta. Errors: `source.auth-failed`, `source.read-failed` and `WireError`s. */
export interface OktaApi {
  /** Groups page by page: those that `search` finds, or all. */
  groups(search: string | undefined, signal: AbortSignal): PageWalk<OktaGroup>;
  /** The groups whose names begin with `prefix`, without paging: no more than `limit`, exact ones first. */
  groupsNamed(prefix: string, limit: number, signal: AbortSignal): Promise<readonly OktaGroup[]>;
  /** One group as it is now; undefined where there is none. Not from the search index, so it does not lag. */
  group(id: string, signal: AbortSignal): Promise<OktaGroup | undefined>;
  /** Everybody in a group, page by page. */
  members(group: Pick<OktaGroup, 'id' | 'profile'>, signal: AbortSignal, limit?: number): PageWalk<OktaUser>;
  /** The last answer's `Date`; undefined before there was one. */
  readonly serverDate: string | undefined;
}

export interface OktaApiOptions {
  /** Base of the org, without a slash at the end. */
  readonly url: string;
  readonly by: Asked['by'];
  readonly pageSize: number;
  /**
   * Two clients, because Okta counts `/api/v1/groups` and what is below it against different limits (identity sources
   * reference §1: "buckets are per endpoint family"). Each spends a budget of its own.
   */
  readonly groupsHttp: HttpClient;
  readonly membersHttp: HttpClient;
}

export function createOktaApi(options: OktaApiOptions): OktaApi {
  const { url: base, by, pageSize, groupsHttp, membersHttp } = options;
  const groupsUrl = `${base}/api/v1/groups`;
  const host = new URL(base).host;
  let serverDate: string | undefined;

  async function get(
    http: HttpClient,
    url: string,
    route: string,
    signal: AbortSignal,
    query: Readonly<Record<string, string | number | undefined>> = {},
  ): Promise<HttpAnswer> {
    const answer = await http.send({ method: 'GET', url, route, repeatable: true, signal, query });
    serverDate = answer.headers.date ?? serverDate;
    return answer;
  }

  /** Everything after the first page is asked for as the server's own link says. */
  function walk<Item extends z.ZodType>(
    http: HttpClient,
    firstUrl: URL,
    route: string,
    item: Item,
    asked: Asked,
    signal: AbortSignal,
  ): PageWalk<z.output<Item>> {
    return byNextUrl(firstUrl.href, async url => {
      const answer = await get(http, url, route, signal);
      const items = listIn(answer, item, asked);
      const next = nextLink(answer.headers.link);
      return { items, ...(next !== undefined && { next }) };
    });
  }

  const askedForGroups: Asked = { what: 'the groups', subject: `GET ${host}/api/v1/groups`, by };

  return {
    groups(search, signal) {
      const first = new URL(groupsUrl);
      first.searchParams.set('limit', String(pageSize));
      first.searchParams.set('expand', 'stats');
      if (search !== undefined) first.searchParams.set('search', search);
      return walk(groupsHttp, first, 'GET /api/v1/groups', oktaGroup, askedForGroups, signal);
    },
    async groupsNamed(prefix, limit, signal) {
      const query = { q: prefix, limit, expand: 'stats' };
      const answer = await get(groupsHttp, groupsUrl, 'GET /api/v1/groups', signal, query);
      return listIn(answer, oktaGroup, askedForGroups);
    },
    async group(id, signal) {
      const query = { filter: `id eq ${JSON.stringify(id)}`, expand: 'stats' };
      const answer = await get(groupsHttp, groupsUrl, 'GET /api/v1/groups', signal, query);
      return listIn(answer, oktaGroup, askedForGroups).find(group => group.id === id);
    },
    members(group, signal, limit = pageSize) {
      const path = `/api/v1/groups/${encodeURIComponent(group.id)}/users`;
      const first = new URL(base + path);
      first.searchParams.set('limit', String(limit));
      const asked: Asked = {
        what: `the members of ${group.profile.name}`,
        subject: `GET ${host}${path}`,
        by,
      };
      return walk(membersHttp, first, 'GET /api/v1/groups/{id}/users', oktaUser, asked, signal);
    },
    get serverDate() {
      return serverDate;
    },
  };
}

/**
 * The items of a page. An answer that is anything else is a page that was lost, also with the status 200: a proxy's
 * login page, or an error of Okta's in the place of the list.
 */
function listIn<Item extends z.ZodType>(answer: HttpAnswer, item: Item, asked: Asked): z.output<Item>[] {
  const list = answer.status === 200 ? item.array().safeParse(answer.body) : undefined;
  if (list?.success) return list.data;
  throw answerFailure(answer, asked);
}
