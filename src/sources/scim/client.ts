import type { HttpAnswer, HttpClient } from '../../http/client.ts';
import { byCursor, type PageWalk } from '../../http/pages.ts';
import { mediaType } from '../../scim/messages.ts';
import type { Service } from './discover.ts';
import { answerFailure } from './failures.ts';
import { type Listed, type Resource, readListed, readResource } from './wire.ts';

export type Type = 'Group' | 'User';

/** Which resources, and which parts of them. */
export interface Query {
  readonly filter?: string;
  /** These and what is always returned. */
  readonly attributes?: readonly string[];
  /** Everything but these. */
  readonly excluded?: readonly string[];
  /** Resources a page, where it is not the usual number. */
  readonly count?: number;
}

/**
 * The few questions that we ask a SCIM server. Errors: `source.auth-failed`, `source.read-failed`,
 * `source.unreachable` and `WireError`s.
 */
export interface ScimApi {
  /** Everything that the query finds, page by page. `onPage` hears of each page before it is given. */
  list(type: Type, query: Query, signal: AbortSignal, onPage?: (page: Listed) => void): PageWalk<Resource>;
  /** The first page alone. */
  firstPage(type: Type, query: Query, signal: AbortSignal): Promise<Listed>;
  /** One resource; undefined where there is none. */
  get(type: Type, id: string, query: Query, signal: AbortSignal): Promise<Resource | undefined>;
}

export interface ScimApiOptions {
  readonly http: HttpClient;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly service: Service;
  /** Resources a page to ask for; the server's own limit counts as well. */
  readonly pageSize: number;
}

/** What a server answers that does not know a query parameter, or not this value of it. */
const notUnderstood = [400, 501];

