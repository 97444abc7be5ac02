import { randomUUID } from 'node:crypto';
import type { Clock } from '../../src/clock.ts';
import { type ApiAnswer, type ApiRequest, type ApiServer, startApiServer } from './api-server.ts';
import { OktaDirectory, type OktaGroupRecord } from './okta-directory.ts';
import { OktaAuthorizationServer } from './okta-oauth.ts';

/** Requests that one family of endpoints takes in a minute, and how many it has had. */
export interface OktaBucket {
  limit: number;
  used: number;
  /** Epoch seconds. */
  reset: number;
}

export interface OktaServer extends ApiServer {
  readonly directory: OktaDirectory;
  readonly oauth: OktaAuthorizationServer;
  /** API tokens that are good. */
  readonly apiTokens: Set<string>;
  /** By family: `groups`, `members`. */
  readonly buckets: Readonly<Record<'groups' | 'members', OktaBucket>>;
  /** May the role of the caller see members? */
  seesMembers: boolean;
  /** How many users a page of members holds at most, whatever was asked for. */
  largestPage: number;
  /** What `usersCount` says of a group, where it is not the truth. */
  readonly miscounts: Map<string, number>;
}

/** The part of Okta's Management API that reads groups, with its paging, limits and errors (reference §1). */
export async function startOktaServer(clock: Clock): Promise<OktaServer> {
  const directory = new OktaDirectory();
  const oauth = new OktaAuthorizationServer(clock);
  const bucket = (): OktaBucket => ({ limit: 5000, used: 0, reset: 0 });
  const buckets = { groups: bucket(), members: bucket() };

  const server: OktaServer = Object.assign(await startApiServer(clock, request => answer(request)), {
    directory,
    oauth,
    apiTokens: new Set<string>(),
    buckets,
    seesMembers: true,
    largestPage: 1000,
    miscounts: new Map<string, number>(),
  });

  async function answer(request: ApiRequest): Promise<ApiAnswer> {
    const { pathname } = request.url;
    const more = { 'x-okta-request-id': randomUUID() };
    if (pathname === '/oauth2/v1/token' && request.method === 'POST') {
      const given = await oauth.answerToken(request);
      return { ...given, headers: { ...more, ...given.headers } };
    }
    const [, id] = /^\/api\/v1\/groups\/([^/]+)\/users$/u.exec(pathname) ?? [];
    const listing = pathname === '/api/v1/groups';
    if (request.method !== 'GET' || (!listing && id === undefined))
      return { status: 404, body: '<html>404</html>' };

    const refusal = await refusalOf(request, listing);
    if (refusal) return { ...refusal, headers: { ...more, ...refusal.headers } };
    const limits = spend(listing ? buckets.groups : buckets.members);
    const given = limits.exceeded
      ? oktaError(429, 'E0000047', 'API call exceeded rate limit due to too many requests.')
      : listing
        ? answerGroups(request)
        : answerMembers(request, decodeURIComponent(id!));
    return { ...given, headers: { ...more, ...limits.headers, ...given.headers } };
  }

  async function refusalOf(request: ApiRequest, listing: boolean): Promise<ApiAnswer | undefined> {
    const authorization = request.headers.authorization ?? '';
    if (authorization.startsWith('SSWS ')) {
      const known = server.apiTokens.has(authorization.slice('SSWS '.length));
      if (!known) return oktaError(401, 'E0000011', 'Invalid token provided');
    } else {
      const token = await oauth.tokenOf(request);
      if (typeof token === 'string') return oktaError(401, 'E0000011', token);
      const scope = listing ? 'okta.groups.read' : 'okta.users.read';
      if (!token.scopes.includes(scope)) return missingScope(scope, request);
    }
    if (listing || server.seesMembers) return undefined;
    return oktaError(403, 'E0000006', 'You do not have permission to perform the requested action');
  }

  function spend(family: OktaBucket): { exceeded: boolean; headers: Record<string, string> } {
    const nowSeconds = Math.floor(clock.now() / 1000);
    if (nowSeconds >= family.reset) {
      family.reset = nowSeconds + 60;
      family.used = 0;
    }
    const exceeded = family.used >= family.limit;
    if (!exceeded) family.used += 1;
    return {
      exceeded,
      headers: {
        'x-rate-limit-limit': String(family.limit),
        'x-rate-limit-remaining': String(family.limit - family.used),
        'x-rate-limit-reset': String(family.reset),
      },
    };
  }

  function answerGroups(request: ApiRequest): ApiAnswer {
    const query = request.url.searchParams;
    const stats = query.get('expand') === 'stats';
    const view = (group: OktaGroupRecord) => groupView(group, request.url.origin, stats && countOf(group));
    const q = query.get('q');
    // "Paging and searching are currently mutually exclusive": no Link header, whatever is left out.
    if (q !== null) {
      const limit = Number(query.get('limit') ?? 300);
      return { status: 200, body: directory.named(q).slice(0, Math.min(limit, 300)).map(view) };
    }
    const search = query.get('search');
    const filter = query.get('filter');
    const found =
      search !== null
        ? directory.search(search)
        : filter !== null
          ? directory.filter(filter)
          : directory.all();
    if (!found) return oktaError(400, 'E0000031', 'Invalid search criteria.');
    return page(request, found, 10_000, view);
  }

  const countOf = (group: OktaGroupRecord) => server.miscounts.get(group.id) ?? group.members.length;

  function answerMembers(request: ApiRequest, id: string): ApiAnswer {
    const group = directory.groups.get(id);
    if (!group) return oktaError(404, 'E0000007', `Not found: Resource not found: ${id} (UserGroup)`);
    const users = group.members.map(member => directory.users.get(member)!);
    return page(request, users, server.largestPage, user => ({
      ...user,
      _links: { self: { href: `${request.url.origin}/api/v1/users/${user.id}` } },
    }));
  }

  return server;
}

