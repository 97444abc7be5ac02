import type { z } from 'zod';
import type { HttpAnswer, HttpClient } from '../../http/client.ts';
import { nextLink } from '../../http/link-header.ts';
import { byNextUrl, byStartIndex, type PageWalk } from '../../http/pages.ts';
import { type Asked, answerFailure } from './failures.ts';
import {
  type JumpcloudGroup,
  type JumpcloudMember,
  type JumpcloudUser,
  jumpcloudGroup,
  jumpcloudMember,
  jumpcloudUser,
  userList,
} from './wire.ts';

/**
 * The few questions that we ask JumpCloud. Errors: `source.auth-failed`, `source.read-failed`, `source.unreachable`
 * and `WireError`s.
 */
export interface JumpcloudApi {
  /** All user groups. */
  groups(signal: AbortSignal): PageWalk<JumpcloudGroup>;
  /** Is there a group with this id? */
  hasGroup(group: JumpcloudGroup, signal: AbortSignal): Promise<boolean>;
  /** Direct members. */
  members(group: JumpcloudGroup, signal: AbortSignal): PageWalk<JumpcloudMember>;
  /** All users; `onPage` hears the total before a page is given. */
  users(signal: AbortSignal, onPage?: (total: number) => void): PageWalk<JumpcloudUser>;
  /** One user; undefined where there is none. */
  user(id: string, signal: AbortSignal): Promise<JumpcloudUser | undefined>;
}

export interface JumpcloudApiOptions {
  readonly http: HttpClient;
  /** Without a slash at the end. */
  readonly consoleUrl: string;
  readonly pageSize: number;
  /** Empty for none. */
  readonly sort: string;
}

/** Users are in the old version of the API, groups in the new one. */
const v1 = '/api';
const v2 = '/api/v2';

export function createJumpcloudApi({ http, consoleUrl, pageSize, sort }: JumpcloudApiOptions): JumpcloudApi {
  const { host } = new URL(consoleUrl);

  const get = (url: string, route: string, signal: AbortSignal): Promise<HttpAnswer> =>
    http.send({ method: 'GET', url, route, repeatable: true, signal });

  /**
   * A list of API v2: a bare array without a total. The `Link` header names the next page where there is one; not
   * every list has it, so a full page is followed by what is behind it (as the vendor's own command line does).
   */
  function walk<Item extends z.ZodType>(
    path: string,
    sorted: boolean,
    route: string,
    item: Item,
    asked: Asked,
    signal: AbortSignal,
  ): PageWalk<z.output<Item>> {
    const first = new URL(consoleUrl + path);
    first.searchParams.set('limit', String(pageSize));
    first.searchParams.set('skip', '0');
    if (sorted && sort !== '') first.searchParams.set('sort', sort);
    return byNextUrl(first.href, async wanted => {
      let url = wanted;
      let answer = await get(url, route, signal);
      // Which fields a list of API v2 may be sorted by is not documented.
      if (answer.status === 400 && new URL(url).searchParams.has('sort')) {
        url = unsorted(url);
        answer = await get(url, route, signal);
      }
      const items = listIn(answer, item, asked);
      const link = items.length === 0 ? undefined : nextLink(answer.headers.link);
      const next = link ?? (items.length >= pageSize ? skipped(url, items.length) : undefined);
      return { items, ...(next !== undefined && { next }) };
    });
  }

  const usersPath = `${v1}/systemusers`;

  return {
    groups(signal) {
      const path = `${v2}/usergroups`;
      const asked = { what: 'the groups', subject: `GET ${host}${path}` };
      return walk(path, true, 'GET /usergroups', jumpcloudGroup, asked, signal);
    },

    async hasGroup(group, signal) {
      const path = `${v2}/usergroups/${encodeURIComponent(group.id)}`;
      const answer = await get(consoleUrl + path, 'GET /usergroups/{id}', signal);
      if (answer.status === 404) return false;
      const found = answer.status === 200 ? jumpcloudGroup.safeParse(answer.body) : undefined;
      if (found?.success) return true;
      throw answerFailure(answer, { what: `the group ${group.name}`, subject: `GET ${host}${path}` });
    },

    members(group, signal) {
      const path = `${v2}/usergroups/${encodeURIComponent(group.id)}/members`;
      const asked = { what: `the members of ${group.name}`, subject: `GET ${host}${path}` };
      // This list is not documented to be sortable.
      return walk(path, false, 'GET /usergroups/{id}/members', jumpcloudMember, asked, signal);
    },

    users(signal, onPage) {
      return byStartIndex<JumpcloudUser>(async start => {
        const url = new URL(consoleUrl + usersPath);
        url.searchParams.set('limit', String(pageSize));
        url.searchParams.set('skip', String(start - 1));
        if (sort !== '') url.searchParams.set('sort', sort);
        const answer = await get(url.href, 'GET /systemusers', signal);
        const page = answer.status === 200 ? userList.safeParse(answer.body) : undefined;
        if (!page?.success)
          throw answerFailure(answer, { what: 'the users', subject: `GET ${host}${usersPath}` });
        onPage?.(page.data.totalCount);
        return { items: page.data.results, total: page.data.totalCount };
      });
    },

    async user(id, signal) {
      const path = `${usersPath}/${encodeURIComponent(id)}`;
      const answer = await get(consoleUrl + path, 'GET /systemusers/{id}', signal);
      if (answer.status === 404) return undefined;
      const user = answer.status === 200 ? jumpcloudUser.safeParse(answer.body) : undefined;
      if (user?.success) return user.data;
      throw answerFailure(answer, { what: `the user ${id}`, subject: `GET ${host}${path}` });
    },
  };
}

function unsorted(url: string): string {
  const next = new URL(url);
  next.searchParams.delete('sort');
  return next.href;
}

function skipped(url: string, by: number): string {
  const next = new URL(url);
  next.searchParams.set('skip', String(Number(next.searchParams.get('skip') ?? 0) + by));
  return next.href;
}

/** One item that is not understood makes the page a lost one: left out, it would be a shorter list. */
function listIn<Item extends z.ZodType>(answer: HttpAnswer, item: Item, asked: Asked): z.output<Item>[] {
  const items = answer.status === 200 ? item.array().safeParse(answer.body) : undefined;
  if (items?.success) return items.data;
  throw answerFailure(answer, asked);
}
