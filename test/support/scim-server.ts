import type { Clock } from '../../src/clock.ts';
import { attributeNames, project } from '../../src/scim/attributes.ts';
import { resourceTypes, serviceProviderConfig } from '../../src/scim/discovery.ts';
import { matches, parseFilter } from '../../src/scim/filter.ts';
import { errorBody, listResponse, mediaType, ScimProblem, urn } from '../../src/scim/messages.ts';
import { type ApiAnswer, type ApiRequest, type ApiServer, startApiServer } from './api-server.ts';

/** The habits in which SCIM servers differ. Without any, this is one by the book (RFC 7643, 7644). */
export interface ScimHabits {
  /** Which discovery documents are there. */
  readonly discovery?: 'all' | 'none' | 'nonsense';
  /** Resources a page at most, whatever was asked for; `announced` also says so in `/ServiceProviderConfig`. */
  readonly largestPage?: number;
  readonly announced?: boolean;
  /**
   * Where the members of a group are shown. `nowhere` leaves the attribute out; `never any` sends an empty list, as
   * AWS does ("GetGroup and ListGroups return an empty member list").
   */
  readonly members?: 'everywhere' | 'by id' | 'nowhere' | 'never any';
  /** Whether users show their groups. */
  readonly userGroups?: boolean;
  /** What tells a user from a group among members: `type`, `$ref` or nothing. */
  readonly memberKinds?: 'type' | 'ref' | 'nothing';
  /** Filters that are understood, by attribute; `refused` answers 400, `ignored` gives everything. */
  readonly filters?: 'all' | 'refused' | 'ignored' | readonly string[];
  /** `cursor` serves cursors alone (RFC 9865); `on request` serves them where `cursor` is given. */
  readonly paging?: 'index' | 'cursor' | 'cursor on request';
  /** Lower-case paths and `resources`, as Entra's own SCIM API. */
  readonly lowerCase?: boolean;
  /** How totals are told. `of the page`: as AWS does without a cursor. */
  readonly totals?: 'numbers' | 'texts' | 'nowhere' | 'of the page';
  /** Leaves `Resources` out where there are none (RFC 7644 §3.4.2 allows it). */
  readonly bareEmptyLists?: boolean;
  /** What becomes of `attributes` and `excludedAttributes`. */
  readonly trims?: 'honoured' | 'passed over' | 'refused';
  /** Lists hold active users alone; others are found by id, as at Genesys Cloud. */
  readonly activeOnly?: boolean;
}

export interface ScimUserRecord {
  readonly id: string;
  readonly userName: string;
  readonly [attribute: string]: unknown;
}

export interface ScimGroupRecord {
  readonly id: string;
  displayName: string;
  externalId?: string;
  /** Ids of users and groups, and whole members of other types. */
  readonly members: (string | Readonly<Record<string, unknown>>)[];
}

export interface ScimServer extends ApiServer {
  readonly baseUrl: string;
  readonly users: Map<string, ScimUserRecord>;
  readonly groups: Map<string, ScimGroupRecord>;
  habits: ScimHabits;
  /** Values of the Authorization header that are taken. */
  readonly accepted: Set<string>;
  /** Id and secret of OAuth clients, joined by a colon. */
  readonly clients: Set<string>;
  /** How the token endpoint wants the secret, and what it was asked for. */
  tokenStyle: 'basic' | 'form' | 'both';
  readonly scopes: string[];
}

type Body = Record<string, unknown>;

