import { randomBytes } from 'node:crypto';
import type { Clock } from '../../src/clock.ts';
import { type ApiAnswer, type ApiRequest, type ApiServer, startApiServer } from './api-server.ts';
import {
  byName,
  type KeycloakGroupRecord,
  KeycloakRealm,
  type KeycloakUserRecord,
} from './keycloak-realm.ts';

export interface KeycloakServer extends ApiServer {
  readonly realm: KeycloakRealm;
  /** Where Keycloak is: `url`, with `/auth` if it has one. */
  readonly base: string;
  /** How long a token lives: one minute in the realm `master`, five in a new one, unless somebody says otherwise. */
  tokenSeconds: number;
  /** Tokens that were given. */
  tokensGiven: number;
  /** Gives no more than so many rows, whatever was asked for. */
  largestPage: number;
  /** Groups that this account may not see, as fine-grained permissions have it. */
  readonly hidden: Set<string>;
}

export interface KeycloakServerOptions {
  /** 22 embeds sub-groups and has no listing of children; 26 has one. */
  readonly version?: 22 | 26;
  readonly basePath?: '' | '/auth';
  readonly realm?: string;
}

/**
 * The part of Keycloak's Admin REST API that reads groups. Every habit here was seen with Keycloak 26.7.4 or 22.0.5;
 * `keycloak-real.test.ts` asks the real one and this one the same questions and compares.
 */
