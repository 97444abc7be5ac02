import type { Clock } from '../../src/clock.ts';
import { type ApiAnswer, type ApiRequest, type ApiServer, startApiServer } from './api-server.ts';

export interface JumpcloudGroupRecord {
  readonly id: string;
  name: string;
  readonly members: { readonly id: string; readonly type: string }[];
}

/**
 * The part of JumpCloud's API that reads user groups. Where a habit is known from: [docs] the reference of the API as
 * published with the vendor's clients (TheJumpCloud/jcapi-python, jcapi-java), [cli] the vendor's own command line
 * (TheJumpCloud/jc-cli, internal/api), [best] the support article "Best Practices: JumpCloud API".
 */
export interface JumpcloudServer extends ApiServer {
  readonly groups: Map<string, JumpcloudGroupRecord>;
  /** System users by id, with the fields of API v1. */
  readonly users: Map<string, Readonly<Record<string, unknown>>>;
  readonly apiKeys: Set<string>;
  /** Id and secret of service accounts, joined by a colon. */
  readonly clients: Set<string>;
  readonly tokens: Set<string>;
  /** Does the list of groups send `Link` headers? "Not every v2 endpoint emits Link headers" [cli]. */
  links: boolean;
  /** Does API v2 know the field that it is asked to sort by? No documentation names the fields. */
  sortable: boolean;
}

export async function startJumpcloudServer(clock: Clock): Promise<JumpcloudServer> {
  let minted = 0;
  const server: JumpcloudServer = Object.assign(await startApiServer(clock, request => answer(request)), {
    groups: new Map<string, JumpcloudGroupRecord>(),
    users: new Map<string, Readonly<Record<string, unknown>>>(),
    apiKeys: new Set<string>(),
    clients: new Set<string>(),
    tokens: new Set<string>(),
    links: false,
    sortable: true,
  });

  function answer(request: ApiRequest): ApiAnswer {
    const { url, headers } = request;
    if (url.pathname === '/oauth2/token') return tokenFor(request);
    const bearer = /^Bearer (.+)$/u.exec(headers.authorization ?? '')?.[1];
    const known = server.apiKeys.has(String(headers['x-api-key'])) || server.tokens.has(bearer ?? '');
    if (!known) return { status: 401, body: { message: 'Unauthorized', error: 'Unauthorized' } };
    const [, version, kind, id, below] =
      /^\/api\/(v2\/)?(usergroups|systemusers)(?:\/([^/]+))?(\/members)?$/u.exec(url.pathname) ?? [];
    if (version && kind === 'usergroups') {
      if (id === undefined) return arrayOf(url, [...server.groups.values()].map(groupView), server.links);
      const group = server.groups.get(id);
      if (below)
        return arrayOf(
          url,
          (group?.members ?? []).map(to => ({ to, attributes: null })),
          false,
        );
      return group ? { status: 200, body: groupView(group) } : notFound();
    }
    if (!version && kind === 'systemusers' && below === undefined) {
      if (id === undefined) return userList(url);
      const user = server.users.get(id);
      return user ? { status: 200, body: { _id: id, id, ...user } } : notFound();
    }
    return notFound();
  }

  /** API v2: a bare array; 10 a page unless told, 100 at most [docs]. An unknown group has no members, and no 404 [cli]. */
  function arrayOf(url: URL, all: readonly unknown[], links: boolean): ApiAnswer {
    if (url.searchParams.has('sort') && !server.sortable)
      return { status: 400, body: { message: 'unknown sort field' } };
    const { skip, limit } = pageOf(url);
    const page = all.slice(skip, skip + limit);
    const next = new URL(url);
    next.searchParams.set('skip', String(skip + limit));
    const more = skip + limit < all.length;
    return {
      status: 200,
      body: page,
      ...(links && more && { headers: { link: `<${next.href}>; rel="next"` } }),
    };
  }

  /** API v1: `totalCount` and `results` [cli]. */
  function userList(url: URL): ApiAnswer {
    const { skip, limit } = pageOf(url);
    const all = [...server.users].map(([id, user]) => ({ _id: id, ...user }));
    return { status: 200, body: { totalCount: all.length, results: all.slice(skip, skip + limit) } };
  }

  /** `scope=api` and the secret in the Basic header; an hour [cli]. */
  function tokenFor({ headers, body }: ApiRequest): ApiAnswer {
    const pair = /^Basic (.+)$/u.exec(headers.authorization ?? '')?.[1] ?? '';
    const form = new URLSearchParams(body);
    if (!server.clients.has(Buffer.from(pair, 'base64').toString()))
      return { status: 401, body: { error: 'invalid_client' } };
    if (form.get('scope') !== 'api') return { status: 400, body: { error: 'invalid_scope' } };
    minted += 1;
    const token = `jumpcloud-token-${minted}`;
    server.tokens.add(token);
    return { status: 200, body: { access_token: token, expires_in: 3600 } };
  }

  return server;
}

const groupView = ({ id, name }: JumpcloudGroupRecord) => ({
  id,
  name,
  type: 'user_group',
  attributes: null,
});

const notFound = (): ApiAnswer => ({ status: 404, body: { message: 'Not Found' } });

function pageOf(url: URL): { skip: number; limit: number } {
  const asked = Number(url.searchParams.get('limit') ?? 10);
  return { skip: Number(url.searchParams.get('skip') ?? 0), limit: Math.min(asked, 100) };
}