/**
 * A page and the links to itself and to the next one, as two headers of one name. The cursor is the id of the last
 * one shown, in a wrapping that says nothing; it stays good when that one is gone, because ids have an order.
 */
function page<Item extends { readonly id: string }>(
  request: ApiRequest,
  items: readonly Item[],
  largest: number,
  view: (item: Item) => unknown,
): ApiAnswer {
  const query = request.url.searchParams;
  const limit = Math.min(Number(query.get('limit') ?? 1000), largest);
  const ordered = [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
  const after = query.get('after');
  const last = after === null ? '' : Buffer.from(after, 'base64url').toString();
  const rest = ordered.filter(({ id }) => id > last);
  const shown = rest.slice(0, limit);
  const links = [`<${request.url.href}>; rel="self"`];
  if (rest.length > shown.length) {
    const next = new URL(request.url);
    next.searchParams.set('after', Buffer.from(shown.at(-1)!.id).toString('base64url'));
    links.push(`<${next.href}>; rel="next"`);
  }
  return { status: 200, headers: { link: links }, body: shown.map(view) };
}

const groupView = (group: OktaGroupRecord, origin: string, usersCount: number | false) => ({
  id: group.id,
  created: '2024-01-01T00:00:00.000Z',
  lastUpdated: '2024-01-01T00:00:00.000Z',
  lastMembershipUpdated: '2024-01-01T00:00:00.000Z',
  objectClass: ['okta:user_group'],
  type: group.type,
  profile: { description: null, ...group.profile },
  _links: { users: { href: `${origin}/api/v1/groups/${group.id}/users` } },
  ...(usersCount !== false && { _embedded: { stats: { usersCount, appsCount: 0 } } }),
});

export const oktaError = (status: number, errorCode: string, errorSummary: string): ApiAnswer => ({
  status,
  body: { errorCode, errorSummary, errorLink: errorCode, errorId: `oae${randomUUID()}`, errorCauses: [] },
});

/** Okta says which scope was missing in this header alone; the body is empty. */
const missingScope = (scope: string, { url }: ApiRequest): ApiAnswer => ({
  status: 403,
  headers: {
    'www-authenticate': `Bearer authorization_uri="${url.origin}/oauth2/v1/authorize", realm="${url.origin}", scope="${scope}", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="${url.pathname}"`,
  },
});