export async function startKeycloakServer(
  clock: Clock,
  { version = 26, basePath = '', realm: realmName = 'acme' }: KeycloakServerOptions = {},
): Promise<KeycloakServer> {
  const realm = new KeycloakRealm(realmName);
  const tokens = new Map<string, { readonly clientId: string; readonly expiresMs: number }>();
  const api = await startApiServer(clock, request => answer(request));
  const server: KeycloakServer = Object.assign(api, {
    realm,
    base: `${api.url}${basePath}`,
    tokenSeconds: 60,
    tokensGiven: 0,
    largestPage: Number.POSITIVE_INFINITY,
    hidden: new Set<string>(),
  });
  const legacy = version === 22;
  const forbidden = failure(403, legacy ? 'unknown_error' : 'HTTP 403 Forbidden');
  const noMethod = legacy
    ? 'RESTEASY003650: No resource method found for GET, return 405 with Allow header'
    : 'HTTP 405 Method Not Allowed';

  function answer(request: ApiRequest): ApiAnswer {
    const path = decodeURIComponent(request.url.pathname);
    if (!path.startsWith(`${basePath}/`)) return nowhere(path);
    const [, area, name, rest = ''] =
      /^\/(realms|admin\/realms)\/([^/]+)(.*)$/u.exec(path.slice(basePath.length)) ?? [];
    if (area === 'realms') {
      if (name !== realm.name) return failure(404, 'Realm does not exist');
      if (rest === '/.well-known/openid-configuration') return describeRealm();
      if (rest === '/protocol/openid-connect/token') return giveToken(request);
      return nowhere(path);
    }
    const roles = rolesOf(request);
    if (!roles) return failure(401, 'HTTP 401 Unauthorized');
    if (path === `${basePath}/admin/serverinfo`) return roles.size > 0 ? serverInfo() : forbidden;
    if (area === undefined) return nowhere(path);
    if (name !== realm.name) return failure(404, 'Realm not found.');
    return answerAdmin(rest, request.url.searchParams, roles);
  }

  const nowhere = (path: string) =>
    failure(
      404,
      legacy
        ? `RESTEASY003210: Could not find resource for full path: ${api.url}${path}`
        : 'Unable to find matching target resource method',
    );

  const describeRealm = (): ApiAnswer => ({
    status: 200,
    body: {
      issuer: `${server.base}/realms/${realm.name}`,
      token_endpoint: `${server.base}/realms/${realm.name}/protocol/openid-connect/token`,
    },
  });

  /** From version 24 on, an account of the realm itself is not told the version. */
  const serverInfo = (): ApiAnswer => ({
    status: 200,
    body: legacy ? { systemInfo: { version: '22.0.5' } } : { profileInfo: { name: 'default' } },
  });

  function giveToken({ method, headers, body }: ApiRequest): ApiAnswer {
    if (method !== 'POST') return failure(405, noMethod);
    const form = new URLSearchParams(body);
    const basic = /^Basic (.+)$/u.exec(headers.authorization ?? '')?.[1];
    // Form-encoded first, RFC 6749 §2.3.1.
    const [id, secret] = basic
      ? Buffer.from(basic, 'base64')
          .toString()
          .split(':')
          .map(part => new URLSearchParams(`part=${part}`).get('part'))
      : [form.get('client_id'), form.get('client_secret')];
    const client = realm.clients.get(id ?? '');
    const wrong = 'Invalid client or Invalid client credentials';
    if (!client) return failure(401, 'invalid_client', wrong);
    if (client.secret !== secret) return failure(401, 'unauthorized_client', wrong);
    if (form.get('grant_type') !== 'client_credentials') return failure(400, 'unsupported_grant_type');
    if (!client.serviceAccount)
      return failure(401, 'unauthorized_client', 'Client not enabled to retrieve service account');
    const expiresMs = clock.now() + server.tokenSeconds * 1000;
    const claims = { exp: Math.floor(expiresMs / 1000), azp: id };
    const token = [{ alg: 'none' }, claims]
      .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .concat(randomBytes(16).toString('base64url'))
      .join('.');
    tokens.set(token, { clientId: id!, expiresMs });
    server.tokensGiven += 1;
    return {
      status: 200,
      body: {
        access_token: token,
        expires_in: server.tokenSeconds,
        token_type: 'Bearer',
        scope: 'profile email',
      },
    };
  }

  function rolesOf({ headers }: ApiRequest): ReadonlySet<string> | undefined {
    const token = tokens.get(/^Bearer (.+)$/u.exec(headers.authorization ?? '')?.[1] ?? '');
    if (!token || token.expiresMs <= clock.now()) return undefined;
    return realm.clients.get(token.clientId)?.roles;
  }

  function answerAdmin(path: string, query: URLSearchParams, roles: ReadonlySet<string>): ApiAnswer {
    const views = roles.has('view-users') || roles.has('manage-users');
    const lists = views || roles.has('query-groups');
    const sees = (group: KeycloakGroupRecord) => views && !server.hidden.has(group.id);
    // The vendor's own client writes a slash behind it.
    if (path === '/groups' || path === '/groups/') return lists ? listGroups(query, sees) : forbidden;
    if (path === '/groups/count') {
      // Before version 24 nobody was asked for a right here.
      if (!lists && !legacy) return forbidden;
      const count = query.get('top') === 'true' ? realm.below(undefined).length : realm.groups.size;
      return { status: 200, body: { count } };
    }
    if (path.startsWith('/group-by-path/')) {
      const group = realm.at(path.slice('/group-by-path'.length));
      if (!group) return failure(404, 'Group path does not exist');
      return sees(group) ? { status: 200, body: view(group, { full: true, rights: false }) } : forbidden;
    }
    const [, id, below] = /^\/groups\/([^/]+)(\/children|\/members)?$/u.exec(path) ?? [];
    if (id === undefined) return nowhere(path);
    const group = realm.groups.get(id);
    if (!group) return failure(404, 'Could not find group by id');
    if (below === '/children' && legacy) return failure(405, noMethod);
    if (!sees(group)) return forbidden;
    if (below === undefined) return { status: 200, body: view(group, { full: true, rights: true }) };
    return below === '/children' ? listChildren(group, query, sees) : listMembers(group, query);
  }

  function listGroups(query: URLSearchParams, sees: Sees): ApiAnswer {
    const full = query.get('briefRepresentation') === 'false';
    // Keycloak takes white space off, so that a name with some around it is never found.
    const search = query.get('search')?.trim();
    const show = (groups: readonly KeycloakGroupRecord[], among?: ReadonlySet<string>) =>
      page(groups, query).map(group => view(group, { full, rights: !legacy, ...(among && { among }) }));
    if (search === undefined) return { status: 200, body: show(realm.below(undefined).filter(sees)) };
    const exact = query.get('exact') === 'true';
    const hits = [...realm.groups.values()]
      .filter(sees)
      .filter(({ name }) => (exact ? name === search : name.toLowerCase().includes(search.toLowerCase())))
      .sort(byName);
    if (!legacy && query.get('populateHierarchy') === 'false')
      return { status: 200, body: show(hits, new Set()) };
    // What is at the top above the hits. Of what is below, version 26 shows what leads to a hit; version 22 whatever
    // has something below it, and hits, though it compares them with the white space left on.
    const above = new Set(hits.flatMap(hit => [hit.id, ...ancestors(hit)]));
    const raw = query.get('search')!;
    const fits = ({ id, name }: KeycloakGroupRecord) =>
      realm.below(id).length > 0 || (exact ? name === raw : name.includes(raw));
    const among = legacy ? new Set([...realm.groups.values()].filter(fits).map(({ id }) => id)) : above;
    const top = realm.below(undefined).filter(({ id }) => above.has(id));
    return { status: 200, body: show(top, among) };
  }

  const ancestors = ({ parentId }: KeycloakGroupRecord): string[] =>
    parentId === undefined ? [] : [parentId, ...ancestors(realm.groups.get(parentId)!)];

  /** `max` is 10 where nothing is said. */
  const listChildren = (group: KeycloakGroupRecord, query: URLSearchParams, sees: Sees): ApiAnswer => ({
    status: 200,
    body: page(realm.below(group.id).filter(sees), query, 10).map(child =>
      view(child, { full: query.get('briefRepresentation') !== 'true', rights: true }),
    ),
  });

  /** `max` is 100 where nothing is said; whoever is lost is left out *after* the page was cut, and gone from then on. */
  function listMembers(group: KeycloakGroupRecord, query: URLSearchParams): ApiAnswer {
    const rows = page(realm.membersOf(group), query, 100);
    for (const { id, lost } of rows) if (lost) realm.removeUser(id);
    const brief = query.get('briefRepresentation') === 'true';
    return { status: 200, body: rows.filter(({ lost }) => !lost).map(user => userView(user, brief)) };
  }

  function page<Row>(rows: readonly Row[], query: URLSearchParams, usual = Number.POSITIVE_INFINITY): Row[] {
    const first = Math.max(0, Number(query.get('first') ?? 0));
    const asked = Number(query.get('max') ?? usual);
    const max = Math.min(asked < 0 ? Number.POSITIVE_INFINITY : asked, server.largestPage);
    return rows.slice(first, first + max);
  }

  interface Form {
    readonly full: boolean;
    /** What the account may do with the group is told, though not by every question. */
    readonly rights: boolean;
    /** Sub-groups that are shown with their parents; all of them for version 22, none for 26, where nothing is said. */
    readonly among?: ReadonlySet<string>;
  }

  function view(group: KeycloakGroupRecord, form: Form): object {
    const { full, rights, among } = form;
    const children = realm.below(group.id);
    const embedded = among ? children.filter(({ id }) => among.has(id)) : legacy ? children : [];
    const long = full ? { attributes: {}, realmRoles: [], clientRoles: {} } : {};
    return {
      id: group.id,
      name: group.name,
      path: realm.pathOf(group),
      ...(!legacy && group.parentId !== undefined && { parentId: group.parentId }),
      ...(!legacy && { subGroupCount: children.length }),
      subGroups: embedded.map(child => view(child, legacy ? { ...form, rights: false } : form)),
      ...long,
      ...(rights && { access }),
    };
  }

  return server;
}

type Sees = (group: KeycloakGroupRecord) => boolean;

const access = {
  view: true,
  viewMembers: true,
  manageMembers: false,
  manage: false,
  manageMembership: false,
};

/** The values of attributes come with the long form alone. */
function userView(user: KeycloakUserRecord, brief: boolean): object {
  const { id, username, firstName, lastName, email, attributes, enabled } = user;
  const short = {
    id,
    username,
    ...(firstName && { firstName }),
    ...(lastName && { lastName }),
    ...(email && { email }),
    emailVerified: false,
    enabled,
    createdTimestamp: 1_700_000_000_000,
  };
  if (brief) return short;
  const rest = { totp: false, disableableCredentialTypes: [], requiredActions: [], notBefore: 0 };
  return { ...short, ...(attributes && { attributes }), ...rest };
}

const failure = (status: number, error: string, error_description?: string): ApiAnswer => ({
  status,
  body: { error, ...(error_description !== undefined && { error_description }) },
});