/** A small SCIM server with a token endpoint at `/oauth/token`, over our own protocol core. */
export async function startScimServer(
  clock: Clock,
  habits: ScimHabits = {},
  path = '/scim/v2',
): Promise<ScimServer> {
  const api = await startApiServer(clock, request => answer(request));
  const server: ScimServer = Object.assign(api, {
    baseUrl: api.url + path,
    users: new Map<string, ScimUserRecord>(),
    groups: new Map<string, ScimGroupRecord>(),
    habits,
    accepted: new Set<string>(),
    clients: new Set<string>(),
    tokenStyle: 'both' as const,
    scopes: [],
  });

  function answer(request: ApiRequest): ApiAnswer {
    if (request.url.pathname === '/oauth/token') return tokenFor(request, server);
    try {
      if (!server.accepted.has(request.headers.authorization ?? ''))
        throw new ScimProblem(401, 'The credentials are not known.');
      return scim(200, route(request));
    } catch (error) {
      if (!(error instanceof ScimProblem)) throw error;
      return scim(error.status, errorBody(error));
    }
  }

  function route({ url, method }: ApiRequest): unknown {
    const { lowerCase = false, discovery = 'all', announced, largestPage = 1000 } = server.habits;
    const below = url.pathname.startsWith(`${path}/`) ? url.pathname.slice(path.length + 1) : '';
    const [kind = '', id] = below.split('/').map(decodeURIComponent);
    if (method !== 'GET') throw new ScimProblem(405, 'Only reading is possible here.');
    if (kind === (lowerCase ? 'users' : 'Users'))
      return id === undefined ? list(url, 'User') : one(url, 'User', id);
    if (kind === (lowerCase ? 'groups' : 'Groups'))
      return id === undefined ? list(url, 'Group') : one(url, 'Group', id);
    if (discovery === 'nonsense') return { hello: 'world', filter: 'yes', Resources: 'none' };
    if (discovery === 'all' && kind.toLowerCase() === 'serviceproviderconfig') {
      const { paging = 'index' } = server.habits;
      const config = serviceProviderConfig({
        baseUrl: server.baseUrl,
        maxResults: announced ? largestPage : 1000,
      });
      const pagination = { cursor: true, index: false, defaultPaginationMethod: 'cursor' };
      return { ...config, ...(paging === 'cursor' && { pagination }) };
    }
    if (discovery === 'all' && kind.toLowerCase() === 'resourcetypes') {
      const types = resourceTypes(server.baseUrl, { lowerCase });
      return listResponse(types, { startIndex: 1, totalResults: types.length });
    }
    throw new ScimProblem(404, 'There is nothing of that name.');
  }

  function list(url: URL, type: 'User' | 'Group'): Body {
    const found = filtered(url, type);
    const {
      paging = 'index',
      largestPage = 1000,
      lowerCase,
      totals = 'numbers',
      bareEmptyLists,
    } = server.habits;
    const asked = Number(url.searchParams.get('count') ?? 100);
    const count = Math.min(asked, largestPage);
    const cursor = url.searchParams.get('cursor');
    const byCursor = paging === 'cursor' || (paging === 'cursor on request' && cursor !== null);
    // Servers that page by cursor alone have no use for a start.
    const start = byCursor
      ? startAt(cursor ?? '')
      : paging === 'index'
        ? Math.max(1, Number(url.searchParams.get('startIndex') ?? 1))
        : 1;
    const page = found.slice(start - 1, start - 1 + count).map(record => view(url, type, record, 'list'));
    const more = start - 1 + count < found.length;
    const total =
      totals === 'of the page' ? page.length : totals === 'texts' ? String(found.length) : found.length;
    return {
      schemas: [urn.listResponse],
      ...(totals !== 'nowhere' && !(byCursor && totals === 'of the page') && { totalResults: total }),
      itemsPerPage: totals === 'texts' ? String(page.length) : page.length,
      ...(byCursor ? more && { nextCursor: markAt(start + count) } : { startIndex: start }),
      ...(!(bareEmptyLists && page.length === 0) && { [lowerCase ? 'resources' : 'Resources']: page }),
    };
  }

  function filtered(url: URL, type: 'User' | 'Group'): readonly (ScimUserRecord | ScimGroupRecord)[] {
    const { filters = 'all', activeOnly } = server.habits;
    const records = type === 'User' ? [...server.users.values()] : [...server.groups.values()];
    const text = url.searchParams.get('filter');
    const listed =
      activeOnly && type === 'User'
        ? records.filter(record => 'active' in record && record.active !== false)
        : records;
    if (text === null || filters === 'ignored') return listed;
    const attribute = /^\S+/u.exec(text)?.[0] ?? '';
    if (filters === 'refused' || (filters !== 'all' && !filters.includes(attribute)))
      throw new ScimProblem(400, `No filter by ${attribute}.`, 'invalidFilter');
    const member = /^members\.value eq "([^"\\]+)"$/u.exec(text)?.[1];
    // What a real server has an index for: a contract test asks it 2,500 times of a group of 2,500.
    if (member !== undefined)
      return [...server.groups.values()].filter(({ members }) => members.includes(member));
    const filter = parseFilter(text);
    return listed.filter(record => matches(filter, whole(type, record)));
  }

  function one(url: URL, type: 'User' | 'Group', id: string): Body {
    const record = (type === 'User' ? server.users : server.groups).get(id);
    if (!record) throw new ScimProblem(404, `Resource ${id} not found.`);
    return view(url, type, record, 'by id');
  }

  /** A resource as it is, with all that the server knows of it. */
  function whole(type: 'User' | 'Group', record: ScimUserRecord | ScimGroupRecord): Body {
    if (type === 'Group') {
      const { members, ...group } = record as ScimGroupRecord;
      return { schemas: [urn.group], ...group, members: members.map(memberView) };
    }
    const groups = [...server.groups.values()]
      .filter(group => group.members.includes(record.id))
      .map(group => ({ value: group.id, display: group.displayName, type: 'direct' }));
    return { schemas: [urn.user], ...record, groups };
  }

  function memberView(member: string | Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    if (typeof member !== 'string') return member;
    const { memberKinds = 'type' } = server.habits;
    const isGroup = server.groups.has(member);
    return {
      value: member,
      ...(memberKinds === 'type' && { type: isGroup ? 'Group' : 'User' }),
      ...(memberKinds === 'ref' && { $ref: `${server.baseUrl}/${isGroup ? 'Groups' : 'Users'}/${member}` }),
    };
  }

  function view(
    url: URL,
    type: 'User' | 'Group',
    record: ScimUserRecord | ScimGroupRecord,
    where: 'list' | 'by id',
  ): Body {
    const { members: shown = 'everywhere', userGroups = true, trims = 'honoured' } = server.habits;
    const attributes = attributeNames(url.searchParams.get('attributes') ?? undefined);
    const excludedAttributes = attributeNames(url.searchParams.get('excludedAttributes') ?? undefined);
    if (trims === 'refused' && attributes.length + excludedAttributes.length > 0)
      throw new ScimProblem(400, 'Unknown query parameter.', 'invalidValue');
    const { members, groups, ...rest } = whole(type, record);
    const everything = {
      ...rest,
      ...(type === 'User' && userGroups && { groups }),
      ...(type === 'Group' &&
        (shown === 'everywhere' || (shown === 'by id' && where === 'by id')) && { members }),
      ...(type === 'Group' && shown === 'never any' && { members: [] }),
    };
    return trims === 'passed over' ? everything : project(everything, { attributes, excludedAttributes });
  }

  return server;
}