export function createScimApi({ http, baseUrl, service, pageSize }: ScimApiOptions): ScimApi {
  const place = baseUrl.replace(/^https?:\/\//u, '');
  const usualCount = Math.min(pageSize, service.maxResults ?? pageSize);
  const whats = { Group: 'the list of groups', User: 'the list of users' } as const;
  /** Endpoints that have answered: servers differ in the case of their paths, and not all say which they take. */
  const proven: Partial<Record<Type, string>> = {};
  /** False once the server has refused `attributes` or `excludedAttributes` and taken the request without. */
  let trims = true;

  const endpointsOf = (type: Type): readonly string[] => {
    if (proven[type] !== undefined) return [proven[type]];
    const usual = type === 'Group' ? ['/Groups', '/groups'] : ['/Users', '/users'];
    const other = type === 'Group' ? proven.User : proven.Group;
    // A server that has one of them in lower case has the other so as well.
    const guessed = other === other?.toLowerCase() && other !== undefined ? usual.toReversed() : usual;
    const told = service.endpoints[type];
    return told === undefined ? guessed : [told, ...guessed.filter(path => path !== told)];
  };

  async function ask(
    path: string,
    route: string,
    query: Query,
    at: Readonly<Record<string, string | number>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const send = (part: Query) =>
      http.send({
        method: 'GET',
        url: baseUrl + path + queryText({ ...parametersOf(part), ...at }),
        route,
        headers: { accept: `${mediaType}, application/json;q=0.9` },
        repeatable: true,
        signal,
      });
    const trimmed = query.attributes !== undefined || query.excluded !== undefined;
    const whole = query.filter === undefined ? {} : { filter: query.filter };
    const first = await send(trims ? query : whole);
    if (!trims || !trimmed || !notUnderstood.includes(first.status)) return first;
    const second = await send(whole);
    if (second.status === 200) trims = false;
    return second;
  }

  async function listAt(
    type: Type,
    query: Query,
    at: Readonly<Record<string, string | number>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const [first, ...others] = endpointsOf(type);
    const route = `GET /${type}s`;
    const answer = await ask(first!, route, query, at, signal);
    if (answer.status === 200) proven[type] = first!;
    if (answer.status !== 404 || proven[type] !== undefined) return answer;
    for (const path of others) {
      const again = await ask(path, route, query, at, signal);
      if (again.status === 404) continue;
      proven[type] = path;
      return again;
    }
    return answer;
  }

  function listedIn(answer: HttpAnswer, type: Type): Listed {
    const listed = answer.status === 200 ? readListed(answer.body) : undefined;
    if (listed) return listed;
    throw answerFailure(answer, { what: whats[type], subject: `GET ${place}${endpointsOf(type)[0]}` });
  }

  return {
    list(type, query, signal, onPage) {
      const count = query.count ?? usualCount;
      return byCursor<Resource>(async token => {
        const here = token === undefined ? firstPlace(service.paging) : placeOf(token);
        const at = { ...parameterOf(here), count };
        const answer = await listAt(type, query, at, signal);
        // We look once behind an end that the server has told already; what it says to that is no failure.
        if (here.kind === 'index' && here.behind && [400, 404, 416].includes(answer.status))
          return { items: [] };
        const listed = listedIn(answer, type);
        onPage?.(listed);
        const next = nextPlace(here, listed, count);
        const doubtful = next?.kind === 'index' && next.behind;
        return {
          items: listed.resources,
          ...(listed.total !== undefined && !doubtful && { total: listed.total }),
          ...(next && { next: tokenOf(next) }),
        };
      });
    },

    async firstPage(type, query, signal) {
      const count = query.count ?? usualCount;
      const at = { ...parameterOf(firstPlace(service.paging)), count };
      return listedIn(await listAt(type, query, at, signal), type);
    },

    async get(type, id, query, signal) {
      const path = `${endpointsOf(type)[0]}/${encodeURIComponent(id)}`;
      const answer = await ask(path, `GET /${type}s/{id}`, query, {}, signal);
      if (answer.status === 404) return undefined;
      const resource = answer.status === 200 ? readResource(answer.body) : undefined;
      if (resource) return resource;
      const what = `the ${type === 'Group' ? 'group' : 'user'} ${id}`;
      throw answerFailure(answer, { what, subject: `GET ${place}${path}` });
    },
  };
}

/** Where a page begins: at a resource, counted from 1, or at the server's own mark. */
type Place =
  | { readonly kind: 'index'; readonly start: number; readonly behind?: boolean }
  | { readonly kind: 'cursor'; readonly cursor: string };

const firstPlace = (paging: Service['paging']): Place =>
  paging === 'cursor' ? { kind: 'cursor', cursor: '' } : { kind: 'index', start: 1 };

const parameterOf = (place: Place): Record<string, string | number> =>
  place.kind === 'index' ? { startIndex: place.start } : { cursor: place.cursor };

const tokenOf = (place: Place): string =>
  place.kind === 'cursor' ? `c${place.cursor}` : `${place.behind ? 'b' : 'i'}${place.start}`;

const placeOf = (token: string): Place =>
  token.startsWith('c')
    ? { kind: 'cursor', cursor: token.slice(1) }
    : { kind: 'index', start: Number(token.slice(1)), behind: token.startsWith('b') };

/**
 * Where the next page begins; undefined after the last one. The start advances by how many have come, never by how
 * many were asked for. A cursor is followed whenever there is one, whatever was asked (RFC 9865 §2.4).
 *
 * A total that ends exactly with a full page may be the length of the page and not of the list: AWS says 100 of any
 * number of groups. So we look once behind it.
 */
function nextPlace(here: Place, { resources, total, nextCursor }: Listed, count: number): Place | undefined {
  if (nextCursor !== undefined) return { kind: 'cursor', cursor: nextCursor };
  if (resources.length === 0 || (here.kind === 'cursor' && here.cursor !== '')) return undefined;
  const start = (here.kind === 'index' ? here.start : 1) + resources.length;
  if (here.kind === 'cursor' && total === undefined) return undefined;
  if (total === undefined || start <= total) return { kind: 'index', start };
  return here.kind === 'index' && resources.length >= count
    ? { kind: 'index', start, behind: true }
    : undefined;
}

function parametersOf({ filter, attributes, excluded }: Query): Record<string, string> {
  return {
    ...(filter !== undefined && { filter }),
    ...(attributes && { attributes: attributes.join(',') }),
    ...(excluded && { excludedAttributes: excluded.join(',') }),
  };
}

/** Blanks become `%20`: the `+` of forms is not decoded by every server. An empty text is kept: `cursor=`. */
function queryText(parameters: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}
