import type { z } from 'zod';
import type { HttpAnswer, HttpClient } from '../../http/client.ts';
import type { PageWalk } from '../../http/pages.ts';
import { type Asked, answerFailure, asTokenFailure, errorIn, type Who } from './failures.ts';
import { byOffset } from './offsets.ts';
import { countRow, type GroupRow, groupRow, serverRow, type UserRow, userRow } from './wire.ts';

/**
 * The few questions that we ask Keycloak. Errors: `source.auth-failed`, `source.read-failed`, those of the token
 * endpoint and `WireError`s.
 */
export interface KeycloakApi {
  /** Groups that are in no other one. */
  topGroups(): PageWalk<GroupRow>;
  /** Groups that are called so, at any level; from old versions more than those. White space around it is lost. */
  groupsNamed(name: string): PageWalk<GroupRow>;
  /** Groups directly below one. From version 23 on. */
  children(group: GroupRow): PageWalk<GroupRow>;
  /** People directly in a group. */
  members(group: GroupRow): PageWalk<UserRow>;
  /** One group; undefined where there is none. */
  group(id: string): Promise<GroupRow | undefined>;
  /** The group at a path such as `/CC/Support`; undefined where there is none. */
  groupAt(path: string): Promise<GroupRow | undefined>;
  /** Groups of the realm, or at its top alone, whether we may see them or not. */
  countGroups(which: 'all' | 'top'): Promise<number>;
  /** Do groups come with all that is below them? Up to version 22 they do, and `children` is not there. */
  embedsChildren(sample: GroupRow): Promise<boolean>;
  /** Undefined where Keycloak does not tell it to this account. */
  version(): Promise<string | undefined>;
  /** What messages name as the place. */
  readonly place: string;
  readonly who: Who;
}

export interface KeycloakApiOptions {
  readonly http: HttpClient;
  /** With `/auth` where that belongs to it, without a slash at the end. */
  readonly base: string;
  readonly who: Who;
  readonly pageSize: number;
  /** Users in the short form, without their attributes. */
  readonly brief: boolean;
  readonly signal: AbortSignal;
}

type Query = Readonly<Record<string, string | number | boolean>>;

export function createKeycloakApi(options: KeycloakApiOptions): KeycloakApi {
  const { http, base, who, pageSize, brief, signal } = options;
  const place = base.replace(/^https?:\/\//u, '');
  const realm = `/admin/realms/${encodeURIComponent(who.realm)}`;
  let embedding: Promise<boolean> | undefined;

  const ask = async (path: string, route: string, query: Query = {}): Promise<HttpAnswer> => {
    const call = { url: base + path, route: `GET ${route}`, query, repeatable: true, signal };
    try {
      return await http.send({ method: 'GET', ...call });
    } catch (error) {
      throw asTokenFailure(error, who);
    }
  };

  const askedFor = (what: string, path: string): Asked => ({ what, subject: `GET ${place}${path}`, who });

  /** One page of a list. Both numbers go with every request: left out, `max` is 10 for sub-groups and 100 for users. */
  const pages = <Row extends z.ZodType<{ readonly id: string }>>(
    row: Row,
    path: string,
    route: string,
    what: string,
    query: Query,
  ): PageWalk<z.output<Row>> =>
    byOffset(async (first, max) => {
      const answer = await ask(path, route, { ...query, first, max });
      return read(answer, row.array(), askedFor(what, path));
    }, pageSize);

  /** "No such group" is an answer; a 404 of another kind, a gateway's say, leaves the question open. */
  const find = async (path: string, route: string, what: string): Promise<GroupRow | undefined> => {
    const answer = await ask(path, route);
    if (answer.status === 404 && noSuchGroup.test(errorIn(answer).told)) return undefined;
    return read(answer, groupRow, askedFor(what, path));
  };

  return {
    place,
    who,

    topGroups: () =>
      pages(groupRow, `${realm}/groups`, '/groups', 'the groups', { briefRepresentation: true }),

    groupsNamed: name =>
      pages(groupRow, `${realm}/groups`, '/groups', `the groups called ${name}`, {
        search: name,
        exact: true,
        populateHierarchy: false,
        briefRepresentation: true,
      }),

    children: group =>
      pages(
        groupRow,
        `${realm}/groups/${encodeURIComponent(group.id)}/children`,
        '/groups/{id}/children',
        `the groups below ${nameOf(group)}`,
        { briefRepresentation: true },
      ),

    members: group =>
      pages(
        userRow,
        `${realm}/groups/${encodeURIComponent(group.id)}/members`,
        '/groups/{id}/members',
        `the members of ${nameOf(group)}`,
        { briefRepresentation: brief },
      ),

    group: id => find(`${realm}/groups/${encodeURIComponent(id)}`, '/groups/{id}', `the group ${id}`),

    groupAt: path =>
      find(`${realm}/group-by-path${encodedPath(path)}`, '/group-by-path/{path}', `the group ${path}`),

    async countGroups(which) {
      const path = `${realm}/groups/count`;
      const answer = await ask(path, '/groups/count', which === 'top' ? { top: true } : {});
      return read(answer, countRow, askedFor('the number of groups', path)).count;
    },

    embedsChildren(sample) {
      embedding ??= (async () => {
        const path = `${realm}/groups/${encodeURIComponent(sample.id)}/children`;
        const answer = await ask(path, '/groups/{id}/children', { first: 0, max: 1 });
        if (answer.status === 405) return true;
        read(answer, groupRow.array(), askedFor(`the groups below ${nameOf(sample)}`, path));
        return false;
      })().catch(error => {
        embedding = undefined;
        throw error;
      });
      return embedding;
    },

    async version() {
      const answer = await ask('/admin/serverinfo', '/admin/serverinfo');
      return answer.status === 200 ? serverRow.safeParse(answer.body).data?.systemInfo?.version : undefined;
    },
  };
}

const noSuchGroup = /^(?:Could not find group|Group path does not exist)/iu;

export const nameOf = ({ path, name }: GroupRow): string => path ?? name;

const encodedPath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

function read<Schema extends z.ZodType>(answer: HttpAnswer, schema: Schema, asked: Asked): z.output<Schema> {
  const parsed = answer.status === 200 ? schema.safeParse(answer.body) : undefined;
  if (parsed?.success) return parsed.data;
  throw answerFailure(answer, asked);
}