const markAt = (start: number): string => Buffer.from(`at ${start}`).toString('base64url');

function startAt(cursor: string): number {
  if (cursor === '') return 1;
  const start = /^at (\d+)$/u.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (start === undefined) throw new ScimProblem(400, 'The cursor is not one of ours.', 'invalidValue');
  return Number(start);
}

/** The client credentials grant (RFC 6749 §4.4). Tokens die when the test takes them out of `accepted`. */
function tokenFor(request: ApiRequest, server: ScimServer): ApiAnswer {
  const form = new URLSearchParams(request.body);
  const basic = /^Basic (.+)$/u.exec(request.headers.authorization ?? '')?.[1];
  const inHeader = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString();
  const inForm = form.has('client_id') ? `${form.get('client_id')}:${form.get('client_secret')}` : undefined;
  const shown =
    server.tokenStyle === 'basic' ? inHeader : server.tokenStyle === 'form' ? inForm : (inHeader ?? inForm);
  if (shown === undefined || !server.clients.has(shown))
    return { status: 401, body: { error: 'invalid_client', error_description: 'Unknown client.' } };
  server.scopes.push(form.get('scope') ?? '');
  const token = `token-${server.scopes.length}`;
  server.accepted.add(`Bearer ${token}`);
  return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: 3600 } };
}

const scim = (status: number, body: unknown): ApiAnswer => ({
  status,
  body,
  headers: { 'content-type': `${mediaType}; charset=utf-8` },
});
