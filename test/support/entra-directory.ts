import { filterTest, QueryError } from './entra-odata.ts';
import type { DirectoryObject, EntraTenant, TenantView } from './entra-tenant.ts';

/** One request to Graph, alone or inside a batch. */
export interface GraphCall {
  readonly method: string;
  /** Below the version: `/groups/{id}/members`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly inner: boolean;
}

export interface GraphReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface DirectoryKnobs {
  /** Most rows of a page, whatever `$top` asks for. */
  maxPage: number;
  /** `key` goes on behind the last row; `offset` counts rows, and shifts when one is taken away. */
  paging: 'key' | 'offset';
  /** Every second page is empty and has a next one all the same. */
  emptyPages: boolean;
  /** Added to every count that is told. */
  countOff: number;
}

export const reply = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): GraphReply => ({
  status,
  headers: { 'content-type': 'application/json;odata.metadata=minimal', ...headers },
  body,
});

let requests = 0;

export function graphError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): GraphReply {
  const id = `request-${++requests}`;
  const innerError = { date: '2026-01-05T09:00:00', 'request-id': id, 'client-request-id': id };
  return reply(status, { error: { code, message, innerError } }, { 'request-id': id, ...headers });
}

const unsupported = (message: string) => graphError(400, 'Request_UnsupportedQuery', message);
const denied = () =>
  graphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
const unknown = (id: string) =>
  graphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );

const groupRights = ['GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'];
const userRights = ['User.Read.All', 'Directory.Read.All'];
const has = (roles: ReadonlySet<string>, rights: readonly string[]) => rights.some(right => roles.has(right));

/** Properties that come without `$select`. `accountEnabled` is none of them. */
const usual: Readonly<Record<string, readonly string[]>> = {
  user: ['id', 'displayName', 'mail', 'userPrincipalName', 'jobTitle'],
  group: [
    'id',
    'displayName',
    'mail',
    'mailEnabled',
    'mailNickname',
    'securityEnabled',
    'groupTypes',
    'visibility',
    'onPremisesSamAccountName',
  ],
};

/** Groups, their members and people, as `GET` shows them. */
export class EntraDirectory {
  readonly #tenant: EntraTenant;
  readonly #roles: ReadonlySet<string>;
  readonly #root: string;
  readonly knobs: DirectoryKnobs = { maxPage: 999, paging: 'key', emptyPages: false, countOff: 0 };

  constructor(tenant: EntraTenant, roles: ReadonlySet<string>, root: string) {
    this.#tenant = tenant;
    this.#roles = roles;
    this.#root = root;
  }

