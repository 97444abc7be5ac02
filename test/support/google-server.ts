import type { Clock } from '../../src/clock.ts';
import { type ApiAnswer, type ApiRequest, type ApiServer, startApiServer } from './api-server.ts';
import { GoogleDirectory, type GoogleGroupRecord, type GoogleUserRecord } from './google-directory.ts';
import { GoogleTokenServer } from './google-oauth.ts';

export interface GoogleServer extends ApiServer {
  readonly directory: GoogleDirectory;
  readonly oauth: GoogleTokenServer;
  /** Has the service account itself an admin role? */
  hasRole: boolean;
  /** How many entries a page holds at most, whatever was asked for. */
  largestPage: number;
  /** What `directMembersCount` says of a group, where it is not the truth. */
  readonly miscounts: Map<string, number>;
}

/** The part of the Directory API that reads groups, members and users (reference §3). */
export async function startGoogleServer(clock: Clock): Promise<GoogleServer> {
  const directory = new GoogleDirectory();
  const oauth = new GoogleTokenServer(clock);
  const server: GoogleServer = Object.assign(
    await startApiServer(clock, request =>
      request.url.pathname === '/token' ? oauth.answerToken(request) : answer(request),
    ),
    { directory, oauth, hasRole: false, largestPage: 500, miscounts: new Map<string, number>() },
  );

  function answer(request: ApiRequest): ApiAnswer {
    const [, resource, key, below] =
      /^\/admin\/directory\/v1\/(groups|users)(?:\/([^/]+)(?:\/(members))?)?$/u.exec(request.url.pathname) ??
      [];
    if (request.method !== 'GET' || resource === undefined) return { status: 404, body: '<html>404</html>' };
    const refusal = refusalOf(request, below ?? resource);
    if (refusal) return refusal;
    const id = key === undefined ? undefined : decodeURIComponent(key);
    if (resource === 'users') return id === undefined ? listUsers(request) : oneUser(request, id);
    if (id === undefined) return listGroups(request);
    const group = directory.group(id);
    if (!group) return googleError(404, 'notFound', 'Resource Not Found: groupKey');
    return below ? listMembers(request, group) : masked(request, groupView(group));
  }

  function refusalOf(request: ApiRequest, what: string): ApiAnswer | undefined {
    const token = oauth.tokenOf(request);
    if (!token) {
      return googleError(
        401,
        'authError',
        'Request had invalid authentication credentials. Expected OAuth 2 access token.',
      );
    }
    const part = { groups: 'group', members: 'group.member', users: 'user' }[what]!;
    const scope = `https://www.googleapis.com/auth/admin.directory.${part}`;
    if (!token.scopes.some(each => each === scope || each === `${scope}.readonly`)) {
      return googleError(
        403,
        'insufficientPermissions',
        'Request had insufficient authentication scopes.',
        'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
      );
    }
    const allowed = token.subject === undefined ? server.hasRole : oauth.admins.has(token.subject);
    return allowed ? undefined : googleError(403, 'forbidden', 'Not Authorized to access this resource/api');
  }

  function whoseIsWrong(query: URLSearchParams): ApiAnswer | undefined {
    const customer = query.get('customer');
    const domain = query.get('domain');
    if ((customer === null) === (domain === null)) return googleError(400, 'badRequest', 'Bad Request');
    if (customer !== null && !['my_customer', directory.customerId].includes(customer))
      return googleError(404, 'notFound', 'Resource Not Found: customer');
    return undefined;
  }

  const inDomain = (email: string, query: URLSearchParams) => {
    const domain = query.get('domain');
    return domain === null || email.endsWith(`@${domain}`);
  };

  function listGroups(request: ApiRequest): ApiAnswer {
    const query = request.url.searchParams;
    const wrong = whoseIsWrong(query);
    if (wrong) return wrong;
    const text = query.get('query');
    const found = text === null ? [...directory.groups.values()] : directory.find(text);
    if (!found) return googleError(400, 'invalid', 'Invalid Input: query');
    const groups = found.filter(({ email }) => inDomain(email, query));
    return page(request, 'groups', groups.map(groupView));
  }

  const groupView = (group: GoogleGroupRecord) => ({
    kind: 'admin#directory#group',
    id: group.id,
    etag: `"${group.id}"`,
    email: group.email,
    name: group.name,
    description: '',
    adminCreated: true,
    directMembersCount: String(server.miscounts.get(group.id) ?? countOf(group)),
    ...(group.aliases && { aliases: group.aliases }),
    nonEditableAliases: [`${group.email}.test-google-a.com`],
  });

  /** "The number of users that are direct members of the group." */
  const countOf = (group: GoogleGroupRecord) => group.members.filter(({ type }) => type === 'USER').length;

  function listMembers(request: ApiRequest, group: GoogleGroupRecord): ApiAnswer {
    const derived = request.url.searchParams.get('includeDerivedMembership') === 'true';
    const members = derived ? directory.derivedMembers(group) : group.members;
    return page(
      request,
      'members',
      members.map(member => ({ kind: 'admin#directory#member', etag: `"${member.id}"`, ...member })),
    );
  }

  function listUsers(request: ApiRequest): ApiAnswer {
    const query = request.url.searchParams;
    const wrong = whoseIsWrong(query);
    if (wrong) return wrong;
    const users = [...directory.users.values()].filter(({ primaryEmail }) => inDomain(primaryEmail, query));
    return page(
      request,
      'users',
      users.map(user => userView(user, query)),
      500,
    );
  }

  function oneUser(request: ApiRequest, key: string): ApiAnswer {
    const user = directory.user(key);
    if (!user) return googleError(404, 'notFound', 'Resource Not Found: userKey');
    return masked(request, userView(user, request.url.searchParams));
  }

  /** Only the full projection holds custom schemas. */
  const userView = ({ customSchemas, ...user }: GoogleUserRecord, query: URLSearchParams) => ({
    kind: 'admin#directory#user',
    etag: `"${user.id}"`,
    ...user,
    ...(query.get('projection') === 'full' && customSchemas && { customSchemas }),
  });

  /** A page; the key of the list is left out where there is nothing in it. */
  function page(request: ApiRequest, key: string, items: readonly unknown[], most = 200): ApiAnswer {
    const query = request.url.searchParams;
    const asked = Number(query.get('maxResults') ?? 100);
    if (asked < 1 || asked > most) return googleError(400, 'invalid', 'Invalid Input: maxResults');
    const token = query.get('pageToken');
    const start = token === null ? 0 : Number(Buffer.from(token, 'base64url').toString().slice('at:'.length));
    if (Number.isNaN(start)) return googleError(400, 'invalid', 'Invalid Input: pageToken');
    const end = start + Math.min(asked, server.largestPage);
    const shown = items.slice(start, end);
    return masked(request, {
      kind: `admin#directory#${key}`,
      etag: '"page"',
      ...(shown.length > 0 && { [key]: shown }),
      ...(end < items.length && { nextPageToken: Buffer.from(`at:${end}`).toString('base64url') }),
    });
  }

  return server;
}

/** `fields=kind,groups(id,email)`: what is not named is left out, as Google does. */
function masked(request: ApiRequest, body: Readonly<Record<string, unknown>>): ApiAnswer {
  const fields = request.url.searchParams.get('fields');
  if (fields === null) return { status: 200, body };
  const mask = new Map(
    [...fields.matchAll(/(\w+)(?:\(([^)]*)\))?/gu)].map(([, name, inner]) => [name!, inner?.split(',')]),
  );
  const kept = Object.entries(body).flatMap(([name, value]) => {
    if (!mask.has(name)) return [];
    const inner = mask.get(name);
    return [[name, inner && Array.isArray(value) ? value.map(each => picked(each, inner)) : value]];
  });
  return { status: 200, body: Object.fromEntries(kept) };
}

const picked = (item: object, names: readonly string[]): unknown =>
  Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));

export const googleError = (code: number, reason: string, message: string, detail?: string): ApiAnswer => ({
  status: code,
  body: {
    error: {
      code,
      message,
      errors: [{ message, domain: 'global', reason }],
      ...(detail && {
        status: 'PERMISSION_DENIED',
        details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: detail }],
      }),
    },
  },
});