  answer(call: GraphCall): GraphReply {
    const [collection, id, relation, cast, ...rest] = call.path.split('/').slice(1).map(decodeURIComponent);
    if (call.method !== 'GET' || rest.length > 0)
      return graphError(405, 'Request_BadRequest', 'Not allowed.');
    try {
      if (collection === 'users') return this.#users(call, id);
      if (collection !== 'groups')
        return graphError(400, 'BadRequest', `Resource not found for the segment '${collection}'.`);
      if (!has(this.#roles, groupRights)) return denied();
      if (id === undefined) return this.#list(call, this.#ofType(call, 'group'));
      if (id === '$count') return this.#count(call, this.#ofType(call, 'group'));
      return this.#group(call, id, relation, cast);
    } catch (error) {
      if (error instanceof QueryError) return graphError(400, error.code, error.message);
      throw error;
    }
  }

  #users(call: GraphCall, id: string | undefined): GraphReply {
    if (!has(this.#roles, userRights)) return denied();
    const people = this.#ofType(call, 'user');
    if (id === undefined) return this.#list(call, people);
    const user = people.find(each => each.id === id);
    return user ? reply(200, this.#shown(user, call)) : unknown(id);
  }

  #group(call: GraphCall, id: string, relation: string | undefined, cast: string | undefined): GraphReply {
    const view = this.#view(call);
    const group = view.objects.get(id);
    if (group?.type !== 'group') return unknown(id);
    if (relation === undefined) return reply(200, this.#shown(group, call));
    if (relation !== 'members' && relation !== 'transitiveMembers')
      return graphError(400, 'BadRequest', `Resource not found for the segment '${relation}'.`);
    const ids = relation === 'members' ? view.members(id) : this.#tenant.transitive(view, id);
    const hidden =
      group.properties.visibility === 'HiddenMembership' && !this.#roles.has('Member.Read.Hidden');
    const objects = hidden ? [] : ids.flatMap(each => view.objects.get(each) ?? []);
    if (cast === '$count') return this.#count(call, objects);
    if (cast === undefined) return this.#list(call, objects, 'typed');
    if (!isAdvanced(call)) return unsupported('A cast needs $count=true and ConsistencyLevel:eventual.');
    const type = cast.replace('microsoft.graph.', '');
    return this.#list(
      call,
      objects.filter(each => each.type === type),
    );
  }

  /** Advanced queries read the index, all others the store. */
  #view = (call: GraphCall): TenantView => (isEventual(call) ? this.#tenant.indexed : this.#tenant);

  #ofType(call: GraphCall, type: string): DirectoryObject[] {
    const filter = call.query.get('$filter');
    const test = filter === null ? () => true : filterTest(filter, isAdvanced(call));
    const found = [...this.#view(call).objects.values()].filter(each => each.type === type);
    return found.filter(each => test(each.properties)).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #count(call: GraphCall, objects: readonly DirectoryObject[]): GraphReply {
    if (!isEventual(call)) return graphError(400, 'Request_BadRequest', '$count is not currently supported.');
    return {
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: objects.length + this.knobs.countOff,
    };
  }

  #list(call: GraphCall, objects: readonly DirectoryObject[], typed?: 'typed'): GraphReply {
    const { query } = call;
    for (const option of query.keys())
      if (!['$select', '$filter', '$top', '$count', '$skiptoken'].includes(option))
        return unsupported(`Query option ${option} is not supported.`);
    const top = Number(query.get('$top') ?? 100);
    if (!(top >= 1 && top <= 999))
      return graphError(400, 'Request_BadRequest', 'Invalid page size specified.');
    const token = query.get('$skiptoken');
    const [mark, empty] =
      token === null
        ? ['', '']
        : (JSON.parse(Buffer.from(token, 'base64url').toString()) as [string, string]);
    const from = this.knobs.paging === 'offset' ? Number(mark) : objects.findIndex(each => each.id > mark);
    const size = this.knobs.emptyPages && empty === '' ? 0 : Math.min(top, this.knobs.maxPage);
    const rows = from < 0 ? [] : objects.slice(from, from + size);
    const more = from >= 0 && from + size < objects.length;
    const end = this.knobs.paging === 'offset' ? String(from + size) : (rows.at(-1)?.id ?? mark);
    const page = {
      '@odata.context': `${this.#root}/$metadata#directoryObjects`,
      ...(isAdvanced(call) && token === null && { '@odata.count': objects.length + this.knobs.countOff }),
      ...(more && {
        '@odata.nextLink': this.#nextLink(call, JSON.stringify([end, size === 0 ? 'was empty' : ''])),
      }),
      value: rows.map(row => this.#shown(row, call, typed)),
    };
    return reply(200, page);
  }

  /** Absolute, with all options of the first request in it. */
  #nextLink({ path, query }: GraphCall, mark: string): string {
    const options = [...query].filter(([name]) => name !== '$skiptoken');
    const all = [...options, ['$skiptoken', Buffer.from(mark).toString('base64url')]];
    return `${this.#root}${path}?${all.map(([name, value]) => `${name}=${encodeURIComponent(value!)}`).join('&')}`;
  }

  #shown(object: DirectoryObject, { query }: GraphCall, typed?: 'typed'): Record<string, unknown> {
    const names = query.get('$select')?.split(',') ?? usual[object.type] ?? ['id', 'displayName'];
    const limited =
      (object.type === 'user' && !has(this.#roles, userRights)) ||
      (!['user', 'group'].includes(object.type) && !this.#roles.has('Directory.Read.All'));
    const told = names.map(name => [
      name,
      limited && name !== 'id' ? null : (object.properties[name] ?? null),
    ]);
    return {
      ...(typed && { '@odata.type': `#microsoft.graph.${object.type}` }),
      ...Object.fromEntries(told),
    };
  }
}

const isEventual = ({ headers }: GraphCall): boolean => headers.consistencylevel === 'eventual';
/** Both, or it is an ordinary query. */
const isAdvanced = (call: GraphCall): boolean => isEventual(call) && call.query.get('$count') === 'true';
